"""Scores of policies as people play them: the best action, statistics as the artifact has them."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax import tasks
from hadax.core.storage.artifact import Artifact
from hadax.distilled.files.header import parse
from hadax.distilled.loading import revive
from hadax.distilled.score import Score
from hadax.launch.search.presenting.origin import command_that_found
from hadax.tasks.config import TaskConfig

STATES = [[0.1, 0.2, 0.1, -0.1], [-0.1, -0.3, -0.1, 0.2]]


@pytest.fixture
def made(distilled_of, key):
    """CartPole's task with some options, and its first state."""

    def make(**options):
        plain = distilled_of("gymnax/CartPole-v1", STATES, np.eye(2, dtype=np.float32), horizon=15)
        changed = plain.with_task(**options)
        return dataclasses.replace(changed, state=changed.task.init(key))

    return make


@pytest.fixture
def sampled(made):
    return made(action_mode="sample", normalizer="per_policy")


def test_it_is_the_same_policy_played_by_hand(distilled_of, key):
    """Steps the environment with `policy.act`, from the reset that the episode had."""
    plain = distilled_of("gymnax/Pendulum-v1", np.eye(3), [[-1.0], [0.5], [1.0]], horizon=20)
    sampled = plain.with_task(action_mode="sample", normalizer="per_policy")
    seen = sampled.task.init(key).replace(mean=jnp.array([0.3, 0.1, -0.2]))
    distilled = dataclasses.replace(sampled, state=seen)
    policy, (task, _) = distilled.fit(0), distilled.task.as_played().for_measuring(1)
    played = task.play(
        key, lambda inputs: policy.learner.apply(policy.weights, inputs), distilled.state
    )
    environment, step = task.environment, jax.jit(task.environment.step)
    state, observation = environment.reset(jax.random.split(jax.random.split(key)[0], 1)[0])
    total = 0.0
    for _ in range(20):
        action = policy.act(observation) / jnp.array(environment.action_high)
        state, observation, reward, _ = step(key, state, action)
        total += float(reward)
    assert float(played.returns[0]) == pytest.approx(total, rel=1e-4)


def test_what_is_recorded_of_other_options_is_what_was_measured(made):
    """A schedule has no part in a measurement, and a folder is this machine's."""
    recorded = made(sticky_actions=0.5, curriculum=3, horizon=9).header.task.options
    assert (recorded["sticky_actions"], recorded["curriculum"]) == (0.0, 0)
    assert recorded["horizon"] == 9
    images, _ = tasks.with_options(TaskConfig("supervised/mnist"), {"data_dir": "/here"})
    assert "data_dir" not in images.options


@pytest.mark.parametrize("before", ["none", "running", "per_policy"])
@pytest.mark.parametrize("after", ["none", "running", "per_policy"])
def test_another_normaliser_has_the_state_that_it_needs(made, before, after, tmp_path):
    first = made(normalizer=before)
    changed = first.with_task(normalizer=after)
    assert (changed.state == ()) == (after == "none")
    if "none" not in (before, after):
        assert changed.state is first.state
    loaded = hadax.load(changed.save(tmp_path / "it"))
    assert loaded.fit(0).act(STATES[0]) == changed.fit(0).act(STATES[0])


def test_images_are_scaled_as_their_options_say():
    digits = hadax.zoo.load("supervised/digits")
    plain = digits.with_task(normalizer="none")
    assert (plain.state.mean.tolist(), plain.state.std.tolist()) == ([0.0], [1.0])
    again = plain.with_task(normalizer="constant")
    assert np.allclose(again.state.std, digits.state.std)
    assert again.with_task(eval_batch=5).state is again.state


def test_a_score_is_of_the_state_that_it_was_measured_with(made):
    running = made(normalizer="running")
    scored = dataclasses.replace(
        running, header=dataclasses.replace(running.header, score=Score(1.0, 0.0, 2, 2))
    )
    assert scored.observe(0, 2, 1).score is None
    plain = made(normalizer="none")
    assert plain.observe(0, 2, 1) is plain


def test_what_was_asked_of_a_search_stays_known():
    """Another learner and another task change nothing of the command that found the pairs."""
    found = hadax.distill(
        "analytic/linear_quadratic", generations=1, population=4, width=3, depth=1,
        score_networks=1, horizon=7, progress=False,
    )  # fmt: skip
    command = command_that_found(found.header)
    assert "--width=3" in command
    assert "--horizon=7" in command
    changed = found.with_learner(width=5).with_task(horizon=9).with_learner(width=6)
    assert command_that_found(changed.header) == command
    loaded = revive("it", parse(changed.to_artifact().document), changed.to_artifact())
    assert command_that_found(loaded.header) == command


def test_an_action_is_told_as_it_is_played(distilled_of):
    pendulum = distilled_of("gymnax/Pendulum-v1", np.eye(3), [[-1.0], [0.02], [1.0]])
    wide = pendulum.with_task(action_scale=10.0)
    assert pendulum.task.describe_target(np.float32([0.02])).startswith("torque 0.04")
    assert wide.task.describe_target(np.float32([0.02])).startswith("torque 0.4")
    answer = wide.task.to_action(wide.task.answer(jnp.array([[0.02]])))
    assert answer[0, 0] == pytest.approx(0.4)


def test_greedy_policies_with_shared_statistics_are_played_so_already(made):
    for normalizer in ("none", "running"):
        assert made(normalizer=normalizer).evaluate_as_played() is None


def test_both_scores_are_of_the_same_networks_and_both_are_kept(sampled):
    score, played = sampled.evaluate(1, 3, 2), sampled.evaluate_as_played(1, 3, 2)
    assert (played.networks, played.episodes) == (score.networks, score.episodes) == (3, 2)
    options = {"action_mode": "greedy", "normalizer": "running", "horizon": 15}
    assert sampled.with_task(**options).evaluate(1, 3, 2) == played
    kept = dataclasses.replace(
        sampled, header=dataclasses.replace(sampled.header, score=score, played=played)
    )
    artifact = kept.to_artifact()
    loaded = revive("it", parse(artifact.document), artifact)
    assert (loaded.header.score, loaded.header.played) == (score, played)


def test_artifacts_from_before_it_was_measured_are_read(sampled):
    artifact = sampled.to_artifact()
    earlier = {
        name: value
        for name, value in artifact.document.items()
        if name not in ("played", "generation")
    }
    header = parse({**earlier, "score": dataclasses.asdict(Score(1.0, 0.0, 2, 2))})
    assert (header.played, header.generation) == (None, 0)
    assert revive("it", header, Artifact(earlier, artifact.arrays)).score.mean == 1.0
