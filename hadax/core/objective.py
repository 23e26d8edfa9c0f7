"""The Objective seam: what a candidate is, and what makes one good."""

from typing import Protocol

from hadax.core.evaluation import Evaluation
from hadax.core.types import Candidate, Drawn, Key, Pytree, Statistics, TaskState


class Objective(Protocol):
    """Candidates and their fitness, as pure functions in a pytree.

    Examples:
      >>> import hadax, jax, jax.numpy as jnp
      >>> from flax import struct
      >>> @struct.dataclass
      ... class Height(hadax.Objective):
      ...     def prototype(self, key):
      ...         return jnp.zeros(2)
      ...     def init(self, key):
      ...         return ()
      ...     def draw(self, key):
      ...         return ()
      ...     def train(self, draw, candidate):
      ...         return candidate
      ...     def evaluate(self, draw, trained, state):
      ...         return hadax.Evaluation(-jnp.sum((trained - 1) ** 2))
      ...     def update(self, state, statistics):
      ...         return state
      ...     def at_end(self, state):
      ...         return state
      >>> engine = hadax.Engine(Height(), hadax.Strategy(population=16))
      >>> state, metrics = engine.scan(engine.init(jax.random.key(0)), 3)
      >>> bool(metrics["fitness_mean"][-1] > metrics["fitness_mean"][0])
      True
    """

    def prototype(self, key: Key) -> Candidate:
        """The candidate that the search starts around."""

    def init(self, key: Key) -> TaskState:
        """The task's state before the first generation."""

    def draw(self, key: Key) -> Drawn:
        """All randomness that the candidates of one generation share."""

    def train(self, draw: Drawn, candidate: Candidate) -> Pytree:
        """What one candidate makes of the generation's draw, and is judged by."""

    def evaluate(self, draw: Drawn, trained: Pytree, state: TaskState) -> Evaluation:
        """One candidate's evaluation.

        Args:
          draw: the generation's, from `draw`.
          trained: what `train` made of the candidate with the same draw.
          state: the task's.
        """

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The task's state after a generation."""

    def at_end(self, state: TaskState) -> TaskState:
        """The task's state with every schedule over, which results are evaluated with."""
