"""Keys from one seed: each decides something of its own."""

import itertools

import jax
import jax.numpy as jnp
import pytest

from hadax.core import streams
from hadax.core.errors import ConfigError
from hadax.core.settings.config import MOST_SEEDS

# In the order of their numbers, which old seeds rely on.
STREAMS = (
    streams.run_key,
    streams.dataset_key,
    streams.fixed_init_key,
    streams.score_key,
    streams.evaluation_key,
    streams.observation_key,
    streams.selection_key,
    streams.growth_key,
)

# By the key that they are folded into; old seeds rely on the numbers.
RESERVED = {
    "run": {"EVALUATION_STREAM": 2**31 - 1},
    "episodes": {"FIT_STREAM": 2**31 - 1, "NOISE_STREAM": 2**31 - 3},
    "weights": {"CHOICE_STREAM": 2**31 - 2},
    "evaluation": {"TRIAL_STREAM": 2**31 - 4, "MERGED_SCORE_STREAM": 2**31 - 5},
    "reset": {"RANDOM_START_STREAM": 2**31 - 1},
    "step": {"STICKY_STREAM": 2**31 - 1},
}


def words(key):
    return tuple(jax.random.key_data(key).tolist())


def test_every_stream_is_tested():
    named = {name for name in vars(streams) if name.endswith("_key")}
    assert named == {stream.__name__ for stream in (*STREAMS, streams.halving_key)}


def test_reserved_numbers_are_as_ever_and_those_of_one_key_differ():
    found = {name: number for name, number in vars(streams).items() if name.endswith("_STREAM")}
    assert found == {name: number for each in RESERVED.values() for name, number in each.items()}
    assert all(len(set(each.values())) == len(each) for each in RESERVED.values())


def test_rungs_share_nothing():
    key = jax.random.fold_in(jax.random.key(jnp.uint32(3)), len(STREAMS))
    found = [words(streams.halving_key(3, rung)) for rung in range(4)]
    assert found == [words(jax.random.fold_in(key, rung)) for rung in range(4)]
    assert len(set(found)) == 4


@pytest.mark.parametrize("seed", [0, 7, MOST_SEEDS - 1])
def test_each_stream_is_the_seeds_key_with_its_own_number(seed):
    key = jax.random.key(jnp.uint32(seed))
    found = [words(stream(seed)) for stream in STREAMS]
    assert found == [words(jax.random.fold_in(key, number)) for number in range(len(STREAMS))]


def test_streams_and_seeds_share_nothing():
    seeds = (0, 1, 2, 2**31, MOST_SEEDS - 1)
    found = [words(stream(seed)) for stream, seed in itertools.product(STREAMS, seeds)]
    assert len(set(found)) == len(STREAMS) * len(seeds)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("seed", [-1, MOST_SEEDS])
def test_seeds_of_more_than_a_word_are_refused(stream, seed):
    with pytest.raises(ConfigError) as caught:
        stream(seed)
    assert caught.value.name == "seed"
