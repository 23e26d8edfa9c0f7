"""What a search may start from: the examples or the weights in a file."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.errors import ArtifactError
from hadax.core.learner import Learner
from hadax.core.parametrizations.slots import expanded
from hadax.core.storage.artifact import Artifact
from hadax.core.storage.files import ending_of
from hadax.core.storage.trees import from_named_arrays
from hadax.core.task import Task
from hadax.core.types import LearnerState
from hadax.distilled.files.csv_pairs import read_pairs
from hadax.distilled.files.header import Header, read
from hadax.distilled.files.npz import ENDINGS
from hadax.distilled.files.places import file_at
from hadax.distilled.importing import as_dataset


def read_examples(path: str, name: str, task: Task) -> tuple[Dataset, bool]:
    """The examples in a file, in a task's shapes, and whether the file has them in slots.

    Statistics that come with them are left there.

    Args:
      path: an artifact of a dataset, from whichever task, "zoo:" and a name, or an .npz or
        .csv of inputs and targets.
      name: the task's, for messages.
      task: what they are to teach.

    Raises:
      UsageError: no such file, damaged, a policy's weights, or other shapes; one line that names
        the file.
    """
    place = file_at(path)
    if ending_of(place) in ENDINGS:
        return as_dataset(place, read_pairs(place), name, task), False
    _, artifact = _of_kind(place, "dataset", "distillation")
    inputs, targets = artifact.arrays["inputs"], artifact.arrays["targets"]
    slotted = len(inputs) != len(targets)
    if slotted:
        inputs = np.asarray(expanded(jnp.asarray(inputs)))
    return as_dataset(place, {"inputs": inputs, "targets": targets}, name, task), slotted


def read_weights(path: str, learner: Learner) -> LearnerState:
    """The weights in a policy's artifact, in the form that a learner's `init` gives.

    Args:
      path: the artifact.
      learner: whose network they are for.

    Raises:
      UsageError: no such file, damaged, a dataset, or another network's; one line that names it.
    """
    place = file_at(path)
    if ending_of(place) in ENDINGS:
        raise ArtifactError(f"{place}: holds examples; neuroevolution starts from a policy")
    _, artifact = _of_kind(place, "policy", "neuroevolution")
    shapes = jax.eval_shape(learner.init, jax.random.key(0))
    try:
        return from_named_arrays(artifact.arrays, "weights", shapes)
    except ValueError as error:
        raise ArtifactError(f"{place}: does not fit this network: {error}") from error


def _of_kind(place: Path, kind: str, what: str) -> tuple[Header, Artifact]:
    header, artifact = read(place)
    if header.kind != kind:
        merged = header.kind == "merged" and kind == "dataset"
        parts = " of one task: name one that it was made of" if merged else ""
        wanted = f"{what} starts from a {kind}{parts}"
        raise ArtifactError(f"{place}: holds {header.kind_in_words}; {wanted}")
    return header, artifact
