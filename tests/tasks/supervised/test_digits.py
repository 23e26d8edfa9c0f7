"""scikit-learn's digits, read without importing it."""

import subprocess
import sys

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_digits

import hadax
from hadax.tasks.supervised.scaling import scale, scaling_of
from hadax.tasks.supervised.sources import digits, named
from hadax.tasks.supervised.sources.images import DataError


def sorted_rows(images, classes):
    rows = np.column_stack([np.reshape(images, (len(classes), -1)), classes]).astype(int)
    return rows[np.lexsort(rows.T)]


def test_both_splits_together_are_all_digits_of_scikit_learn():
    train, test = digits.load("train"), digits.load("test")
    theirs = load_digits()
    ours = sorted_rows(
        np.concatenate([train.pixels, test.pixels]), np.concatenate([train.labels, test.labels])
    )
    brightness = np.rint(theirs.images * (255 / 16))
    np.testing.assert_array_equal(ours, sorted_rows(brightness, theirs.target))


def test_a_folder_without_the_file_is_no_hindrance(monkeypatch, tmp_path):
    known = digits.load("test")
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    np.testing.assert_array_equal(digits.load("test").pixels, known.pixels)


def test_scikit_learn_is_not_imported():
    code = (
        "import sys; from hadax.tasks.supervised.sources import digits; digits.load('test');"
        " sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    def missing(name, split, data_dir):
        raise ModuleNotFoundError("No module named 'sklearn'")

    monkeypatch.setattr(named, "_load", missing)
    with pytest.raises(DataError, match=r"No module named 'sklearn'\); pip install 'hadax\["):
        hadax.make("supervised/digits")


def test_a_channel_that_never_varies_divides_nothing_by_zero():
    for brightness in (0, 77):
        scaling = scaling_of(jnp.full((4, 3, 3, 1), brightness, jnp.uint8))
        assert scaling.std.item() == pytest.approx(1e-4)
        assert jnp.all(jnp.abs(scale(scaling, jnp.full((1, 3, 3, 1), brightness))) < 1e-2)
