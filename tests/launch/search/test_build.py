"""Objects are built of a config as it says."""

import jax
import pytest

import hadax
from hadax.core.errors import ConfigError
from hadax.core.settings.views import to_json
from hadax.launch.search.build import (
    build_distillation,
    build_engine,
    build_header,
    build_objective,
    build_task,
)
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.launch.search.resolve import resolve
from hadax.launch.search.steps import steps_a_generation
from hadax.launch.search.watching import episodes_of


@pytest.mark.parametrize("network", ["mlp", "conv"])
@pytest.mark.parametrize("parametrization", ["raw", "dct", "coarse"])
def test_games_are_learned_by_both_networks_in_every_parametrization(network, parametrization):
    given = {
        "task": "gymnax/Breakout-MinAtar",
        "network": network,
        "parametrization": parametrization,
        "population": 4,
        "dataset_size": 5,
    }
    config = resolve(DISTILL, given, "none").config
    engine = build_engine(config, build_distillation(config, build_task(config.task)))
    state = jax.eval_shape(engine.init, jax.random.key(0))
    _, metrics = jax.eval_shape(engine.step, state)
    assert metrics["fitness_mean"].shape == ()


def test_a_header_has_all_of_its_search_but_who_looks_on():
    config = resolve(DISTILL, {}, "none").config
    written = build_header(config, build_task(config.task)).to_document()["config"]
    apart = {"monitoring", "fingerprint"}
    assert written.keys() - {"asked"} == to_json(config).keys() - apart
    for section in written.keys() - {"asked", "task", "learner"}:
        assert written[section] == to_json(config)[section]


@pytest.mark.parametrize(
    ("verb", "given", "networks"),
    [
        (DISTILL, {"inits_per_candidate": 3}, 3),
        (DISTILL, {"inits_per_candidate": 3, "vary": True}, 12),
        (DISTILL, {"inits_per_candidate": 3, "randomize_learner": True}, 3),
        (NEUROEVOLVE, {}, 1),
    ],
)
def test_steps_are_told_of_settings_as_of_what_is_built_of_them(verb, given, networks):
    config = resolve(verb, {**given, "episodes": 2, "population": 6}, "none").config
    task = build_task(config.task)
    assert episodes_of(build_objective(config, task)) == 2 * networks
    assert steps_a_generation(config, task) == 6 * 2 * networks * task.environment.horizon


def test_a_task_made_already_has_one_size_too():
    task = hadax.make("supervised/digits")
    given = {"images_per_class": 1, "dataset_size": 5}
    with pytest.raises(ConfigError, match="images_per_class=1: not with dataset_size"):
        hadax.distill(task, **given)
    with pytest.raises(ConfigError, match="images_per_class=1: not with dataset_size"):
        hadax.distill("supervised/digits", **given)
