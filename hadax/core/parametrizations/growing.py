"""Growing a dataset: its examples are split into several that start close together."""

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.types import Candidate, Key

# A copy this close, in standard deviations of the search, teaches nearly what its original does,
# and the population soon tells them apart.
_APART = 0.1


def repeated(dataset: Dataset, size: int) -> Dataset:
    """A dataset of `size` examples [size, ...] that repeats the given ones in turn.

    Twice as many, or any multiple, teach a full-batch learner of mean losses exactly what the given
    ones do; else the first ones count for more.
    """
    order = jnp.arange(size) % dataset.size
    return Dataset(dataset.inputs[order], dataset.targets[order])


def split_apart(
    key: Key, parametrization: Parametrization, dataset: Dataset, originals: int, std: float
) -> Dataset:
    """The dataset with its copies moved a little, in every number of theirs that evolves.

    To each number of a copy is added a normal one of a tenth of the search's standard deviation:
    to inputs (or an image's coefficients), and to targets (or a label's logits) where those are
    learned.

    Args:
      key: decides the moves.
      parametrization: says which numbers evolve.
      dataset: the originals, then their copies.
      originals: how many of its examples stay as they are.
      std: the search's initial standard deviation.
    """
    if originals >= dataset.size:
        return dataset
    candidate = parametrization.encode(dataset)
    leaves, structure = jax.tree.flatten(candidate)
    keys = jax.random.split(key, len(leaves))

    def moved(key: Key, leaf: jax.Array) -> jax.Array:
        # What is not of single examples, a learning rate say, has no copies.
        if leaf.shape[:1] != (dataset.size,):
            return leaf
        copies = leaf[originals:]
        steps = _APART * std * jax.random.normal(key, copies.shape, leaf.dtype)
        return leaf.at[originals:].set(copies + steps)

    apart: Candidate = jax.tree.unflatten(structure, list(map(moved, keys, leaves)))
    grown = parametrization.decode(apart)
    # Through a basis or a softmax and back the originals would not be quite what they are.
    inputs, targets = (
        jnp.concatenate([before[:originals], after[originals:]])
        for before, after in ((dataset.inputs, grown.inputs), (dataset.targets, grown.targets))
    )
    return Dataset(inputs, targets)
