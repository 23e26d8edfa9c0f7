"""What the inner loop compiles to."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset
from hadax.core.task import Continuous
from hadax.learners.config import LearnerConfig, make_learner


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="about XLA's compiler for CPUs")
def test_no_layer_is_copied_at_a_step():
    width = 64
    learner = make_learner(LearnerConfig(width=width, depth=2), (3,), Continuous(2))
    data = Dataset(inputs=jnp.ones((4, 3)), targets=jnp.ones((4, 2)))
    compiled = jax.jit(learner.fit).lower(learner.init(jax.random.key(0)), data).compile()
    before_the_loop, copies = False, []
    for line in compiled.as_text().splitlines():
        if line and not line.startswith(" "):
            before_the_loop = line.startswith("ENTRY")
        elif " copy(" in line and f"[{width},{width}]" in line and not before_the_loop:
            copies.append(line)
    assert not copies
