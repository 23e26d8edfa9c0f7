"""Other learners beside the named one, so that a dataset does not fit a single architecture."""

from dataclasses import replace

from hadax.learners.config import LearnerConfig

_OTHER_ACTIVATION = {"tanh": "relu", "relu": "tanh"}


def variations(config: LearnerConfig) -> tuple[LearnerConfig, ...]:
    """The learner itself and three that differ in width, depth, activation and learning rate.

    Each of the three changes several things at once, and each thing is changed in both directions
    by one of them: four networks a candidate stand for the whole neighbourhood.
    """
    other = _OTHER_ACTIVATION.get(config.activation, "tanh")
    return (
        config,
        replace(config, width=max(1, config.width // 4), activation=other),
        replace(config, depth=max(0, config.depth - 1), inner_lr=config.inner_lr / 3),
        replace(
            config,
            width=max(1, config.width // 2),
            depth=config.depth + 1,
            inner_lr=3 * config.inner_lr,
        ),
    )
