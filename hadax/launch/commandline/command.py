"""What all commands share: --help, one line for a usage error, and their exit statuses."""

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import hadax
from hadax.core.errors import ConfigError, told
from hadax.launch.commandline.flags import Group, Parsed, help_text
from hadax.launch.commandline.parsing import parse
from hadax.launch.machine.allocator import use_few_arenas
from hadax.launch.machine.collector import collect_rarely
from hadax.launch.machine.output import forgive, require_printed
from hadax.launch.machine.signals import watch
from hadax.launch.machine.status import UNEXPECTED_STATUS, status_of

# The rooms below tell Python callers what to call.
_COMMANDS = {
    "hadax.tasks.names()": "hadax-distill --list_tasks",
    "hadax.zoo.names()": "hadax-zoo list",
}


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
      program: its console script.
      summary: what it does, for --help.
      groups: its flags.
      main: does it; is given the parsed flags; gives the exit status where it is not 0.
      positional: the flag that a first argument without dashes stands for, if there is one.
      rest: the flag that all further such arguments stand for, if there is one.
      artifacts: the flags that name artifacts, which must be there before anything is imported.
      resumes: whether the same command goes on where it was interrupted.
      answers: whether what it prints is its result; else that may get lost.
    """

    program: str
    summary: str
    groups: tuple[Group, ...]
    main: Callable[[Parsed], int | None]
    positional: str = ""
    rest: str = ""
    artifacts: tuple[str, ...] = ()
    resumes: bool = False
    answers: bool = False

    @property
    def farewell(self) -> str:
        """What is said when somebody stops it."""
        hint = "; the same command goes on" if self.resumes else ""
        return f"{self.program}: interrupted{hint}"


def execute(command: Command, arguments: Sequence[str]) -> int:
    """Runs a command and gives its exit status.

    Its own; 2 where flags, files, memory or the disk cannot work; 130 after Ctrl-C and 143 after
    SIGTERM.

    Args:
      command: what is run.
      arguments: the command line without the program's name.
    """
    if any(argument in ("--help", "-help", "-h", "--helpfull") for argument in arguments):
        places = tuple(name for name in (command.positional, command.rest) if name)
        print(help_text(command.program, command.summary, command.groups, places))
        return 0
    if "--version" in arguments:
        print(f"hadax {hadax.__version__}")
        return 0
    _never_fail_to_print()
    try:
        parsed = parse(command.groups, list(arguments), command.positional, command.rest)
        if command.artifacts:
            _require_artifacts(command, parsed)
        status = command.main(parsed) or 0
        if command.answers:
            require_printed()
        return status
    except (KeyboardInterrupt, Exception) as error:
        status = status_of(error)
        if status == UNEXPECTED_STATUS:
            raise
        print(_last_words(command, error), file=sys.stderr)
        return status


def run_as_script(command: Command) -> None:
    """Runs the command on this process's arguments and exits with its status."""
    # First, so that nothing else takes the place of a stderr that was closed.
    forgive()
    # A scheduler's SIGTERM is as good a reason as Ctrl-C to save and stop.
    watch(command.farewell)
    use_few_arenas()
    collect_rarely()
    sys.exit(execute(command, sys.argv[1:]))


def _require_artifacts(command: Command, parsed: Parsed) -> None:
    from hadax.distilled.files.places import require_there

    for name in command.artifacts:
        value = parsed.values[name] or ()
        for place in value if isinstance(value, tuple | list) else (value,):
            require_there(str(place))


def _never_fail_to_print() -> None:
    """Lets signs that a terminal or log cannot hold, as "±", become "?" instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _last_words(command: Command, error: BaseException) -> str:
    """The line that tells of an error which a command expects."""
    if isinstance(error, KeyboardInterrupt):
        return command.farewell
    flag = "--" if isinstance(error, ConfigError) else ""
    return f"{command.program}: {flag}{_as_typed(told(error))}"


def _as_typed(message: str) -> str:
    """What a person at a command line types in place of the calls that a message names."""
    for call, same in _COMMANDS.items():
        message = message.replace(call, same)
    return message
