"""Of a search for images, what keeps what they look like on the way."""

from hadax.core.best_means import ValidatedMean
from hadax.core.dataset import Dataset
from hadax.core.distillation import Distillation
from hadax.core.objective import Objective
from hadax.core.parametrizations.slots import as_slots, has_slots
from hadax.core.types import Candidate
from hadax.launch.observers.snapshots import Snapshots
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.folder import Folder
from hadax.pictures.datasets import is_image


def snapshots_of(
    objective: Objective, folder: Folder, config: SearchConfig
) -> tuple[Snapshots, ...]:
    """What keeps images (or their slots) in a run's folder; nothing where there are no images."""
    if not isinstance(objective, Distillation) or not is_image(objective.task.input_shape):
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


def keep_last(
    objective: Objective, folder: Folder, config: SearchConfig, mean: ValidatedMean
) -> None:
    """Ends the pictures of a search for images with what it found."""
    for each in snapshots_of(objective, folder, config):
        each.finish(mean.candidate)
