"""The examples of a distilled dataset as plain arrays: as a network sees them, and as people do."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.specification import Discrete
from hadax.distilled.distilled import Distilled
from hadax.distilled.export.scaling import Floats
from hadax.tasks.rl.environment_task import EnvironmentTask
from hadax.tasks.supervised.scaling import takes_brightness


@dataclass(frozen=True)
class Pairs:
    """The examples.

    Attributes:
      inputs: what a network is trained on, preprocessing applied, [size, *input_shape].
      targets: what it should answer, [size, target_size]: distributions over the classes or
        actions, or real vectors, which may lie outside of an action's bounds and teach so.
      raw: the inputs before preprocessing, [size, *input_shape]; brightness from 0 to 1 of images.
      answers: the targets as an environment or a person takes them: int64 [size], or float32
        [size, target_size] within an action's bounds.
      raw_name: what `raw` is called: "observations" or "images".
      answers_name: what `answers` are called: "actions" or "labels".
    """

    inputs: Floats
    targets: Floats
    raw: Floats
    answers: NDArray[Any]
    raw_name: str
    answers_name: str

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All four by name, [size, ...] each."""
        named = {"inputs": self.inputs, "targets": self.targets}
        return {**named, self.raw_name: self.raw, self.answers_name: self.answers}


def pairs_of(distilled: Distilled) -> Pairs:
    """The examples of a dataset."""
    dataset, task = distilled.dataset, distilled.task
    answers = np.asarray(task.to_action(task.answer(dataset.targets)))
    discrete = isinstance(task.target, Discrete)
    of_images = takes_brightness(distilled.state)
    of_classes = discrete and not isinstance(task, EnvironmentTask)
    return Pairs(
        inputs=np.asarray(dataset.inputs),
        targets=np.asarray(dataset.targets),
        raw=np.asarray(task.restore(distilled.state, dataset.inputs), np.float32),
        answers=answers.astype(np.int64 if discrete else np.float32),
        raw_name="images" if of_images else "observations",
        answers_name="labels" if of_classes else "actions",
    )
