"""Of a search for images, what keeps what they look like on the way."""

from hadax.core.dataset import Dataset
from hadax.core.distillation import Distillation
from hadax.core.objective import Objective
from hadax.core.parametrizations.slots import as_slots, has_slots
from hadax.core.types import Candidate
from hadax.launch.observers.snapshots import Snapshots
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.folder import Folder
from hadax.pictures.datasets import is_image


def shows_images(objective: Objective) -> bool:
    """Whether candidates are datasets of images."""
    return isinstance(objective, Distillation) and is_image(objective.task.input_shape)


def snapshots_of(
    objective: Objective, folder: Folder, config: SearchConfig
) -> tuple[Snapshots, ...]:
    """What keeps images (or their slots) in a run's folder; nothing where there are no images."""
    if not isinstance(objective, Distillation) or not shows_images(objective):
        return ()
    parametrization, done = objective.parametrization, folder.done
    in_slots = has_slots(config.distillation)

    def seen(candidate: Candidate) -> Dataset:
        dataset = parametrization.decode(candidate)
        return as_slots(dataset) if in_slots else dataset

    snapshots = Snapshots(folder.snapshots_path, seen, config.pace.generations, done)
    if not done:
        snapshots.keep(0, seen(parametrization.encode(objective.initial)))
    return (snapshots,)
