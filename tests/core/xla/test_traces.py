"""Functions traced once, wherever they are called from."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.xla.lanes.transform import lanes
from hadax.core.xla.traces import with_cached_trace

KEYS = jax.random.split(jax.random.key(0), 8)


def counted(calls):
    def function(state, key):
        calls.append(state["position"].shape)
        return {"position": state["position"] * 2 + jax.random.normal(key)}, jnp.cumsum(
            state["position"]
        )

    return function


def plainly(function, state, keys):
    return jax.jit(jax.vmap(function))(state, keys)


def over_devices(function, state, keys):
    mesh = jax.sharding.Mesh(np.asarray(jax.devices()[:1]), ("devices",))
    each = jax.P("devices")
    mapped = jax.vmap(function)
    return jax.jit(
        jax.shard_map(mapped, mesh=mesh, in_specs=each, out_specs=each, check_vma=False)
    )(state, keys)


@pytest.mark.parametrize("wrapper", [with_cached_trace, lanes])
@pytest.mark.parametrize("places", [(plainly, over_devices), (over_devices, plainly)])
def test_a_function_is_traced_once_inside_and_outside_of_shard_map(wrapper, places):
    calls = []
    state = {"position": jnp.arange(24.0).reshape(8, 3)}
    expected = plainly(counted([]), state, KEYS)
    wrapped = wrapper(counted(calls))
    for place in places:
        actual = place(wrapped, state, KEYS)
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), actual, expected)
    assert calls == [(3,)]


@pytest.mark.parametrize("wrapper", [with_cached_trace, lanes])
def test_other_shapes_and_types_are_traced_anew(wrapper):
    calls = []
    wrapped = wrapper(counted(calls))
    for positions in (jnp.ones(3), jnp.ones(3, dtype=int), jnp.ones(2), jnp.ones(3)):
        (following, _) = wrapped({"position": positions}, KEYS[0])
        assert following["position"].shape == positions.shape
    assert calls == [(3,), (3,), (2,)]


@pytest.mark.parametrize("wrapper", [with_cached_trace, lanes])
def test_numbers_of_python_are_arrays(wrapper):
    assert wrapper(lambda x, y: x + y)(1.5, jnp.ones(2)).tolist() == [2.5, 2.5]
