"""Of a search for images, what keeps what they look like on the way."""

from typing import TypeGuard

from hadax.core.dataset import Dataset
from hadax.core.objective import Objective
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.slots import as_slots, has_slots
from hadax.core.types import Candidate
from hadax.launch.observers.snapshots import Snapshots
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.folder import Folder
from hadax.pictures.arrays import is_picture


def shows_images(objective: Objective) -> TypeGuard[Distillation]:
    """Whether candidates are datasets of images."""
    return isinstance(objective, Distillation) and is_picture(objective.task)


def snapshots_of(objective: Distillation, folder: Folder, config: SearchConfig) -> Snapshots:
    """What keeps images (or their slots) in a run's folder.

    Args:
      objective: whose candidates are datasets of images.
      folder: the run's.
      config: the search.
    """
    parametrization, done = objective.parametrization, folder.done
    in_slots = has_slots(config.distillation)

    def seen(candidate: Candidate) -> Dataset:
        dataset = parametrization.decode(candidate)
        return as_slots(dataset) if in_slots else dataset

    snapshots = Snapshots(folder.snapshots_path, seen, config.pace.generations, done)
    if not done:
        snapshots.keep(0, seen(parametrization.encode(objective.initial)))
    return snapshots
