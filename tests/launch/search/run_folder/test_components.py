"""A search goes on in the components it began with, whatever this CPU would compute."""

import os
import signal

import jax
import numpy as np
import pytest

import hadax
from hadax import tasks
from hadax.core.errors import UsageError
from hadax.launch.search.config import DISTILL
from hadax.launch.search.resolve import resolve
from hadax.launch.search.run_folder import components
from hadax.launch.search.run_folder.components import kept_components
from hadax.launch.search.run_folder.folder import Folder

SMALL = {
    "task": "supervised/digits",
    "preset": "none",
    "images_per_class": 1,
    "generations": 4,
    "population": 4,
    "width": 8,
    "depth": 1,
    "inner_optimizer": "sgd",
    "inner_lr": 0.1,
    "inner_steps": 5,
    "eval_batch": 32,
    "score_networks": 2,
    "components": 8,
    "parametrization": "pca",
    "progress": False,
    "pictures": False,
}


def config_of(**changes):
    own = ("task", "images_per_class", "components", "parametrization")
    return resolve(DISTILL, {**{name: SMALL[name] for name in own}, **changes}, "none").config


def computed(count=8):
    return tasks.make("supervised/digits").principal_components(count)


def interrupt(report):
    if report.generation == 2:
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def another_cpu(monkeypatch):
    """Gives a function after which eigenvectors come out turned round, and in another order."""

    def change():
        def eigh(matrix, known=np.linalg.eigh):
            values, vectors = known(matrix)
            vectors = -vectors
            vectors[:, [-1, -2]] = vectors[:, [-2, -1]]
            return values, vectors

        monkeypatch.setattr(np.linalg, "eigh", eigh)

    return change


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"parametrization": "multi", "learn_labels": True},
        {"restarts": 2, "restart_generations": 2},
    ],
    ids=["pca", "multi", "restarts"],
)
def test_a_search_goes_on_with_the_same_bytes_on_another_cpu(flags, tmp_path, another_cpu):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    hadax.distill(**{**SMALL, **flags}, workdir=whole)
    hadax.distill(**{**SMALL, **flags}, workdir=parts, callback=interrupt)
    assert not (parts / "dataset.safetensors").exists()
    another_cpu()
    hadax.distill(**{**SMALL, **flags}, workdir=parts)
    names = ("dataset.safetensors", "checkpoints/components.safetensors")
    assert all((parts / name).read_bytes() == (whole / name).read_bytes() for name in names)


def test_components_are_kept_once_and_another_searchs_are_not_taken(tmp_path, another_cpu):
    first = kept_components(Folder(tmp_path, config_of()), computed())
    another_cpu()
    again = kept_components(Folder(tmp_path, config_of()), computed())
    assert all(map(np.array_equal, first, again))
    other = kept_components(Folder(tmp_path, config_of(components=4)), computed(4))
    assert all(map(np.array_equal, other, computed(4)))
    assert not np.array_equal(other[1], first[1][:4])


def test_a_run_of_an_earlier_release_keeps_what_it_computes(tmp_path):
    hadax.distill(**SMALL, workdir=tmp_path, callback=interrupt)
    path = tmp_path / "checkpoints" / "components.safetensors"
    path.unlink()
    hadax.distill(**SMALL, workdir=tmp_path)
    assert path.exists()


def test_without_components_there_is_no_file(tmp_path):
    hadax.distill(**{**SMALL, "parametrization": "raw"}, workdir=tmp_path, callback=interrupt)
    assert not (tmp_path / "checkpoints" / "components.safetensors").exists()


def test_all_processes_have_those_of_the_first(monkeypatch):
    sent = (np.zeros((8, 8, 1), np.float32), np.ones((8, 8, 8, 1), np.float32))
    monkeypatch.setattr(
        components, "same_arrays", lambda own: jax.tree.map(lambda _, new: new, own, sent)
    )
    assert all(map(np.array_equal, kept_components(None, computed()), sent))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "not a whole safetensors file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "damaged: its checksum"),
        (lambda path: path.write_bytes(b""), "not a whole safetensors file"),
        (
            lambda path: write_others(path),
            "must have centre float32[8, 8, 1], directions float32[8",
        ),
    ],
    ids=["short", "changed", "empty", "misshapen"],
)
def test_what_is_damaged_is_refused_in_a_line(tmp_path, damage, words):
    folder = Folder(tmp_path, config_of())
    kept_components(folder, computed())
    damage(folder.components_path)
    with pytest.raises(UsageError) as refused:
        kept_components(folder, computed())
    said = str(refused.value)
    assert said.startswith(f"{folder.components_path}: ")
    assert words in said
    assert said.endswith(f"; remove {folder.checkpoints_path} to begin the search anew")
    assert "\n" not in said


def write_others(path):
    path.unlink()
    other = Folder(path.parent.parent, config_of(components=3))
    kept_components(other, computed(3))
