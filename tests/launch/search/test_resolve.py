"""What is asked for becomes a config: defaults, then the preset, then what is given."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.settings.config import STRATEGIES
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.launch.search.presets import PRESETS
from hadax.launch.search.resolve import resolve, without_options
from hadax.learners import registry as learners
from hadax.learners.config import InnerLoop
from hadax.tasks import registry
from hadax.tasks.naming import Named

MINE = Named("Mine", {"batch": 5})
REGRESSION = "analytic/linear_regression"
PRESET = PRESETS["gymnax/CartPole-v1", DISTILL, "cpu"]


def test_explicit_flags_win_over_the_preset_and_the_preset_over_defaults():
    config = resolve(DISTILL, {"std": 0.7}).config
    assert config.strategy.std == 0.7
    assert config.learner.inner_loop.inner_steps == PRESET["inner_steps"]
    assert config.strategy.population == 64
    bare = resolve(DISTILL, {}, "none").config
    assert bare.learner.inner_loop.inner_steps == InnerLoop().inner_steps


@pytest.mark.parametrize("text", ["2", "nan", "true", "none"])
def test_a_tasks_text_option_may_read_as_a_number(text, monkeypatch):
    def make(*, kind: str = "usual", count: int = 1):
        raise NotImplementedError

    monkeypatch.setitem(registry._factories, "lab/worded", lambda: make)
    given = {"task": "lab/worded", "task_option": [f"kind={text}", "count=3"]}
    assert resolve(DISTILL, given, "none").config.task.options == {"kind": text, "count": 3}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_another_strategy_leaves_out_what_the_preset_found_for_its_own(strategy):
    config = resolve(DISTILL, {"strategy": strategy}).config
    assert config.strategy.strategy == strategy
    assert config.learner.inner_loop.inner_steps == PRESET["inner_steps"]
    assert config.strategy.learning_rate == (0.1 if strategy == "Open_ES" else 0.0)


@pytest.mark.parametrize(
    ("given", "epsilon"),
    [
        ({}, 1e-5),
        ({"inner_optimizer": "adam"}, 1e-5),
        ({"inner_optimizer": "momentum", "inner_lr": 0.05}, 0.0),
        ({"inner_optimizer": "rmsprop"}, 0.0),
        ({"inner_optimizer": "rmsprop", "inner_epsilon": 1e-4}, 1e-4),
    ],
)
def test_another_optimiser_leaves_out_the_epsilon_of_the_presets_own(given, epsilon):
    found = resolve(DISTILL, {"task": "brax/hopper", **given}, "published")
    assert found.config.learner.inner_loop.inner_epsilon == epsilon
    assert ("inner_epsilon" in found.origins) == bool(epsilon)


def test_an_epsilon_given_for_an_optimiser_without_one_is_refused():
    given = {"task": "brax/hopper", "inner_optimizer": "momentum", "inner_epsilon": 1e-4}
    with pytest.raises(ConfigError, match=r"inner_epsilon=0\.0001: "):
        resolve(DISTILL, given, "published")


def test_a_size_given_leaves_out_the_presets_images_per_class():
    given = {"task": "supervised/digits", "dataset_size": 30}
    assert resolve(DISTILL, given).config.distillation.images_per_class == 0
    with pytest.raises(ConfigError, match="images_per_class=2: not with dataset_size"):
        resolve(DISTILL, {**given, "images_per_class": 2})


def test_whole_numbers_and_floats_are_one_search():
    one, other = (resolve(DISTILL, {"std": value}).config for value in (1, 1.0))
    assert repr(one) == repr(other)


def test_options_come_by_their_names_and_as_pairs_and_pairs_win():
    given = {"task": "gymnax/Pendulum-v1", "episodes": 3, "task_option": ("horizon=7",)}
    config = resolve(DISTILL, given, "none").config
    assert config.task.options == {"episodes": 3, "horizon": 7}
    again = resolve(DISTILL, {**given, "task_option": {"episodes": 5}}, "none").config
    assert again.task.options == {"episodes": 5}
    # A task's own option that no flag sets may be given by its name, from Python.
    own = resolve(DISTILL, {"task": REGRESSION, "batch": 8}, "none")
    assert own.config.task.options == {"batch": 8}
    assert own.origins["batch"] == "given"


def worded(network, inner_loop, input_shape, target, mode: str, kind="usual", n: int = 1):
    raise NotImplementedError


@pytest.mark.parametrize("text", ["2", "nan", "true", "none"])
@pytest.mark.parametrize("name", ["mode", "kind"])
def test_a_learners_text_option_may_read_as_a_number(name, text, monkeypatch):
    monkeypatch.setitem(learners._registered, "lab/worded", worded)
    given = {"learner": "lab/worded", "learner_option": [f"{name}={text}", "n=3", "odd=4"]}
    wanted = {name: text, "n": 3, "odd": 4}
    config = resolve(DISTILL, {"task": REGRESSION, **given}, "none").config
    assert config.learner.learner_options == wanted
    made = without_options(DISTILL, MINE, (), given).config
    assert made.learner.learner_options == wanted


def test_options_of_the_learner_are_kept_apart():
    given = {"task": REGRESSION, "learner_option": ["rate=0.5", "deep=true", "mode=hard", "n=2"]}
    learner = resolve(DISTILL, given, "none").config.learner
    assert learner.learner_options == {"rate": 0.5, "deep": True, "mode": "hard", "n": 2}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"popultion": 4}, "popultion=4: no such setting; did you mean population, "),
        ({"zzz": 4}, "zzz=4: no such setting"),
        ({"task": "gymnax/CartPol-v1"}, "did you mean gymnax/CartPole-v1"),
        ({"std": "wide"}, "std=wide: must be a number"),
        ({"std": True}, "std=true: must be a number"),
        ({"std": {"start": 1}}, "std={'start': 1}: must be one value"),
        ({"population": 64.0}, "population=64.0: must be a whole number"),
        ({"filters": (16, 0)}, "filters=0: must be in [1, 65536]"),
        ({"filters": ()}, "filters=0: must be in [1, 65536]"),
        ({"episodes": 0}, "episodes=0: must be in [1, "),
        ({"task": REGRESSION, "episodes": 4}, "no such option; it has batch"),
        ({"task": REGRESSION, "batch": "many"}, "batch=many: must be a whole number"),
        ({"task_option": ["noise"]}, "task_option=noise: must be name=value"),
        ({"task_option": "noise"}, "task_option=noise: must be name=value"),
        ({"task_option": 3}, "task_option=3: must be name=value"),
        ({"task_option": {"noise": 1}}, "task_option=noise=1: task gymnax/CartPole-v1 has no such"),
        ({"task_option": {"horizon": 0}}, "task_option=horizon=0: must be in [1"),
        ({"learner": "nosuch"}, "learner=nosuch: no such learner"),
        ({"learner": "gradint"}, "learner=gradint: no such learner; did you mean gradient?"),
        ({"generations": 5, "curriculum": 6}, "curriculum=6: must be over by generation 5"),
        ({"std_decay": 0.9, "strategy": "SNES"}, "std_decay=0.9: SNES has no such setting"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(given, words):
    with pytest.raises(ConfigError) as refused:
        resolve(DISTILL, given)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_task_that_is_made_already_has_its_options():
    for option in ({"episodes": 3}, {"batch": 3}, {"task_option": {"batch": 3}}):
        with pytest.raises(ConfigError, match="give it to the Task itself"):
            without_options(NEUROEVOLVE, MINE, ("batch", "seed"), option)
    with pytest.raises(ConfigError, match="did you mean population"):
        without_options(NEUROEVOLVE, MINE, (), {"populatoin": 8})
    given = {"population": 8, "seed": 3, "learner_option": {"a": 1}}
    found = without_options(NEUROEVOLVE, MINE, ("batch", "seed"), given)
    assert found.config.seed == 3
    assert (found.config.verb, found.config.task.task) == (NEUROEVOLVE, "Mine")
    assert found.config.task.options == {"batch": 5}
    assert found.config.strategy.population == 8
    assert found.config.learner.learner_options == {"a": 1}


def test_an_option_is_given_once():
    given = {"task": "analytic/linear_regression", "task_option": ["batch=4", "batch=5"]}
    with pytest.raises(ConfigError, match=r"^task_option=batch=5: batch is given twice$"):
        resolve(DISTILL, given)


@pytest.mark.parametrize("name", ["dataset_size", "inner_steps"])
def test_what_a_dataset_is_made_and_learned_by_is_refused_where_weights_evolve(name):
    with pytest.raises(ConfigError, match=f"^{name}=2: is for distillation; leave that out$"):
        resolve(NEUROEVOLVE, {name: 2})
    assert resolve(DISTILL, {name: 2}).origins[name] == "given"


def test_of_several_options_that_a_task_has_already_the_first_given_is_named():
    for given in ({"horizon": 3, "episodes": 2}, {"episodes": 2, "horizon": 3}):
        with pytest.raises(ConfigError, match="give it to the Task itself") as caught:
            without_options(DISTILL, MINE, frozenset(), given)
        assert caught.value.name == next(iter(given))
