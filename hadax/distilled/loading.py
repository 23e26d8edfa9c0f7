"""From a file to what it holds: a distilled dataset or an evolved policy."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO, TypeAlias

import jax
import jax.numpy as jnp

from hadax import tasks
from hadax.core.dataset import Dataset
from hadax.core.errors import ArtifactError, ConfigError, UsageError, reason
from hadax.core.jax_settings import in_usual_settings
from hadax.core.parametrizations.slots import expanded
from hadax.core.storage.artifact import Artifact, parsed_artifact
from hadax.core.storage.trees import from_named_arrays
from hadax.core.task import Task, check_task, kind_of
from hadax.core.words.names import nearest
from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.distilled.distilled import Distilled
from hadax.distilled.evolved import Evolved
from hadax.distilled.files.header import Header, described, read
from hadax.distilled.files.observation_statistics import require_sound
from hadax.distilled.files.places import file_at
from hadax.distilled.files.versions import missing_plug_ins
from hadax.distilled.merged.dataset import Merged, merged_of
from hadax.distilled.merged.header import KIND, Merge, parts_in
from hadax.distilled.policy import TrainedPolicy
from hadax.learners.registry import make_learner
from hadax.tasks.config import TaskConfig
from hadax.tasks.naming import named

Loaded: TypeAlias = Distilled | Evolved
"""What a file holds."""


Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""Where a file is, all that is in it, or the file opened for reading as binary."""

Given: TypeAlias = Task | str
"""A task in place of the one that a file names, or that task's name."""

Tasks: TypeAlias = Given | Mapping[str, Given]
"""The same; of a merged dataset, some or all by their names."""


@tells_misplaced
def load(path: Source, task: Tasks | None = None) -> Loaded:
    """The distilled dataset or evolved policy in a file.

    Args:
      path: a .safetensors file that hadax wrote, or the folder of the run that did, its leading "~"
        the home folder; or "zoo:" and the name of one that comes with hadax. Or the file's content,
        as a database has it: bytes, or a file opened as binary.
      task: in place of the one that the file names, which was made without a name, say: a Task, or
        a task's name. For a merged dataset a mapping, from its `names` to their tasks: of those at
        least that no name makes. Where it is another than the file's own, the header names it, and
        what was measured on the file's own is left out.

    Raises:
      ArtifactError: the file is missing, damaged, not of hadax, does not fit its own task, or its
        task or learner is not installed here; or one task is given for several, or a mapping for
        one.
      UsageError: the zoo has no such entry, or the merged dataset no task of such a name.
      ConfigError: of "path"; neither a path nor content. Of "task"; neither a Task nor a name.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> path = hadax.distill("analytic/linear_regression", **small).save("four.safetensors")
      >>> type(hadax.load(path)).__name__
      'Distilled'
      >>> hadax.load(path.read_bytes()).size_in_words
      '4 examples'
    """
    if isinstance(path, str | os.PathLike):
        header, artifact = read(file_at(os.fspath(path)))
    else:
        artifact = parsed_artifact(_CONTENT, _content(path))
        header = described(_CONTENT, artifact)
    return revive(_named(path), header, artifact, task)


@tells_misplaced
def load_dataset(path: Source, task: Tasks | None = None) -> Distilled:
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
        raise ArtifactError(f"{_named(path)}: holds a policy, not a dataset; use hadax.load_policy")
    return loaded


@tells_misplaced
def load_policy(path: Source, task: Given | None = None) -> Evolved:
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
        raise ArtifactError(f"{_named(path)}: holds a dataset, which trains policies; {hint}")
    return loaded


_CONTENT = "content"


def _named(source: Source) -> str:
    """What errors call it."""
    return os.fspath(source) if isinstance(source, str | os.PathLike) else _CONTENT


def _content(source: object) -> bytes:
    """All bytes of a file that is given by what is in it.

    Raises:
      ConfigError: of "path"; no bytes, and nothing that gives any.
      ArtifactError: an opened file that cannot be read.
    """
    content = source
    try:
        if callable(read_all := getattr(source, "read", None)):
            content = read_all()
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{_CONTENT}: cannot be read ({reason(error)})") from error
    if not isinstance(content, bytes | bytearray | memoryview):
        expected = "must be a path, the bytes of a file, or a file opened as binary"
        raise ConfigError("path", source, expected)
    return bytes(content)


@in_usual_settings
def revive(name: str, header: Header, artifact: Artifact, given: Tasks | None = None) -> Loaded:
    """The object that an artifact describes.

    Args:
      name: what errors call it.
      header: what it says of itself.
      artifact: its arrays.
      given: the task, in place of the one that the header names; by name, where it is merged.

    Raises:
      ArtifactError: it does not fit its task, or its task or learner is not installed here.
      UsageError: a task is given by a name that is none of a merged one's.
    """
    if header.kind == KIND:
        return _merged(name, header, artifact, given)
    if isinstance(given, Mapping):
        raise ArtifactError(f"{name}: holds one task, which is given by itself: task=...")
    return _of_one_task(name, header, artifact, given, "...")


