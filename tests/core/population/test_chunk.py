"""Chunks and blocks compute what one vmap does, and are as large as memory allows."""

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.population.chunk import (
    bytes_per_candidate,
    map_in_blocks,
    map_in_chunks,
    training_chunk,
)


@given(size=st.integers(1, 30), chunk=st.integers(1, 40))
def test_mapping_in_chunks_is_mapping(size, chunk):
    values = jnp.arange(size, dtype=jnp.float32)
    assert jnp.array_equal(map_in_chunks(lambda x: 2 * x + 1, values, chunk), 2 * values + 1)


@given(size=st.integers(1, 30), block=st.integers(1, 40))
def test_mapping_in_blocks_is_mapping(size, block):
    values = jnp.arange(size, dtype=jnp.float32)
    assert jnp.array_equal(map_in_blocks(lambda x: 2 * x + 1, values, block), 2 * values + 1)


@pytest.mark.parametrize("chunk", [1, 3, 5])
@pytest.mark.parametrize("count", [1, 3])
def test_mapping_trees_in_chunks_is_vmap(count, chunk):
    pairs = (jnp.arange(count * 2.0).reshape(count, 2), jnp.ones((count, 2)))
    function = lambda pair: {"sum": pair[0] + pair[1], "first": pair[0][0]}  # noqa: E731
    mapped = map_in_chunks(function, pairs, chunk)
    assert jax.tree.all(jax.tree.map(jnp.array_equal, mapped, jax.vmap(function)(pairs)))


def test_bytes_per_candidate_count_what_a_candidate_adds_and_not_what_it_shares():
    weights = jax.ShapeDtypeStruct((10, 7), jnp.float32)
    images = jax.ShapeDtypeStruct((100, 10), jnp.float32)

    def answers(weights, images):
        return jnp.sum((2 * images) @ weights)

    added, result = bytes_per_candidate(answers, weights, images)
    assert added == 100 * 7 * 4
    assert (result.shape, result.dtype) == ((), jnp.float32)


@given(
    network_bytes=st.integers(0, 2**33),
    population=st.integers(1, 3000),
    inits=st.integers(1, 8),
    platform=st.sampled_from(["cpu", "gpu"]),
)
def test_the_automatic_chunk_divides_the_work_evenly(network_bytes, population, inits, platform):
    chunk = training_chunk(network_bytes, population, inits, platform)
    assert chunk >= 1
    if chunk <= inits:
        assert inits % chunk == 0
    else:
        assert (population * inits) % chunk == 0 == chunk % inits


def test_networks_of_one_candidate_that_outgrow_the_cache_take_turns():
    mebibyte = 2**20
    assert training_chunk(3 * mebibyte, 8, 2, "cpu") == 1
    assert training_chunk(2 * mebibyte, 8, 2, "cpu") == 2
    assert training_chunk(mebibyte, 8, 2, "cpu") == 4
    assert training_chunk(100 * mebibyte, 8, 2, "cpu") == 1
