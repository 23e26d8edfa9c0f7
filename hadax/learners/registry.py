"""Learners by name: the one that hadax brings, and those of installed packages.

A package offers a learner by an entry point in the group `hadax.learners`, whose name is the
learner's and whose value is its factory:

    [project.entry-points."hadax.learners"]
    "mylab/dropout" = "mylab.dropout:make"

Nothing here imports JAX before a learner is made.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any, TypeAlias

from hadax.core.entry_points import offered, offered_names, own_code, require_new_name
from hadax.core.errors import ConfigError, UsageError, failure, require
from hadax.core.settings.annotations import (
    OPTION_IN_WORDS,
    Option,
    annotations_of,
    as_annotated,
    describe,
    from_text,
    kind_shown,
    matches,
)
from hadax.core.words.names import nearest, spelled
from hadax.learners.config import DEFAULT_LEARNER, LearnerConfig

if TYPE_CHECKING:
    from hadax.core.learner import Learner
    from hadax.core.specification import TargetSpec

ENTRY_POINT_GROUP = "hadax.learners"

LearnerFactory: TypeAlias = "Callable[..., Learner]"
"""NetworkConfig, InnerLoop, an input's shape and the target, then own keyword options, to a
Learner."""

_GIVEN = ("network", "inner_loop", "input_shape", "target")
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

_registered: dict[str, LearnerFactory] = {}


def register_learner(name: str, factory: LearnerFactory) -> None:
    """Makes a learner known by name, for the setting `learner`, artifacts and `hadax.distill`.

    Args:
      name: "mylab/dropout", say.
      factory: given NetworkConfig, InnerLoop, an input's shape and the target, and its own options
        by name, makes the learner.

    Raises:
      UsageError: the name is taken or no text, or the factory is no function.

    Examples:
      >>> import hadax
      >>> def wide(network, inner_loop, input_shape, target, *, factor: int = 2):
      ...     from dataclasses import replace
      ...     from hadax.learners.factory import gradient_learner
      ...     network = replace(network, width=factor * network.width)
      ...     return gradient_learner(network, inner_loop, input_shape, target)
      >>> hadax.register_learner("mine/wide", wide)
      >>> config = hadax.LearnerConfig(learner="mine/wide", learner_options={"factor": 3})
      >>> learner = hadax.make_learner(config, (3,), hadax.Continuous(2))
    """
    require_new_name("learner", name, learner_names())
    if not callable(factory):
        raise UsageError(f"learner {name}: its factory must be a function")
    _registered[name] = factory


def learner_names() -> tuple[str, ...]:
    """All known learners, sorted."""
    return tuple(sorted({DEFAULT_LEARNER, *_registered, *offered_names(ENTRY_POINT_GROUP)}))


def is_of_process(name: str) -> bool:
    """Whether this process registered the learner, so that no other one knows it."""
    return name in _registered


def check_learner(config: LearnerConfig) -> None:
    """Refuses a learner that is not known here.

    Raises:
      ConfigError: no such learner; near matches are listed, or all known ones.
      UsageError: an installed package offers it that must not.
    """
    _installed(config.learner)
    known = learner_names()
    hint = nearest(config.learner, known) or f"; known here are {', '.join(known)}"
    expected = f"no such learner{hint}; if a package brings it, install that package"
    require(config.learner in known, "learner", config.learner, expected)


def make_learner(
    config: LearnerConfig, input_shape: tuple[int, ...], target: "TargetSpec"
) -> "Learner":
    """The learner that the settings describe, for a task's inputs and targets.

    Args:
      config: the learner's name, its options, its network and inner loop.
      input_shape: shape of one input.
      target: what a network answers.

    Raises:
      ConfigError: an unknown learner or option, a package that is missing, settings that fit
        neither network, inputs nor targets, or a learner beside hadax's that is none.

    Examples:
      >>> import hadax, jax
      >>> config = hadax.LearnerConfig(network=hadax.NetworkConfig(depth=0))
      >>> learner = hadax.make_learner(config, (3,), hadax.Continuous(2))
      >>> learner.apply(learner.init(jax.random.key(0)), jax.numpy.ones((5, 3))).shape
      (5, 2)
    """
    from hadax.core.learner import MEMBERS

    check_learner(config)
    factory = _factory(config.learner)
    options = _options(config, factory)
    with own_code("learner", config.learner, "factory"):
        learner = factory(config.network, config.inner_loop, input_shape, target, **options)
    missing = [member for member in MEMBERS if member not in dir(learner)]
    expected = f"lacks {', '.join(missing)} of hadax.BaseLearner"
    require(not missing, "learner", config.learner, expected)
    if config.learner != DEFAULT_LEARNER:
        from hadax.learners.conformance import check_network

        check_network(config.learner, learner, input_shape, target)
    return learner


def refuse_options(learner: str, given: Mapping[str, object]) -> None:
    """Refuses a learner's own options where its settings are given.

    Args:
      learner: its name, known here.
      given: by name, none of them a setting of hadax.

    Raises:
      ConfigError: the learner has an option of such a name; says where it goes.
    """
    if learner == DEFAULT_LEARNER:
        return
    own = {each.name for each in _own_parameters(learner, _factory(learner))}
    for name, value in given.items():
        expected = f"learner {learner} has it: give learner_option={{{name!r}: {value!r}}}"
        require(name not in own, name, value, expected)


def read_options(learner: str, texts: Mapping[str, str]) -> dict[str, Option]:
    """A learner's options as its factory's annotations, or else its defaults, read their texts.

    Args:
      learner: its name, known here.
      texts: each option's, as it is typed; of one that the learner has not, as it reads by itself.

    Raises:
      ConfigError: a package that is missing, or no factory.
    """
    # hadax's own has no options; asking it would import JAX.
    if not texts or learner == DEFAULT_LEARNER:
        return {name: from_text(text, Any) for name, text in texts.items()}
    factory = _factory(learner)
    hints, own = annotations_of(factory), _own_parameters(learner, factory)
    kinds = {each.name: hints.get(each.name, kind_shown(each.default)) for each in own}
    return {name: from_text(text, kinds.get(name, Any)) for name, text in texts.items()}


def _installed(name: str) -> EntryPoint | None:
    """An installed package's learner of that name, if there is one."""
    return offered(ENTRY_POINT_GROUP, "learner", name, (DEFAULT_LEARNER, *_registered))


