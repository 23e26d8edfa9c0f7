"""A score in words says what it is of, and never more: that its episodes were whole, say."""

import inspect
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import struct

import hadax
from hadax import tasks
from hadax.core.dataset import balanced_one_hot
from hadax.core.errors import UsageError
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS, MeasuringConfig
from hadax.core.task import Continuous
from hadax.distilled import baselines
from hadax.distilled.baselines import measure_real
from hadax.distilled.ensemble import evaluate_ensemble
from hadax.distilled.evolved import Evolved
from hadax.distilled.files.header import check_score, parse
from hadax.distilled.measuring import score_of_networks, score_of_policy
from hadax.distilled.merged.dataset import Merged
from hadax.distilled.score import Quantiles, Score, score_from
from hadax.distilled.shares import share_of
from hadax.launch import evaluate, zoo
from hadax.tasks.rl.environment import Environment
from hadax.tasks.supervised.classification import Classification
from hadax.zoo.verification import Verification

SMALL = {"generations": 1, "population": 4, "width": 2, "score_networks": 2, "dataset_size": 3}


@struct.dataclass
class Table(hadax.BaseTask):
    """Three rows to tell apart, the same ones in a search and in a measurement."""

    input_shape = (2,)
    target = hadax.Discrete(3)
    score_metric = "accuracy"

    def evaluate(self, key, policy, state):
        """The share of the three that is right."""
        outputs = policy(jnp.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
        right = jnp.mean(jnp.argmax(outputs, axis=1) == jnp.arange(3))
        return hadax.Evaluation(fitness=jnp.mean(outputs), metrics={"accuracy": right})

    def initial_dataset(self, key, size):
        """Zeros."""
        return hadax.Dataset(jnp.zeros((size, 2)), jnp.eye(size, 3))


@struct.dataclass
class Split(Table):
    """The same, but it says what its data is."""

    def with_data(self, split):
        """Itself."""
        return self


@struct.dataclass
class Drawn(Table):
    """The same, but its data is drawn anew."""

    has_test_data = True


def by_hand():
    rng = np.random.default_rng(0)
    pixels = jnp.asarray(rng.integers(0, 256, (12, 4, 4, 1), dtype=np.uint8))
    classes = jnp.asarray(np.arange(12) % 3, jnp.uint8)
    return Classification(pixels, classes, input_shape=(4, 4, 1), class_names=("a", "b", "c"))


@pytest.mark.parametrize("make", [Table, by_hand])
def test_without_test_data_none_is_claimed(make, tmp_path):
    found = hadax.distill(make(), progress=False, **SMALL)
    assert not found.score.unseen
    assert str(found.score).endswith("% accuracy (2 fresh networks, no test data)")
    file = found.save(tmp_path / "it.safetensors")
    assert hadax.load(file, task=make()).score == found.score
    assert not found.evaluate(seed=0, networks=1).unseen


@pytest.mark.parametrize("make", [Split, Drawn])
def test_a_task_with_test_data_may_claim_it(make):
    found = hadax.distill(make(), progress=False, **SMALL)
    assert found.score.unseen
    assert str(found.score).endswith("% test accuracy (2 fresh networks)")


def test_a_fitness_without_test_data_is_of_no_test_batch():
    score = hadax.Score(mean=-0.5, std=0.1, networks=1, episodes=0)
    assert str(score) == "-0.5000 ± 0.1000 (1 network x the test batch)"
    seen = hadax.Score(mean=-0.5, std=0.1, networks=1, episodes=0, unseen=False)
    assert str(seen) == "-0.5000 ± 0.1000 (1 network, no test data)"


@pytest.mark.parametrize(
    "name", ["supervised/digits", "supervised/mnist", "analytic/linear_regression"]
)
def test_what_hadax_brings_has_test_data(name):
    assert tasks.outline(name).has_test_data


def test_episodes_are_played_anew():
    assert tasks.outline("gymnax/CartPole-v1").has_test_data


@pytest.fixture
def breaking():
    """An episode costs 1 a step for 20 steps; in the fourth the observation is no number."""

    def reset(key):
        return jnp.int32(0), jnp.zeros(1)

    def step(key, time, action):
        observation = jnp.where(time == 3, jnp.nan, jnp.zeros(1))
        return time + 1, observation, jnp.float32(-1.0), jnp.bool_(False)

    environment = Environment("breaking", (1,), Continuous(1), 20, reset, step)
    return hadax.ControlTask(environment, episodes=2)


def test_what_was_broken_off_is_said_and_kept(breaking):
    small = {"generations": 1, "population": 4, "depth": 0, "score_networks": 2, "progress": False}
    found = hadax.distill(breaking, **small)
    returns = Quantiles(*7 * (-20.0,))
    assert found.score == Score(-20.0, 0.0, 2, 8, broken=1.0, returns=returns)
    assert str(found.score).endswith("(2 fresh networks x 8 episodes, 100.0% of them broken off)")
    assert parse(found.header.to_document()).score == found.score


def breaking_at_once(key, time, action):
    """Breaks at the first step, unless the action is above 0."""
    return time, jnp.zeros(1), jnp.where(action[0] > 0, -1.0, jnp.nan), jnp.bool_(False)


def broken_environment(step):
    begin = lambda key: (jnp.int32(0), jnp.zeros(1))  # noqa: E731
    return Environment("broken", (1,), Continuous(1), 20, begin, step)


def test_of_what_breaks_at_once_there_is_no_score():
    environment = broken_environment(breaking_at_once)
    task = hadax.ControlTask(environment, episodes=2)

    def played(*actions):
        keys = jax.random.split(jax.random.key(0), len(actions))
        each = [
            task.evaluate(key, lambda inputs, a=action: jnp.full((len(inputs), 1), a), ())
            for key, action in zip(keys, actions, strict=True)
        ]
        return jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)

    none, some = played(-1.0, -1.0), played(1.0, -1.0)
    assert jnp.isnan(none.fitness).all()
    for score_of in (score_of_networks, score_of_policy):
        score = score_of(none, task, 2)
        assert np.isnan(score.mean)
        assert score.broken == 1
    of_networks = score_of_networks(some, task, 2)
    assert (of_networks.failed, of_networks.mean) == (0.5, some.fitness[0])
    # A part of what the one policy comes to, and no gain to it.
    of_policy = score_of_policy(some, task, 2)
    assert (of_policy.mean, of_policy.std, of_policy.broken) == (some.fitness[0], 0, 0.5)
    assert (of_policy.returns.least, of_policy.returns.most) == (-20, -20)


