"""One factory for all sources of real images."""

import os
from functools import cache
from pathlib import Path

import jax.numpy as jnp

from hadax.core.errors import ConfigError, require, require_choice, require_count
from hadax.tasks.supervised.classification import Classification
from hadax.tasks.supervised.sources import digits
from hadax.tasks.supervised.sources.images import NO_IMAGES, SPLITS, DataError, Images, empty


def make(
    source: str,
    *,
    split: str = "train",
    eval_batch: int = 1024,
    init: str = "mean",
    normalizer: str = "constant",
    data_dir: str | None = None,
) -> Classification:
    """The task of one source.

    Args:
      source: "digits", or a name in hadax.tasks.supervised.sources.remote.REMOTE.
      split: train, test (all of it, whatever eval_batch), or none for a task without images.
      eval_batch: images of one evaluation; 0 for the whole split.
      init: where a search begins: mean (of a class), sample or zeros.
      normalizer: constant (mean and standard deviation of the training split) or none.
      data_dir: folder that holds the source's files; $HADAX_DATA_DIR by default, and without
        either they are fetched.

    Raises:
      ConfigError: a value outside its range, or a folder that lacks the files.
      DataError: files that cannot be had or are not what they should be.
    """
    require_choice("split", split, (*SPLITS, NO_IMAGES))
    require_count("eval_batch", eval_batch, 0)
    input_shape, class_names = _describe(source)
    require(data_dir != "", "data_dir", "", "name a folder, or leave the flag out")
    expected = "scikit-learn brings the digits; no files are read"
    require(source != "digits" or data_dir is None, "data_dir", data_dir, expected)
    images = empty(input_shape) if split == NO_IMAGES else _load(source, split, data_dir)
    return Classification(
        pixels=jnp.asarray(images.pixels),
        labels=jnp.asarray(images.labels),
        input_shape=input_shape,
        class_names=class_names,
        eval_batch=0 if split == "test" else eval_batch,
        start=init,
        normalizer=normalizer,
    )


def _describe(source: str) -> tuple[tuple[int, int, int], tuple[str, ...]]:
    if source == "digits":
        return digits.INPUT_SHAPE, digits.CLASS_NAMES
    from hadax.tasks.supervised.sources.remote import REMOTE

    return REMOTE[source].input_shape, REMOTE[source].class_names


@cache
def _load(source: str, split: str, data_dir: str | None) -> Images:
    if source == "digits":
        return digits.load(split)
    from hadax.tasks.supervised.sources import preparation
    from hadax.tasks.supervised.sources.remote import REMOTE

    folder = data_dir or os.environ.get("HADAX_DATA_DIR")
    try:
        return preparation.load(REMOTE[source], split, Path(folder) if folder else None)
    except ConfigError as error:
        if data_dir is not None:
            raise
        raise DataError(f"HADAX_DATA_DIR={folder}: {error.expected}") from error
