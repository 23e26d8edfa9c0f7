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
    slow, fast = config.inner_lr / 3, config.inner_lr * 3
    narrow, shallow, deep = config.width // 4, config.depth - 1, config.depth + 1
    return (
        config,
        replace(config, width=max(1, narrow), activation=other),
        # The wide one is the shallow one, where width costs least.
        replace(config, width=2 * config.width, depth=max(0, shallow), inner_lr=slow),
        replace(config, width=max(1, config.width // 2), depth=deep, inner_lr=fast),
    )
