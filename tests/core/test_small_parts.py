"""Datasets, parametrisations, chunks, named arrays, atomic files."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.annotations import describe, matches
from hadax.core.chunk import (
    bytes_per_candidate,
    map_in_blocks,
    map_in_chunks,
    training_chunk,
    tree_bytes,
)
from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError
from hadax.core.files import write_atomically
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets
from hadax.core.task import Continuous, Discrete, check_task
from hadax.core.trees import from_named_arrays, to_named_arrays


@given(size=st.integers(1, 40), classes=st.integers(2, 9))
def test_balanced_labels_label_every_row_and_every_class_alike(size, classes):
    labels = np.asarray(balanced_one_hot(size, classes))
    assert labels.shape == (size, classes)
    assert np.all(labels.sum(axis=1) == 1)
    assert np.ptp(labels.sum(axis=0)) <= 1


DATASET = Dataset(inputs=jnp.arange(6.0).reshape(3, 2), targets=balanced_one_hot(3, 4))


@pytest.mark.parametrize("parametrization", [FixedTargets(DATASET.targets), LearnedTargets()])
def test_decoding_undoes_encoding(parametrization):
    decoded = parametrization.decode(parametrization.encode(DATASET))
    assert jnp.array_equal(decoded.inputs, DATASET.inputs)
    assert jnp.array_equal(decoded.targets, DATASET.targets)


def test_fixed_targets_are_no_part_of_the_candidate():
    candidate = FixedTargets(DATASET.targets).encode(DATASET)
    assert jax.tree.leaves(candidate)[0].size == DATASET.inputs.size


def test_learned_labels_are_distributions_that_begin_near_the_hard_ones():
    parametrization = LearnedLabels()
    candidate = parametrization.encode(DATASET)
    labels = parametrization.decode(candidate).targets
    assert jnp.allclose(labels.sum(axis=1), 1)
    assert jnp.array_equal(jnp.argmax(labels, axis=1), jnp.argmax(DATASET.targets, axis=1))
    wild = candidate.replace(targets=50 * candidate.targets - 20)
    assert jnp.all(parametrization.decode(wild).targets >= 0)


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


def test_tree_bytes():
    assert tree_bytes({"a": jnp.zeros(3), "b": jnp.zeros((2, 2), jnp.int8)}) == 16


@pytest.mark.parametrize(
    ("value", "annotation", "fits"),
    [
        (1, int, True),
        (True, int, False),
        (1, float, True),
        (1.5, int, False),
        ("1", float, False),
        (True, bool, True),
        (None, int | None, True),
        ("a", int | None, False),
        ((1, 2), tuple[int, ...], True),
        ((1, "2"), tuple[int, ...], False),
        ([1], tuple[int, ...], False),
        ({}, dict[str, int], True),
        (object(), object, True),
    ],
)
def test_values_are_held_against_annotations(value, annotation, fits):
    assert matches(value, annotation) == fits
    assert describe(annotation)


TREE = {"layer": [jnp.ones(2), jnp.zeros((1, 3), jnp.int32)], "scale": jnp.float32(2)}


def test_named_arrays_rebuild_the_tree():
    arrays = to_named_arrays(TREE, "weights")
    assert set(arrays) == {"weights/layer/0", "weights/layer/1", "weights/scale"}
    rebuilt = from_named_arrays({**arrays, "other/x": np.ones(1)}, "weights", TREE)
    for one, other in zip(jax.tree.leaves(rebuilt), jax.tree.leaves(TREE), strict=True):
        assert one.dtype == other.dtype
        assert jnp.array_equal(one, other)


def test_named_arrays_say_what_does_not_fit():
    arrays = to_named_arrays(TREE, "weights")
    with pytest.raises(ValueError, match="unexpected weights/more"):
        from_named_arrays({**arrays, "weights/more": np.ones(1)}, "weights", TREE)
    missing = {name: array for name, array in arrays.items() if name != "weights/scale"}
    with pytest.raises(ValueError, match="lacks weights/scale"):
        from_named_arrays(missing, "weights", TREE)
    with pytest.raises(ValueError, match="shape"):
        from_named_arrays({**arrays, "weights/scale": np.ones(4)}, "weights", TREE)


def test_atomic_writing_replaces_whole_files_and_leaves_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_target_specs_refuse_nonsense():
    with pytest.raises(ConfigError):
        Discrete(1)
    with pytest.raises(ConfigError):
        Continuous(0)


def test_an_incomplete_or_opaque_task_is_refused(regression):
    with pytest.raises(ConfigError, match="lacks input_shape"):
        check_task(object(), "mine")

    class Opaque(type(regression)):
        """A subclass that nobody registered as a pytree."""

    with pytest.raises(ConfigError, match=r"flax\.struct\.dataclass"):
        check_task(Opaque(regression.weights), "mine")
