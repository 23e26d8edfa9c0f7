"""Resume state on disk: where an interrupted run goes on."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jax

from hadax.core.errors import ArtifactError, UnreadableError, UsageError
from hadax.core.generation.run_state import RunState
from hadax.core.run.earlier_checkpoint import (
    EarlierError,
    check_earlier,
    is_earlier,
    restore_earlier,
)
from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact
from hadax.core.storage.trees import from_named_arrays, to_named_arrays
from hadax.core.words.saying import Say, on_stderr

_SUFFIX = ".safetensors"
_PREFIX = "state"
_DAMAGED = ".damaged"
_KEPT = 2


class Checkpoints:
    """The run states of one run, a file a generation, each written atomically with a checksum.

    A file that is damaged is renamed and the one before it counts, so that a run loses some
    generations at most.

    Args:
      folder: made when missing.
      kept: the newest so many are kept, at least 1.
      tell: is given a line about each file that is set aside.
    """

    def __init__(self, folder: Path, kept: int = _KEPT, tell: Say = on_stderr) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._kept = folder, kept
        self._tell = tell
        self._whole: int | None = None

    def latest(self) -> int | None:
        """The newest generation that is whole on disk, None before the first.

        Raises:
          UsageError: states were saved, but every one is damaged; or one cannot be read just now,
            and is left as it is.
        """
        saved = self._saved()
        for generation in reversed(saved):
            if generation == self._whole or self._check(generation):
                self._whole = generation
                return generation
        if saved or any(self._folder.glob(f"*{_SUFFIX}{_DAMAGED}")):
            hint = "remove the folder to begin the search anew"
            raise UsageError(f"{self._folder}: none of its checkpoints is whole; {hint}")
        return None

    def save(self, state: RunState) -> None:
        """Saves the state under its generation; nothing is done when that is saved already.

        What lies there of later generations goes: a run that went back has another future.
        """
        generation = int(state.generation)
        if generation == self._whole:
            return
        arrays = to_named_arrays(jax.device_get(_storable(state)), _PREFIX)
        document = {"kind": "checkpoint", "generation": generation}
        write_artifact(self._path(generation), Artifact(document, arrays))
        self._whole = generation
        saved = self._saved()
        kept = [each for each in saved if each <= generation][-self._kept :]
        for other in saved:
            if other not in kept:
                _remove(self._path(other))

    def restore(self, template: RunState) -> RunState:
        """The newest whole state, with the structure and types of the template.

        What a state of an earlier release lacks stays as the template has it.

        Raises:
          FileNotFoundError: nothing was saved.
          UsageError: it is the state of another search, or of another version's; or it cannot be
            read.
        """
        generation = self.latest()
        if generation is None:
            raise FileNotFoundError(f"{self._folder}: no checkpoint")
        path, wanted = self._path(generation), _storable(template)
        try:
            if path.is_file():
                restored = _restored(read_artifact(path, finite=False), wanted)
            else:
                restored = restore_earlier(path, wanted)
        except UnreadableError:
            raise
        except ValueError as error:
            raise UsageError(f"{path}: not a state of this search: {error}") from error
        words = restored.pop("key")
        key = jax.random.wrap_key_data(words, impl=jax.random.key_impl(template.key))
        return replace(template, key=key, **restored)

    def _saved(self) -> list[int]:
        """The generations that lie there, whole or not, in their order."""
        found = {int(path.stem) for path in self._folder.glob(f"*{_SUFFIX}") if _is_named(path)}
        return sorted(
            found | {int(path.name) for path in self._folder.iterdir() if is_earlier(path)}
        )

    def _path(self, generation: int) -> Path:
        path = self._folder / f"{generation}{_SUFFIX}"
        earlier = self._folder / str(generation)
        return earlier if not path.exists() and is_earlier(earlier) else path

    def _check(self, generation: int) -> bool:
        """Whether a generation is whole on disk; what is not is set aside, in a line.

        Raises:
          UnreadableError: that is not known, for storage does not give the file.
        """
        path = self._path(generation)
        try:
            if path.is_dir():
                check_earlier(path)
                return True
            document = read_artifact(path, finite=False).document
            if document.get("generation") == generation:
                return True
            why = "another generation's"
        except (UnreadableError, OSError) as error:
            why = str(error) if isinstance(error, UnreadableError) else f"{path}: {error.strerror}"
            hint = "left as it is: try again once it can be read"
            raise UnreadableError(f"{why}; {hint}") from error
        except (ArtifactError, EarlierError) as error:
            why = str(error).removeprefix(f"{path}: ")
        aside = path.with_name(path.name + _DAMAGED)
        os.replace(path, aside)
        self._tell(f"{path}: {why}; set aside as {aside.name}")
        return False


def _is_named(path: Path) -> bool:
    """Whether a file is called as a generation's is."""
    return path.stem.isascii() and path.stem.isdigit() and path.is_file()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _restored(saved: Artifact, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those parts of a state that were saved, by name, each like the one that is wanted."""
    there = {name.split("/")[1] for name in saved.arrays}
    parts = {name: part for name, part in wanted.items() if name in there}
    found: dict[str, Any] = from_named_arrays(saved.arrays, _PREFIX, parts)
    return found


def _storable(state: RunState) -> dict[str, Any]:
    """The state's parts by name, its typed key as the raw words that a file can hold."""
    parts = {each.name: getattr(state, each.name) for each in fields(state)}
    return {**parts, "key": jax.random.key_data(state.key)}