def _factory(name: str) -> LearnerFactory:
    if name == DEFAULT_LEARNER:
        from hadax.learners.factory import gradient_learner

        return gradient_learner
    point = _installed(name)
    if point is None:
        return _registered[name]
    try:
        loaded: LearnerFactory = point.load()
    except Exception as error:
        expected = f"its package {point.module} cannot be imported ({failure(error)})"
        raise ConfigError("learner", name, expected) from error
    require(callable(loaded), "learner", name, "its factory is no function")
    return loaded


def _own_parameters(name: str, factory: LearnerFactory) -> list[inspect.Parameter]:
    """A factory's parameters beyond those that all are given; refuses one that lacks these."""
    signature = inspect.signature(factory)
    try:
        taken = signature.bind_partial(*_GIVEN).arguments
    except TypeError as error:
        expected = f"its factory takes {signature}, must take ({', '.join(_GIVEN)}) first"
        raise ConfigError("learner", name, expected) from error
    further = (each for each in signature.parameters.values() if each.name not in taken)
    return [each for each in further if each.kind in _NAMED]


def _options(config: LearnerConfig, factory: LearnerFactory) -> dict[str, Option]:
    """The options as the factory declares them; refuses what it has not, and what it lacks."""
    own, annotations = _own_parameters(config.learner, factory), annotations_of(factory)
    accepted = {each.name: annotations.get(each.name, Any) for each in own}
    for name, value in config.learner_options.items():
        pair, listed = f"{name}={spelled(value)}", ", ".join(accepted) or "none"
        expected = f"learner {config.learner} has no such option; it has {listed}"
        require(name in accepted, "learner_option", pair, expected)
        # What no file could hold is refused whatever the factory says.
        for kind, words in ((accepted[name], describe(accepted[name])), (Option, OPTION_IN_WORDS)):
            require(matches(value, kind), "learner_option", pair, f"must be {words}")
    for each in own:
        there = each.default is not inspect.Parameter.empty or each.name in config.learner_options
        require(there, "learner_option", each.name, f"learner {config.learner} must be given it")
    return {
        name: as_annotated(value, accepted[name]) for name, value in config.learner_options.items()
    }
