"""hadax-tune: let Optuna choose settings of a search, and end trials early that fall behind.

--space says what is chosen: std=0.01:0.5:log, population=32:256:32, strategy=Open_ES|SNES; every
other flag of hadax-distill (or, after `hadax-tune neuroevolve`, of hadax-neuroevolve) is the same
for all trials. The same command goes on where it was stopped.
"""

from collections.abc import Sequence

from hadax.core.errors import MOST_ENTRIES, ConfigError, require, require_choice, require_count
from hadax.core.settings.fields import Value
from hadax.core.words.names import nearest
from hadax.core.words.saying import on_stderr
from hadax.launch import distill
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed
from hadax.launch.commandline.parsing import FlagError
from hadax.launch.commandline.varied import values_of, varied_groups
from hadax.launch.search.config import DISTILL
from hadax.launch.sweep import SEARCHES
from hadax.launch.sweeps.space import OneOf, Range, check_space, dimension, parts_of
from hadax.tasks.config import DEFAULT_TASK

TUNING = Group(
    "Tuning",
    (
        Flag("verb", str, DISTILL, "which search: distill or neuroevolve"),
        Flag("space", list, None, "what is chosen, as std=0.01:0.5:log,strategy=Open_ES|SNES,..."),
        Flag("trials", int, 20, "searches in all, at least 1; earlier ones of the study count"),
        Flag("workdir", str, None, "the study's folder; under tuning/ by default"),
        Flag("storage", str, "sqlite", "where the study is kept: sqlite or journal"),
        Flag("pruner", str, "median", "what ends a trial early: median, halving or none"),
        Flag("study_seed", int, 0, "decides which settings are tried"),
    ),
)

_OWN = tuple(flag.name for flag in TUNING.flags)


FAILED_STATUS = 1
"""Exit status when no trial has a score."""


def main(parsed: Parsed) -> int:
    """Tries settings, prints the best with its command, and gives the exit status."""
    from hadax.launch.sweeps.folders import root_folder
    from hadax.launch.sweeps.optuna_study import StudyOptions

    verb = parsed.text("verb") or DISTILL
    require_choice("verb", verb, tuple(SEARCHES))
    require_count("trials", parsed.whole("trials"), 1, MOST_ENTRIES)
    groups = SEARCHES[verb].groups
    given = {name: value for name, value in parsed.given.items() if name not in _OWN}
    fixed: dict[str, Value] = {}
    for name, values in values_of(groups, given).items():
        require(len(values) == 1, name, str(given[name]), "one value here; what varies is in space")
        fixed[name] = values[0]
    options = StudyOptions(
        storage=parsed.text("storage") or "",
        pruner=parsed.text("pruner") or "",
        seed=parsed.whole("study_seed"),
    )
    space = space_of(groups, parsed.values["space"])
    check_space(verb, fixed, space)
    chosen = space.get("task", OneOf((fixed.get("task", DEFAULT_TASK),)))
    named = map(str, chosen.values) if isinstance(chosen, OneOf) else ()
    root = root_folder("tuning", parsed.text("workdir"), verb, named)
    from hadax.launch.sweeps.tuning import Tuning

    tuning = Tuning(verb, fixed, space, root, options, on_stderr)
    best, *_ = trials = tuning.run(parsed.whole("trials"))
    print(f"{len(trials)} trials: {root / 'trials.csv'}")
    if best.score is None:
        print("none has a score")
        return FAILED_STATUS
    print(f"best: trial {best.number}, score {best.score:.5g}, {root / 'trials' / best.folder}")
    print(tuning.command(best))
    return 0


def space_of(groups: Sequence[Group], given: object) -> dict[str, Range | OneOf]:
    """What is to be chosen.

    Args:
      groups: the search's flags, which read the values.
      given: texts as "std=0.01:0.5:log".

    Raises:
      ConfigError: of "space": none, one that is not understood, no flag of the search, or a value
        that its flag does not take.
    """
    texts = given if isinstance(given, tuple) else ()
    require(bool(texts), "space", "", "say what is to be chosen, as std=0.01:0.5:log")
    known = [flag.name for group in groups for flag in group.flags]
    found: dict[str, Range | OneOf] = {}
    for text in texts:
        name, words, last = parts_of(str(text))
        require(name not in found, "space", name, "is given twice")
        expected = f"this search has no such flag{nearest(name, known)}"
        require(name in known, "space", name, expected)
        try:
            values = [values_of(groups, {name: word})[name][0] for word in words]
        except FlagError as error:
            raise ConfigError("space", str(text), str(error)) from error
        found[name] = dimension(name, values, last)
    return found


COMMAND = Command(
    program="hadax-tune",
    summary=__doc__ or "",
    groups=(TUNING, *varied_groups(distill.COMMAND.groups, _OWN)),
    main=main,
    positional="verb",
    resumes=True,
)


def script() -> None:
    """The console script `hadax-tune`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
