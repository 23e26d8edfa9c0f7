"""How a dataset is written as a candidate: what evolution may move, in which coordinates."""

from typing import Protocol

from hadax.core.dataset import Dataset
from hadax.core.types import Candidate


class Parametrization(Protocol):
    """A pair of functions between datasets and candidates; a pytree."""

    def encode(self, dataset: Dataset) -> Candidate:
        """The candidate that decodes to (nearly) this dataset."""

    def decode(self, candidate: Candidate) -> Dataset:
        """The dataset that a candidate stands for."""
