"""Changes to other libraries: while they are needed, and safe beside other threads."""

import contextlib
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import brax.fluid
import jax
import jax.numpy as jnp
import pytest

from hadax.tasks.rl.simulators.brax_fluid import FORMER_NAMES
from hadax.tasks.rl.simulators.brax_interface import quietly, silenced
from hadax.tasks.rl.simulators.from_brax import adapt
from hadax.tasks.rl.simulators.patches import Patch


class Log:
    """A change that says when it is made and undone."""

    def __init__(self):
        self.events = []

    @contextlib.contextmanager
    def change(self):
        self.events.append("made")
        try:
            yield
        finally:
            self.events.append("undone")


def overlapping(first, second):
    """Enters both, leaves the first before the second, and gives what `second` returns inside."""
    entered, leave = threading.Event(), threading.Event()

    def other():
        with first():
            entered.set()
            assert leave.wait(30)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(other)
        assert entered.wait(30)
        with second() as inside:
            leave.set()
            done.result()
            return inside() if callable(inside) else inside


def test_the_first_makes_a_change_and_the_last_undoes_it():
    log = Log()
    patch = Patch(log.change)
    with patch.applied(), patch.applied():
        assert log.events == ["made"]
    assert log.events == ["made", "undone"]
    overlapping(patch.applied, patch.applied)
    assert log.events == ["made", "undone"] * 2


def test_a_failure_undoes_it_too_and_a_change_that_fails_is_not_counted():
    log = Log()
    patch = Patch(log.change)
    with pytest.raises(KeyError), patch.applied():
        raise KeyError
    assert log.events == ["made", "undone"]

    failing = iter([True, False])

    @contextlib.contextmanager
    def at_first():
        if next(failing):
            raise LookupError
        with log.change():
            yield

    second = Patch(at_first)
    with pytest.raises(LookupError), second.applied():
        pass
    with second.applied():
        assert log.events[-1] == "made"
    assert log.events[-1] == "undone"


def test_brax_finds_former_names_only_while_the_swimmer_moves(key):
    assert brax.fluid.jp is jnp
    environment = adapt("swimmer")
    state, _ = jax.eval_shape(environment.reset, key)
    action = jax.ShapeDtypeStruct((environment.target.size,), "float32")
    jax.eval_shape(environment.step, key, state, action)
    assert brax.fluid.jp is jnp


def test_other_threads_meanwhile_find_all_of_numpy():
    def elsewhere():
        found = brax.fluid.jp
        values = jnp.array([-2.0, 0.5, 3.0])
        assert found.sum is jnp.sum
        ways = [
            found.clip(values, 0, 1),
            found.clip(values, min=0, max=1),
            found.clip(values, a_min=0, a_max=1),
        ]
        assert all(jnp.array_equal(each, jnp.clip(values, 0, 1)) for each in ways)
        assert jnp.array_equal(found.clip(values, a_min=0), jnp.clip(values, 0))
        return True

    with FORMER_NAMES.applied(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result()
    assert brax.fluid.jp is jnp


def test_whoever_leaves_last_brings_jax_numpy_back():
    @contextlib.contextmanager
    def second():
        with FORMER_NAMES.applied():
            yield lambda: float(brax.fluid.jp.clip(jnp.float32(-1), a_min=0.0))

    assert overlapping(FORMER_NAMES.applied, second) == 0
    assert brax.fluid.jp is jnp


def test_quiet_threads_that_overlap_leave_output_and_warnings_as_they_were(capsys):
    before = sys.stdout, sys.stderr, list(warnings.filters)
    overlapping(quietly, quietly)
    assert (sys.stdout, sys.stderr, list(warnings.filters)) == before
    with quietly():
        kept = sys.stdout
        print("unheard")
    print("still open", file=kept)
    print("heard")
    assert capsys.readouterr().out == "heard\n"


def test_a_silenced_function_warns_of_nothing_while_it_is_called():
    def function(x):
        warnings.warn("odd", UserWarning, stacklevel=1)
        return x + 1

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert silenced(function)(1) == 2
        assert not caught
        function(1)
        assert len(caught) == 1
