"""What a task does to raw inputs before a network sees them, as numbers for other tools."""

import math
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import UsageError
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.tasks.rl import schedules
from hadax.tasks.rl.moments import Moments, std_of
from hadax.tasks.rl.normalizer import limit_of
from hadax.tasks.supervised.scaling import Scaling, takes_brightness

Floats = NDArray[np.float32]

# A task takes images' brightness as 0 to 255, and people as 0 to 1.
_BRIGHTEST = 255.0


@dataclass(frozen=True)
class InputScaling:
    """A network's input is `clip((raw - mean) / std, -limit, limit)`.

    Attributes:
      mean: subtracted; [*input_shape], [channels], or [] where it is 0.
      std: divided by, as `mean`.
      limit: of what is left, above 0; infinite for none.
    """

    mean: Floats
    std: Floats
    limit: float = math.inf

    @property
    def changes_nothing(self) -> bool:
        """Whether a network sees raw inputs."""
        return bool(np.all(self.mean == 0) and np.all(self.std == 1) and math.isinf(self.limit))

    def apply(self, raw: Floats) -> Floats:
        """Raw inputs [size, *input_shape] as a network sees them."""
        return np.clip((raw - self.mean) / self.std, -self.limit, self.limit)


def scaling_of(name: str, task: Task, state: TaskState) -> InputScaling:
    """The scaling of a task's inputs.

    Args:
      name: the task's, for messages.
      task: what the inputs are for.
      state: has the numbers.

    Raises:
      UsageError: a task of one's own that does something else to its inputs.
    """
    known = schedules.settle(state)
    scaling = InputScaling(np.zeros((), np.float32), np.ones((), np.float32))
    if isinstance(known, Moments):
        limit = limit_of(task.normalizer)
        scaling = InputScaling(np.asarray(known.mean), np.asarray(std_of(known)), limit)
    elif isinstance(known, Scaling):
        scaling = InputScaling(np.asarray(known.mean), np.asarray(known.std))
    _check(name, task, state, scaling)
    return scaling


def _check(name: str, task: Task, state: TaskState, scaling: InputScaling) -> None:
    """Refuses a scaling that is not what the task does."""
    some = np.linspace(-1, 2, 5 * math.prod(task.input_shape), dtype=np.float32)
    some = some.reshape(5, *task.input_shape)
    brightest = _BRIGHTEST if takes_brightness(state) else 1.0
    done = np.asarray(task.preprocess(state, brightest * jnp.asarray(some)))
    if done.shape != some.shape or not np.allclose(done, scaling.apply(some), rtol=1e-3, atol=1e-3):
        raise UsageError(f"{name}: its preprocess cannot be written down as a mean and a std")
