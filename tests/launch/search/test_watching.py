"""A search that is watched: its logs, its profile, and the same result."""

import json

import jax
import numpy as np
import pytest
from flax import struct

import hadax
from hadax.core.errors import ConfigError
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search.watching import episodes_of, remark_of, remedies_of

SMALL = {
    "preset": "none",
    "generations": 7,
    "population": 4,
    "depth": 0,
    "inner_steps": 2,
    "horizon": 5,
    "episodes": 3,
    "evaluate_every": 3,
    "checkpoint_every": 2,
    "score_networks": 2,
    "score_episodes": 1,
    "inits_per_candidate": 2,
    "pictures": False,
}


def search(**changes):
    return hadax.distill("analytic/linear_quadratic", progress=False, **{**SMALL, **changes})


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched") / "run"
    return folder, search(workdir=folder, profile=True, log=("csv", "tensorboard"))


@pytest.mark.parametrize(
    ("stickiness", "said"),
    [
        (0.0, ("more episodes", "sticky_actions where all episodes end alike")),
        (0.1, ("more episodes",)),
    ],
)
def test_advice_names_what_a_search_has_not(stickiness, said):
    environment = hadax.make("analytic/linear_quadratic").environment
    task = hadax.ControlTask(environment, sticky_actions=stickiness)
    learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
    assert remedies_of(hadax.Neuroevolution(task, learner)) == said


def test_advice_for_a_distillation_names_its_networks():
    task = hadax.make("analytic/linear_regression")
    learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
    initial = task.initial_dataset(jax.random.key(0), size=4)
    objective = hadax.Distillation(task, initial, LearnedTargets(), learners=(learner,))
    assert remedies_of(objective) == ("more inits_per_candidate",)
    assert remark_of(objective) == ""


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "fewer examples than classes (1 for 10): 9 can come in by"),
        (9, "fewer examples than classes (9 for 10): 1 can come in by"),
        (10, ""),
    ],
)
def test_classes_that_begin_without_an_example_are_told_of(capsys, size, said):
    changes = {"generations": 1, "population": 4, "depth": 0, "inner_steps": 1}
    found = hadax.distill(
        "supervised/digits",
        dataset_size=size,
        learn_labels=True,
        preset="none",
        score_networks=2,
        **changes,
    )
    assert found.dataset.size == size
    lines = [line for line in capsys.readouterr().err.splitlines() if "than classes" in line]
    assert len(lines) == bool(said)
    assert all(line.startswith(said) and "--images_per_class=1" in line for line in lines)


@struct.dataclass
class Played(type(hadax.make("analytic/linear_regression"))):
    """A task of somebody else's that plays episodes; no ControlTask."""

    episodes = 3


def test_episodes_of_a_task_of_ones_own_count():
    task = hadax.make("analytic/linear_regression")
    learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
    played = hadax.Neuroevolution(Played(task.weights), learner)
    assert episodes_of(played) == 3
    assert remedies_of(played) == ("more episodes",)
    assert episodes_of(hadax.Neuroevolution(task, learner)) == 0


def test_what_is_found_is_bitwise_the_same(watched):
    _, result = watched
    alone = search()
    assert np.array_equal(result.dataset.inputs, alone.dataset.inputs)
    assert np.array_equal(result.dataset.targets, alone.dataset.targets)
    assert result.score == alone.score


def test_every_generation_has_its_steps_and_its_movement(watched):
    rows = read_metrics(watched[0] / "metrics.csv")
    # Four candidates of two networks, three episodes of five steps each.
    steps = [int(row["environment_steps"]) for row in rows]
    assert steps == [120 * generation for generation in range(1, 8)]
    assert all(float(row["mean_moved"]) > 0 and float(row["std"]) > 0 for row in rows)
    assert [row["seconds_left"] for row in rows][-1] == "0.0"


def test_three_generations_are_traced_and_the_parts_of_one_timed(watched):
    folder = watched[0] / "profile"
    assert list(folder.rglob("*.xplane.pb"))
    parts = json.loads((folder / "phases.json").read_text())
    rows = read_metrics(watched[0] / "metrics.csv")
    for name in ("ask", "fit", "evaluate", "tell"):
        timed = {row["generation"]: row[f"seconds_{name}"] for row in rows if row["seconds_ask"]}
        assert list(timed) == ["5"]
        assert float(timed["5"]) == pytest.approx(parts[name])


def test_a_search_without_csv_leaves_none(tmp_path):
    search(workdir=tmp_path / "run", log=())
    assert (tmp_path / "run" / "dataset.safetensors").exists()
    assert not (tmp_path / "run" / "metrics.csv").exists()


def test_a_budget_of_steps_needs_what_counts_them(tmp_path):
    with pytest.raises(ConfigError, match="budget=200steps: earlier steps are counted in metrics"):
        search(workdir=tmp_path / "run", log=("tensorboard",), budget="200steps")
    search(workdir=tmp_path / "run", log=("csv",), budget="200steps")
    assert len(read_metrics(tmp_path / "run" / "metrics.csv")) < SMALL["generations"]


def test_steps_that_were_not_counted_are_not_made_up_where_the_search_goes_on(tmp_path):
    folder, more = tmp_path / "run", {"generations": 9, "log": ("csv",)}
    search(workdir=folder, generations=4, log=("tensorboard",))
    with pytest.raises(
        ConfigError, match=r"steps: metrics\.csv does not count the steps of 4 gener"
    ):
        search(workdir=folder, budget="1300steps", **more)
    search(workdir=folder, **more)
    rows = read_metrics(folder / "metrics.csv")
    assert [row["generation"] for row in rows] == ["5", "6", "7", "8", "9"]
    assert not any(row.get("environment_steps") for row in rows)
