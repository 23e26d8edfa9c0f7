"""Learners' settings as choices of one SwitchedLearner."""

from dataclasses import replace

import jax.numpy as jnp

from hadax.core.specification import TargetSpec
from hadax.learners.choices import Choice, Choices
from hadax.learners.config import DEFAULT_LEARNER, LearnerConfig
from hadax.learners.layered import Layered
from hadax.learners.losses import learns_spread, resolved_loss
from hadax.learners.switched import SwitchedLearner
from hadax.learners.updates import UPDATES, Update, with_epsilon


def switchable(config: LearnerConfig) -> bool:
    """Whether a learner can be one choice of many: dense layers, an inner loop of numbers."""
    loop = config.inner_loop
    return (
        config.learner == DEFAULT_LEARNER
        and config.network.network == "mlp"
        and config.network.depth >= 1
        and loop.inner_optimizer in UPDATES
        and loop.inner_schedule == "constant"
    )


def several(
    configs: tuple[LearnerConfig, ...],
    input_shape: tuple[int, ...],
    target: TargetSpec,
    choices: Choices | None = None,
) -> SwitchedLearner:
    """One learner for the networks of several; their loss and clipping are those of the first.

    Args:
      configs: all of them `switchable`; those of one width share a branch.
      input_shape: shape of one input.
      target: what the networks answer.
      choices: what `init` draws; None where it only starts choices.

    Raises:
      ConfigError: a network that cannot take the inputs, or a loss the targets.
    """
    own, loop = configs[0].network, configs[0].inner_loop
    loss = resolved_loss(loop.loss, target)
    every = [config.network for config in configs]
    deepest = max(network.depth for network in every)
    activations = tuple(dict.fromkeys(network.activation for network in every))
    widths = dict.fromkeys(replace(own, width=network.width, depth=deepest) for network in every)
    spread = learns_spread(loss)
    networks = tuple(Layered(width, activations, target.size, spread) for width in widths)
    named = Choices(
        networks=1,
        activations=1,
        depths=(own.depth,),
        optimizers=(loop.inner_optimizer,),
        rates=(loop.inner_lr,),
        epsilons=(loop.inner_epsilon,),
        factor=1.0,
        steps=1,
    )
    return SwitchedLearner(networks, input_shape, loss, loop.inner_clip, choices or named)


def choice_of(learner: SwitchedLearner, config: LearnerConfig) -> Choice:
    """A learner's settings as the choice that is the same.

    Args:
      learner: has the network.
      config: `switchable`.
    """
    network, loop = config.network, config.inner_loop
    widths = [each.config.width for each in learner.networks]
    return Choice(
        network=jnp.int32(widths.index(network.width)),
        depth=jnp.int32(network.depth),
        activation=jnp.int32(learner.networks[0].activations.index(network.activation)),
        update=update_of(loop.inner_optimizer, loop.inner_epsilon),
        rate=jnp.float32(loop.inner_lr),
        steps=jnp.int32(loop.inner_steps),
    )


def update_of(optimizer: str, epsilon: float = 0.0) -> Update:
    """The numbers of a named optimiser.

    Args:
      optimizer: a name in UPDATES.
      epsilon: in place of the one below or beside its root; 0 for its own.
    """
    numbers = vars(with_epsilon(optimizer, epsilon)).values()
    return Update(*(jnp.float32(number) for number in numbers))
