"""Optimisers and learning-rate schedules of the inner loop, by name."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import jax
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

Those in config.WITHOUT_SCHEDULE take no schedule. optax's own, each by its own name; adam in our
own arithmetic, and sgd with momentum 0.9.
"""


Rate: TypeAlias = float | jax.Array
"""A learning rate: known when the training is compiled, or computed, float32 []."""


def _constant(rate: Rate, steps: int) -> Rate:
    del steps
    return rate


def _linear(rate: Rate, steps: int) -> optax.Schedule:
    return optax.linear_schedule(rate, 0.0, steps)


SCHEDULES: dict[str, Callable[[Rate, int], optax.ScalarOrSchedule]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": optax.cosine_decay_schedule,
}
"""Of a learning rate and the steps of a training; the last two end at zero."""
