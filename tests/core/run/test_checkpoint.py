"""Checkpoints of this release and of earlier ones; what is damaged is set aside."""

import dataclasses
import errno
import os

import jax
import numpy as np
import orbax.checkpoint as ocp
import pytest
import safetensors.numpy

from hadax.core.errors import UsageError
from hadax.core.run.checkpoint import Checkpoints

# As some strategies' best fitness is before there is one.
INFINITE = np.full((), np.inf, np.float32)


@pytest.fixture(scope="module")
def states():
    """A strategy's state after no, one and two generations, as a run would carry it."""
    from hadax.core.generation.run_state import RunState

    def state(generation):
        strategy = {"mean": jax.numpy.arange(3.0) + generation, "best": INFINITE}
        return RunState(jax.random.key(7), jax.numpy.int32(generation), strategy, ())

    return [state(generation) for generation in range(5)]


@pytest.fixture
def folder(tmp_path, states):
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    for state in states[1:4]:
        checkpoints.save(state)
    return tmp_path / "checkpoints"


def emptied(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(bytes(content))


def another(path):
    path.write_bytes((path.parent / "2.safetensors").read_bytes())


def foreign(path):
    safetensors.numpy.save_file({"weights": np.zeros(3)}, path)


DAMAGES = (emptied, cut, flipped, another, foreign)


def test_the_newest_two_are_kept(folder, states, assert_trees_equal):
    assert sorted(path.name for path in folder.iterdir()) == ["2.safetensors", "3.safetensors"]
    assert_trees_equal(Checkpoints(folder).restore(states[0]), states[3])


def test_a_run_that_went_back_replaces_what_came_later(tmp_path, states, assert_trees_equal):
    checkpoints = Checkpoints(tmp_path)
    for state in states[2:]:
        checkpoints.save(state)
    checkpoints.save(states[1])
    assert [path.name for path in tmp_path.iterdir()] == ["1.safetensors"]
    assert_trees_equal(Checkpoints(tmp_path).restore(states[0]), states[1])


def test_more_are_kept_where_more_are_wanted(tmp_path, states):
    checkpoints = Checkpoints(tmp_path, kept=3)
    for state in states[1:]:
        checkpoints.save(state)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_newest_is_set_aside_and_the_older_counts(
    folder, states, damage, assert_trees_equal
):
    damage(folder / "3.safetensors")
    told = []
    checkpoints = Checkpoints(folder, tell=told.append)
    assert checkpoints.latest() == 2
    assert_trees_equal(checkpoints.restore(states[0]), states[2])
    (line,) = told
    assert str(folder / "3.safetensors") in line
    assert "set aside as 3.safetensors.damaged" in line
    checkpoints.save(states[3])
    assert Checkpoints(folder, tell=told.append).latest() == 3
    assert len(told) == 1


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO, errno.EMFILE, errno.EACCES])
@pytest.mark.parametrize("call", ["read_bytes", "is_dir"])
def test_what_cannot_be_read_just_now_is_left_as_it_is(
    folder, states, number, call, monkeypatch, assert_trees_equal
):
    own = getattr(type(folder), call)

    def refused(path):
        if path.suffix == ".safetensors":
            raise OSError(number, os.strerror(number), str(path))
        return own(path)

    told, checkpoints = [], Checkpoints(folder, tell=lambda line: told.append(line))
    with monkeypatch.context() as patched:
        patched.setattr(type(folder), call, refused)
        with pytest.raises(UsageError, match=os.strerror(number)) as error:
            checkpoints.latest()
    assert str(folder / "3.safetensors") in str(error.value)
    assert "left as it is" in str(error.value)
    assert not told
    assert sorted(path.name for path in folder.iterdir()) == ["2.safetensors", "3.safetensors"]
    assert_trees_equal(Checkpoints(folder).restore(states[0]), states[3])


def test_what_cannot_be_read_once_it_was_whole_is_no_other_search(folder, states, monkeypatch):
    def refused(path):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))

    checkpoints = Checkpoints(folder)
    assert checkpoints.latest() == 3
    monkeypatch.setattr(type(folder), "read_bytes", refused)
    with pytest.raises(UsageError, match=os.strerror(errno.ESTALE)) as error:
        checkpoints.restore(states[0])
    assert "not a state of this search" not in str(error.value)


def test_an_earlier_release_s_that_cannot_be_read_is_left_as_it_is(tmp_path, states, monkeypatch):
    with ocp.CheckpointManager(tmp_path) as manager:
        words = states[4].replace(key=jax.random.key_data(states[4].key))
        manager.save(4, args=ocp.args.StandardSave(words))

    def refused(path):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(type(tmp_path), "read_bytes", refused)
        with pytest.raises(UsageError, match=os.strerror(errno.EIO)):
            Checkpoints(tmp_path).latest()
    assert Checkpoints(tmp_path).latest() == 4


def test_none_whole_is_one_line(folder):
    for path in folder.iterdir():
        cut(path)
    told = []
    with pytest.raises(UsageError, match="none of its checkpoints is whole; remove the folder"):
        Checkpoints(folder, tell=told.append).latest()
    assert len(told) == 2
    # The same command, given again, does not begin anew without a word.
    with pytest.raises(UsageError, match="none of its checkpoints is whole"):
        Checkpoints(folder, tell=told.append).latest()


def test_what_is_no_checkpoint_is_left_alone(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "9").mkdir()
    (folder / "8.safetensors").mkdir()
    assert Checkpoints(folder).latest() == 3
    assert (folder / "notes.txt").exists()


def test_the_state_of_another_search_is_refused(folder, states):
    other = states[0].replace(strategy={"mean": jax.numpy.zeros(4), "best": INFINITE})
    with pytest.raises(UsageError, match="not a state of this search: state/strategy/mean has sha"):
        Checkpoints(folder).restore(other)


def test_runs_of_earlier_releases_go_on(tmp_path, states, assert_trees_equal):
    manager = ocp.CheckpointManager(tmp_path)
    words = states[4].replace(key=jax.random.key_data(states[4].key))
    manager.save(4, args=ocp.args.StandardSave(words))
    manager.close()
    checkpoints = Checkpoints(tmp_path)
    assert checkpoints.latest() == 4
    assert_trees_equal(checkpoints.restore(states[0]), states[4])
    told = []
    for path in (tmp_path / "4" / "default").glob("**/*"):
        if path.is_file():
            path.write_bytes(b"")
    with pytest.raises(UsageError, match="none of its checkpoints is whole"):
        Checkpoints(tmp_path, tell=told.append).latest()
    assert "cannot be read" in told[0]


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
