"""Learners by name: refusals in one line, and those that a process registers itself."""

from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint

import jax
import jax.numpy as jnp
import pytest

import hadax
from hadax.core import entry_points
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError
from hadax.core.task import Continuous
from hadax.launch.search import build
from hadax.launch.search.config import DISTILL
from hadax.launch.search.resolve import resolve
from hadax.learners import registry
from hadax.learners.config import DEFAULT_LEARNER, LearnerConfig
from hadax.learners.registry import learner_names, make_learner

SHAPE, TARGET = (3,), Continuous(2)


@dataclass(frozen=True)
class Ridge(hadax.BaseLearner):
    """The linear map of least squared error, in closed form."""

    inputs: int
    outputs: int
    penalty: float

    def init(self, key):
        return jnp.zeros((self.inputs, self.outputs))

    def fit(self, key, initial, dataset):
        gram = dataset.inputs.T @ dataset.inputs + self.penalty * jnp.eye(self.inputs)
        return jnp.linalg.solve(gram, dataset.inputs.T @ dataset.targets), {}

    def apply(self, state, inputs):
        return inputs @ state


def ridge(network, inner_loop, input_shape, target, penalty: float = 0.1, exact: bool = False):
    return Ridge(input_shape[0], target.size, penalty)


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})
    hadax.register_learner("mine/ridge", ridge)


def make(name="mine/ridge", **options):
    return make_learner(LearnerConfig(name, learner_options=options), SHAPE, TARGET)


def refusal(name="mine/ridge", **options):
    with pytest.raises(ConfigError) as caught:
        make(name, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_registered_learner_is_made_with_its_options():
    assert "mine/ridge" in learner_names()
    assert make() == Ridge(3, 2, 0.1)
    assert make(penalty=1, exact=True) == Ridge(3, 2, 1)
    assert isinstance(make(penalty=1).penalty, float), "as it is declared"


def test_an_option_that_no_file_could_hold_is_refused():
    def listed(network, inner_loop, input_shape, target, *, sizes=(1, 2)):
        return ridge(network, inner_loop, input_shape, target, penalty=sum(sizes))

    hadax.register_learner("mine/listed", listed)
    assert make("mine/listed", sizes=(1.5, 2.5)).penalty == 4
    said = "must be a number, text, true, false or none, or a tuple of numbers or of texts"
    for value, told in ((jnp.ones(2), "[1. 1.]"), ({"a": 1}, "{'a': 1}"), ([1], "1")):
        assert refusal("mine/listed", sizes=value) == f"learner_option=sizes={told}: {said}"


def test_an_option_among_the_settings_is_told_where_it_goes():
    right = r"penalty=0\.3: learner mine/ridge has it: give learner_option=\{'penalty': 0\.3\}"
    for task in ("analytic/linear_regression", hadax.make("analytic/linear_regression")):
        with pytest.raises(ConfigError, match=right):
            hadax.distill(task, learner="mine/ridge", penalty=0.3)
        with pytest.raises(ConfigError, match="no such setting"):
            hadax.distill(task, learner="mine/ridge", pace=0.3)


def test_who_factors_matrices_has_one_cpu_device(monkeypatch):
    monkeypatch.setattr(build, "automatic_devices", lambda population: 2)
    given = {"task": "analytic/linear_regression", "population": 4}
    config = resolve(DISTILL, {**given, "learner": "mine/ridge"}).config
    objective = build.build_distillation(config, build.build_task(config.task))
    assert build.build_engine(config, objective).devices == 1
    config = resolve(DISTILL, given).config
    objective = build.build_distillation(config, build.build_task(config.task))
    assert build._devices(config, objective) == 2


def test_a_registered_learner_serves_a_whole_search():
    settings = {"generations": 40, "population": 16, "std": 0.3, "score_networks": 2}
    task = {"task": "analytic/linear_regression", "progress": False}
    options = {"penalty": 0.01}
    found = hadax.distill(learner="mine/ridge", learner_option=options, **task, **settings)
    start = hadax.distill(learner="mine/ridge", **task, **{**settings, "generations": 1})
    assert found.score.mean > 0.5 * start.score.mean, "less than half of the loss is left"
    assert found.learner == Ridge(found.dataset.inputs.shape[1], found.task.target.size, 0.01)


def test_names_that_are_taken_are_refused(dropout):
    for name in ("mine/ridge", DEFAULT_LEARNER, dropout):
        with pytest.raises(UsageError, match=f"{name} is registered already"):
            hadax.register_learner(name, ridge)


@pytest.mark.parametrize("name", ["mine/rigde", "gradeint"])
def test_unknown_learners_list_near_ones(name):
    near = {"mine/rigde": "mine/ridge", "gradeint": "gradient"}[name]
    assert f"did you mean {near}?" in refusal(name)


def test_a_name_like_no_other_lists_all_and_says_to_install():
    said = refusal("zzz")
    assert "known here are gradient, mine/ridge" in said
    assert "install that package" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"penalties": 1.0}, "penalties=1.0: learner mine/ridge has no such option; it has"),
        ({"penalty": "much"}, "penalty=much: must be a number"),
        ({"penalty": True}, "penalty=true: must be a number"),
        ({"exact": 1}, "exact=1: must be true or false"),
        ({"input_shape": 3}, "it has penalty, exact"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, words):
    assert words in refusal(**options)


def test_the_built_in_learner_has_no_options():
    assert "has no such option; it has none" in refusal(DEFAULT_LEARNER, rate=0.1)


