"""Resume state on disk (orbax): where an interrupted run goes on."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jax
import orbax.checkpoint as ocp

from hadax.core.run_state import RunState


class Checkpoints:
    """The run states of one run, by generation; the newest two are kept, each written atomically.

    Args:
      folder: made when missing.
    """

    def __init__(self, folder: Path) -> None:
        options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
        # Named here, the handler can also tell what an earlier process saved.
        handler = ocp.StandardCheckpointHandler()
        self._manager = ocp.CheckpointManager(
            folder.absolute(), options=options, item_handlers=handler
        )

    def latest(self) -> int | None:
        """The newest generation saved, None before the first."""
        return self._manager.latest_step()

    def save(self, state: RunState) -> None:
        """Saves the state under its generation; nothing is done when that is saved already."""
        generation = int(state.generation)
        if generation != self.latest():
            self._manager.save(generation, args=ocp.args.StandardSave(_storable(state)))

    def restore(self, template: RunState) -> RunState:
        """The newest state, with the structure, types and placement of the template.

        What a checkpoint of an earlier release lacks stays as the template has it.

        Raises:
          FileNotFoundError: nothing was saved.
        """
        latest = self._manager.latest_step()
        if latest is None:
            raise FileNotFoundError("no checkpoint was saved")
        saved = self._manager.item_metadata(latest).tree.keys()
        wanted = {name: value for name, value in _storable(template).items() if name in saved}
        restored = self._manager.restore(latest, args=ocp.args.StandardRestore(wanted))
        words = restored.pop("key")
        key = jax.random.wrap_key_data(words, impl=jax.random.key_impl(template.key))
        return replace(template, key=key, **restored)

    def close(self) -> None:
        """Frees what orbax holds."""
        self._manager.close()


def _storable(state: RunState) -> dict[str, Any]:
    """The state's parts by name, its typed key as the raw words that orbax can store."""
    parts = {each.name: getattr(state, each.name) for each in fields(state)}
    return {**parts, "key": jax.random.key_data(state.key)}
