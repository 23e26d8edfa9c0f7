"""One generation under one jit: ask, evaluate the population over all devices, tell."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.errors import require_count
from hadax.core.evaluation import Evaluation
from hadax.core.generation.average import running_average
from hadax.core.generation.best_means import none_kept
from hadax.core.generation.one_candidate import evaluate_candidate
from hadax.core.generation.run_state import RunState
from hadax.core.generation.strategy import Strategy
from hadax.core.jax_settings import in_usual_settings
from hadax.core.objective import Objective
from hadax.core.population.chunk import map_in_blocks, map_in_chunks
from hadax.core.population.placement import (
    check_devices,
    map_over_devices,
    process_count,
    replicated,
)
from hadax.core.population.summaries import generation_metrics, sum_statistics
from hadax.core.types import Candidate, Drawn, Key, Metrics, Population, Pytree, TaskState


@struct.dataclass
class Engine:
    """Evolution strategies over any objective; knows neither datasets nor tasks.

    Attributes:
      objective: what a candidate is and what makes one good.
      strategy: the evolution strategy.
      candidate_chunk: candidates trained together on a device, at least 1.
      evaluation_candidate_chunk: candidates evaluated together, at least 1; 0 for as many as are
        trained.
      devices: devices to share the population over; it must divide evenly.
      validation_draws: draws of the objective that a mean is evaluated on, at least 1.
      keep_best: best means that a run keeps, at least 0.
      average_means: the mean is the running average of so many strategy's means; 0 for the last.

    Examples:
      >>> import hadax, jax
      >>> task = hadax.make("analytic/linear_regression")
      >>> learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
      >>> engine = hadax.Engine(hadax.Neuroevolution(task, learner), hadax.Strategy(population=4))
      >>> state, metrics = engine.step(engine.init(jax.random.key(0)))
      >>> int(state.generation), int(metrics["nan_candidates"])
      (1, 0)
    """

    objective: Objective
    strategy: Strategy = struct.field(pytree_node=False)
    candidate_chunk: int = struct.field(pytree_node=False, default=16)
    evaluation_candidate_chunk: int = struct.field(pytree_node=False, default=0)
    devices: int = struct.field(pytree_node=False, default=1)
    validation_draws: int = struct.field(pytree_node=False, default=1)
    keep_best: int = struct.field(pytree_node=False, default=0)
    average_means: int = struct.field(pytree_node=False, default=0)

    def __post_init__(self) -> None:
        require_count("candidate_chunk", self.candidate_chunk, 1)
        require_count("evaluation_candidate_chunk", self.evaluation_candidate_chunk, 0)
        require_count("validation_draws", self.validation_draws, 1)
        require_count("keep_best", self.keep_best, 0)
        require_count("average_means", self.average_means, 0)
        check_devices(self.devices, self.strategy.population)

    @property
    def evaluated_together(self) -> int:
        """Candidates evaluated together on a device, whether or not that was said."""
        return self.evaluation_candidate_chunk or self.candidate_chunk

    @in_usual_settings
    def init(self, key: Key) -> RunState:
        """The state before the first generation, on every device."""
        return self.place(_init(self, key))

    def place(self, state: RunState) -> RunState:
        """The same state copied to every device of the engine, as `step` leaves it."""
        everywhere = replicated(self.devices)
        if process_count() == 1:
            return jax.device_put(state, everywhere)
        # Devices of other processes are reached by what is computed there too.
        placed: RunState = jax.jit(lambda state: state, out_shardings=everywhere)(state)
        return placed

    @in_usual_settings
    def step(self, state: RunState) -> tuple[RunState, Metrics]:
        """One generation. The given state's memory is reused: do not touch it afterwards.

        Returns:
          The next state, and scalars about the generation: `fitness_mean`, `fitness_max`,
          `fitness_min` and `fitness_std` over the candidates whose fitness is finite,
          `nan_candidates` (how many are not), and the objective's own metrics averaged.
        """
        return generation_step(self, state)

    @in_usual_settings
    def scan(self, state: RunState, generations: int) -> tuple[RunState, Metrics]:
        """Several generations in one call; metrics gain a leading axis [generations]."""
        return _scan(self, state, generations)

    def mean(self, state: RunState) -> Candidate:
        """The evolved mean or their average, whose memory the next `step` may reuse."""
        if self.average_means:
            return state.average
        return self.strategy.mean(state.strategy, self._prototype(state))

    def snapshot(self, state: RunState) -> Candidate:
        """The evolved mean in memory of its own, which outlives the state's."""
        return _snapshot(self, state)

    @in_usual_settings
    def evaluate(self, key: Key, candidate: Candidate, task: TaskState) -> Evaluation:
        """A candidate's evaluation with every schedule of the `task` over, averaged over the draws.

        The key decides networks and episodes.
        """
        chunk = min(self.candidate_chunk, self.evaluated_together)
        return evaluate_candidate(
            self.objective, key, candidate, task, self.validation_draws, chunk, self.devices
        )

    def evaluate_mean(self, key: Key, state: RunState) -> Evaluation:
        """The evolved mean's `evaluate`."""
        return self.evaluate(key, self.snapshot(state), state.task)

    def _prototype(self, state: RunState) -> Candidate:
        shapes = jax.eval_shape(self.objective.prototype, state.key)
        return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)

    def _evaluate(self, draw: Drawn, population: Population, state: TaskState) -> Evaluation:
        """Evaluations with a leading axis [population], each device doing its share in chunks."""

        def share(candidates: Population, draw: Drawn, state: TaskState) -> Evaluation:
            train = partial(self.objective.train, draw)

            def evaluate(trained: Pytree) -> Evaluation:
                return self.objective.evaluate(draw, trained, state)

            if self.evaluated_together == self.candidate_chunk:
                # In one piece, what candidates share (a first layer's fresh weights) stays shared.
                return map_in_chunks(
                    lambda each: evaluate(train(each)), candidates, self.candidate_chunk
                )

            def block(candidates: Population) -> Evaluation:
                trained = map_in_chunks(train, candidates, self.candidate_chunk)
                return map_in_chunks(evaluate, trained, self.evaluated_together)

            return map_in_blocks(
                block, candidates, max(self.candidate_chunk, self.evaluated_together)
            )

        return map_over_devices(share, population, self.devices, draw, state)


