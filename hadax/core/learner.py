"""The Learner seam: how a dataset becomes a trained network."""

from typing import Protocol

import jax

from hadax.core.dataset import Dataset
from hadax.core.storage.trees import tree_bytes
from hadax.core.types import Key, LearnerState, Metrics


class Learner(Protocol):
    """Plain supervised learning as pure functions; a frozen, hashable dataclass.

    Initialisation is apart from fitting so that one draw can serve a whole population. BaseLearner
    has all but the first three members.

    Examples:
      >>> import hadax, jax
      >>> task = hadax.make("analytic/linear_regression")
      >>> learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
      >>> init_key, fit_key, data_key = jax.random.split(jax.random.key(0), 3)
      >>> dataset = task.initial_dataset(data_key, size=4)
      >>> state, metrics = learner.fit(fit_key, learner.init(init_key), dataset)
      >>> learner.apply(state, dataset.inputs).shape
      (4, 2)
    """

    def init(self, key: Key) -> LearnerState:
        """A freshly initialised network."""

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """The network after training on the dataset, and scalars about the training.

        Args:
          key: decides dropout, augmentation or noise. All candidates of a generation are given the
            same, so that what differs between them is their data alone.
          initial: what `init` gave.
          dataset: the synthetic examples, and a factor on the learning rate where it is learned.
        """

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """Outputs [batch, outputs] for inputs [batch, *input_shape]."""

    def parameters(self, state: LearnerState) -> LearnerState:
        """A trained network in the form that `init` gives, which `apply` takes too."""

    def own_bytes(self, state: LearnerState) -> int:
        """Bytes of a trained network that others of its generation do not share."""

    @property
    def shares_between_candidates(self) -> bool:
        """Whether candidates share weights while they stay in one computation, unbatched."""

    @property
    def scales_inner_lr(self) -> bool:
        """Whether `fit` heeds a dataset's `inner_lr_factor`, so that the rate can be learned."""

    def __hash__(self) -> int:
        """Equal learners share compiled code."""


MEMBERS: tuple[str, ...] = tuple(name for name in vars(Learner) if not name.startswith("_"))
"""What every learner has, by name."""


class BaseLearner:
    """Base of learners whose networks keep one form throughout and share nothing.

    Examples:
      >>> import hadax, jax.numpy as jnp
      >>> from dataclasses import dataclass
      >>> @dataclass(frozen=True)
      ... class Mean(hadax.BaseLearner):
      ...     "Answers the mean of the targets, whatever it is asked."
      ...
      ...     outputs: int
      ...
      ...     def init(self, key):
      ...         return jnp.zeros(self.outputs)
      ...
      ...     def fit(self, key, initial, dataset):
      ...         return dataset.targets.mean(0), {}
      ...
      ...     def apply(self, state, inputs):
      ...         return jnp.broadcast_to(state, (len(inputs), self.outputs))
      >>> learner = Mean(outputs=2)
      >>> learner.own_bytes(learner.init(None))
      8
    """

    def parameters(self, state: LearnerState) -> LearnerState:
        """The state itself, which has one form throughout."""
        return state

    def own_bytes(self, state: LearnerState) -> int:
        """All bytes of the state."""
        return tree_bytes(state)

    @property
    def shares_between_candidates(self) -> bool:
        """Never: each candidate has weights of its own."""
        return False

    @property
    def scales_inner_lr(self) -> bool:
        """No: a learner of one's own need not have a learning rate."""
        return False
