"""Whether a learner does what learners promise, found out without running it."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError, failure, require
from hadax.core.learner import Learner
from hadax.core.specification import Discrete, TargetSpec
from hadax.core.storage.trees import described
from hadax.core.types import LearnerState


def check_network(
    name: str, learner: Learner, input_shape: tuple[int, ...], target: TargetSpec
) -> None:
    """Traces a fresh network and what it answers, once for each learner.

    Args:
      name: the learner's, for the message.
      learner: is looked at.
      input_shape: shape of one input.
      target: what a network answers.

    Raises:
      ConfigError: of "learner"; it has no hash, or its `init` or `apply` fails or gives other
        shapes than [batch, outputs].
    """
    try:
        hash(learner)
    except TypeError as error:
        raise ConfigError("learner", name, "must be hashable: a frozen dataclass") from error
    _check_fresh(name, learner, input_shape, target)


@lru_cache(maxsize=256)
def _check_fresh(
    name: str, learner: Learner, input_shape: tuple[int, ...], target: TargetSpec
) -> None:
    _check_outputs(name, learner, _fresh(name, learner), input_shape, target)


def check_training(name: str, learner: Learner, dataset: Dataset, target: TargetSpec) -> None:
    """Traces the training of a fresh network, and what the trained one answers.

    Args:
      name: the learner's, for the message.
      learner: is looked at.
      dataset: what it is trained on, or the shapes of that.
      target: what a network answers.

    Raises:
      ConfigError: of "learner"; its `fit` fails, gives anything but a network and scalars by name,
        or a network that does not answer as `check_network` wants it.
    """
    found = _traced(name, "fit", learner.fit, _key(), _fresh(name, learner), dataset)
    pair = isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], Mapping)
    expected = f"its fit gives {described(found)}, must give (network, scalars by name)"
    require(pair, "learner", name, expected)
    network, metrics = found
    for metric, value in metrics.items():
        expected = f"its fit gives {metric} as {described(value)}, must be a single number"
        require(
            isinstance(value, jax.ShapeDtypeStruct) and not value.shape, "learner", name, expected
        )
    _check_outputs(name, learner, network, dataset.inputs.shape[1:], target)


def _check_outputs(
    name: str,
    learner: Learner,
    network: LearnerState,
    input_shape: tuple[int, ...],
    target: TargetSpec,
) -> None:
    # A number of inputs that outputs can be mistaken for neither way round.
    batch = 2 * target.size + 1
    inputs = jax.ShapeDtypeStruct((batch, *input_shape), jnp.float32)
    found = _traced(name, "apply", learner.apply, network, inputs)
    sizes = (target.size,) if isinstance(target, Discrete) else (target.size, 2 * target.size)
    right = (
        isinstance(found, jax.ShapeDtypeStruct)
        and found.shape in [(batch, size) for size in sizes]
        and jnp.isdtype(found.dtype, "real floating")
    )
    wanted = " or ".join(f"float32{[batch, size]}" for size in sizes)
    expected = f"its apply gives {described(found)} for {described(inputs)}, must give {wanted}"
    require(right, "learner", name, expected)


def _fresh(name: str, learner: Learner) -> LearnerState:
    return _traced(name, "init", learner.init, _key())


def _key() -> Any:
    return jax.eval_shape(jax.random.key, 0)


def _traced(name: str, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """What a learner's function gives, abstractly; its failure is told of in one line."""
    try:
        return jax.eval_shape(function, *arguments)
    except UsageError:
        raise
    except Exception as error:
        raise ConfigError("learner", name, f"its {what} fails: {failure(error)}") from error
