"""From a file to what it holds: a distilled dataset or an evolved policy."""

import tempfile
from pathlib import Path
from typing import TypeAlias

import jax
import jax.numpy as jnp

from hadax import tasks
from hadax.core.artifact import Artifact
from hadax.core.dataset import Dataset
from hadax.core.errors import ArtifactError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.parametrizations.slots import expanded
from hadax.core.task import Task
from hadax.core.trees import from_named_arrays
from hadax.distilled.distilled import Distilled
from hadax.distilled.evolved import Evolved
from hadax.distilled.header import Header, read
from hadax.distilled.merged import Merged, merged_of
from hadax.distilled.merged_header import KIND, parts_in
from hadax.distilled.observation_statistics import require_sound
from hadax.distilled.places import file_at
from hadax.distilled.policy import TrainedPolicy
from hadax.learners.registry import make_learner

Loaded: TypeAlias = Distilled | Evolved
"""What a file holds."""


def load(path: str | Path, task: Task | None = None) -> Loaded:
    """The distilled dataset or evolved policy in a file.

    Args:
      path: a .safetensors file that hadax wrote, its leading "~" the home folder; or "zoo:" and the
        name of one that comes with hadax.
      task: in place of the one that the file names, which was made without a name, say.

    Raises:
      ArtifactError: the file is missing, damaged, not of hadax, does not fit its own task, or its
        task or learner is not installed here.
      UsageError: the zoo has no such entry.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> path = hadax.distill("analytic/linear_regression", **small).save("four.safetensors")
      >>> type(hadax.load(path)).__name__
      'Distilled'
    """
    header, artifact = read(file_at(path))
    return revive(str(path), header, artifact, task)


def loaded_from(content: bytes, task: Task | None = None) -> Loaded:
    """What the bytes of such a file hold; `task` as `load` takes it.

    Raises:
      ArtifactError: as `load`.
    """
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(content)
        file.flush()
        return load(file.name, task)


def load_dataset(path: str | Path, task: Task | None = None) -> Distilled:
    """The distilled dataset in a file; as `load`.

    Raises:
      ArtifactError: as `load`, or the file holds a policy.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> path = hadax.distill("analytic/linear_regression", **small).save("four.safetensors")
      >>> hadax.load_dataset(path).dataset.size
      4
    """
    loaded = load(path, task)
    if isinstance(loaded, Evolved):
        raise ArtifactError(f"{path}: holds a policy, not a dataset; use hadax.load_policy")
    return loaded


def load_policy(path: str | Path, task: Task | None = None) -> Evolved:
    """The evolved policy in a file; as `load`.

    Raises:
      ArtifactError: as `load`, or the file holds a dataset.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> path = hadax.neuroevolve("analytic/linear_regression", **small).save("one.safetensors")
      >>> hadax.load_policy(path).act([0.5, 1.0, -1.0]).shape
      (2,)
    """
    loaded = load(path, task)
    if isinstance(loaded, Distilled):
        hint = "use hadax.load_dataset(path).fit()"
        raise ArtifactError(f"{path}: holds a dataset, which trains policies; {hint}")
    return loaded


@in_usual_settings
def revive(name: str, header: Header, artifact: Artifact, given: Task | None = None) -> Loaded:
    """The object that an artifact describes.

    Args:
      name: what errors call it.
      header: what it says of itself.
      artifact: its arrays.
      given: the task, in place of the one that the header names.

    Raises:
      ArtifactError: it does not fit its task, or its task or learner is not installed here.
    """
    chosen = header.task
    if header.kind == KIND:
        return _merged(name, header, artifact, given)
    require_sound(name, artifact)
    try:
        task: Task = tasks.outline(chosen.task, **chosen.options) if given is None else given
        learner = make_learner(header.learner, task.input_shape, task.target)
        key = jax.random.key(0)
        # A task of a search may have schedules; what is in a file has none.
        states = jax.eval_shape(lambda key: task.settle(task.init(key)), key)
        state = from_named_arrays(artifact.arrays, "task_state", states)
        if header.kind == "policy":
            shapes = jax.eval_shape(learner.init, key)
            weights = from_named_arrays(artifact.arrays, "weights", shapes)
            return Evolved(TrainedPolicy(weights, task, state, learner), header)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        unnamed = given is None and not tasks.is_known(chosen.task)
        hint = ", or give the task itself: hadax.load(path, task=...)" if unnamed else ""
        raise ArtifactError(f"{name}: does not fit task {chosen.task}: {error}{hint}") from error
    inputs, targets = (
        jnp.asarray(artifact.arrays[part], jnp.float32) for part in ("inputs", "targets")
    )
    dataset = Dataset(inputs, targets)
    _check_fit(name, chosen.task, dataset, task)
    if len(inputs) == len(targets):
        return Distilled(dataset, task, state, header)
    return Distilled(Dataset(expanded(inputs), targets), task, state, header, slots=inputs)


def _merged(name: str, header: Header, artifact: Artifact, given: Task | None) -> Merged:
    if given is not None:
        raise ArtifactError(f"{name}: holds several tasks, which no other one can stand for")
    parts = []
    for place, (part, content) in enumerate(parts_in(name, header, artifact)):
        revived = revive(f"{name}: part {place}", part, content)
        assert isinstance(revived, Distilled)
        parts.append(revived)
    return merged_of(header, tuple(parts))


def _check_fit(name: str, task_name: str, dataset: Dataset, task: Task) -> None:
    for part, found, wanted in (
        ("inputs", dataset.inputs.shape[1:], task.input_shape),
        ("targets", dataset.targets.shape[1:], (task.target.size,)),
    ):
        if tuple(found) != tuple(wanted):
            raise ArtifactError(
                f"{name}: {part} of shape {tuple(found)}, but {task_name} has {tuple(wanted)}"
            )