@jax.jit
def _init(engine: Engine, key: Key) -> RunState:
    prototype_key, task_key, strategy_key, run_key = jax.random.split(key, 4)
    # Copied, for a step takes the state's memory, and some of it may be the objective's own.
    prototype = jax.tree.map(jnp.copy, engine.objective.prototype(prototype_key))
    task = engine.objective.init(task_key)
    return RunState(
        key=run_key,
        generation=jnp.int32(0),
        strategy=engine.strategy.init(strategy_key, prototype),
        task=task,
        best=none_kept(engine.keep_best, prototype, task) if engine.keep_best else (),
        average=prototype if engine.average_means else (),
    )


@partial(jax.jit, donate_argnames="state")
def generation_step(engine: Engine, state: RunState) -> tuple[RunState, Metrics]:
    """`Engine.step` itself; its name is what JAX's compilation log shows."""
    return _step(engine, state)


@partial(jax.jit, static_argnames="generations", donate_argnames="state")
def _scan(engine: Engine, state: RunState, generations: int) -> tuple[RunState, Metrics]:
    def body(carry: RunState, _: None) -> tuple[RunState, Metrics]:
        return _step(engine, carry)

    return jax.lax.scan(body, state, length=generations)


def generation_keys(state: RunState) -> tuple[Key, Key, Key]:
    """What the generation after a state is asked, drawn and told with."""
    ask_key, draw_key, tell_key = jax.random.split(
        jax.random.fold_in(state.key, state.generation), 3
    )
    return ask_key, draw_key, tell_key


def _step(engine: Engine, state: RunState) -> tuple[RunState, Metrics]:
    ask_key, draw_key, tell_key = generation_keys(state)
    prototype, generation = engine._prototype(state), state.generation + 1
    population, asked = engine.strategy.ask(ask_key, state.strategy, prototype)
    evaluation = engine._evaluate(engine.objective.draw(draw_key), population, state.task)
    strategy = engine.strategy.tell(tell_key, population, evaluation.fitness, asked)
    average = state.average
    if engine.average_means:
        mean = engine.strategy.mean(strategy, prototype)
        average = running_average(average, mean, generation, engine.average_means)
    next_state = replace(
        state,
        generation=generation,
        strategy=strategy,
        task=engine.objective.update(state.task, sum_statistics(evaluation.statistics)),
        average=average,
    )
    return next_state, generation_metrics(evaluation)


@jax.jit
def _snapshot(engine: Engine, state: RunState) -> Candidate:
    return jax.tree.map(jnp.copy, engine.mean(state))
