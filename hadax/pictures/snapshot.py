"""A dataset on the way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Snapshot:
    """The evolved dataset after some generations.

    Attributes:
      generation: 0 for the one that the search began with.
      inputs: [size, *input_shape].
      targets: [size, target_size].
    """

    generation: int
    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
