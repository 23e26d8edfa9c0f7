"""The floor that this processor sets under each workload, and how far above it we are.

Ceilings are measured: floating-point operations of a large matrix product in either precision, and
bytes of a sweep over an array that the last-level cache holds. Operations are those of the
networks' matrix products; bytes are those of weights in float32, which each inner step and each
environment step must pass over once (an Adam step ten times: weights, gradient and two moments,
read and written, and the two products). The physics and the games are not in the floor. All figures
are seconds of one core.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import in_fresh_process, report
from benchmarks.workloads import IMAGES, WORKLOADS, make_engine
from hadax.learners.config import PRECISIONS
from hadax.learners.kernels.products import matrix_product

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides the work that is timed, for a quick look")
_WORKLOADS = flags.DEFINE_list("workloads", list(WORKLOADS), "some of the workloads")

_PASSES = {"adam": 10, "sgd": 5}
"""Times that an inner step of full-batch training goes over every weight."""


@dataclass(frozen=True)
class Work:
    """What must be done for one generation: floating-point operations, and bytes to move."""

    operations: float
    bytes: float


def main(arguments: Sequence[str]) -> None:
    """Measures the ceilings and reports every workload against them."""
    del arguments
    operations = {precision: _product_ceiling(precision) for precision in PRECISIONS}
    movement = _sweep_ceiling()
    rows = [
        _row(name, precision, operations[precision], movement)
        for name in _WORKLOADS.value
        for precision in PRECISIONS
    ]
    products = ", ".join(
        f"{value / 1e9:.0f} GFLOP/s in {name}" for name, value in operations.items()
    )
    note = f"ceilings of one core: {products}, {movement / 1e9:.0f} GB/s"
    report("roofline", rows, Path(_OUT.value), note)


def _row(name: str, precision: str, operations: float, movement: float) -> dict[str, Any]:
    training, evaluation = work_of(name)
    floors = [
        max(each.operations / operations, each.bytes / movement) for each in (training, evaluation)
    ]
    chosen = (f"--workload={name}", f"--precision={precision}")
    arguments = (*chosen, f"--shrink={_SHRINK.value}", "--repeats=3")
    measured = in_fresh_process("benchmarks.same_work", arguments)["cpu_seconds"]
    return {
        "workload": name,
        "precision": precision,
        "training GFLOP": training.operations / 1e9,
        "training GB": training.bytes / 1e9,
        "evaluation GFLOP": evaluation.operations / 1e9,
        "evaluation GB": evaluation.bytes / 1e9,
        "floor CPU-s": sum(floors),
        "measured CPU-s": measured,
        "times the floor": measured / sum(floors),
    }


def work_of(name: str) -> tuple[Work, Work]:
    """Training and evaluation of one generation, every step played, a pass a block of images."""
    import jax

    from hadax.core.objectives.distillation import Distillation
    from hadax.tasks.rl.control import ControlTask
    from hadax.tasks.supervised.classification import BLOCK

    config = WORKLOADS[name].search()
    engine = make_engine(config, images=10)
    objective = engine.objective
    assert isinstance(objective, Distillation)
    learner, task = objective.learners[0], objective.task
    weights = jax.tree.leaves(jax.eval_shape(learner.init, jax.random.key(0)))
    pixels = math.prod(task.input_shape[:-1])
    once = sum(2 * math.prod(leaf.shape) * (pixels if leaf.ndim == 4 else 1) for leaf in weights)
    size = sum(4 * math.prod(leaf.shape) for leaf in weights)
    networks = config.strategy.population * config.distillation.inits_per_candidate
    loop = config.learner.inner_loop
    inner = networks * loop.inner_steps
    examples = objective.initial.size
    training = Work(3 * once * examples * inner, _PASSES[loop.inner_optimizer] * size * inner)
    if isinstance(task, ControlTask):
        played = networks * task.environment.horizon
        return training, Work(once * task.episodes * played, size * played)
    return training, Work(once * IMAGES * networks, size * networks * IMAGES / BLOCK)


def _product_ceiling(precision: str) -> float:
    """Operations a second of one core, in a product of two large matrices."""
    import jax
    import jax.numpy as jnp

    side = 4096 // min(8, _SHRINK.value)
    matrix = jnp.ones((side, side))
    product = jax.jit(lambda left: matrix_product(left, left, precision))
    return 2 * side**3 / _fastest_cpu_seconds(lambda: product(matrix).block_until_ready())


def _sweep_ceiling() -> float:
    """Bytes a second of one core, over and over an array of 8 MiB that stays in the cache."""
    import jax
    import jax.numpy as jnp

    sweeps, array = 200, jnp.ones(2**21)
    many = jax.jit(lambda each: jax.lax.fori_loop(0, sweeps, lambda _, now: now * 0.999, each))
    seconds = _fastest_cpu_seconds(lambda: many(array).block_until_ready())
    return 2 * sweeps * 4 * array.size / seconds


def _fastest_cpu_seconds(work: Callable[[], Any]) -> float:
    work()
    taken = []
    for _ in range(5):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


if __name__ == "__main__":
    app.run(main)
