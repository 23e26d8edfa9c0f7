"""What a Task object holds, as a short text: whether a folder's search is of the very task."""

import dataclasses
import enum
import functools
import hashlib
import numbers
import os
import sys
import types
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.settings.views import is_array
from hadax.core.task import Task
from hadax.launch.search.run_folder.functions import parts_of, parts_of_code

_EARLIER = {"hadax.distilled.merged.task": "hadax.distilled.merged_task"}
"""What modules were called when folders took note of what is in them."""

_Known: TypeAlias = dict[int, tuple[Any, str]]
"""Digests by objects' numbers, with the objects: the number of one that is gone is another's."""


def fingerprint_of(task: Task) -> str | None:
    """What a task holds, as one or two SHA-256, the same in every process; None if none can tell.

    Arrays count by their bytes; classes, what installed packages bring, and objects that Python
    sees nothing in, by their names alone. Where things lie on this machine does not count. Other
    functions count by their names in the first digest, as in earlier releases. In the second, which
    begins with the Python that it is of, they count by what they do, hold and look up: another
    Python does the same by other code. Nothing can tell what is nested too deep, or raises.
    """
    arrays: _Known = {}
    names, contents = (_digest_of(task, opened, arrays) for opened in (False, True))
    return f"{names} {sys.implementation.cache_tag}:{contents}" if contents else names


def same_task(one: str, other: str) -> bool:
    """Whether two fingerprints are of the same task, as far as both tell.

    Args:
      one, other: one of an earlier release has no second digest, and those of two Pythons say
        nothing of each other.
    """
    parts, others = (dict(_named(digest) for digest in text.split()) for text in (one, other))
    return all(parts[name] == others[name] for name in parts.keys() & others.keys())


def _named(digest: str) -> tuple[str, str]:
    name, _, text = digest.rpartition(":")
    return name, text


def _digest_of(task: Task, opened: bool, arrays: _Known) -> str | None:
    """One of the digests; None if nothing can tell."""
    try:
        return _Describer(frozenset(task.local_options), opened, arrays).of_object(task)
    except Exception:
        # Objects of somebody else's may raise anything where they are looked at.
        return None


class _Describer:
    """Digests of values; each object is described once, however many others hold it.

    Args:
      local: fields that say where things lie on this machine.
      opened: whether functions are more than their names.
      arrays: those of numbers that are known; they are the same however functions count.
    """

    def __init__(self, local: Collection[str], opened: bool, arrays: _Known) -> None:
        self._local = local
        self._opened = opened
        self._arrays = arrays
        self._known: _Known = {}

    def of(self, value: Any) -> str:
        """The digest of anything."""
        # Before numbers: an entry's own number may be one. Flags of which none is set have no name.
        if isinstance(value, enum.Enum):
            return _digest("enum", _name_of(type(value)), value.name or repr(value.value))
        if is_array(value):
            return self._of_array(value)
        if value is None or isinstance(value, bool | int | float | complex | str | bytes):
            return _digest(type(value).__name__, repr(value))
        if isinstance(value, os.PathLike):
            return _digest("path", str(os.fspath(value)))
        if isinstance(value, numbers.Number):
            return _digest(_name_of(type(value)), str(value))
        return self._of_graph(value)

    def of_object(self, value: Any) -> str:
        """The digest of an object by its class and its fields."""
        parts = {name: each for name, each in _fields(value).items() if name not in self._local}
        return self._noted(value, _name_of(type(value)), parts)

    def _of_graph(self, value: Any) -> str:
        """The digest of what may hold other values, and even itself."""
        if id(value) in self._known:
            return self._known[id(value)][1]
        if isinstance(value, functools.partial):
            parts = {"func": value.func, "args": value.args, "keywords": value.keywords}
            return self._noted(value, "partial", parts)
        if isinstance(value, Mapping):
            return self._noted(value, "mapping", value)
        if isinstance(value, list | tuple):
            return self._noted(value, "sequence", dict(enumerate(value)))
        if isinstance(value, set | frozenset):
            return _digest("set", *sorted(map(self.of, value)))
        if isinstance(value, types.CodeType):
            return self._noted(value, "bytecode", parts_of_code(value))
        # Functions, compiled ones and classes; instances have no such name.
        if hasattr(value, "__qualname__") or isinstance(value, types.ModuleType):
            return self._of_code(value)
        return self.of_object(value)

    def _of_code(self, value: Any) -> str:
        """The digest of a function, a class or a module."""
        name = _digest("code", _name_of(value))
        if not self._opened or isinstance(value, type | types.ModuleType):
            return name
        parts = parts_of(value)
        return self._noted(value, name, parts) if parts else name

    def _noted(self, value: Any, kind: str, parts: Mapping[Any, Any]) -> str:
        # Met again within itself it is only said to be there.
        self._known[id(value)] = value, _digest("within", kind)
        entries = {self.of(name): each for name, each in parts.items()}
        found = _digest(
            kind, *(text for at in sorted(entries) for text in (at, self.of(entries[at])))
        )
        self._known[id(value)] = value, found
        return found

    def _of_array(self, value: Any) -> str:
        """The digest of an array of NumPy's or JAX's, or one of their numbers."""
        if id(value) in self._arrays:
            return self._arrays[id(value)][1]
        plain = value
        if isinstance(value, jax.Array):
            if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
                plain = jax.random.key_data(value)
            if not plain.is_fully_addressable:
                return _digest("array", str(plain.dtype), str(plain.shape))
        array = np.asarray(plain)
        parts = "array", str(array.dtype), str(array.shape)
        if array.dtype.hasobject:
            return _digest(*parts, self.of(array.tolist()))
        content = np.ascontiguousarray(array).tobytes()
        found = _digest(*parts, hashlib.sha256(content).hexdigest())
        self._arrays[id(value)] = value, found
        return found


def _fields(value: Any) -> Mapping[str, Any]:
    """What an object was made with; what it worked out since, and kept, is not among it."""
    if dataclasses.is_dataclass(value):
        names = [each.name for each in dataclasses.fields(value) if each.init]
        return {name: getattr(value, name) for name in names if hasattr(value, name)}
    kind = type(value)
    # A logger or a lock of Python's own is bound up with all else in the process.
    if kind.__module__.partition(".")[0] in sys.stdlib_module_names - {"types"}:
        return {}
    return {
        name: each
        for name, each in getattr(value, "__dict__", {}).items()
        if not isinstance(getattr(kind, name, None), functools.cached_property)
    }


def _name_of(code: Any) -> str:
    """The module and name of a class or a function, of a library's without its private modules."""
    module = str(getattr(code, "__module__", None) or getattr(code, "__name__", ""))
    parts = _EARLIER.get(module, module).split(".")
    public: Iterable[str] = takewhile(lambda part: not part.startswith("_"), parts)
    return f"{'.'.join(public)}:{getattr(code, '__qualname__', '')}"


def _digest(*parts: str) -> str:
    """One digest of several texts, which no other texts share."""
    lengths = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(lengths.encode("utf-8", "surrogatepass")).hexdigest()
