"""A linear-quadratic regulator: a control task whose optimum is known in closed form.

The state follows x' = A x + B u, each step costs x'Qx + u'Ru, and an episode starts at a random
corner. The best return comes from the Riccati recursion (Bertsekas, "Dynamic Programming and
Optimal Control", vol. 1, section 3.1); tests hold the engine and the rollout against it.
"""

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.specification import Continuous
from hadax.core.types import Key
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment

# A double integrator at 0.2 s a step: unstable enough that doing nothing is clearly worse.
_DYNAMICS = np.array([[1.0, 0.2], [0.0, 1.0]], dtype=np.float32)
_INPUT = np.array([[0.02], [0.2]], dtype=np.float32)
_STATE_COST = np.diag(np.array([1.0, 0.1], dtype=np.float32))
_ACTION_COST = np.array([[0.1]], dtype=np.float32)
# Small enough that the best action stays inside [-1, 1], where the recursion is exact.
_CORNER = np.array([0.3, 0.1], dtype=np.float32)
_HORIZON = 40


def make(*, episodes: int = 4, normalizer: str = "none", horizon: int = _HORIZON) -> ControlTask:
    """The regulator as a control task.

    Args:
      episodes: episodes of one evaluation, at least 1.
      normalizer: as in ControlTask.
      horizon: steps of an episode, at least 1.

    Raises:
      ConfigError: a value outside its range.
    """
    environment = Environment(
        name="linear_quadratic",
        observation_shape=(2,),
        target=Continuous(1),
        horizon=horizon,
        reset=_reset,
        step=_step,
    )
    return ControlTask(environment=environment, episodes=episodes, normalizer=normalizer)


def optimal_return(horizon: int = _HORIZON) -> float:
    """The expected return of the best policy there is, by the Riccati recursion."""
    cost_to_go = np.zeros((2, 2))
    for _ in range(horizon):
        gain = np.linalg.solve(
            _ACTION_COST + _INPUT.T @ cost_to_go @ _INPUT, _INPUT.T @ cost_to_go @ _DYNAMICS
        )
        closed_loop = _DYNAMICS - _INPUT @ gain
        cost_to_go = (
            _STATE_COST + gain.T @ _ACTION_COST @ gain + closed_loop.T @ cost_to_go @ closed_loop
        )
    # The corners' signs are independent, so only the diagonal of the cost matters.
    return -float(np.sum(np.diag(cost_to_go) * _CORNER**2))


def _reset(key: Key) -> tuple[jax.Array, jax.Array]:
    state = jnp.asarray(_CORNER) * jax.random.rademacher(key, (2,), dtype=jnp.float32)
    return state, state


def _step(
    key: Key, state: jax.Array, action: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    del key
    cost = state @ jnp.asarray(_STATE_COST) @ state + action @ jnp.asarray(_ACTION_COST) @ action
    following = jnp.asarray(_DYNAMICS) @ state + jnp.asarray(_INPUT) @ action
    return following, following, -cost, jnp.bool_(False)
