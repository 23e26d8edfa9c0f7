"""Libraries that another one imports at its top and hardly uses: imported on use instead."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        # The import system asks a module for what it is; that needs no import.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@contextlib.contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Lets modules imported inside hold placeholders of the named ones.

    A placeholder imports the real module when an attribute of it is first used. What is imported
    already is left alone, and imports after the block find the real modules.

    Args:
      names: full names, a package before its modules.
    """
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        sys.modules[name] = _Deferred(name)
        package, _, module = name.rpartition(".")
        if package in missing:
            setattr(sys.modules[package], module, sys.modules[name])
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
