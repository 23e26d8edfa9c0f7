"""What a merged artifact says of its parts."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from hadax.core.errors import ArtifactError
from hadax.core.settings.annotations import construct
from hadax.core.storage.artifact import Artifact
from hadax.core.types import Document
from hadax.distilled.files.header import Header, check_arrays, check_score, check_told, parse
from hadax.distilled.score import Score, score_from
from hadax.learners.merged import INPUTS

KIND = "merged"
"""The artifact's kind, and the name of the section."""

SEED_KEY = "seed_key"
"""The entry beside `seed` with a key's raw words, where a merge had one in the seed's place."""


@dataclass(frozen=True)
class Merge:
    """The section of a merged artifact's document that is its own.

    Attributes:
      names: of the tasks, each once.
      inputs: one of hadax.learners.merged.INPUTS.
      singles: each task's score on its own dataset.
      randoms: what acting at random scores.
      scores: each task's score on the merged dataset; () where none was measured.
      documents: of the parts, as their own files would have them.
    """

    names: tuple[str, ...]
    inputs: str
    singles: tuple[float, ...]
    randoms: tuple[float, ...]
    scores: tuple[Score, ...] = ()
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        counts = {len(self.names), len(self.singles), len(self.randoms)}
        if len(counts) != 1 or len(set(self.names)) != len(self.names) or not self.names:
            raise ValueError("names, singles and randoms of a merge must be one for each task")
        if self.inputs not in INPUTS:
            raise ValueError(f"inputs {self.inputs}, must be one of {', '.join(INPUTS)}")
        numbers = (*self.singles, *self.randoms)
        if not all(isinstance(each, float) and math.isfinite(each) for each in numbers):
            raise ValueError("singles and randoms of a merge must be finite numbers")

    @staticmethod
    def of(header: Header) -> "Merge":
        """The section in a header.

        Raises:
          ValueError, TypeError, KeyError: there is none, or it does not fit; says where.
        """
        section: Mapping[str, Any] = header.further[KIND]
        listed = {name: tuple(value) for name, value in section.items() if name != "inputs"}
        scores = tuple(score_from(each) for each in listed.pop("scores"))
        merge: Merge = construct(Merge, {**listed, "inputs": section["inputs"], "scores": scores})
        return merge

    def within(self, header: Header) -> Header:
        """The header with this section."""
        section = {
            "names": list(self.names),
            "inputs": self.inputs,
            "singles": list(self.singles),
            "randoms": list(self.randoms),
            "scores": [asdict(score) for score in self.scores],
            # As they are read again, so that a header is the same before and after.
            "documents": json.loads(json.dumps([dict(each) for each in self.documents])),
        }
        return replace(header, further={**header.further, KIND: section})


def parts_in(name: str, header: Header, artifact: Artifact) -> tuple[tuple[Header, Artifact], ...]:
    """The artifacts that a merged one holds.

    Args:
      name: what errors call it.
      header: says what they are.
      artifact: has their arrays, each name after its part's number.

    Raises:
      ArtifactError: they are no datasets, or not as many as it says; one line that names the file.
    """
    try:
        merge = Merge.of(header)
        headers = [parse(document) for document in merge.documents]
        if len(headers) != len(merge.names) or len(merge.scores) not in (0, len(headers)):
            raise ValueError(f"{len(headers)} parts of {len(merge.names)} tasks")
        for text in merge.names:
            check_told(text)
        for score in merge.scores:
            check_score(score)
        for part in headers:
            if part.kind != "dataset":
                raise ValueError(f"a {part.kind} among its parts, must be datasets")
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise ArtifactError(f"{name}: its description cannot be read ({error})") from error
    found: list[dict[str, Any]] = [{} for _ in headers]
    for key, array in artifact.arrays.items():
        place, _, own = key.partition("/")
        if not (place.isdigit() and own and int(place) < len(found)):
            raise ArtifactError(f"{name}: has an unexpected {key}")
        found[int(place)][own] = array
    parts = tuple(
        (part, Artifact(document, arrays))
        for part, document, arrays in zip(headers, merge.documents, found, strict=True)
    )
    for number, (part, content) in enumerate(parts):
        check_arrays(f"{name}: part {number}", part, content)
    return parts