@pytest.mark.parametrize("search", [hadax.distill, hadax.neuroevolve])
def test_a_task_that_always_breaks_is_refused_in_a_line(search):
    step = lambda key, state, action: (state, jnp.zeros(1), jnp.nan, False)  # noqa: E731
    environment = broken_environment(step)
    small = {"generations": 1, "population": 4, "depth": 0, "score_networks": 2, "progress": False}
    with pytest.raises(UsageError, match=r"^ControlTask: no score: every episode was broken off, "):
        search(hadax.ControlTask(environment), **small)


def test_whole_episodes_need_no_word():
    assert "broken" not in str(Score(1.0, 0.0, 2, 8))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="broken episodes"):
        check_score(Score(1.0, 0.0, 2, 8, broken=share))


def falls(quarter):
    """An episode returns 10, but for the share of them that end after a step."""

    def reset(key):
        return jax.random.uniform(key) < quarter, jnp.zeros(1)

    def step(key, ends, action):
        return ends, jnp.zeros(1), jnp.float32(1.0), ends

    environment = Environment("falls", (1,), Continuous(1), 10, reset, step)
    return hadax.ControlTask(environment, episodes=2)


@pytest.mark.parametrize("search", [hadax.distill, hadax.neuroevolve])
def test_episodes_that_fail_are_seen_in_the_quantiles(search, tmp_path):
    task = falls(0.25)
    found = search(task, generations=1, population=4, depth=0, score_networks=2, progress=False)
    score = found.evaluate(seed=0, networks=8, episodes=32)
    assert (score.returns.least, score.returns.median, score.returns.most) == (1.0, 10.0, 10.0)
    assert score.returns.tenth == 1.0
    assert str(score.returns).startswith("least 1.0, 10% 1.0, ")
    file = found.save(tmp_path / "it.safetensors")
    assert hadax.load(file, task=task).score == found.score
    assert found.score.returns is not None


@pytest.mark.parametrize("values", [(2.0, 1.0, 3.0, 4.0, 5.0, 6.0, 7.0), 7 * (float("nan"),)])
def test_quantiles_that_are_none_are_refused(values):
    with pytest.raises(ValueError, match="must be finite, the least one first"):
        check_score(Score(1.0, 0.0, 2, 8, returns=Quantiles(*values)))


@pytest.mark.parametrize("returns", [[1.0], "many", {"least": 1.0}, {"least": "1"}])
def test_returns_of_a_file_that_are_no_quantiles_are_refused(returns):
    with pytest.raises((TypeError, AttributeError)):
        score_from({"mean": 1.0, "std": 0.0, "networks": 1, "episodes": 1, "returns": returns})


@struct.dataclass
class Sometimes(Table):
    """Of a network, how it answers one input; no number where that is below a bound."""

    bound: float = struct.field(pytree_node=False, default=0.0)
    score_metric = "fitness"
    has_test_data = True

    def evaluate(self, key, policy, state):
        """The first output."""
        answer = policy(jnp.array([[0.5, 1.0]]))[0, 0]
        fitness = jnp.where(answer < self.bound, jnp.nan, answer)
        return hadax.Evaluation(fitness=fitness, returns=jnp.stack([fitness, fitness]))


