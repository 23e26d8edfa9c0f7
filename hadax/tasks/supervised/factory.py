"""One factory for all sources of real images."""

import jax.numpy as jnp

from hadax.tasks.supervised.classification import Classification
from hadax.tasks.supervised.config import ImageOptions
from hadax.tasks.supervised.sources.images import empty
from hadax.tasks.supervised.sources.named import NamedSource


def make(options: ImageOptions, source: str) -> Classification:
    """The task of one source, without its images; `with_data` loads them.

    Args:
      options: what decides it besides; without a folder $HADAX_DATA_DIR is asked, and without
        either the files are fetched.
      source: "digits", or a name in hadax.tasks.supervised.sources.remote.REMOTE.
    """
    images = NamedSource(source, options.data_dir)
    pixels, classes = empty(images.input_shape)
    return Classification(
        pixels=jnp.asarray(pixels),
        classes=jnp.asarray(classes),
        input_shape=images.input_shape,
        class_names=images.class_names,
        eval_batch=options.eval_batch,
        fitness=options.fitness,
        start=options.init,
        normalizer=options.normalizer,
        source=images,
    )
