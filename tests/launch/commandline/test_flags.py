"""Flags: one name and one default everywhere, and one line for what cannot be parsed."""

import contextlib
import dataclasses
import itertools

import jax
import numpy as np
import pytest
from hadax.launch.commandline.presets import DISTILL, NEUROEVOLVE, PRESETS, preset_names
from hadax.launch.commandline.settings import resolve, task_options
from hadax.launch.search.loop import with_unused_defaults
from hypothesis import given
from hypothesis import strategies as st

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.run import Pace
from hadax.core.strategy import STRATEGIES, Strategy
from hadax.distilled.transfer import describe_change, sweep
from hadax.launch import distill, evaluate, neuroevolve
from hadax.launch.commandline.flags import FlagError, parse
from hadax.launch.search.build import (
    build_distillation,
    build_engine,
    build_neuroevolution,
    build_pace,
    build_strategy,
    build_task,
)
from hadax.learners.config import LearnerConfig
from hadax.learners.variations import variations
from hadax.tasks.supervised import factory
from hadax.tasks.supervised.sources import preparation
from hadax.tasks.supervised.sources.images import Images

COMMANDS = {
    "distill": distill.COMMAND,
    "neuroevolve": neuroevolve.COMMAND,
    "evaluate": evaluate.COMMAND,
}


def values_of(command, *arguments):
    return parse(COMMANDS[command].groups, list(arguments)).values


@pytest.mark.parametrize("config", [Strategy, LearnerConfig, Pace])
def test_a_flag_and_the_field_it_sets_have_the_same_default(config):
    values = values_of("distill")
    for field in dataclasses.fields(config):
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        assert values[field.name] == default, field.name


@pytest.mark.parametrize("command", COMMANDS)
def test_flags_are_named_once_and_explained(command):
    flags = [flag for group in COMMANDS[command].groups for flag in group.flags]
    assert len({flag.name for flag in flags}) == len(flags)
    assert all(flag.help for flag in flags)


def made_up_images(source, split, folder):
    del split, folder
    labels = np.arange(40, dtype=np.uint8) % source.classes
    return Images(np.full((40, *source.input_shape), 7, np.uint8), labels)


@pytest.mark.parametrize(("task", "command", "name"), PRESETS)
def test_every_preset_is_instantiated(task, command, name, monkeypatch, request):
    request.addfinalizer(factory._load.cache_clear)
    # Presets for images are held against images of the right shape; the files need not be there.
    monkeypatch.setattr(preparation, "load", made_up_images)
    factory._load.cache_clear()
    parsed = parse(COMMANDS[command].groups, [f"--task={task}", f"--preset={name}"])
    assert PRESETS[task, command, name].keys() <= parsed.values.keys()
    values = resolve(parsed, command)
    assert values["preset"] == name
    made = build_task(values)
    build_pace(values)
    if command == DISTILL:
        objective = build_distillation(values, made)
    else:
        objective = build_neuroevolution(with_unused_defaults(values), made)
    engine = build_engine(values, objective)
    assert engine.strategy.population % engine.chunk == 0


@pytest.mark.parametrize("network", ["mlp", "conv"])
@pytest.mark.parametrize("parametrization", ["raw", "dct", "coarse"])
def test_games_are_learned_by_both_networks_in_every_parametrization(network, parametrization):
    values = values_of(
        "distill",
        "--task=gymnax/Breakout-MinAtar",
        f"--network={network}",
        f"--parametrization={parametrization}",
        "--population=4",
        "--dataset_size=5",
    )
    engine = build_engine(values, build_distillation(values, build_task(values)))
    state = jax.eval_shape(engine.init, jax.random.key(0))
    _, metrics = jax.eval_shape(engine.step, state)
    assert metrics["fitness_mean"].shape == ()


def test_presets_are_for_tasks_that_exist():
    assert {task for task, _, _ in PRESETS} <= set(tasks.names())
    assert preset_names("gymnax/CartPole-v1", NEUROEVOLVE) == ("cpu",)


def test_explicit_flags_win_over_the_preset_and_the_preset_over_defaults():
    preset = PRESETS["gymnax/CartPole-v1", DISTILL, "cpu"]
    parsed = parse(distill.COMMAND.groups, ["--std=0.7"])
    values = resolve(parsed, DISTILL)
    assert values["std"] == 0.7
    assert values["inner_steps"] == preset["inner_steps"]
    assert values["population"] == 64
    bare = resolve(parse(distill.COMMAND.groups, ["--preset=none"]), DISTILL)
    assert bare["inner_steps"] == LearnerConfig().inner_steps


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_another_strategy_leaves_out_what_the_preset_found_for_its_own(strategy):
    values = resolve(parse(distill.COMMAND.groups, [f"--strategy={strategy}"]), DISTILL)
    made = build_strategy(values)
    assert made.strategy == strategy
    assert values["inner_steps"] == PRESETS["gymnax/CartPole-v1", DISTILL, "cpu"]["inner_steps"]
    assert made.learning_rate == (0.1 if strategy == "Open_ES" else 0.0)


def test_an_unknown_preset_lists_the_known():
    with pytest.raises(ConfigError, match="auto, none, cpu"):
        resolve(parse(distill.COMMAND.groups, ["--preset=gpu"]), DISTILL)


def test_task_options_come_from_their_flags_and_from_pairs():
    values = values_of("distill", "--episodes=3", "--task_option=noise=0.5,deep=true,mode=hard,n=2")
    assert task_options(values) == {
        "episodes": 3,
        "noise": 0.5,
        "deep": True,
        "mode": "hard",
        "n": 2,
    }
    with pytest.raises(ConfigError, match="name=value"):
        task_options(values_of("distill", "--task_option=noise"))


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--population=many", "population=many: must be a whole number"),
        ("--population=1.5", "population=1.5: must be a whole number"),
        ("--std=wide", "std=wide: must be a number"),
        ("--popultion=4", "popultion"),
        ("population=4", "not a flag"),
        ("--vary=perhaps", "--vary=perhaps: must be true or false"),
    ],
)
def test_what_cannot_be_parsed_gives_one_line(argument, words):
    with pytest.raises(FlagError) as caught:
        values_of("distill", argument)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(arguments=st.lists(st.text(max_size=12) | st.sampled_from(["--std=1", "--", "-", "--vary"])))
def test_parsing_anything_gives_values_or_a_flag_error(arguments):
    with contextlib.suppress(FlagError):
        assert values_of("distill", *arguments).keys()


@pytest.mark.parametrize(
    "base", [LearnerConfig(), LearnerConfig(width=128, depth=1, activation="relu")]
)
def test_the_sweep_is_twelve_learners_that_were_never_evolved_for(base):
    swept = [dataclasses.replace(base, **change) for change in sweep(base)]
    assert len(set(swept)) == 12
    assert not set(swept) & set(variations(base))
    assert {each.width for each in swept} >= {16, 32, 512}
    for one, other in itertools.pairwise(sweep(base)):
        assert describe_change(one) != describe_change(other)


def test_what_is_automatic_may_be_written_so():
    values = parse(distill.COMMAND.groups, ["--chunk=auto", "--devices=auto"]).values
    assert values["chunk"] == values["devices"] == 0
    with pytest.raises(FlagError, match="population"):
        parse(distill.COMMAND.groups, ["--population=auto"])
    with pytest.raises(FlagError, match="a whole number, or auto"):
        parse(distill.COMMAND.groups, ["--chunk=wide"])
