"""Neuroevolution's environment steps per second and memory, against evosax's own problems.

The same environment, network, population, episodes and horizon; every step is played, and all are
counted. hadax runs a whole generation (ask, evaluate, tell), evosax its evaluation alone. They are
timed in turn in one process. Memory is what the compiled evaluation is given, gives and works in,
of both on one device.
"""

import dataclasses
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import report, timed
from benchmarks.workloads import bare_evaluation, some_population
from hadax.core.settings.fields import Value
from hadax.launch.search.config import NEUROEVOLVE, SearchConfig
from hadax.launch.search.resolve import resolve

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 5, "generations timed")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides the horizon, for a quick look")
_CASES = flags.DEFINE_list("cases", None, "some of the cases; all by default")


@dataclass(frozen=True)
class Case:
    """What both play.

    Attributes:
      library: "brax" or "gymnax".
      environment: its name there.
      horizon: steps of an episode.
      outputs: of the policy.
      population: candidates.
      episodes: of each.
      width: units of both hidden layers.
    """

    library: str
    environment: str
    horizon: int
    outputs: int
    population: int = 64
    episodes: int = 4
    width: int = 64

    @property
    def steps(self) -> int:
        """Environment steps of a generation."""
        return self.population * self.episodes * self.horizon


CASES = {
    "CartPole": Case("gymnax", "CartPole-v1", 1000, 2),
    "Breakout": Case("gymnax", "Breakout-MinAtar", 1000, 3),
    "hopper, spring": Case("brax", "hopper", 1000, 3),
}


def main(arguments: Sequence[str]) -> None:
    """Measures all cases."""
    del arguments
    rows = [_row(name, _shrunk(CASES[name])) for name in _CASES.value or CASES]
    report("neuroevolution", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


@dataclass(frozen=True)
class Contender:
    """One side of a comparison.

    Attributes:
      generation: does one, and returns when it is done.
      mebibytes: what the compiled evaluation holds.
    """

    generation: Callable[[], None]
    mebibytes: float


def _row(name: str, case: Case) -> dict[str, Any]:
    contenders = {"hadax": _hadax(case), "evosax": _evosax(case)}
    seconds: dict[str, list[float]] = {"hadax": [], "evosax": []}
    for repeat in range(_REPEATS.value + 1):
        for which, contender in contenders.items():
            taken = timed(contender.generation, 1).seconds
            if repeat > 0:
                seconds[which].append(taken)
    speed = {which: case.steps / statistics.median(each) for which, each in seconds.items()}
    memory = {which: contender.mebibytes for which, contender in contenders.items()}
    return {
        "case": name,
        **{f"{which} steps/s": speed[which] for which in speed},
        "times faster": speed["hadax"] / speed["evosax"],
        **{f"{which} MiB": memory[which] for which in memory},
        "times less": memory["evosax"] / memory["hadax"],
    }


def _hadax(case: Case) -> Contender:
    import jax

    from hadax.core.settings.views import replaced
    from hadax.launch.search.build import build_engine, build_neuroevolution, build_task
    from hadax.tasks.rl.control import ControlTask

    config = _search(case)
    task = build_task(config.task)
    assert isinstance(task, ControlTask)
    task = dataclasses.replace(task, early_exit=False)
    engine = build_engine(config, build_neuroevolution(config, task))
    state = engine.init(jax.random.key(0))

    def generation() -> None:
        nonlocal state
        state, _ = engine.step(state)
        jax.block_until_ready(state)

    alone = build_engine(replaced(config, {"devices": 1}), engine.objective)
    start = alone.init(jax.random.key(0))
    bare: Any = bare_evaluation(alone)
    lowered = bare.lower(some_population(alone, start), jax.random.key(3), start.task)
    return Contender(generation, _held(lowered.compile()))


def _search(case: Case) -> SearchConfig:
    brax = case.library == "brax"
    settings: dict[str, Value] = {
        "task": f"{case.library}/{case.environment}",
        "population": case.population,
        "episodes": case.episodes,
        "horizon": case.horizon,
        "width": case.width,
        "normalizer": "running" if brax else "none",
    }
    backend = {"backend": "spring"} if brax else {}
    return resolve(NEUROEVOLVE, {**settings, **backend}, preset="none").config


def _evosax(case: Case) -> Contender:
    import flax.linen as nn
    import jax
    import jax.numpy as jnp
    from evosax.problems import BraxProblem, GymnaxProblem
    from evosax.problems.networks import MLP, identity_output_fn

    class Policy(nn.Module):
        """evosax's network, of flattened observations and with hadax's actions."""

        @nn.compact
        def __call__(self, observation: jax.Array, key: jax.Array | None = None) -> jax.Array:
            sizes = (case.width, case.width, case.outputs)
            outputs = MLP(layer_sizes=sizes, output_fn=identity_output_fn)(observation.ravel())
            return jnp.clip(outputs, -1, 1) if case.library == "brax" else jnp.argmax(outputs)

    policy = Policy()
    given = {"episode_length": case.horizon, "num_rollouts": case.episodes}
    if case.library == "brax":
        problem = BraxProblem(case.environment, policy, **given)
    else:
        problem = GymnaxProblem(case.environment, policy, use_normalize_obs=False, **given)
    key = jax.random.key(0)
    state = problem.init(key)
    keys = jax.random.split(key, case.population)
    inputs = jnp.zeros(problem.observation_shape)
    solutions = jax.vmap(lambda each: policy.init(each, inputs, each))(keys)
    compiled = jax.jit(problem.eval).lower(key, solutions, state).compile()

    def generation() -> None:
        jax.block_until_ready(compiled(key, solutions, state))

    return Contender(generation, _held(compiled))


def _held(compiled: Any) -> float:
    """MiB that an executable holds while it runs, by XLA's own account."""
    sizes = compiled.memory_analysis()
    given = sizes.argument_size_in_bytes + sizes.output_size_in_bytes - sizes.alias_size_in_bytes
    return float(given + sizes.temp_size_in_bytes) / 2**20


def _shrunk(case: Case) -> Case:
    return dataclasses.replace(case, horizon=max(16, case.horizon // _SHRINK.value))


if __name__ == "__main__":
    app.run(main)
