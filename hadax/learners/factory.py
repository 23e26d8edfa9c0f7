"""The learner that hadax brings: gradient descent on all examples, in its quickest exact form."""

from dataclasses import replace

from hadax.core.learner import Learner
from hadax.core.specification import TargetSpec
from hadax.learners.config import InnerLoop, NetworkConfig
from hadax.learners.gradient import GradientLearner
from hadax.learners.losses import learns_spread, resolved_loss
from hadax.learners.networks import make_network
from hadax.learners.shared_first_layer import SharedFirstLayerLearner, shares_first_layer


def gradient_learner(
    network: NetworkConfig,
    inner_loop: InnerLoop,
    input_shape: tuple[int, ...],
    target: TargetSpec,
) -> Learner:
    """Full-batch gradient descent on a network of these settings.

    A first layer that moves in the span of the examples is computed there: exact, and quicker.

    Args:
      network: the network's settings.
      inner_loop: how it is trained; an automatic loss goes by the target.
      input_shape: shape of one input.
      target: what the network answers.

    Raises:
      ConfigError: the network cannot take the inputs, or the loss the targets.
    """
    loss = resolved_loss(inner_loop.loss, target)
    made = make_network(network, input_shape, target.size, learns_spread(loss))
    plain = GradientLearner(made, input_shape, replace(inner_loop, loss=loss))
    return SharedFirstLayerLearner(plain) if shares_first_layer(plain) else plain
