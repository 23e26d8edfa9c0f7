"""The last-axis batch against jax.vmap, rule by rule."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jax._src import compiler

from hadax.core.xla.lanes.transform import _compiled, lanes

BATCH = 8
VECTORS = jax.random.normal(jax.random.key(1), (BATCH, 4, 3))
MATRICES = jax.random.normal(jax.random.key(2), (BATCH, 4, 3, 3))
WEIGHT = jax.random.normal(jax.random.key(3), (3, 6))

FUNCTIONS = {
    "elementwise": lambda v, m: jnp.sin(v) * 2 + jnp.where(v > 0, jnp.sqrt(jnp.abs(v)), -1.0),
    "scalar condition": lambda v, m: jnp.where(v[0, 0] > 0, v, -v),
    "scalar times array": lambda v, m: v[0, 0] * m + jnp.arange(3.0),
    "clamp": lambda v, m: jax.lax.clamp(-0.5, v, 0.5),
    "matrix times vector": lambda v, m: jax.vmap(jnp.dot)(m, v),
    "matrix times matrix": lambda v, m: jnp.einsum("bij,bjk->bik", m, m),
    "contracted twice": lambda v, m: jnp.tensordot(m, m, ((0, 1), (0, 2))),
    "outer product": lambda v, m: jnp.outer(v[0], v[1]),
    "shared matrix on the right": lambda v, m: v @ WEIGHT,
    "shared matrix on the left": lambda v, m: WEIGHT.T @ m[0],
    "cross product": lambda v, m: jnp.cross(v[0], v[1]),
    "norm": lambda v, m: jnp.linalg.norm(v, axis=-1),
    "sum": lambda v, m: m.sum((0, 2)),
    "sum of many": lambda v, m: jnp.tile(v, (9, 1)).sum(0),
    "sum of none": lambda v, m: v[:0].sum(0),
    "largest": lambda v, m: (v.max(0), jnp.argmax(v, 1), (v > 0).all(0), (v > 0).any(1)),
    "cumulated": lambda v, m: jnp.cumsum(v, 0),
    "sorted": lambda v, m: jnp.sort(v, axis=1),
    "sorted by": lambda v, m: jnp.argsort(v, axis=0),
    "moved": lambda v, m: (m.transpose(2, 0, 1).reshape(9, 4), v[::2, 1:], v[::-1], v[:, None]),
    "joined": lambda v, m: jnp.concatenate([v, jnp.ones((2, 3)), m[0]]),
    "stacked": lambda v, m: jnp.stack([v, jnp.zeros((4, 3))], axis=1),
    "broadcast": lambda v, m: jnp.broadcast_to(v[:, :1], (4, 7)),
    "repeated": lambda v, m: (jnp.repeat(v, 2, axis=0), jnp.tile(v, (2, 1))),
    "split": lambda v, m: jnp.split(v, 2),
    "padded": lambda v, m: jnp.pad(v, ((1, 2), (0, 0)), constant_values=3),
    "taken": lambda v, m: jnp.take(m, jnp.array([0, 1, 3, 3, 0]), axis=0),
    "taken in a table": lambda v, m: jnp.take(m, jnp.array([[2, 0], [1, 2]]), axis=1),
    "taken by two": lambda v, m: m[jnp.array([0, 3]), jnp.array([1, 2])],
    "taken by none": lambda v, m: v[jnp.array([], dtype=int)],
    "taken beyond": lambda v, m: v[jnp.array([-1, 9])],
    "taken beyond, filled": lambda v, m: jnp.take(v, jnp.array([0, 5]), axis=0),
    "taken before, filled": lambda v, m: jnp.take(m, jnp.array([-5, 1]), axis=1),
    "taken beyond, clipped": lambda v, m: jnp.take(v, jnp.array([0, 5]), axis=0, mode="clip"),
    "taken beyond, a value": lambda v, m: (
        v.at[jnp.array([[3, 4], [-9, 0]])].get(mode="fill", fill_value=-7.0),
        v.at[:, jnp.array([1, 8])].get(mode="fill", fill_value=2.0),
    ),
    "taken beyond by what differs": lambda v, m: jnp.take(v, jnp.argmax(v[:, 0]) + 2, axis=0),
    "taken beyond by two": lambda v, m: m.at[jnp.array([0, 9]), jnp.array([1, 2])].get(
        mode="fill", fill_value=5.0
    ),
    "cut beyond": lambda v, m: jax.lax.dynamic_slice(v, (3, 1), (2, 2)),
    "taken by what differs": lambda v, m: v[jnp.argmax(v[:, 0])],
    "table by what differs": lambda v, m: WEIGHT[jnp.argmax(v[0])],
    "written": lambda v, m: v.at[jnp.array([0, 2])].set(v[:2]),
    "added in place": lambda v, m: jnp.zeros((4, 3)).at[jnp.array([1, 1])].add(v[:2]),
    "written beyond": lambda v, m: (
        v.at[jnp.array([0, 7])].set(v[:2]),
        v.at[jnp.array([-9, 1])].add(v[:2], mode="drop"),
        v.at[jnp.array([2, 7])].set(v[:2], mode="clip"),
        jnp.zeros((4, 3)).at[jnp.array([3, 9])].add(v[:2], mode="clip"),
    ),
    "rows written beyond": lambda v, m: jax.lax.dynamic_update_slice(v, v[:2, :2] * 2, (3, 2)),
    "written beyond by what differs": lambda v, m: v.at[jnp.argmax(v[:, 0]) + 2].set(0.0),
    "written by what differs": lambda v, m: v.at[jnp.argmax(v[:, 0])].set(0.0),
    "solved": lambda v, m: jnp.linalg.solve(m + 9 * jnp.eye(3), v[..., None]),
    "branches": lambda v, m: jax.lax.cond(v[0, 0] > 0, jnp.sin, jnp.cos, v),
    "while": lambda v, m: jax.lax.while_loop(lambda x: x.sum() < 9, lambda x: x + 1, v),
    "scan": lambda v, m: jax.lax.scan(lambda c, x: (c + x @ m[0], c.sum()), jnp.zeros(3), v),
    "scan of what is shared": lambda v, m: jax.lax.scan(
        lambda c, x: (c[jnp.array([1, 0, 2])] * x, x), v[0], jnp.arange(4.0)
    ),
    "calls": lambda v, m: jax.jit(jax.nn.relu)(v) + jax.nn.softplus(v) + jax.checkpoint(jnp.exp)(v),
    "constant": lambda v, m: (jnp.ones(3), v, jnp.arange(4) * 2),
    "whole numbers": lambda v, m: (v * 9).astype(jnp.int32) % 4,
    "small whole numbers": lambda v, m: (
        jnp.sum((v * 9).astype(jnp.int8), 0, dtype=jnp.int8),
        jnp.sum(jnp.tile((v * 9).astype(jnp.int8), (9, 1)), 0, dtype=jnp.int8),
    ),
    "products of small whole numbers": lambda v, m: jnp.dot(
        jnp.tile((v[0] * 40).astype(jnp.int8), 9),
        jnp.tile((v[0] * 40).astype(jnp.int8), 9),
        preferred_element_type=jnp.int32,
    ),
    "few products of small whole numbers": lambda v, m: jnp.dot(
        (v * 40).astype(jnp.int8).T, (v * 40).astype(jnp.int8), preferred_element_type=jnp.int32
    ),
    "products of what is true": lambda v, m: jnp.dot(jnp.tile(v[0] > 0, 9), jnp.tile(v[1] > 0, 9)),
    "products in halves": lambda v, m: jnp.dot(
        jnp.tile(v[0], 9).astype(jnp.bfloat16),
        jnp.tile(v[1], 9).astype(jnp.bfloat16),
        preferred_element_type=jnp.float32,
    ),
    "random": lambda v, m: jax.random.normal(jax.random.key(v[0, 0].astype(int)), (2,)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gives_what_vmap_gives(name: str) -> None:
    function = FUNCTIONS[name]
    expected = jax.vmap(function)(VECTORS, MATRICES)
    actual = jax.jit(jax.vmap(lanes(function)))(VECTORS, MATRICES)
    jax.tree.map(_assert_close, actual, expected)


def _assert_close(actual: jax.Array, expected: jax.Array) -> None:
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5)


def test_one_example_alone_is_left_as_it_is() -> None:
    function = lanes(lambda x: x * 2)
    np.testing.assert_array_equal(function(VECTORS[0]), VECTORS[0] * 2)
    assert "transpose" not in jax.jit(function).lower(VECTORS[0]).as_text()


def test_nested_vmaps_are_one_batch_and_shared_arguments_are_repeated() -> None:
    def function(x: jax.Array, y: jax.Array) -> dict[str, jax.Array]:
        return {"sum": x @ y, "other": y}

    many = VECTORS[..., 0].reshape(8, 2, 2)
    shared = jnp.arange(2.0)
    nested = lambda f: jax.vmap(jax.vmap(f, in_axes=(0, None)), in_axes=(0, None))  # noqa: E731
    actual, expected = nested(lanes(function))(many, shared), nested(function)(many, shared)
    jax.tree.map(_assert_close, actual, expected)
    axes = {"in_axes": (1, None), "out_axes": {"sum": 0, "other": 1}}
    last = jax.vmap(lanes(function), **axes)(many[:, 0].T, shared)
    jax.tree.map(_assert_close, last, jax.vmap(function, **axes)(many[:, 0].T, shared))


def test_empty_arrays_pass_through() -> None:
    def function(x: jax.Array) -> tuple[jax.Array, jax.Array]:
        return x, x.sum()

    empty = jnp.zeros((4, 2, 0, 4))
    actual = jax.vmap(jax.vmap(lanes(function)))(empty)
    jax.tree.map(_assert_close, actual, jax.vmap(jax.vmap(function))(empty))


def test_keys_pass_through() -> None:
    def function(key: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        following, used = jax.random.split(key)
        return following, x + jax.random.uniform(used)

    keys = jax.random.split(jax.random.key(0), BATCH)
    following, drawn = jax.vmap(lanes(function))(keys, VECTORS)
    same, expected = jax.vmap(function)(keys, VECTORS)
    np.testing.assert_array_equal(jax.random.key_data(following), jax.random.key_data(same))
    _assert_close(drawn, expected)


def test_a_failing_example_stays_alone() -> None:
    broken = VECTORS.at[2, 0, 0].set(jnp.nan)
    function = FUNCTIONS["norm"]
    result = jax.vmap(lanes(function))(broken, MATRICES)
    assert np.isnan(result).sum() == 1


def test_few_examples_are_left_to_vmap() -> None:
    function = jax.jit(jax.vmap(lanes(lambda x: x.sum())))
    assert "stablehlo.reduce" in function.lower(VECTORS[:7]).as_text()
    assert "stablehlo.reduce" not in function.lower(VECTORS).as_text()


def test_by_hand_a_simulator_is_compiled_once() -> None:
    stepped = lanes(lambda x: x * 3)
    before = _compiled._cache_size()
    for vector in VECTORS[:3]:
        stepped(vector)
    assert _compiled._cache_size() == before + 1


def test_a_simulator_is_traced_once() -> None:
    calls = []

    def function(x: jax.Array) -> jax.Array:
        calls.append(x)
        return x * 2

    once = lanes(function)
    for _ in range(2):
        jax.jit(lambda x: jax.vmap(jax.vmap(once))(x)).lower(VECTORS)
    assert len(calls) == 1


def test_every_device_takes_its_part() -> None:
    function = lanes(lambda x: jnp.cross(x[0], x[1]))
    mesh = jax.make_mesh((1,), ("devices",), axis_types=(jax.sharding.AxisType.Auto,))
    shared = jax.sharding.PartitionSpec("devices")
    split = jax.shard_map(jax.vmap(function), mesh=mesh, in_specs=shared, out_specs=shared)
    _assert_close(jax.jit(split)(VECTORS), jax.vmap(function)(VECTORS))


@settings(deadline=None, max_examples=15)
@given(
    indices=npst.arrays(
        np.int32, npst.array_shapes(max_dims=2, max_side=4), elements=st.integers(-4, 3)
    ),
    axis=st.sampled_from([0, 1, 2]),
)
def test_any_known_rows(indices: np.ndarray, axis: int) -> None:
    def take(values: jax.Array) -> jax.Array:
        return jnp.take(values, indices % values.shape[axis], axis=axis)

    np.testing.assert_array_equal(jax.vmap(lanes(take))(MATRICES), jax.vmap(take)(MATRICES))


def test_known_rows_are_slices_and_small_products_are_no_library_calls() -> None:
    def function(matrices: jax.Array) -> jax.Array:
        return jnp.einsum("bij,bjk->bik", matrices[jnp.array([0, 2])], matrices[:2])

    written = jax.jit(jax.vmap(lanes(function))).lower(MATRICES).as_text()
    assert "dot_general" in jax.jit(jax.vmap(function)).lower(MATRICES).as_text()
    assert "dot_general" not in written
    assert "gather" not in written


def test_off_the_cpu_it_is_vmap() -> None:
    function = lambda x: jnp.linalg.norm(x, axis=-1)  # noqa: E731
    for_a_gpu, for_a_cpu = (
        jax.jit(jax.vmap(lanes(function)))
        .trace(VECTORS)
        .lower(lowering_platforms=(platform,))
        .as_text()
        for platform in ("cuda", "cpu")
    )
    assert "stablehlo.reduce" in for_a_gpu
    assert "stablehlo.reduce" not in for_a_cpu


def test_known_indices_are_computed_by_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def function(x: jax.Array) -> jax.Array:
        return x[jnp.array([0, 1, 1]) * 2 - jnp.array([-1, 2, -1])]

    compiled: list[str] = []
    monkeypatch.setattr(
        compiler, "backend_compile_and_load", _noting(compiler.backend_compile_and_load, compiled)
    )
    jax.jit(jax.vmap(lanes(function))).lower(VECTORS)
    assert len(compiled) == 1


def _noting(function: Callable[..., Any], noted: list[str]) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        noted.append(function.__name__)
        return function(*args, **kwargs)

    return called
