"""The real MNIST and Fashion-MNIST, where their files are there."""

import os
from pathlib import Path

import jax
import numpy as np
import pytest

from hadax import tasks

DATA = Path(os.environ.get("HADAX_DATA_DIR") or Path(__file__).parents[4] / "shared" / "data")

# Published means and standard deviations of the training pixels in [0, 1].
MOMENTS = {"mnist": (0.1307, 0.3081), "fashion_mnist": (0.2860, 0.3530)}


@pytest.mark.parametrize("name", [pytest.param("mnist", marks=pytest.mark.slow), "fashion_mnist"])
def test_reads_the_published_files(name, cache, monkeypatch):
    if not (DATA / name).is_dir():
        pytest.skip(f"no {name} in {DATA}; HADAX_DATA_DIR names another folder")
    monkeypatch.setenv("HADAX_DATA_DIR", str(DATA))
    task = tasks.make(f"supervised/{name}")
    assert task.pixels.shape == (60_000, 28, 28, 1)
    assert np.bincount(np.asarray(task.classes)).shape == (10,)
    state = task.init(jax.random.key(0))
    mean, std = MOMENTS[name]
    assert state.mean[0] == pytest.approx(mean, abs=1e-4)
    assert state.std[0] == pytest.approx(std, abs=1e-4)
    test = task.with_data("test")
    assert test.classes.shape == (10_000,)
    # The nearest class mean is a classifier; its accuracy is known.
    means = np.asarray(task.initial_dataset(jax.random.key(0), 10).inputs).reshape(10, -1)
    seen = np.asarray(test.preprocess(state, test.pixels.astype(np.float32))).reshape(10_000, -1)
    distances = (means**2).sum(1) - 2 * seen @ means.T
    accuracy = (distances.argmin(1) == np.asarray(test.classes)).mean()
    assert accuracy == pytest.approx({"mnist": 0.8203, "fashion_mnist": 0.6768}[name], abs=2e-4)
