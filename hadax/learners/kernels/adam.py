"""optax's Adam with its corrections gathered into two numbers a step.

The inner loop of small datasets is bound by what an optimiser does to each weight, and dividing
both moments of every weight by their corrections costs as much as all the rest of the update.
"""

import jax
import jax.numpy as jnp
import optax

from hadax.core.xla.plain import plain


def adam(
    learning_rate: optax.ScalarOrSchedule,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> optax.GradientTransformation:
    """Adam (Kingma & Ba, 2015, https://arxiv.org/abs/1412.6980): optax.adam, up to rounding.

    The paper's own remark before its section 2.1: with the corrections c1 = 1 - b1^t and
    c2 = 1 - b2^t, a step is -lr sqrt(c2) / c1 * m / (sqrt(v) + eps sqrt(c2)).

    Args:
      learning_rate: above 0, or a schedule of the steps done.
      b1: decay of the gradient's mean, in [0, 1).
      b2: decay of its mean square, in [0, 1).
      eps: added to the corrected root, so that what has no gradient stays.
    """
    if plain():
        return optax.adam(learning_rate, b1, b2, eps)

    def init(params: optax.Params) -> optax.OptState:
        zeros = jax.tree.map(jnp.zeros_like, params)
        return optax.ScaleByAdamState(count=jnp.int32(0), mu=zeros, nu=zeros)

    def update(
        gradient: optax.Updates, state: optax.OptState, params: optax.Params | None = None
    ) -> tuple[optax.Updates, optax.OptState]:
        del params
        rate = learning_rate(state.count) if callable(learning_rate) else learning_rate
        count = state.count + 1
        steps = count.astype(jnp.float32)
        root = jnp.sqrt(1 - b2**steps)
        scale, floor = -rate * root / (1 - b1**steps), eps * root
        mu = jax.tree.map(lambda old, new: b1 * old + (1 - b1) * new, state.mu, gradient)
        nu = jax.tree.map(lambda old, new: b2 * old + (1 - b2) * new * new, state.nu, gradient)
        steps_of = jax.tree.map(lambda m, v: scale * m / (jnp.sqrt(v) + floor), mu, nu)
        return steps_of, optax.ScaleByAdamState(count=count, mu=mu, nu=nu)

    return optax.GradientTransformation(init, update)
