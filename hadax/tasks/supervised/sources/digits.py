"""scikit-learn's 8x8 digits: real, handwritten, and nothing to download.

1,797 digits of the UCI repository's optical recognition set (Alpaydin & Kaynak, 1998).
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from hadax.tasks.supervised.sources.images import Images

INPUT_SHAPE = (8, 8, 1)
CLASS_NAMES = tuple("0123456789")

# Brightness goes from 0 to 16 there.
_BRIGHTEST = 16
_TEST = 450


def load(split: str) -> Images:
    """A split: 450 digits, always the same, are the test's.

    Args:
      split: one of hadax.tasks.supervised.sources.images.SPLITS.
    """
    rows = _rows()
    pixels = np.rint(rows[:, :-1].reshape(-1, *INPUT_SHAPE) * (255 / _BRIGHTEST)).astype(np.uint8)
    labels = rows[:, -1].astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(labels))
    chosen = order[:_TEST] if split == "test" else order[_TEST:]
    return Images(pixels[chosen], labels[chosen])


def _rows() -> np.ndarray:
    """Every digit's brightnesses and then its class: [digits, 65].

    Read from the package's folder, for importing it takes longer than all else before a search
    begins: it imports scipy's statistics and pandas.
    """
    package = find_spec("sklearn")
    file = Path(package.origin or "").parent / "datasets/data/digits.csv.gz" if package else None
    if file and file.is_file():
        return np.loadtxt(file, delimiter=",")
    from sklearn.datasets import load_digits

    digits = load_digits()
    return np.column_stack([digits.data, digits.target])
