"""What a function does and holds, by which a folder tells one task's functions from another's."""

import dis
import enum
import sysconfig
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hadax.core.settings.views import is_array, is_frozen

_PACKAGES = frozenset(("site-packages", "dist-packages"))
"""Folders of what is installed."""

_PLAIN = (bool, int, float, complex, str, bytes, enum.Enum, type(None))


def parts_of(code: Any) -> Mapping[str, Any]:
    """What a function is told by besides its name; {} where that is all.

    Methods by their function and their object, others by their code, defaults, what they hold, and
    the steady ones of the global names that they look up. What an installed package makes of a
    function, as `jax.vmap` does, by what it was made with; what it brings, by its name alone.

    Args:
      code: anything that has a qualified name and is no class.
    """
    if isinstance(code, types.MethodType):
        return {"function": code.__func__, "object": code.__self__}
    if isinstance(code, types.FunctionType):
        return _parts_of_function(code)
    return {"wrapped": code.__wrapped__} if hasattr(code, "__wrapped__") else {}


def parts_of_code(code: types.CodeType) -> Mapping[str, Any]:
    """What code does, wherever it stands: without its docstring, which nothing in it loads."""
    parameters = code.co_argcount + code.co_kwonlyargcount
    names = ("co_code", "co_exceptiontable", "co_names", "co_argcount", "co_kwonlyargcount")
    loaded = (each for each in dis.get_instructions(code) if each.opcode in dis.hasconst)
    return {
        "constants": [each.argval for each in loaded],
        "parameters": (code.co_posonlyargcount, code.co_varnames[:parameters]),
        **{name: getattr(code, name) for name in names},
    }


def _parts_of_function(function: types.FunctionType) -> Mapping[str, Any]:
    names = function.__code__.co_freevars
    held = dict(zip(names, map(_content, function.__closure__ or ()), strict=True))
    known = function.__globals__
    # Not by __module__, which a wrapper takes from what it wraps.
    if str(known.get("__name__")).partition(".")[0] == "hadax":
        # Its adapters call what they are given, and remember more: traces that were made before.
        return {name: each for name, each in held.items() if callable(each)}
    if _is_installed(function.__code__.co_filename):
        steady = {name: each for name, each in held.items() if _is_steady(each)}
        # Its own name: it may bear that of what it wraps.
        return {"made by": function.__code__.co_qualname, "held": steady} if steady else {}
    looked_up = _globals(function.__code__, "LOAD_GLOBAL")
    changed = _globals(function.__code__, "STORE_GLOBAL")
    found = {
        name: known[name]
        for name in looked_up - changed
        if name in known and _is_steady(known[name])
    }
    defaults = function.__defaults__, function.__kwdefaults__
    return {"code": function.__code__, "defaults": defaults, "held": held, "globals": found}


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        # Nothing yet: a name that is bound later.
        return None


def _is_steady(value: Any) -> bool:
    """Whether calls leave a value as it is; caches and counters are others after each."""
    if isinstance(value, tuple | frozenset):
        return all(isinstance(each, _PLAIN) or is_array(each) for each in value)
    named = hasattr(value, "__qualname__") or isinstance(value, types.ModuleType)
    return is_frozen(value) or named or isinstance(value, _PLAIN) or is_array(value)


def _globals(code: types.CodeType, operation: str) -> set[str]:
    """The global names of an operation in code, that of functions within it among them."""
    every = dis.get_instructions(code)
    own = {each.argval for each in every if each.opname == operation}
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return own.union(*(_globals(each, operation) for each in inner))


def _is_installed(filename: str) -> bool:
    """Whether a file is Python's own, or an installed package's."""
    path, own = Path(filename), sysconfig.get_path("stdlib")
    installed = not _PACKAGES.isdisjoint(path.parts) or path.is_relative_to(own)
    return installed or filename.startswith("<frozen ")
