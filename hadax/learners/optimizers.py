"""Optimisers and learning-rate schedules of the inner loop, by name."""

from collections.abc import Callable
from functools import partial

import optax

from hadax.learners.kernels.adam import adam

OPTIMIZERS: dict[str, Callable[..., optax.GradientTransformation]] = {
    "adabelief": optax.adabelief,
    "adadelta": optax.adadelta,
    "adafactor": optax.adafactor,
    "adagrad": optax.adagrad,
    "adam": adam,
    "adamax": optax.adamax,
    "adamaxw": optax.adamaxw,
    "adamw": optax.adamw,
    "adan": optax.adan,
    "amsgrad": optax.amsgrad,
    "fromage": optax.fromage,
    "lamb": optax.lamb,
    "lars": optax.lars,
    "lion": optax.lion,
    "momentum": partial(optax.sgd, momentum=0.9),
    "nesterov": partial(optax.sgd, momentum=0.9, nesterov=True),
    "novograd": optax.novograd,
    "optimistic_adam_v2": optax.optimistic_adam_v2,
    "optimistic_gradient_descent": optax.optimistic_gradient_descent,
    "radam": optax.radam,
    "rmsprop": optax.rmsprop,
    "rprop": optax.rprop,
    "sgd": optax.sgd,
    "sign_sgd": optax.sign_sgd,
    "signum": optax.signum,
    "sm3": optax.sm3,
    "yogi": optax.yogi,
}
"""Of a learning rate, or a schedule of them, and an `eps` where config.WITH_EPSILON says so.

optax's own, each by its own name; adam in our own arithmetic, and sgd with momentum 0.9.
"""


def _constant(rate: float, steps: int) -> float:
    del steps
    return rate


def _linear(rate: float, steps: int) -> optax.Schedule:
    return optax.linear_schedule(rate, 0.0, steps)


SCHEDULES: dict[str, Callable[[float, int], optax.ScalarOrSchedule]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": optax.cosine_decay_schedule,
}
"""Of a learning rate and the steps of a training; the last two end at zero."""
