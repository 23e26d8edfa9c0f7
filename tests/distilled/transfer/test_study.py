"""Transfer studies: the same scores as one by one, told as shares, and written."""

import csv
import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError
from hadax.core.settings.views import flat, replaced
from hadax.core.task import Continuous, Discrete
from hadax.distilled.ensemble import evaluate_ensemble, fit_ensemble
from hadax.distilled.shares import random_score, share_kept, told_share
from hadax.distilled.transfer.grid import GROUPS, grid
from hadax.distilled.transfer.label_noise import with_noise
from hadax.distilled.transfer.study import study
from hadax.distilled.transfer.study_file import COLUMNS, write_study
from hadax.launch.measurements.sheet import Sheet
from hadax.launch.measurements.transfer import print_transfer
from hadax.learners.config import LearnerConfig
from hadax.pictures.transfer import draw_study

ANALYTIC = "analytic/linear_regression"


@pytest.fixture(scope="module")
def four(distilled_of):
    """Four random inputs and what the task answers to them, learned better than not at all."""
    inputs = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    targets = inputs @ np.asarray(hadax.make(ANALYTIC).weights)
    made = distilled_of(ANALYTIC, inputs, targets)
    return made.with_learner(width=16, inner_lr=0.02, inner_steps=48)


@pytest.fixture(scope="module")
def harmful(four):
    """The same inputs with the opposite answers: worse than networks that learned nothing."""
    dataset = dataclasses.replace(four.dataset, targets=-four.dataset.targets)
    return dataclasses.replace(four, dataset=dataset)


@pytest.fixture(scope="module")
def made(four):
    told = []
    return study("four", four, ("steps", "noise"), 0, 2, 1, told.append), told


def test_each_row_is_the_score_of_that_learner(four, made):
    found, told = made
    assert tuple(told) == found.rows
    assert found.own.mean == pytest.approx(four.evaluate(0, 2, 1).mean, rel=1e-4)
    row = next(row for row in found.rows if flat(row.learner)["inner_steps"] == 24)
    assert row.score.mean == pytest.approx(
        four.with_learner(inner_steps=24).evaluate(0, 2, 1).mean, rel=1e-4
    )
    assert row.share == share_kept(row.score.mean, found.own.mean, found.random)


def test_the_own_setting_does_not_count_as_another(made):
    found, _ = made
    assert found.keeping(-1e9) == (len(found.rows) - 1, len(found.rows) - 1)
    assert found.keeping(1e9) == (0, len(found.rows) - 1)
    assert found.keeping(0.8, "noise")[1] == 4


def test_learners_that_share_no_code_are_measured_one_by_one(four):
    scheduled = four.with_learner(inner_schedule="cosine")
    found = study("four", scheduled, ("noise",), 0, 2, 1, lambda row: None)
    assert found.own == scheduled.evaluate(0, 2, 1)


def test_the_grid_varies_what_it_says_around_the_own_learner():
    config = replaced(LearnerConfig(), {"activation": "silu", "inner_lr": 0.01})
    assert len(grid(config, ("architecture",))) == 4 * 9
    rates = {
        (cell.row, cell.column): replaced(config, cell.change).inner_loop.inner_lr
        for cell in grid(config, ("optimizer",))
    }
    assert rates["adam", "x 1"] == pytest.approx(0.01)
    assert rates["sgd", "x 0.1"] == pytest.approx(0.05)
    assert {cell.group for cell in grid(config, tuple(GROUPS))} == set(GROUPS)


def test_a_study_is_written_and_drawn(made, tmp_path):
    found, _ = made
    write_study(tmp_path / "transfer.csv", found)
    first, own, random, *rows = csv.reader((tmp_path / "transfer.csv").open())
    assert tuple(first) == COLUMNS
    assert (own[0], own[-1], random[0], random[-1]) == ("own", "1", "random", "0")
    assert len(rows) == len(found.rows)
    draw_study(found, tmp_path / "transfer.png")
    assert (tmp_path / "transfer.png").read_bytes()[:4] == b"\x89PNG"


def test_noise_replaces_labels_and_moves_vectors(key):
    labels = jax.nn.one_hot(jnp.zeros(2000, int), 4)
    assert jnp.array_equal(with_noise(key, labels, Discrete(4), jnp.float32(0)), labels)
    noisy = with_noise(key, labels, Discrete(4), jnp.float32(0.4))
    # A quarter of those replaced fall on their own class.
    assert float(jnp.mean(noisy[:, 0])) == pytest.approx(0.7, abs=0.05)
    vectors = jax.random.normal(key, (2000, 2))
    moved = with_noise(key, vectors, Continuous(2), jnp.float32(0.5)) - vectors
    assert float(jnp.std(moved)) == pytest.approx(0.5, rel=0.1)


def test_shares_are_of_what_is_earned_above_acting_at_random():
    assert share_kept(-100, single=-80, random=-500) == pytest.approx(0.952, abs=1e-3)
    assert share_kept(-500, single=-80, random=-500) == 0
    assert share_kept(-700, single=-80, random=-500) < 0
    assert share_kept(2e-7, single=1e-7, random=0.0) == pytest.approx(2)


@pytest.mark.parametrize("single", [-600.0, -500.0, -500.0000001, np.nan])
def test_there_is_no_share_of_what_earns_nothing_above_acting_at_random(single):
    # A worse score would have had a larger share.
    assert np.isnan(share_kept(-1000.0, single, random=-500.0))
    assert np.isnan(share_kept(np.array([-1000.0, -400.0]), single, random=-500.0)).all()
    assert told_share(share_kept(-1000.0, single, random=-500.0)) == "none"


def test_a_study_of_what_is_worse_than_nothing_says_that_there_are_no_shares(
    harmful, tmp_path, capsys
):
    print_transfer("bad", harmful, ("noise",), (0, 2, 1), tmp_path, Sheet())
    *rows, own, said, _, _ = capsys.readouterr().out.splitlines()
    assert own.startswith("own ")
    assert said == "no shares: its own score is not above acting at random"
    assert len(rows) == 4
    assert {row.split()[-1] for row in rows} == {"none"}
    _, *written = csv.reader((tmp_path / "transfer.csv").open())
    assert {row[-1] for row in written} == {"nan"}


def test_acting_at_random_is_measured_on_episodes_or_untrained_networks(four, distilled_of):
    assert random_score(four) < four.evaluate(0, 2).mean + 100
    still = distilled_of("analytic/linear_quadratic", np.ones((2, 2)), np.zeros((2, 1), "f"))
    assert random_score(still, 0) == random_score(still, 0)
    assert random_score(still, 0) != random_score(still, 1)


def test_an_ensemble_is_a_policy_and_has_a_score(four):
    policy = fit_ensemble(four, 3, seed=1)
    assert policy.act(np.zeros((5, 3))).shape == (5, 2)
    one, several = (evaluate_ensemble(four, size, 0, 2).mean for size in (1, 8))
    assert one != several
    with pytest.raises(ConfigError, match="ensemble=0"):
        fit_ensemble(four, 0)
    fixed = dataclasses.replace(four.header.distillation, policy_init="fixed")
    header = dataclasses.replace(four.header, distillation=fixed, init_key=(0, 1))
    with pytest.raises(ConfigError, match="ensemble=2: HaDES-F"):
        fit_ensemble(dataclasses.replace(four, header=header), 2)
