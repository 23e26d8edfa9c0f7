"""Datasets of images kept on the way, so that one can see how they evolved."""

import io
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.run.loop import Report
from hadax.core.storage.files import write_atomically
from hadax.core.types import Candidate
from hadax.pictures.snapshot import Snapshot

FOLDER = "snapshots"
"""Where they lie in a run's folder."""

_MOST = 60
_FILES = "[0-9]" * 8 + ".npz"


class Snapshots:
    """Keeps the first dataset, the last, and some sixty between, evenly spread.

    Args:
      folder: where to; made when missing.
      decode: the dataset that a candidate stands for.
      generations: generations in all.
      keep: generations already done; what an interrupted run saw after them is dropped.
    """

    def __init__(
        self, folder: Path, decode: Callable[[Candidate], Dataset], generations: int, keep: int
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._decode = folder, decode
        self._last, self._spacing = generations, generations / _MOST
        for path in folder.glob(_FILES):
            if int(path.stem) > keep:
                path.unlink()

    def keep(self, generation: int, dataset: Dataset) -> None:
        """Writes the dataset as the one after so many generations."""
        content = io.BytesIO()
        np.savez(content, inputs=dataset.inputs, targets=dataset.targets)
        write_atomically(self._path(generation), content.getvalue())

    def observe(self, report: Report) -> None:
        """Keeps the evolved mean where it is there and its turn has come."""
        if report.mean is None:
            return
        taken = max((int(path.stem) for path in self._folder.glob(_FILES)), default=0)
        if report.generation == self._last or report.generation - taken >= self._spacing:
            self.keep(report.generation, jax.device_get(self._decode(report.mean)))

    def finish(self, candidate: Candidate, generation: int) -> None:
        """Keeps what came of a search of so many generations, in place of what was observed."""
        self.keep(generation, jax.device_get(self._decode(candidate)))

    def _path(self, generation: int) -> Path:
        return self._folder / f"{generation:08d}.npz"


def read_snapshots(folder: Path) -> list[Snapshot]:
    """All of a folder in their order; none without one."""
    return [_snapshot(path) for path in sorted(folder.glob(_FILES))]


def _snapshot(path: Path) -> Snapshot:
    with np.load(path, allow_pickle=False) as arrays:
        return Snapshot(int(path.stem), arrays["inputs"], arrays["targets"])
