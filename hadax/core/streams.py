"""Independent random keys from one seed, by what they decide."""

import jax
import jax.numpy as jnp

from hadax.core.settings.config import require_seed
from hadax.core.types import Key

# A new stream is added at the end, so that old seeds keep their meaning.
_ENGINE, _DATASET, _FIXED_INIT, _SCORE, _EVALUATION, _OBSERVATION = range(6)
_SELECTION, _GROWTH, _HALVING = range(6, 9)

# Folded into keys that are split as well, or into which numbers are folded (a generation's, a
# learner's): these are beyond all of those. Which key each is for stands beside it; those of one
# key must differ. A new one is added at the end, so that old seeds keep their meaning.
_LAST = 2**31 - 1

EVALUATION_STREAM = _LAST
"""The run's key: evaluations of the evolved mean, beside the generations."""

FIT_STREAM = _LAST
"""The key of a network's episodes, or of all those of a generation: training, beside them."""

RANDOM_START_STREAM = _LAST
"""The key of an environment's reset: the steps before the policy takes over."""

STICKY_STREAM = _LAST
"""The key of an environment's step: whether the action before is repeated."""

CHOICE_STREAM = _LAST - 1
"""The key that a network's weights are drawn from: which of a randomised learner's it is."""

NOISE_STREAM = _LAST - 2
"""The key of a network's episodes, or of all those measured: the noise on labels."""

TRIAL_STREAM = _LAST - 3
"""A seed's evaluation key: learning rates that are tried on a merged dataset."""

MERGED_SCORE_STREAM = _LAST - 4
"""A seed's evaluation key: the score of a merged dataset."""


def run_key(seed: int) -> Key:
    """The key of the search itself."""
    return _stream(seed, _ENGINE)


def dataset_key(seed: int) -> Key:
    """The key of the dataset that a search starts from."""
    return _stream(seed, _DATASET)


def fixed_init_key(seed: int) -> Key:
    """The key that HaDES-F draws its initialisations from."""
    return _stream(seed, _FIXED_INIT)


def score_key(seed: int) -> Key:
    """The key of the final measurement."""
    return _stream(seed, _SCORE)


def evaluation_key(seed: int) -> Key:
    """The key of a measurement, or a training, apart from any search."""
    return _stream(seed, _EVALUATION)


def observation_key(seed: int) -> Key:
    """The key of episodes that only show what there is to observe."""
    return _stream(seed, _OBSERVATION)


def selection_key(seed: int) -> Key:
    """The key of the measurement that chooses among the means that a search kept."""
    return _stream(seed, _SELECTION)


def growth_key(seed: int) -> Key:
    """The key of what tells the copies apart in a dataset that is grown."""
    return _stream(seed, _GROWTH)


def halving_key(seed: int, rung: int) -> Key:
    """The key of the measurement that halves the searches of a rung, which begin at the seed."""
    return jax.random.fold_in(_stream(seed, _HALVING), rung)


def _stream(seed: int, number: int) -> Key:
    require_seed("seed", seed)
    return jax.random.fold_in(jax.random.key(jnp.uint32(seed)), number)
