"""Other learners beside the named one, so that a dataset does not fit a single architecture."""

from collections.abc import Mapping

from hadax.core.errors import ConfigError, require
from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.views import replaced
from hadax.learners.config import LearnerConfig


def other_activation(name: str) -> str:
    """An activation unlike the named one."""
    return "relu" if name == "tanh" else "tanh"


def learner_configs(chosen: DistillationConfig, config: LearnerConfig) -> tuple[LearnerConfig, ...]:
    """The learners that each candidate is trained on.

    Args:
      chosen: whether they vary; a randomised learner counts as one.
      config: the named one.

    Raises:
      ConfigError: they are to vary, but the named one has no hidden layer.
    """
    return variations(config) if chosen.vary else (config,)


def variations(config: LearnerConfig) -> tuple[LearnerConfig, ...]:
    """The learner itself and three that differ in width, depth, activation and learning rate.

    Each of the three changes two or three things at once; between them width, depth and learning
    rate go both up and down, but for a depth that is the least with a nonlinearity. So four
    networks a candidate stand for the whole neighbourhood.

    Raises:
      ConfigError: the network has no hidden layer, so that width and activation change nothing.
    """
    network, loop = config.network, config.inner_loop
    shallowest = 0 if network.network == "conv" else 1
    expected = "varies hidden layers, of which depth=0 has none; use vary=false"
    require(network.depth >= shallowest, "vary", True, expected)
    other = other_activation(network.activation)
    slow, fast = loop.inner_lr / 3, loop.inner_lr * 3
    narrow, half = max(1, network.width // 4), max(1, network.width // 2)
    shallow = max(shallowest, network.depth - 1)
    return (
        config,
        beside(config, "vary", {"width": narrow, "activation": other}),
        # The wide one is the shallow one, where width costs least.
        beside(config, "vary", {"width": 2 * network.width, "depth": shallow, "inner_lr": slow}),
        beside(config, "vary", {"width": half, "depth": network.depth + 1, "inner_lr": fast}),
    )


def beside(
    config: LearnerConfig, asked_by: str, changes: Mapping[str, str | int | float]
) -> LearnerConfig:
    """The learner with some settings changed.

    Args:
      config: the named one.
      asked_by: the setting, now true, that asks for other learners.
      changes: values by the settings' names.

    Raises:
      ConfigError: there is no such learner; says whose it would be, since nobody named its values.
    """
    try:
        return replaced(config, changes)
    except ConfigError as error:
        expected = f"also trains a learner with {error.name}={error.value}, which {error.expected}"
        raise ConfigError(asked_by, True, expected) from error
