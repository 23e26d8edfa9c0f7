"""The same generations written the straightforward way, to be timed beside hadax on any machine.

One vmap over candidates and networks, optax and flax as they come, every step of every episode
played and its reward kept. That is how the published code goes about it, so the ratio of the two
does not depend on the machine; none of this is that code.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import flax.linen as nn
import jax
import jax.numpy as jnp
import optax

from hadax.core.generation.engine import Engine
from hadax.core.objectives.distillation import Distillation
from hadax.core.types import Policy
from hadax.launch.search.config import SearchConfig
from hadax.learners.config import InnerLoop
from hadax.learners.losses import LOSSES
from hadax.learners.networks import ACTIVATIONS
from hadax.tasks.rl.actions import choose_actions
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.supervised.classification import Classification

_IMAGES_TOGETHER = 1000

_OPTIMIZERS: dict[str, Callable[[float], optax.GradientTransformation]] = {
    "adam": optax.adam,
    "sgd": optax.sgd,
}


class PlainNetwork(nn.Module):
    """flax's own layers, in the sizes of a workload's network."""

    outputs: int
    width: int
    depth: int
    activation: str
    filters: tuple[int, ...]
    log_std: bool

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Outputs [batch, outputs], with the log standard deviations behind them if learned."""
        activation, hidden = ACTIVATIONS[self.activation], inputs
        for filters in self.filters:
            hidden = activation(nn.Conv(filters, (3, 3))(hidden))
        hidden = hidden.reshape(hidden.shape[0], -1)
        for _ in range(self.depth):
            hidden = activation(nn.Dense(self.width)(hidden))
        outputs = nn.Dense(self.outputs)(hidden)
        if not self.log_std:
            return outputs
        log_std = self.param("log_std", nn.initializers.zeros, (self.outputs,))
        return jnp.concatenate([outputs, jnp.broadcast_to(log_std, outputs.shape)], axis=-1)


def plain_generation(engine: Engine, config: SearchConfig) -> Callable[[jax.Array], jax.Array]:
    """One generation's training and evaluation, as a compiled function of a key.

    Args:
      engine: hadax's own for the workload, which says what there is to do.
      config: the workload's search.

    Returns:
      A function that gives the fitness of every candidate [population].
    """
    objective = engine.objective
    assert isinstance(objective, Distillation)
    task, initial = objective.task, objective.initial
    chosen, loop = config.learner.network, config.learner.inner_loop
    network = PlainNetwork(
        outputs=task.target.size,
        width=chosen.width,
        depth=chosen.depth,
        activation=chosen.activation,
        filters=chosen.filters if chosen.network == "conv" else (),
        log_std=loop.loss == "gaussian_negative_log_likelihood",
    )

    def fitness(key: jax.Array, inputs: jax.Array) -> jax.Array:
        init_key, judge_key = jax.random.split(key)
        start = network.init(init_key, inputs)
        weights = _train(network, start, inputs, initial.targets, loop)

        def policy(inputs: jax.Array) -> jax.Array:
            return cast(jax.Array, network.apply(weights, inputs))

        if isinstance(task, ControlTask):
            return _return(task, policy, judge_key)
        assert isinstance(task, Classification)
        return _minus_loss(task, policy)

    @jax.jit
    def generation(key: jax.Array) -> jax.Array:
        noise_key, network_key = jax.random.split(key)
        shape = (config.strategy.population, *initial.inputs.shape)
        population = initial.inputs + 0.1 * jax.random.normal(noise_key, shape)
        keys = jax.random.split(network_key, config.distillation.inits_per_candidate)
        of_networks = jax.vmap(fitness, in_axes=(0, None))
        return jax.vmap(of_networks, in_axes=(None, 0))(keys, population).mean(axis=1)

    return generation


