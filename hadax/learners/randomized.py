"""A learner that is another one each generation, so that a dataset fits no single one."""

from hadax.core.errors import require
from hadax.core.learner import Learner
from hadax.core.specification import TargetSpec
from hadax.learners.choices import Choices
from hadax.learners.config import LearnerConfig
from hadax.learners.rates import RATES
from hadax.learners.several import several, switchable
from hadax.learners.variations import beside

_ACTIVATIONS = ("relu", "tanh", "gelu")
_RATE_FACTOR = 3.0


def randomized(config: LearnerConfig, input_shape: tuple[int, ...], target: TargetSpec) -> Learner:
    """A learner whose width, depth, activation, optimiser and learning rate `init` draws.

    Widths are a quarter of the named one, itself and double; depths one less, itself and one more,
    from 1; activations relu, tanh, gelu and its own; optimisers those of UPDATES, each at the rate
    that suits it as the named one suits the named optimiser, times 1/3 to 3. The named optimiser
    keeps its epsilon, the others have their own.

    Args:
      config: the learner around which others are drawn.
      input_shape: shape of one input.
      target: what the networks answer.

    Raises:
      ConfigError: a plug-in, convolutions, no hidden layer, another inner loop than these, or a
        loss that cannot have such targets.
    """
    expected = (
        "needs hidden layers (network=mlp, depth=1 or more), a constant learning rate and one"
        f" of {', '.join(RATES)}"
    )
    require(switchable(config), "randomize_learner", True, expected)
    network, loop = config.network, config.inner_loop
    widths = dict.fromkeys((max(1, network.width // 4), network.width, 2 * network.width))
    depths = tuple(dict.fromkeys((max(1, network.depth - 1), network.depth, network.depth + 1)))
    activations = dict.fromkeys((network.activation, *_ACTIVATIONS))
    base = loop.inner_lr / RATES[loop.inner_optimizer]
    choices = Choices(
        networks=len(widths),
        activations=len(activations),
        depths=depths,
        optimizers=tuple(RATES),
        rates=tuple(base * rate for rate in RATES.values()),
        factor=_RATE_FACTOR,
        steps=loop.inner_steps,
        epsilons=tuple(loop.inner_epsilon * (name == loop.inner_optimizer) for name in RATES),
    )
    configs = [
        beside(
            config,
            "randomize_learner",
            {"width": width, "depth": depths[-1], "activation": activation},
        )
        for width in widths
        for activation in activations
    ]
    return several(tuple(configs), input_shape, target, choices)
