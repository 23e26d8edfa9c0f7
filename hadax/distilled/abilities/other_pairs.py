"""Pairs in place of a dataset's own, and those that a file has."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.dataset import Dataset
from hadax.core.errors import UsageError, require
from hadax.core.parametrizations.slots import expanded, has_slots
from hadax.core.settings.config import DistillationConfig
from hadax.core.task import Task
from hadax.distilled.files.header import Header

_INSTEAD = "with_dataset(dataset) gives the result with other pairs"


def as_pairs(dataset: Dataset, task: Task) -> Dataset:
    """The pairs as float32 [size, *input_shape] and [size, target_size], whatever held them.

    Args:
      dataset: inputs and targets as arrays or lists.
      task: what they are for.

    Raises:
      ConfigError: no Dataset.
      UsageError: no numbers, other shapes, none at all, or a learning rate of their own.
    """
    require(isinstance(dataset, Dataset), "dataset", dataset, "must be a hadax.Dataset")
    if dataset.inner_lr_factor is not None:
        hint = "with_learner(inner_lr=...) sets the rate itself"
        raise UsageError(f"dataset: no file keeps its inner_lr_factor; {hint}")
    inputs, targets = _floats("inputs", dataset.inputs), _floats("targets", dataset.targets)
    shapes = tuple(task.input_shape), (task.target.size,)
    sizes = {len(array) if array.ndim else 0 for array in (inputs, targets)}
    if sizes == {0} or len(sizes) != 1 or (inputs.shape[1:], targets.shape[1:]) != shapes:
        wanted = " and ".join(f"{('size', *shape)}".replace("'", "") for shape in shapes)
        found = f"inputs {inputs.shape} and targets {targets.shape}"
        raise UsageError(f"dataset: {found}, must be {wanted}")
    return Dataset(jnp.asarray(inputs), jnp.asarray(targets))


def require_finite(dataset: Dataset) -> None:
    """Refuses pairs with entries that teach nothing.

    Raises:
      UsageError: one is no finite float32; says where.
    """
    for name, array in (("inputs", dataset.inputs), ("targets", dataset.targets)):
        broken = np.argwhere(~np.isfinite(np.asarray(array)))
        if broken.size:
            place = broken[0].tolist()
            raise UsageError(f"dataset: {name}{place} is no finite float32 number")


def for_pairs(header: Header, size: int) -> Header:
    """The header of pairs that somebody gave in place of its own: no search found them.

    Args:
      header: of the dataset that had others.
      size: how many there are.
    """
    sized = replace(_sized(header.distillation, size, slotted=False), images_per_class=0)
    return replace(header, distillation=sized, further={}, score=None, played=None, generation=0)


def written(
    header: Header, dataset: Dataset, slots: jax.Array | None, task: Task
) -> tuple[Header, dict[str, NDArray[np.float32]]]:
    """A dataset's header and pairs as its file has them.

    Args:
      header: its own.
      dataset: the pairs that networks are trained on.
      slots: images that hold them, [slots, *input_shape]; None where they are kept as they are.
      task: what they are for.

    Raises:
      UsageError: pairs that no file could give back, or that are not those in the slots.
    """
    pairs = as_pairs(dataset, task)
    if slots is not None and not _alike(expanded(jnp.asarray(slots)), pairs.inputs):
        raise UsageError(f"dataset: its inputs are not those in its slots; {_INSTEAD}")
    inputs = np.asarray(pairs.inputs if slots is None else slots, np.float32)
    sized = _sized(header.distillation, len(inputs), slotted=slots is not None)
    arrays = {"inputs": inputs, "targets": np.asarray(pairs.targets)}
    return replace(header, distillation=sized), arrays


def _sized(config: DistillationConfig, size: int, slotted: bool) -> DistillationConfig:
    """The settings of a dataset of so many pairs, or so many slots."""
    if has_slots(config) != slotted:
        config = replace(config, parametrization="multi" if slotted else "raw")
    return replace(config, dataset_size=size)


def _floats(name: str, values: ArrayLike) -> NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):
            return np.asarray(values, np.float32)
    except (ValueError, TypeError) as error:
        raise UsageError(f"dataset: {name} are no array of numbers: {error}") from error


def _alike(one: jax.Array, other: jax.Array) -> bool:
    """Whether two arrays are the same, but for what devices round otherwise."""
    return one.shape == other.shape and bool(
        jnp.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True)
    )
