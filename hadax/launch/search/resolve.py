"""From what was asked for to a SearchConfig: defaults, then the preset, then explicit settings."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hadax import tasks
from hadax.core.errors import ConfigError, refuse_given, require
from hadax.core.settings.annotations import from_text
from hadax.core.settings.config import HEEDED_WITH
from hadax.core.settings.fields import Value
from hadax.core.settings.views import flat, refuse_unknown, replaced, require_single
from hadax.core.words.names import spelled
from hadax.launch.search.config import DISTILL, DISTILLATION_ONLY, SearchConfig
from hadax.launch.search.presets import AUTOMATIC, PRESETS, Preset
from hadax.learners.config import OPTIMIZER_OWN, LearnerConfig
from hadax.learners.registry import check_learner, learner_names, read_options, refuse_options
from hadax.tasks.config import DEFAULT_TASK, TaskConfig
from hadax.tasks.flagged import OPTION_FIELDS
from hadax.tasks.naming import Named

Given: TypeAlias = Mapping[str, Value | Mapping[str, Value]]
"""Settings by name; `task_option` and `learner_option` may be mappings of their own."""

# Settings that mean something else, or nothing, to another strategy, and to another optimiser.
_OWN_OF = {
    "strategy": frozenset(name for names in HEEDED_WITH.values() for name in names),
    "inner_optimizer": frozenset(OPTIMIZER_OWN),
}


@dataclass(frozen=True)
class Resolved:
    """A search, and where its settings come from.

    Attributes:
      config: the search.
      preset: the name of the preset used, or "none".
      origins: for each setting that is not left at its default, "given" or "preset".
    """

    config: SearchConfig
    preset: str
    origins: Mapping[str, str]


def resolve(verb: str, given: Given, preset: str = "auto", automatic: str = AUTOMATIC) -> Resolved:
    """The search that is asked for.

    Args:
      verb: DISTILL or NEUROEVOLVE.
      given: settings by name; options of the task by their own names, or as "name=value" pairs
        under `task_option`; options of the learner under `learner_option`.
      preset: the name of the task's settings to start from, "none", or "auto".
      automatic: what "auto" stands for where the task has it.

    Raises:
      ConfigError: an unknown task, preset, setting or option, or a value that does not fit.
    """
    _refuse_foreign(verb, given)
    task = str(given.get("task", DEFAULT_TASK))
    tasks.check_known(task)
    name, found = preset_named(task, verb, preset, automatic)
    return _merged(SearchConfig(verb=verb, task=TaskConfig(task)), given, name, found)


def without_options(verb: str, made: Named, own: Collection[str], given: Given) -> Resolved:
    """The search for a task that is made already, and so has its options.

    Args:
      verb: DISTILL or NEUROEVOLVE.
      made: what the task is called in messages and files, and what it was made with.
      own: the names of its options, which are refused here.
      given: settings by name.

    Raises:
      ConfigError: an unknown setting, or a value that does not fit.
    """
    _refuse_foreign(verb, given)
    base = SearchConfig(verb=verb, task=TaskConfig(made.name, made.options))
    foreign = {*OPTION_FIELDS, *own, "task_option"} - flat(base).keys()
    options_given = {name: value for name, value in given.items() if name in foreign}
    refuse_given(options_given, "give it to the Task itself")
    _refuse_two_sizes(given)
    settings = _plain(given)
    _refuse_learner_options(settings, flat(base))
    config = replaced(base, settings)
    config.restarts.require_seeds(config.seed)
    learner = _with_options(config.learner, given.get("learner_option"))
    return Resolved(replace(config, learner=learner), "none", dict.fromkeys(settings, "given"))


def preset_names(task: str, verb: str) -> tuple[str, ...]:
    """The presets that a task has for a verb."""
    return tuple(name for known, of, name in PRESETS if (known, of) == (task, verb))


def preset_named(task: str, verb: str, name: str, automatic: str = AUTOMATIC) -> tuple[str, Preset]:
    """A task's preset by its name, with that name.

    Args:
      task: the task's name.
      verb: DISTILL or NEUROEVOLVE.
      name: the preset's, "none", or "auto" for the automatic one where there is one.
      automatic: the automatic one's name.

    Raises:
      ConfigError: the task has no preset of that name.
    """
    available = preset_names(task, verb)
    require(isinstance(name, str), "preset", name, "must be a name")
    if name == "auto":
        name = automatic if automatic in available else "none"
    if name == "none":
        return name, {}
    if name not in available:
        listed = ", ".join(("auto", "none", *available))
        raise ConfigError("preset", name, f"{task} has {listed}")
    return name, PRESETS[task, verb, name]


def _merged(base: SearchConfig, given: Given, name: str, preset: Preset) -> Resolved:
    """The base, which names the task, with a preset's settings and then the given ones."""
    # Texts as they are: the task's factory says what they stand for, and 2 may be a word.
    pairs = options_from(given.get("task_option"), "task_option", read=False)
    plain = _plain(given)
    merged = {**_without_foreign(preset, given), **plain}
    settings, own = flat(base), tasks.options_of(base.task.task)
    known = [*settings, *OPTION_FIELDS, *own]
    _refuse_learner_options(plain, known)
    refuse_unknown(merged, known)
    options = {key: value for key, value in merged.items() if key not in settings}
    config = replaced(base, {key: value for key, value in merged.items() if key in settings})
    # Not in the config itself: each search of these has it with its own seed.
    config.restarts.require_seeds(config.seed)
    set_options = {key: value for key, value in options.items() if value is not None}
    with _named_as_given(pairs):
        chosen = tasks.checked_options(base.task.task, {**set_options, **pairs})
    config = replace(
        config,
        task=replace(config.task, options=chosen),
        learner=_with_options(config.learner, given.get("learner_option")),
    )
    origins = {key: "given" if key in given else "preset" for key in merged}
    origins |= dict.fromkeys((*pairs, *config.learner.learner_options), "given")
    return Resolved(config, name, origins)