def _of_one_task(
    name: str, header: Header, artifact: Artifact, given: Given | None, typed: str
) -> Loaded:
    """As `revive`, of no merged artifact; `typed` is how its task would be given to `load`."""
    chosen = header.task
    require_sound(name, artifact)
    own = None if given is None else _task_of(given, chosen)
    title = chosen.task if given is None else _title(given)
    if own is not None and given != chosen.task:
        header = _for_given(header, own)
    try:
        task: Task = tasks.outline(chosen.task, **chosen.options) if own is None else own
        if header.kind != "policy":
            _check_fit(name, title, artifact, task)
        learner = make_learner(header.learner, task.input_shape, task.target)
        key = jax.random.key(0)
        if header.kind == "policy":
            shapes = jax.eval_shape(learner.init, key)
            weights = from_named_arrays(artifact.arrays, "weights", shapes)
        # A task of a search may have schedules; what is in a file has none.
        states = jax.eval_shape(lambda key: task.settle(task.init(key)), key)
        state = from_named_arrays(artifact.arrays, "task_state", states)
        if header.kind == "policy":
            return Evolved(TrainedPolicy(weights, task, state, learner), header)
    except ArtifactError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        of_learner = isinstance(error, ConfigError) and error.name.startswith("learner")
        whose = "" if of_learner else f"does not fit task {title}: "
        unnamed = given is None and not tasks.is_known(chosen.task)
        missing = missing_plug_ins(header) if unnamed or of_learner else ""
        hint = f"; install {missing}, which it was made with" if missing else ""
        if unnamed:
            hint += f", or give the task itself: hadax.load(path, task={typed})"
        raise ArtifactError(f"{name}: {whose}{error}{hint}") from error
    inputs, targets = (
        jnp.asarray(artifact.arrays[part], jnp.float32) for part in ("inputs", "targets")
    )
    dataset = Dataset(inputs, targets)
    if len(inputs) == len(targets):
        return Distilled(dataset, task, state, header)
    return Distilled(Dataset(expanded(inputs), targets), task, state, header, slots=inputs)


def _task_of(given: Given, chosen: TaskConfig) -> Task:
    """The task that is given, or that of its name: as the file has it where the file names it too.

    Raises:
      ConfigError: of "task"; neither a Task nor the name of one.
    """
    if isinstance(given, str):
        return tasks.outline(given, **(chosen.options if given == chosen.task else {}))
    check_task(given, kind_of(given))
    return given


def _for_given(header: Header, given: Task) -> Header:
    """The header where a task stands in place of the file's own: of that, and so unmeasured.

    A Task that no name makes is taken for the file's own where no name makes that here either.
    """
    chosen, made = header.task, tasks.config_of(given)
    if made is None:
        nameless = not tasks.is_known(chosen.task)
        made = chosen if nameless else TaskConfig(kind_of(given))
    if tasks.makes_same(chosen, made):
        return header
    return header.unmeasured(task=replace(chosen, task=made.task, options=made.options))


def _title(given: Given) -> str:
    """What errors call a task that is given."""
    if isinstance(given, str):
        return given
    made = named(given)
    return kind_of(given) if made is None else made.name


def _merged(name: str, header: Header, artifact: Artifact, given: Tasks | None) -> Merged:
    contents = parts_in(name, header, artifact)
    names = Merge.of(header).names
    if not isinstance(given, Mapping | None):
        listed = ", ".join(f"{own!r}: ..." for own in names)
        raise ArtifactError(f"{name}: holds several tasks, which are given by name: {{{listed}}}")
    chosen = given or {}
    for each in chosen:
        if each not in names:
            listed = nearest(str(each), names) or f"; they are {', '.join(names)}"
            raise UsageError(f"{name}: task {each} is given, none of its tasks{listed}")
    parts: list[Distilled] = []
    for place, (own, (part, content)) in enumerate(zip(names, contents, strict=True)):
        typed = f"{{{own!r}: ...}}"
        revived = _of_one_task(f"{name}: part {place}", part, content, chosen.get(own), typed)
        assert isinstance(revived, Distilled)
        parts.append(revived)
    others = tuple(
        revived.header != part for revived, (part, _) in zip(parts, contents, strict=True)
    )
    return merged_of(_of_others(header, tuple(parts), others), tuple(parts))


def _of_others(header: Header, parts: tuple[Distilled, ...], others: tuple[bool, ...]) -> Header:
    """A merged file's header where `others` says which parts are given another task than theirs.

    What those score by themselves is not known, so that there are no shares of it.
    """
    if not any(others):
        return header
    merge = Merge.of(header)
    singles, randoms = (
        tuple(0.0 if other else score for score, other in zip(scores, others, strict=True))
        for scores in (merge.singles, merge.randoms)
    )
    documents = tuple(part.to_artifact().document for part in parts)
    merge = replace(merge, singles=singles, randoms=randoms, scores=(), documents=documents)
    return replace(merge.within(header), score=None, played=None)


def _check_fit(name: str, task_name: str, artifact: Artifact, task: Task) -> None:
    for part, wanted in (("inputs", task.input_shape), ("targets", (task.target.size,))):
        found = artifact.arrays[part].shape[1:]
        if tuple(found) != tuple(wanted):
            raise ArtifactError(
                f"{name}: {part} of shape {tuple(found)}, but {task_name} has {tuple(wanted)}"
            )
