"""One factory for all sources of real images."""

import jax.numpy as jnp

from hadax.core.errors import require, require_count
from hadax.tasks.supervised.classification import Classification
from hadax.tasks.supervised.sources.images import empty
from hadax.tasks.supervised.sources.named import NamedSource


def make(
    source: str,
    *,
    eval_batch: int = 1024,
    init: str = "mean",
    normalizer: str = "constant",
    data_dir: str | None = None,
) -> Classification:
    """The task of one source, without its images; `with_data` loads them.

    Args:
      source: "digits", or a name in hadax.tasks.supervised.sources.remote.REMOTE.
      eval_batch: training images of one evaluation; 0 for the whole split.
      init: where a search begins: mean (of a class), sample or zeros.
      normalizer: constant (mean and standard deviation of the training split) or none.
      data_dir: folder that holds the source's files; $HADAX_DATA_DIR by default, and without
        either they are fetched.

    Raises:
      ConfigError: a value outside its range.
    """
    require_count("eval_batch", eval_batch, 0)
    require(data_dir != "", "data_dir", "", "name a folder, or leave the flag out")
    expected = "scikit-learn brings the digits; no files are read"
    require(source != "digits" or data_dir is None, "data_dir", data_dir, expected)
    images = NamedSource(source, data_dir)
    pixels, classes = empty(images.input_shape)
    return Classification(
        pixels=jnp.asarray(pixels),
        classes=jnp.asarray(classes),
        input_shape=images.input_shape,
        class_names=images.class_names,
        eval_batch=eval_batch,
        start=init,
        normalizer=normalizer,
        source=images,
    )