def _with_options(learner: LearnerConfig, given: object) -> LearnerConfig:
    """The learner with the options that are given; texts are read as its factory declares them.

    Raises:
      ConfigError: no such learner, or a text that is no name=value.
    """
    check_learner(learner)
    options = options_from(given, "learner_option", read=False)
    if not isinstance(given, Mapping):
        texts = {name: str(text) for name, text in options.items()}
        options = dict(read_options(learner.learner, texts))
    return replace(learner, learner_options=options)


def options_from(given: object, flag: str, read: bool = True) -> dict[str, Value]:
    """Options by name, given so or as "name=value" texts.

    Args:
      given: a mapping, texts, or None for no options.
      flag: what a refusal calls them.
      read: whether a text that reads as a truth value, none or a number becomes one.

    Raises:
      ConfigError: a text that is no such pair, or a name that is given twice.
    """
    if isinstance(given, Mapping):
        return dict(given)
    found: dict[str, Value] = {}
    texts = given if isinstance(given, list | tuple) else () if given is None else (given,)
    for pair in _whole(texts):
        name, equals, text = pair.partition("=") if isinstance(pair, str) else ("", "", "")
        if not (name and equals):
            raise ConfigError(flag, pair, "must be name=value")
        require(name not in found, flag, pair, f"{name} is given twice")
        found[name] = from_text(text, Any) if read else text
    return found


def _whole(texts: Sequence[object]) -> list[object]:
    """Pairs put together again where a command line was split at the commas of a tuple."""
    found: list[object] = []
    for text in texts:
        last = found[-1] if found else None
        if isinstance(text, str) and isinstance(last, str) and "=" in last and "=" not in text:
            found[-1] = f"{last},{text}"
        else:
            found.append(text)
    return found


def _refuse_foreign(verb: str, given: Given) -> None:
    """Refuses what says how a dataset is made or learned where weights evolve: none heeds it."""
    for name in given:
        foreign = name in DISTILLATION_ONLY and verb != DISTILL
        require(not foreign, name, given[name], "is for distillation; leave that out")


def _without_foreign(preset: Preset, given: Given) -> dict[str, Value]:
    """The preset's settings that still mean something beside those given."""
    defaults, foreign = flat(SearchConfig()), frozenset[str]()
    for name, own in _OWN_OF.items():
        known = preset.get(name, defaults[name])
        foreign |= own if given.get(name, known) != known else frozenset()
    _refuse_two_sizes(given)
    if "dataset_size" in given:
        foreign |= {"images_per_class"}
    return {key: value for key, value in preset.items() if key not in foreign}


def _refuse_two_sizes(given: Given) -> None:
    each = given.get("images_per_class") if "dataset_size" in given else None
    require(not each, "images_per_class", each, "not with dataset_size; give one of them")


def _refuse_learner_options(given: Given, known: Collection[str]) -> None:
    """Refuses the options of the learner that is given among the settings."""
    learner = given.get("learner")
    unknown = {name: value for name, value in given.items() if name not in known}
    if unknown and learner in learner_names():
        refuse_options(learner, unknown)


@contextlib.contextmanager
def _named_as_given(pairs: Mapping[str, Value]) -> Iterator[None]:
    """Names an option that is refused as the pair it was given as, which the user looks for."""
    try:
        yield
    except ConfigError as error:
        if error.name not in pairs:
            raise
        pair = f"{error.name}={spelled(error.value)}"
        raise ConfigError("task_option", pair, error.expected) from error


def _plain(given: Given) -> dict[str, Value]:
    """What is given by its own name, not among the options of task or learner.

    Raises:
      ConfigError: several values under one name, or an array.
    """
    plain: dict[str, Value] = {}
    for name, value in given.items():
        if name in ("task_option", "learner_option"):
            continue
        if isinstance(value, Mapping):
            raise ConfigError(name, value, "must be one value; only options are a mapping")
        require_single(name, value)
        plain[name] = value
    return plain
