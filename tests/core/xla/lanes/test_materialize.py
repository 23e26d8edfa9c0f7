"""Which values lanes write to memory."""

import jax
import jax.numpy as jnp

from hadax.core.xla.lanes.inlining import inline
from hadax.core.xla.lanes.materialize import materialized
from hadax.core.xla.lanes.program import Variable


def _deep(x: jax.Array) -> jax.Array:
    base = jnp.sin(jnp.cos(jnp.tanh(x)))
    return sum((base * scale for scale in range(5)), jnp.zeros_like(x))


def test_what_is_dear_and_used_often_is_written_to_memory() -> None:
    program = inline(jax.make_jaxpr(_deep)(jnp.ones(10)))
    (given_,) = program.inputs
    assert isinstance(given_, Variable)
    everything = {output for each in program.operations for output in each.outputs}
    chosen = materialized(program, everything, batch=512)
    names = [each.name for each in program.operations if each.outputs[0] in chosen]
    assert names == ["sin"]
    assert not materialized(program, everything, batch=1)
    assert not materialized(program, set(), batch=512)
