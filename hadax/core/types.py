"""Names for the pytrees and functions that travel between the rooms."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax

Key: TypeAlias = jax.Array
"""A typed JAX random key, shape []."""

Pytree: TypeAlias = Any
"""Any nested structure of arrays that JAX knows how to take apart."""

Document: TypeAlias = Mapping[str, Any]
"""A JSON object, as it was read."""

StrategyState: TypeAlias = Any
"""What an evolution strategy carries from one generation to the next: any pytree."""

Drawn: TypeAlias = Any
"""All randomness that the candidates of one generation share: any pytree."""

Candidate: TypeAlias = Any
"""What evolution searches over: any pytree of float32 arrays."""

Population: TypeAlias = Any
"""A candidate whose leaves have a leading axis [population, ...]."""

TaskState: TypeAlias = Any
"""What a task learns during a run and needs afterwards: any pytree, () for none."""

Statistics: TypeAlias = Any
"""What one evaluation adds to the task's state; sums, so that candidates add up."""

LearnerState: TypeAlias = Any
"""A learner's parameters, before or after training: any pytree."""

Metrics: TypeAlias = dict[str, jax.Array]
"""Scalars by name."""

Policy: TypeAlias = Callable[[jax.Array], jax.Array]
"""A trained network: inputs [batch, *input_shape] to outputs [batch, target.size].

Trained on a Gaussian likelihood, a network's outputs are [batch, 2 * target.size]: log standard
deviations follow the means.
"""
