"""scikit-learn's 8x8 digits: real, handwritten, and nothing to download.

1,797 digits of the UCI repository's optical recognition set (Alpaydin & Kaynak, 1998).
"""

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
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = np.rint(digits.images[..., None] * (255 / _BRIGHTEST)).astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(labels))
    chosen = order[:_TEST] if split == "test" else order[_TEST:]
    return Images(pixels[chosen], labels[chosen])
