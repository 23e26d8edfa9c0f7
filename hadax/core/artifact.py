"""What a run leaves behind, as one self-describing file.

The container is safetensors (https://github.com/huggingface/safetensors): named arrays after a
JSON header, nothing that could be executed. Everything but the arrays lies as JSON text under the
key "hadax" of the header's metadata.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from hadax.core.annotations import construct
from hadax.core.errors import ArtifactError
from hadax.core.files import write_atomically

FORMAT = 1
"""Version of the description's layout; a reader refuses a newer one."""

KINDS: tuple[str, ...] = ("dataset", "policy")
"""A distilled dataset, or the weights of one policy."""

POLICY_INITS: tuple[str, ...] = ("random", "fixed")
"""New initialisations every generation (HaDES-R), or the same for the whole run (HaDES-F)."""

_KEY = "hadax"
_KEY_WORDS = 2


@dataclass(frozen=True)
class Score:
    """A measurement on fresh networks (or the one policy) and fresh episodes or test data.

    Attributes:
      mean: mean over the networks of what was measured, in the task's units.
      std: standard deviation over the networks' means; over the episodes for a single policy.
      networks: networks trained from fresh initialisations.
      episodes: episodes of each network; 0 for tasks without episodes.
      metric: what was measured: "fitness", or the name of a metric of the task.
    """

    mean: float
    std: float
    networks: int
    episodes: int
    metric: str = "fitness"


@dataclass(frozen=True)
class Description:
    """All of an artifact but its arrays.

    Attributes:
      kind: one of KINDS.
      task: the task's registered name.
      task_options: options that the task was made with.
      learner: settings of the learner, by name.
      policy_init: one of POLICY_INITS.
      init_key: raw words of the key that a fixed initialisation is drawn from; else empty.
      seed: seed of the search.
      search: further settings of the search, by name.
      versions: versions of the packages that made it, by name.
      score: what was measured for it, None before.
    """

    kind: str
    task: str
    task_options: dict[str, Any]
    learner: dict[str, Any]
    policy_init: str = "random"
    init_key: tuple[int, ...] = ()
    seed: int = 0
    search: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    score: Score | None = None


@dataclass(frozen=True)
class Artifact:
    """A description and its arrays.

    Attributes:
      description: what the arrays are.
      arrays: "inputs" and "targets" of a dataset, "weights/..." of a policy, and
        "task_state/..." of either.
    """

    description: Description
    arrays: dict[str, np.ndarray]


def write_artifact(path: Path, artifact: Artifact) -> None:
    """Writes the file atomically; the same artifact gives the same bytes."""
    document = {"format": FORMAT, **dataclasses.asdict(artifact.description)}
    metadata = {_KEY: json.dumps(document, sort_keys=True)}
    arrays = {name: np.asarray(array, order="C") for name, array in artifact.arrays.items()}
    write_atomically(path, safetensors.numpy.save(arrays, metadata))


def read_artifact(path: Path) -> Artifact:
    """Reads a file that `write_artifact` wrote.

    Raises:
      ArtifactError: no such file, not safetensors, cut short, not of hadax, of a newer format, or
        contradicting itself; one line that names the file.
    """
    if path.is_dir():
        raise ArtifactError(f"{path}: a folder; name the .safetensors file in it")
    if not path.is_file():
        raise ArtifactError(f"{path}: no such file")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (safetensors.SafetensorError, OSError, ValueError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ArtifactError(f"{path}: not a whole safetensors file ({reason})") from error
    if _KEY not in metadata:
        raise ArtifactError(
            f"{path}: a safetensors file, but not of hadax: its header has no '{_KEY}'"
        )
    artifact = Artifact(description=_parse(path, metadata[_KEY]), arrays=arrays)
    _check_arrays(path, artifact)
    return artifact


def _parse(path: Path, text: str) -> Description:
    try:
        document = json.loads(text)
        version = document.pop("format")
        if version != FORMAT:
            raise ArtifactError(f"{path}: format {version}, but this hadax reads format {FORMAT}")
        score = document.pop("score")
        document["init_key"] = tuple(document["init_key"])
        document["score"] = None if score is None else construct(Score, score)
        description: Description = construct(Description, document)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, ArtifactError):
            raise
        raise ArtifactError(f"{path}: its description cannot be read ({error})") from error
    for name, choices in {"kind": KINDS, "policy_init": POLICY_INITS}.items():
        value = getattr(description, name)
        if value not in choices:
            raise ArtifactError(f"{path}: {name} {value}, must be one of {', '.join(choices)}")
    if description.policy_init == "fixed" and len(description.init_key) != _KEY_WORDS:
        raise ArtifactError(f"{path}: fixed initialisations, but no init_key of {_KEY_WORDS} words")
    return description


def _check_arrays(path: Path, artifact: Artifact) -> None:
    for name, array in artifact.arrays.items():
        if not np.all(np.isfinite(array)):
            raise ArtifactError(f"{path}: {name} has values that are not finite")
    if artifact.description.kind != "dataset":
        return
    shapes = {
        name: artifact.arrays[name].shape
        for name in ("inputs", "targets")
        if name in artifact.arrays
    }
    size = shapes["inputs"][0] if shapes.get("inputs") else 0
    if len(shapes) < 2:
        raise ArtifactError(f"{path}: lacks the inputs or the targets of a dataset")
    if len(shapes["targets"]) != 2 or shapes["inputs"][:1] != shapes["targets"][:1] or not size:
        raise ArtifactError(
            f"{path}: inputs {shapes['inputs']} and targets {shapes['targets']} are no pairs"
        )
