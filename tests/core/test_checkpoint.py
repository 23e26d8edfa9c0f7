"""Checkpoints of this release and of earlier ones."""

import dataclasses

import jax
import orbax.checkpoint as ocp
import pytest

from hadax.core.checkpoint import Checkpoints


@pytest.fixture
def keeping(engine):
    return dataclasses.replace(engine, keep_best=2)


def test_the_means_kept_are_kept_on_disk_too(keeping, key, tmp_path, assert_trees_equal):
    state = keeping.init(key)
    Checkpoints(tmp_path).save(state)
    restored = Checkpoints(tmp_path).restore(keeping.init(jax.random.key(9)))
    assert_trees_equal(restored, state)


def test_a_checkpoint_from_before_means_were_kept_goes_on_without_any(
    keeping, key, tmp_path, assert_trees_equal
):
    state = keeping.init(key)
    earlier = {
        "key": jax.random.key_data(state.key),
        "generation": state.generation,
        "strategy": state.strategy,
        "task": state.task,
    }
    with ocp.CheckpointManager(tmp_path) as manager:
        manager.save(0, args=ocp.args.StandardSave(earlier))
    restored = Checkpoints(tmp_path).restore(keeping.init(jax.random.key(9)))
    assert_trees_equal(restored, state)


def test_nothing_saved_is_said(keeping, key, tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        Checkpoints(tmp_path).restore(keeping.init(key))
