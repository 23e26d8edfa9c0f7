"""evosax's strategies that are not those of their papers, corrected."""

from typing import Any

import jax
import jax.numpy as jnp
from evosax.algorithms import MA_ES, distribution_based_algorithms, xNES

from hadax.core.types import Key


class MatrixAdaptation(MA_ES):  # type: ignore[misc]
    """MA-ES whose matrix learns from the best candidates.

    evosax weighs samples in the order in which they were drawn, so that the matrix learns noise.

    References:
      Beyer and Sendhoff, "Simplify your covariance matrix adaptation evolution strategy", 2017.
    """

    def _tell(
        self, key: Key, population: jax.Array, fitness: jax.Array, state: Any, params: Any
    ) -> Any:
        """The next state.

        Args:
          population: [population, numbers].
          fitness: [population], each candidate's recombination weight.
        """
        return super()._tell(key, population, fitness, state, params.replace(weights=fitness))


class Exponential(xNES):  # type: ignore[misc]
    """xNES that learns how the numbers go together.

    evosax takes the exponential of each entry by itself, which leaves a diagonal matrix diagonal;
    and it draws by the transpose of the matrix that its mean moves by.

    References:
      Glasmachers et al., "Exponential natural evolution strategies", 2010, table 1: candidates are
      mean + std B z, and B becomes B exp(lr_B / 2 grad_B), whose determinant stays 1.
    """

    def _ask(self, key: Key, state: Any, params: Any) -> tuple[jax.Array, Any]:
        """Candidates [population, numbers], and the state with what was drawn for them."""
        z = jax.random.normal(key, (self.population_size, self.num_dims))
        return state.mean + state.std * z @ state.B.T, state.replace(z=z)

    def _tell(
        self, key: Key, population: jax.Array, fitness: jax.Array, state: Any, params: Any
    ) -> Any:
        """The next state.

        Args:
          population: [population, numbers].
          fitness: [population], each candidate's weight; their sum is 0.
        """
        after = super()._tell(key, population, fitness, state, params)
        gradient = jnp.einsum("i,ij,ik->jk", fitness, state.z, state.z)
        gradient -= jnp.trace(gradient) / self.num_dims * jnp.eye(self.num_dims)
        return after.replace(B=state.B @ jax.scipy.linalg.expm(params.lr_B / 2 * gradient))


ALGORITHMS: dict[str, Any] = {
    **distribution_based_algorithms,
    "MA_ES": MatrixAdaptation,
    "xNES": Exponential,
}
"""Every strategy by its name, corrected where it has to be."""
