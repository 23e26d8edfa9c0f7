"""Tasks that are made first and then searched: their files know them by name."""

import dataclasses
import gc

import pytest

import hadax
from hadax.core.errors import ArtifactError
from hadax.tasks import naming
from hadax.tasks.naming import named, remember

SMALL = {"generations": 1, "population": 4, "width": 4, "inner_steps": 2, "score_networks": 1}


def test_a_file_knows_the_task_that_was_made_by_name(tmp_path):
    task = hadax.make("analytic/linear_quadratic", horizon="7", normalizer="running")
    found = hadax.distill(task, progress=False, **SMALL)
    found.save(tmp_path / "a.safetensors")
    loaded = hadax.load(tmp_path / "a.safetensors")
    assert loaded.header.task.task == "analytic/linear_quadratic"
    assert (loaded.task.environment.horizon, loaded.task.normalizer) == (7, "running")
    same = hadax.distill(
        "analytic/linear_quadratic",
        preset="none",
        horizon=7,
        normalizer="running",
        progress=False,
        **SMALL,
    )
    same.save(tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_a_task_that_was_changed_since_is_loaded_with_itself(tmp_path):
    made = hadax.make("analytic/linear_quadratic")
    changed = dataclasses.replace(made, episodes=3)
    hadax.distill(changed, progress=False, **SMALL).save(tmp_path / "a.safetensors")
    with pytest.raises(ArtifactError, match="or give the task itself"):
        hadax.load(tmp_path / "a.safetensors")
    assert hadax.load(tmp_path / "a.safetensors", task=changed).task.episodes == 3


def test_a_changed_task_goes_on_with_the_statistics_in_its_file(tmp_path):
    made = hadax.make("analytic/linear_quadratic", normalizer="running")
    changed = dataclasses.replace(made, episodes=3)
    first = hadax.distill(changed, progress=False, **SMALL)
    first.save(tmp_path / "a.safetensors")
    start = str(tmp_path / "a.safetensors")
    further = hadax.distill(changed, init_from=start, progress=False, **SMALL)
    assert further.state.count == pytest.approx(2 * float(first.state.count), rel=0.2)


def test_what_no_file_could_hold_is_no_name():
    class Bare:
        __slots__ = ("options",)

    remember(Bare(), "mine/bare", {})
    task = hadax.make("analytic/linear_regression")
    other = dataclasses.replace(task)
    remember(other, "mine/other", {"scale": object()})
    assert named(other) is None


def test_a_name_is_kept_no_longer_than_its_task():
    task = hadax.make("analytic/linear_regression", batch=4)
    assert named(task).options == {"batch": 4}
    place, other = id(task), hadax.make("analytic/linear_regression")
    assert named(other).options == {}
    del task
    gc.collect()
    assert place not in naming._named


def test_the_task_of_a_loaded_result_is_known_by_name(tmp_path):
    first = hadax.distill(
        "analytic/linear_quadratic", preset="none", horizon=7, progress=False, **SMALL
    )
    loaded = hadax.load(first.save(tmp_path / "a.safetensors"))
    again = hadax.load(
        hadax.distill(loaded.task, progress=False, **SMALL).save(tmp_path / "b.safetensors")
    )
    assert again.header.task == first.header.task
    assert again.task.environment.horizon == 7
    other = loaded.with_task(horizon=9).task
    assert named(other).options["horizon"] == 9


def test_images_of_a_loaded_result_are_brought_to_the_next_search():
    loaded = hadax.zoo.load("supervised/digits")
    assert named(loaded.task.with_data("test")) == named(loaded.task)
    found = hadax.distill(loaded.task, dataset_size=10, progress=False, **SMALL)
    assert found.header.task.task == loaded.header.task.task
