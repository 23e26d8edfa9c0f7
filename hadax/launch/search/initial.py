"""The dataset that a search starts from: the task's own, or a file's, grown to the size wanted."""

from hadax.core.config import DistillationConfig
from hadax.core.dataset import Dataset
from hadax.core.errors import require
from hadax.core.growing import repeated
from hadax.core.parametrizations.chosen import initial_of
from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT, has_slots
from hadax.core.streams import dataset_key
from hadax.core.task import Discrete, Task
from hadax.distilled.starts import read_examples
from hadax.launch.search.config import SearchConfig


def initial_examples(config: SearchConfig, task: Task) -> tuple[Dataset, int]:
    """The examples that a search starts from, and how many of them are no copies.

    Raises:
      ConfigError: a size that cannot be, or that is less than the file's.
      UsageError: a file that is missing, damaged, or of other shapes.
    """
    chosen, path = config.distillation, config.init_from
    size = dataset_size(chosen, task)
    if path is None:
        initial = initial_of(chosen, task, dataset_key(config.seed), size)
        return initial, initial.size
    found = read_examples(path, config.task.task, task)
    each = EXAMPLES_PER_SLOT if has_slots(chosen) else 1
    expected = f"its {found.size} examples are in no slots of {each}"
    require(found.size % each == 0, "init_from", path, expected)
    name = "images_per_class" if chosen.images_per_class else "dataset_size"
    value = chosen.images_per_class or size
    expected = f"{path} has {found.size // each}, which is more than {size}"
    require(found.size <= each * size, name, value, expected)
    return repeated(found, each * size), found.size


def dataset_size(config: DistillationConfig, task: Task) -> int:
    """How many synthetic examples, or slots of them, are asked for.

    Raises:
      ConfigError: real classes that no example could show, or images a class of a task without
        classes.
    """
    size, each, classes = config.dataset_size, config.images_per_class, len(task.class_names)
    if not each:
        expected = f"fewer than the {classes} classes; --images_per_class=1 gives one of each"
        enough = size >= classes or bool(config.learn_labels)
        require(enough, "dataset_size", size, expected)
        return size
    expected = f"{task.target} has no classes; give --dataset_size"
    require(isinstance(task.target, Discrete), "images_per_class", each, expected)
    return each * task.target.size