def _train(
    network: PlainNetwork,
    weights: Any,
    inputs: jax.Array,
    targets: jax.Array,
    loop: InnerLoop,
) -> Any:
    """The inner loop, by optax."""
    optimizer = _OPTIMIZERS[loop.inner_optimizer](loop.inner_lr)
    named = "cross_entropy" if loop.loss == "auto" else loop.loss

    def loss(weights: Any) -> jax.Array:
        return LOSSES[named](cast(jax.Array, network.apply(weights, inputs)), targets)

    def step(carry: Any, _: None) -> Any:
        weights, state = carry
        value, gradient = jax.value_and_grad(loss)(weights)
        updates, state = optimizer.update(gradient, state, weights)
        return (optax.apply_updates(weights, updates), state), value

    (weights, _), _ = jax.lax.scan(
        step, (weights, optimizer.init(weights)), None, length=loop.inner_steps
    )
    return weights


def plainly(environment: Environment) -> Environment:
    """A Brax environment that steps as Brax itself does under vmap; any other as it is."""
    if environment.backend is None:
        return environment
    # Imported where needed: the memory of the other workloads is measured too.
    from hadax.tasks.rl.simulators.brax_interface import adapted_step, quietly, silenced
    from hadax.tasks.rl.simulators.from_brax import simulator

    with quietly():
        found = simulator(environment.name, environment.backend)
    return replace(environment, step=adapted_step(silenced(found.step)))


def _return(task: ControlTask, policy: Policy, key: jax.Array) -> jax.Array:
    """Mean return of whole first episodes, every step played; running statistics where wanted."""
    environment = plainly(task.environment)
    reset_key, step_key = jax.random.split(key)
    states, observed = jax.vmap(environment.reset)(jax.random.split(reset_key, task.episodes))
    zeros = jnp.zeros(task.input_shape)
    statistics = (jnp.float32(1e-4), zeros, zeros + 1)

    def step(carry: Any, key: jax.Array) -> Any:
        states, observed, (count, mean, variance) = carry
        act_key, environment_key = jax.random.split(key)
        seen = observed
        if task.normalizer == "per_policy":
            count, mean, variance = _merged(count, mean, variance, observed)
            seen = (observed - mean) / jnp.sqrt(variance + 1e-8)
        bounds, scale = task.action_bounds, task.action_scale
        actions = choose_actions(
            task.target, task.action_mode, bounds, scale, act_key, policy(seen)
        )
        keys = jax.random.split(environment_key, task.episodes)
        states, observed, reward, ended = jax.vmap(environment.step)(keys, states, actions)
        return (states, observed, (count, mean, variance)), (reward, ended)

    keys = jax.random.split(step_key, environment.horizon)
    _, (rewards, ended) = jax.lax.scan(step, (states, observed, statistics), keys)
    alive = jnp.cumprod(1 - ended.astype(jnp.float32), axis=0)
    before = jnp.concatenate([jnp.ones_like(alive[:1]), alive[:-1]])
    return jnp.sum(jnp.where(before > 0, rewards, 0)) / task.episodes


def _merged(
    count: jax.Array, mean: jax.Array, variance: jax.Array, observed: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Running moments with a batch more (Chan et al., 1979)."""
    size, new_mean, new_variance = observed.shape[0], observed.mean(0), observed.var(0)
    total, delta = count + size, new_mean - mean
    spread = variance * count + new_variance * size + jnp.square(delta) * count * size / total
    return total, mean + delta * size / total, spread / total


def _minus_loss(task: Classification, policy: Policy) -> jax.Array:
    """Minus the mean cross-entropy over all real images, a thousand at a time."""
    together = min(_IMAGES_TOGETHER, task.classes.shape[0])
    whole = task.classes.shape[0] // together * together
    pixels = task.pixels[:whole].reshape(-1, together, *task.input_shape)
    labels = task.classes[:whole].reshape(-1, together).astype(jnp.int32)

    def batch(total: jax.Array, images: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
        outputs = policy(images[0].astype(jnp.float32) / 255)
        losses = optax.softmax_cross_entropy_with_integer_labels(outputs, images[1])
        return total + jnp.sum(losses), None

    total, _ = jax.lax.scan(batch, jnp.float32(0), (pixels, labels))
    return -total / whole