def test_options_that_no_annotation_describes_are_taken_as_they_are():
    def untyped(network, inner_loop, input_shape, target, penalty=0.1):
        return Ridge(3, 2, penalty)

    hadax.register_learner("mine/untyped", untyped)
    assert make("mine/untyped", penalty="some").penalty == "some"


def test_what_is_no_learner_says_what_it_lacks():
    hadax.register_learner("mine/object", lambda *_: object())
    assert "lacks init, fit, apply, parameters, own_bytes" in refusal("mine/object")


@pytest.mark.parametrize(
    ("factory", "words"),
    [
        (
            lambda network: None,
            "takes (network), must take (network, inner_loop, input_shape, targ",
        ),
        (lambda network, *, target: None, "takes (network, *, target), must take (network, inner"),
    ],
)
def test_a_factory_that_cannot_be_given_what_all_are_is_refused(factory, words):
    hadax.register_learner("mine/short", factory)
    assert f"learner=mine/short: its factory {words}" in refusal("mine/short")


def test_an_option_that_must_be_given_is_asked_for():
    hadax.register_learner("mine/strict", lambda *given, penalty: ridge(*given, penalty))
    assert "learner_option=penalty: learner mine/strict must be given it" in refusal("mine/strict")
    assert make("mine/strict", penalty=0.3).penalty == 0.3


def test_annotations_that_are_not_there_at_run_time_hold_nothing_up():
    def hinted(network: "Missing", inner_loop, input_shape, target, penalty: float = 0.1):  # noqa: F821
        return Ridge(3, 2, penalty)

    hadax.register_learner("mine/hinted", hinted)
    assert make("mine/hinted", penalty=0.2).penalty == 0.2


@pytest.mark.parametrize("names", [(DEFAULT_LEARNER,), ("mine/ridge",), ("lab/ridge", "lab/ridge")])
def test_an_installed_learner_whose_name_is_taken_is_refused_not_shadowed(names, monkeypatch):
    points = [EntryPoint(name, "lab:make", registry.ENTRY_POINT_GROUP) for name in names]
    monkeypatch.setattr(entry_points, "installed", lambda group: points)
    with pytest.raises(UsageError, match=f"learner {names[0]} is registered already; the installe"):
        make(names[0])
    assert learner_names().count(names[0]) == 1
    hadax.register_learner("mine/other", ridge)
    assert make("mine/other").penalty == 0.1


def test_an_installed_name_that_no_learner_may_have_is_refused_alone(monkeypatch):
    point = EntryPoint("lab/two words", "lab:make", registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(entry_points, "installed", lambda group: (point,))
    assert "lab/two words" not in learner_names()
    assert make().penalty == 0.1
    with pytest.raises(UsageError, match="of the installed lab:make: its name must have no spaces"):
        make("lab/two words")


def test_an_installed_factory_that_is_none_is_refused(monkeypatch):
    point = EntryPoint("lab/none", "math:pi", registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(entry_points, "installed", lambda group: (point,))
    assert "learner=lab/none: its factory is no function" in refusal("lab/none")


def test_answers_that_are_too_few_are_refused_before_they_are_scored():
    hadax.register_learner("mine/narrow", lambda *_: Ridge(3, 1, 0.1))
    assert "learner=mine/narrow: its apply gives float32[5, 1]" in refusal("mine/narrow")


def test_a_faulty_training_is_no_fault_of_the_task():
    @dataclass(frozen=True)
    class Faulty(Ridge):
        def fit(self, key, initial, dataset):
            return super().fit(key, initial, replace(dataset, targets=dataset.inputs))

    hadax.register_learner("mine/faulty", lambda *_: Faulty(3, 2, 0.1))
    small = {"generations": 1, "population": 4, "progress": False}
    with pytest.raises(ConfigError, match=r"learner=mine/faulty: its apply gives float32\[5, 3\]"):
        hadax.distill("analytic/linear_regression", learner="mine/faulty", **small)


def test_a_learner_beside_hadax_keeps_what_it_shares_to_itself(key):
    learner = make()
    state, _ = learner.fit(key, learner.init(key), Dataset(jnp.ones((4, 3)), jnp.ones((4, 2))))
    assert learner.own_bytes(state) == 3 * 2 * 4
    assert learner.parameters(state) is state
    assert not learner.shares_between_candidates


def test_equal_settings_are_one_key():
    """Options are no part of a config's hash, being a dict; they are of its equality."""
    config = LearnerConfig("mine/ridge", learner_options={"penalty": 0.5})
    same = replace(config, learner_options={"penalty": 0.5})
    other = replace(config, learner_options={"penalty": 0.6})
    assert {config: 1}[same] == 1
    assert other not in {config: 1}
    assert jax.tree.leaves(make(penalty=0.5)) == [make(penalty=0.5)]


@pytest.mark.parametrize(
    ("name", "factory", "words"),
    [
        (3, print, "its name must be a text"),
        ("", print, "its name must be a text"),
        ("foo bar", print, "foo bar: its name must have no spaces, as mylab/mine"),
        (" foo", print, "its name must have no spaces"),
        ("foo\n", print, "its name must have no spaces"),
        ("foo\x1b[31m", print, "its name must have no spaces"),
        ("mine/number", 3, "its factory must be a function"),
    ],
)
def test_what_could_not_be_made_later_is_not_registered(name, factory, words):
    with pytest.raises(UsageError, match=words):
        hadax.register_learner(name, factory)


def test_a_factory_that_fails_is_told_in_a_line():
    def fails(network, inner_loop, input_shape, target):
        raise RuntimeError("no layers")

    hadax.register_learner("mine/fails", fails)
    said = refusal("mine/fails")
    assert said.startswith("learner=mine/fails: its factory fails: RuntimeError: no layers (test_")
