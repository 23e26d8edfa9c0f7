"""Resume state on disk (orbax): where an interrupted run goes on."""

from dataclasses import replace
from pathlib import Path

import jax
import orbax.checkpoint as ocp

from hadax.core.engine import RunState


class Checkpoints:
    """The run states of one run, by generation; the newest two are kept, each written atomically.

    Args:
      folder: made when missing.
    """

    def __init__(self, folder: Path) -> None:
        options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
        self._manager = ocp.CheckpointManager(folder.absolute(), options=options)

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

        Raises:
          FileNotFoundError: nothing was saved.
        """
        restored = self._manager.restore(
            self.latest(), args=ocp.args.StandardRestore(_storable(template))
        )
        key = jax.random.wrap_key_data(restored.key, impl=jax.random.key_impl(template.key))
        return replace(restored, key=key)

    def close(self) -> None:
        """Frees what orbax holds."""
        self._manager.close()


def _storable(state: RunState) -> RunState:
    """The state with its typed key as the raw words that orbax can store."""
    return replace(state, key=jax.random.key_data(state.key))
