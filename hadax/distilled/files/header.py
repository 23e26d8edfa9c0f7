"""What an artifact says of itself: its search, its key, what made it and how it scored."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hadax.core.errors import ArtifactError, require_count
from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT, has_slots
from hadax.core.settings.annotations import construct, matches
from hadax.core.settings.config import DistillationConfig, require_seed
from hadax.core.settings.views import flat, from_json, to_json
from hadax.core.storage.artifact import Artifact, read_artifact
from hadax.core.storage.files import ending_of
from hadax.core.types import Document
from hadax.distilled.files.format_1 import upgraded
from hadax.distilled.files.npz import ENDINGS
from hadax.distilled.score import Score, score_from
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig

FORMAT = 2
"""Version of the document's layout; a reader refuses a newer one."""

KINDS: tuple[str, ...] = ("dataset", "policy", "merged")
"""A distilled dataset, the weights of one policy, or several datasets in one."""

_KEY_WORDS = 2
_LONGEST_NAME = 200

_ENTRIES = {"format", "kind", "config", "init_key", "versions", "score", "played", "generation"}


@dataclass(frozen=True)
class Header:
    """All of an artifact but its arrays.

    Attributes:
      kind: one of KINDS.
      task: what it is for.
      learner: what trains networks on it, or the network whose weights they are.
      distillation: how it was made; its initialisations matter to HaDES-F.
      seed: seed of the search.
      further: the search's other settings, by section, as JSON; {} where none was made.
      init_key: raw words of the key that a fixed initialisation is drawn from; else empty.
      versions: versions of the packages that made it, by name.
      score: what was measured for it, None before.
      played: the same networks' score where they are played as users play them, greedy and with
        frozen statistics; None where that is the score itself, or was not measured.
      generation: of the search, after which it was the mean; 0 where that is not known.
    """

    kind: str
    task: TaskConfig
    learner: LearnerConfig
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    seed: int = 0
    further: Mapping[str, Any] = field(default_factory=dict)
    init_key: tuple[int, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    score: Score | None = None
    played: Score | None = None
    generation: int = 0

    @property
    def kind_in_words(self) -> str:
        """What it holds, as people are told: "a dataset"."""
        return "a merged dataset" if self.kind == "merged" else f"a {self.kind}"

    @property
    def examples(self) -> int:
        """Synthetic examples that a network is trained on, several a slot; 0 for weights.

        Those of a merged artifact are its parts', once it has their documents.
        """
        if self.kind == "policy":
            return 0
        if self.kind == "merged":
            # Its own settings of a distillation are nobody's: nothing was searched.
            return sum(parse(document).examples for document in self.further["merged"]["documents"])
        each = EXAMPLES_PER_SLOT if has_slots(self.distillation) else 1
        return each * self.distillation.dataset_size

    def unmeasured(
        self, task: TaskConfig | None = None, learner: LearnerConfig | None = None
    ) -> "Header":
        """The header with another task or learner, and without the scores of those that it had.

        What its search was asked for stays known.

        Args:
          task, learner: in place of its own; None for those.
        """
        changed = dataclasses.replace(self, task=task or self.task, learner=learner or self.learner)
        if changed == self:
            return self
        further = self.further
        if "verb" in further:
            further = {**further, "asked": self._asked()}
        return dataclasses.replace(changed, further=further, score=None, played=None)

    def _asked(self) -> Mapping[str, Any]:
        """The settings of its search that this header has, or had."""
        before = self.further.get("asked")
        asked = before if isinstance(before, Mapping) else {}
        learner = json.loads(json.dumps(flat(self.learner)))
        own = {"task": self.task.task, "options": dict(self.task.options)}
        return {**learner, **own, **asked}

    def to_document(self) -> Document:
        """The header as JSON, its search laid out as SearchConfig's own."""
        sections = {name: to_json(getattr(self, name)) for name in SECTIONS}
        return {
            "format": FORMAT,
            "kind": self.kind,
            "config": {**self.further, **sections, "seed": self.seed},
            "init_key": list(self.init_key),
            "versions": dict(self.versions),
            "score": _written(self.score),
            "played": _written(self.played),
            "generation": self.generation,
        }


SECTIONS = {"task": TaskConfig, "learner": LearnerConfig, "distillation": DistillationConfig}
"""The sections of a search that a header has as configs; it keeps the others as JSON."""


def read(path: Path) -> tuple[Header, Artifact]:
    """An artifact and what it says of itself.

    Raises:
      ArtifactError: no whole artifact, of a newer format, or contradicting itself; one line that
        names the file.
    """
    try:
        artifact = read_artifact(path)
    except ArtifactError as error:
        if ending_of(path) in ENDINGS and path.is_file():
            hint = "if it has pairs, hadax-import makes an artifact of them"
            raise ArtifactError(f"{error}; {hint}") from error
        raise
    return described(str(path), artifact), artifact


def described(name: str, artifact: Artifact) -> Header:
    """What an artifact says of itself.

    Args:
      name: what errors call it.
      artifact: whole, and so of hadax.

    Raises:
      ArtifactError: of a newer format, or contradicting itself; one line that begins with the name.
    """
    try:
        header = parse(artifact.document)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise ArtifactError(f"{name}: its description cannot be read ({error})") from error
    check_arrays(name, header, artifact)
    return header


def parse(document: Document) -> Header:
    """The header in an artifact's document, of this format or an earlier one.

    Raises:
      ValueError, TypeError, KeyError, AttributeError: it is no such document; says where.
    """
    version = document["format"]
    if version == 1:
        document = upgraded(document)
    elif version != FORMAT:
        raise ValueError(f"format {version}, but this hadax reads format {FORMAT}")
    odd = sorted(document.keys() - _ENTRIES)
    if odd:
        raise ValueError(f"unexpected {odd[0]}")
    config = dict(document["config"])
    sections: dict[str, Any] = {
        name: from_json(kind, config.pop(name)) for name, kind in SECTIONS.items()
    }
    header: Header = construct(
        Header,
        {
            **sections,
            "kind": document["kind"],
            "seed": config.pop("seed"),
            "further": config,
            "init_key": tuple(document["init_key"]),
            "versions": document["versions"],
            "score": _score(document["score"]),
            "played": _score(document.get("played")),
            "generation": document.get("generation", 0),
        },
    )
    _check(header)
    return header


def _written(score: Score | None) -> Document | None:
    return None if score is None else dataclasses.asdict(score)


def _score(document: Document | None) -> Score | None:
    return None if document is None else score_from(document)


def check_arrays(name: str, header: Header, artifact: Artifact) -> None:
    """Refuses a dataset whose arrays are no pairs.

    Args:
      name: what errors call it.
      header: says what the arrays should be.
      artifact: has them.

    Raises:
      ArtifactError: one line that begins with the name.
    """
    for array in ("inputs", "targets"):
        kind = artifact.arrays[array].dtype if array in artifact.arrays else np.float32
        if kind != np.float32:
            raise ArtifactError(f"{name}: {array} are {kind}, must be float32")
    if header.kind != "dataset":
        return
    arrays = artifact.arrays
    if not {"inputs", "targets"} <= arrays.keys():
        raise ArtifactError(f"{name}: lacks the inputs or the targets of a dataset")
    inputs, targets = arrays["inputs"].shape, arrays["targets"].shape
    counts = {inputs[:1]}
    if has_slots(header.distillation) and inputs:
        counts.add((EXAMPLES_PER_SLOT * inputs[0],))
    if not inputs or len(targets) != 2 or targets[:1] not in counts or not inputs[0]:
        raise ArtifactError(f"{name}: inputs {inputs} and targets {targets} are no pairs")


def _check(header: Header) -> None:
    if header.kind not in KINDS:
        raise ValueError(f"kind {header.kind}, must be one of {', '.join(KINDS)}")
    if header.distillation.policy_init == "fixed" and len(header.init_key) != _KEY_WORDS:
        raise ValueError(f"fixed initialisations, but no init_key of {_KEY_WORDS} words")
    for word in header.init_key:
        if not matches(word, int) or not 0 <= word < 2**32:
            raise ValueError(f"init_key has {word!r}, must be words of 32 bits")
    require_seed("seed", header.seed)
    told = [header.task.task, *header.versions, *header.versions.values()]
    for text in told:
        check_told(text)
    for score in (header.score, header.played):
        if score is not None:
            check_score(score)


def check_score(score: Score) -> None:
    """Refuses a score that is no number, or of no network.

    Raises:
      ValueError: says what is wrong.
    """
    if not (np.isfinite(float(score.mean)) and np.isfinite(float(score.std))):
        raise ValueError(f"score {score.mean} ± {score.std}, must be finite")
    require_count("networks of the score", score.networks, 1)
    require_count("episodes of the score", score.episodes, 0)
    if not 0 <= score.broken <= 1:
        raise ValueError(f"share {score.broken} of broken episodes, must be in [0, 1]")
    if not 0 <= score.failed < 1:
        raise ValueError(f"share {score.failed} of failed networks, must be in [0, 1)")
    check_told(score.metric)
    told = () if score.returns is None else dataclasses.astuple(score.returns)
    if not (np.isfinite(told).all() and list(told) == sorted(told)):
        raise ValueError(f"returns {told}, must be finite, the least one first")


def check_told(text: object) -> None:
    """Refuses what could not be shown to somebody as it is: escape codes, a second line, a book.

    Raises:
      ValueError: it is no name.
    """
    if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_NAME:
        raise ValueError(f"{text!r} is no name")
