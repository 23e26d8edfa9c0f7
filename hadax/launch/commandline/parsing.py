"""A command line to values by name, through absl's own parser."""

from collections.abc import Iterable, Sequence
from typing import Any

from absl import flags

from hadax.core.errors import UsageError
from hadax.core.settings.views import as_setting
from hadax.launch.commandline.flags import Flag, Group, Parsed


class FlagError(UsageError):
    """A flag that cannot be parsed; the message is one line."""


def parse(
    groups: Iterable[Group], arguments: Sequence[str], positional: str = "", rest: str = ""
) -> Parsed:
    """Flag values from a command line.

    Args:
      groups: the command's flags.
      arguments: the command line without the program's name.
      positional: the flag that a first argument without dashes stands for, if there is one.
      rest: the flag, a list, that all further such arguments stand for, if there is one.

    Raises:
      FlagError: an unknown flag, a value of the wrong kind, an argument that is no flag, or a flag
        that is given twice and may not be.
    """
    values = flags.FlagValues()
    table = [flag for group in groups for flag in group.flags]
    for flag in table:
        _define(values, flag)
    try:
        left = values(["hadax", *arguments])[1:]
    except flags.Error as error:
        raise FlagError(_plain(str(error))) from error
    if left and positional and not values[positional].present:
        values[positional].value = left.pop(0)
        values[positional].present += 1
    if left and rest:
        earlier: list[str] = values[rest].value or [] if values[rest].present else []
        values[rest].value, left = [*earlier, *left], []
        values[rest].present += 1
    if left:
        raise FlagError(f"{left[0]}: not a flag; write --name=value")
    read = {flag.name: as_setting(values[flag.name].value) for flag in table}
    given = {name: value for name, value in read.items() if values[name].present}
    return Parsed(values=read, given=given)


def _plain(message: str) -> str:
    """absl's message as one line like ours."""
    line = message.splitlines()[0].removeprefix("flag ")
    subject, found, _ = line.partition(": ('Non-boolean argument")
    return f"{subject}: must be true or false" if found else line


class _Number(flags.ArgumentParser):  # type: ignore[type-arg]
    """Parses one number and says in words what one is."""

    def __init__(self, kind: type, expected: str, automatic: bool) -> None:
        super().__init__()
        self._kind, self._expected, self._automatic = kind, expected, automatic

    def parse(self, argument: Any) -> Any:
        if self._automatic and argument == "auto":
            return self._kind(0)
        try:
            return self._kind(argument)
        except ValueError as error:
            raise ValueError(self._expected) from error


class _Numbers(flags.ArgumentParser):  # type: ignore[type-arg]
    """Parses comma-separated whole numbers."""

    def parse(self, argument: Any) -> Any:
        if not isinstance(argument, str):
            return argument
        try:
            return [int(word) for word in argument.split(",")]
        except ValueError as error:
            raise ValueError("must be whole numbers, as 16,32") from error


class _Words(flags.Flag):  # type: ignore[type-arg]
    """A list that goes on where it is given again."""

    def parse(self, argument: Any) -> None:
        earlier: list[str] = self.value or [] if self.present else []
        super().parse(argument)
        self.value = [*earlier, *(self.value or [])]


class _Once(flags.Flag):  # type: ignore[type-arg]
    """A flag that is refused where it is given again."""

    def parse(self, argument: Any) -> None:
        if self.present:
            told = f"--{self.name}={argument}: is given twice; write all of it in one flag"
            raise flags.IllegalFlagValueError(told)
        super().parse(argument)


def _define(values: flags.FlagValues, flag: Flag) -> None:
    name, text = flag.name, flag.help
    default: Any = flag.default
    if flag.kind is bool:
        flags.DEFINE_bool(name, default, text, flag_values=values)
        return
    if flag.kind is list:
        default = None if default is None else list(default)
    kind = _Once if flag.once else _Words if flag.kind is list else flags.Flag
    flags.DEFINE_flag(kind(_parser(flag), None, name, default, text), values)


def _parser(flag: Flag) -> Any:
    if flag.kind is list:
        return flags.ListParser()
    if flag.kind is tuple:
        return _Numbers()
    if flag.kind is str:
        return flags.ArgumentParser()
    expected = "must be a whole number" if flag.kind is int else "must be a number"
    return _Number(flag.kind, expected + (", or auto" if flag.automatic else ""), flag.automatic)