EIGHT = {**SMALL, "score_networks": 8, "progress": False, "inner_lr": 1e-6}


def test_a_network_without_a_number_is_left_out_and_counted(tmp_path):
    quarter = hadax.distill(Sometimes(-1e9), **EIGHT).score.returns.quarter
    task = Sometimes(float(quarter))
    found = hadax.distill(task, workdir=tmp_path, **EIGHT)
    score = found.score
    assert (score.failed, score.networks) == (0.25, 8)
    assert score.mean > quarter
    assert np.isfinite(score.std)
    assert score.returns.least > quarter
    assert str(score).endswith("(8 fresh networks x the test batch; 2 of 8 networks failed)")
    assert hadax.load(tmp_path / "dataset.safetensors", task=task).score == score


def test_a_search_diverged_where_every_network_failed():
    with pytest.raises(UsageError, match="the search diverged"):
        hadax.distill(Sometimes(1e9), **EIGHT)


def test_the_score_of_an_earlier_release_tells_of_none_that_failed():
    document = {"mean": 1.0, "std": 0.0, "networks": 2, "episodes": 8}
    assert score_from(document).failed == 0.0
    assert "failed" not in str(score_from(document))


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (Score(0.5, 0.1, 4, 0, "accuracy", failed=0.25), "(4 fresh networks; 1 of 4 networks f"),
        (Score(0.5, 0.1, 4, 0, unseen=False, failed=0.5), "no test data; 2 of 4 networks failed)"),
    ],
)
def test_failed_networks_are_told_of_whatever_is_measured(score, words):
    assert words in str(score)


def test_networks_that_failed_keep_no_share():
    score = Score(8.0, 0.0, 4, 1, failed=0.25)
    assert share_of(score, single=8.0, random=0.0) == 0.75


@pytest.mark.parametrize("failed", [0.0, 0.25, 7 / 8])
def test_to_fail_is_no_gain_below_acting_at_random(failed):
    score = Score(-10.0, 0.0, 8, 4, failed=failed)
    assert share_of(score, single=10.0, random=0.0) == -1.0


def test_an_entry_of_which_networks_fail_does_not_agree():
    recorded = Score(8.0, 1.0, 4, 1)
    assert Verification(recorded, recorded).agrees
    assert not Verification(recorded, replace(recorded, failed=0.25)).agrees


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_of_networks_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="failed networks"):
        check_score(Score(1.0, 0.0, 2, 8, failed=share))


def test_all_that_measures_is_as_thorough_where_nobody_says():
    calls = (hadax.Distilled.evaluate, Evolved.evaluate, Merged.evaluate)
    for call in (*calls, measure_real, evaluate_ensemble):
        taken = inspect.signature(call).parameters
        assert taken["networks"].default == FRESH_NETWORKS
        assert "episodes" not in taken or taken["episodes"].default == FRESH_EPISODES
    for group in (evaluate.EVALUATION, zoo.VERIFYING):
        flags = {flag.name: flag.default for flag in group.flags}
        assert (flags["networks"], flags["episodes"]) == (FRESH_NETWORKS, FRESH_EPISODES)
    assert MeasuringConfig() == MeasuringConfig(FRESH_NETWORKS, FRESH_EPISODES)


def test_real_examples_are_measured_by_the_networks_that_do_not_fail(monkeypatch):
    digits = hadax.zoo.load("supervised/digits")
    drawn = []

    def real_examples(self, key, size):
        drawn.append(size)
        scale = np.nan if len(drawn) == 1 else 1.0
        return hadax.Dataset(jnp.full((size, 8, 8, 1), scale), balanced_one_hot(size, 10))

    monkeypatch.setattr(Classification, "real_examples", real_examples)
    score = measure_real(digits, seed=0, networks=4)
    assert np.isfinite([score.mean, score.std]).all()
    assert (score.networks, score.failed, score.metric) == (4, 0.25, "accuracy")


def test_real_examples_are_measured_from_each_fixed_initialisation(monkeypatch):
    digits = hadax.zoo.load("supervised/digits")
    fixed = replace(digits.header.distillation, policy_init="fixed", inits_per_candidate=2)
    header = replace(digits.header, distillation=fixed, init_key=(0, 7))
    begun = []

    def evaluated(learner, task, dataset, state, init_keys, keys):
        begun.append(np.asarray(jax.random.key_data(init_keys)).tolist())
        return hadax.Evaluation(jnp.ones(1), {"accuracy": jnp.ones(1)})

    monkeypatch.setattr(baselines, "evaluate_networks", evaluated)
    measure_real(replace(digits, header=header), seed=0, networks=4)
    assert begun[0] == begun[2] != begun[1] == begun[3]
