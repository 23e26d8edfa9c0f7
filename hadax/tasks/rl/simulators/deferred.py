"""Libraries that another one imports at its top and hardly uses: on use instead, or not at all."""

import builtins
import contextlib
import importlib
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from hadax.tasks.rl.simulators.patches import Patch


class _Placeholder(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        # Tools that look through modules ask all of them for such names; that needs no import.
        if name.startswith("__"):
            raise AttributeError(name)
        with _standing_in({}):
            return getattr(importlib.import_module(self.__name__), name)


class _Thread(threading.local):
    """What this thread finds in place of modules, by full names, and what it does not find."""

    placeholders: Mapping[str, ModuleType] = {}
    absent: frozenset[str] = frozenset()


_THREAD = _Thread()


@contextlib.contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Lets modules that this thread imports inside hold placeholders of the named ones.

    A placeholder imports the real module when an attribute of it is first used. What is imported
    already is left alone. Placeholders never come into sys.modules, where other threads and later
    imports would find them: those get the real modules, at any time.

    Args:
      names: full names, a package before its modules.
    """
    with _IMPORTS.applied(), _standing_in(_placeholders(names)):
        yield


@contextlib.contextmanager
def absent(*names: str) -> Iterator[None]:
    """Lets modules that this thread imports inside do without the named ones, as if not installed.

    Args:
      names: of packages; what is imported already is left alone.
    """
    before = _THREAD.absent
    _THREAD.absent = before | {name for name in names if name not in sys.modules}
    try:
        with _IMPORTS.applied():
            yield
    finally:
        _THREAD.absent = before


def unused() -> tuple[str, ...]:
    """Packages that MuJoCo imports for nothing on this machine.

    Its physics on Warp run on NVIDIA's GPUs alone, and take as long to import as all else of it.
    """
    return () if shutil.which("nvidia-smi") else ("warp",)


def _placeholders(names: Sequence[str]) -> dict[str, ModuleType]:
    """This thread's placeholders, and those of what is not imported yet."""
    made = dict(_THREAD.placeholders)
    for name in names:
        package, _, module = name.rpartition(".")
        if name in made or name in sys.modules or (package and package not in made):
            continue
        made[name] = _Placeholder(name)
        if package:
            setattr(made[package], module, made[name])
    return made


@contextlib.contextmanager
def _standing_in(placeholders: Mapping[str, ModuleType]) -> Iterator[None]:
    """These placeholders alone for this thread, as long as the block lasts."""
    before = _THREAD.placeholders
    _THREAD.placeholders = placeholders
    try:
        yield
    finally:
        _THREAD.placeholders = before


@contextlib.contextmanager
def _import_statements() -> Iterator[None]:
    """Import statements that give a thread its placeholders, and anything else as ever."""
    original = builtins.__import__

    def find(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        here = _THREAD.placeholders
        if level == 0 and name.partition(".")[0] in _THREAD.absent:
            raise ModuleNotFoundError(f"No module named {name!r} here", name=name)
        if level == 0 and name in here:
            # `import a.b` binds a; `from a.b import c` looks in b.
            return here[name if fromlist else name.partition(".")[0]]
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = find
    try:
        yield
    finally:
        # Somebody who wrapped it meanwhile keeps a function that does nothing any more.
        if builtins.__import__ is find:
            builtins.__import__ = original


_IMPORTS = Patch(_import_statements)
