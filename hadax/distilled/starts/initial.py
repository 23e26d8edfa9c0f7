"""The dataset that a search starts from: the task's own, or a file's, grown to the size wanted."""

from hadax.core.dataset import Dataset
from hadax.core.entry_points import own_code
from hadax.core.errors import require
from hadax.core.parametrizations.chosen import initial_of
from hadax.core.parametrizations.growing import repeated
from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT, filling_slots, has_slots
from hadax.core.settings.config import DistillationConfig
from hadax.core.specification import Discrete
from hadax.core.task import Task
from hadax.core.types import Key
from hadax.distilled.starts.from_file import read_examples


def initial_examples(
    chosen: DistillationConfig, path: str | None, name: str, task: Task, key: Key
) -> tuple[Dataset, int]:
    """The examples that a search starts from, and how many of the first are no copies.

    Where there are to be slots, examples that are in none fill one each, and no quarter counts as
    the original; unless there are more of them than slots: then every four in a row share one.

    Args:
      chosen: says how many.
      path: a file that they come from; None for the task's own.
      name: the task's, for messages.
      task: what they are to teach.
      key: decides what of the task's own is drawn.

    Raises:
      ConfigError: a size that cannot be, or that is less than the file's; or a task whose own
        dataset fails, or is of another size or shape than it was asked for.
      UsageError: a file that is missing, damaged, or of other shapes.
    """
    size = dataset_size(chosen, task)
    each = EXAMPLES_PER_SLOT if has_slots(chosen) else 1
    if path is None:
        with own_code("task", name, "initial_dataset"):
            initial = initial_of(chosen, task, key, size)
        _check_own(initial, name, task, each * size)
        return initial, initial.size
    found, slotted = read_examples(path, name, task)
    originals = found.size
    if each > 1 and not slotted and found.size <= size:
        found, originals = filling_slots(found), 0
    _check_size(chosen, size, path, found, each)
    return repeated(found, each * size), originals


def _check_own(initial: Dataset, name: str, task: Task, size: int) -> None:
    """Refuses what a task's `initial_dataset` gave where it is not what the task says of itself."""
    expected = "its initial_dataset must give a hadax.Dataset"
    require(isinstance(initial, Dataset), "task", name, expected)
    for part, array, shape in (
        ("inputs", initial.inputs, tuple(task.input_shape)),
        ("targets", initial.targets, (task.target.size,)),
    ):
        wanted = (size, *shape)
        expected = f"its initial_dataset gives {part} {array.shape}, must be {wanted}"
        require(tuple(array.shape) == wanted, "task", name, expected)


def _check_size(
    chosen: DistillationConfig, size: int, path: str, found: Dataset, each: int
) -> None:
    """Refuses a start whose examples, so many in `each` slot, do not fit into `size` of them."""
    expected = f"its {found.size} examples neither fill {size} slots nor share slots of {each}"
    require(found.size % each == 0, "init_from", path, expected)
    setting = "images_per_class" if chosen.images_per_class else "dataset_size"
    value = chosen.images_per_class or size
    needed = f"{found.size} examples in {found.size // each} slots" if each > 1 else found.size
    expected = f"{path} has {needed}, which is more than {size}"
    require(found.size <= each * size, setting, value, expected)


def dataset_size(config: DistillationConfig, task: Task) -> int:
    """How many synthetic examples, or slots of them, are asked for.

    Raises:
      ConfigError: real classes that no example could show, or images a class of a task without
        classes.
    """
    size, each, classes = config.dataset_size, config.images_per_class, len(task.class_names)
    if not each:
        expected = f"fewer than the {classes} classes; images_per_class=1 gives one of each"
        enough = size >= classes or bool(config.learn_labels)
        require(enough, "dataset_size", size, expected)
        return size
    expected = f"{task.target} has no classes; give dataset_size"
    require(isinstance(task.target, Discrete), "images_per_class", each, expected)
    return each * task.target.size
