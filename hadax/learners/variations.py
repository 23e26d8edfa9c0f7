"""Other learners beside the named one, so that a dataset does not fit a single architecture."""

from dataclasses import replace

from hadax.learners.config import LearnerConfig


def other_activation(name: str) -> str:
    """An activation unlike the named one."""
    return "relu" if name == "tanh" else "tanh"


def variations(config: LearnerConfig) -> tuple[LearnerConfig, ...]:
    """The learner itself and three that differ in width, depth, activation and learning rate.

    Each of the three changes two or three things at once; between them width, depth and learning
    rate go both up and down. So four networks a candidate stand for the whole neighbourhood.
    """
    other = other_activation(config.activation)
    return (
        config,
        replace(config, width=max(1, config.width // 4), activation=other),
        replace(config, depth=max(0, config.depth - 1), inner_lr=config.inner_lr / 3),
        replace(
            config,
            width=2 * config.width,
            depth=config.depth + 1,
            inner_lr=3 * config.inner_lr,
        ),
    )
