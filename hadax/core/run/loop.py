"""The host loop: steps the engine, reports, checkpoints, and goes on where it was interrupted."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import jax

from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.population.placement import writes
from hadax.core.run.agreement import Poll, same_arrays, told
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.run.interrupts import Interrupts, Stopped
from hadax.core.run.limits import Limits
from hadax.core.run.selection import with_kept
from hadax.core.settings.pace import Pace
from hadax.core.streams import EVALUATION_STREAM
from hadax.core.types import Candidate, Key, Metrics

Step: TypeAlias = Callable[[RunState], tuple[RunState, Metrics]]
"""`Engine.step`, or one around it that looks on as well and may add metrics."""

# Why a run ends early: a limit, or else the number of a signal, which are all larger.
_LIMIT = 1
_SAVED = b"saved"


@dataclass(frozen=True)
class Report:
    """What a finished generation says.

    Attributes:
      generation: 1 for the first.
      metrics: the engine's scalars.
      evolved_fitness: of the evolved mean on networks and episodes of its own; None where not
        evaluated. Logs have it as `evolved_mean`.
      seconds: wall time since this process started the loop.
      mean: the evolved mean, a candidate, where it was evaluated, else None.

    Examples:
      >>> import hadax
      >>> reports = []
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> _ = hadax.distill("analytic/linear_regression", callback=reports.append, **small)
      >>> [report.generation for report in reports]
      [1, 2]
    """

    generation: int
    metrics: dict[str, float]
    evolved_fitness: float | None
    seconds: float
    mean: Candidate | None = None


class Observer(Protocol):
    """Is told of every generation, in order; must not change anything."""

    def observe(self, report: Report) -> None:
        """Takes note of a finished generation."""


class Interrupted(Stopped):
    """A run was asked to stop, and did so between two generations.

    Attributes:
      state: the run's, after the last whole generation.
    """

    def __init__(self, state: RunState, number: int) -> None:
        super().__init__(f"interrupted after generation {int(state.generation)}", number)
        self.state = state


def run(
    engine: Engine,
    key: Key,
    pace: Pace,
    observers: Sequence[Observer] = (),
    checkpoints: Checkpoints | None = None,
    state: RunState | None = None,
    step: Step | None = None,
    limits: Limits | None = None,
) -> RunState:
    """Evolves until `pace.generations` generations are done, or one of its limits is reached.

    Args:
      engine: what is run.
      key: decides everything random.
      pace: length and rhythm.
      observers: told of every generation.
      checkpoints: where to save, and to go on from when something is saved there already.
      state: to go on from, whatever is saved; its memory is reused.
      step: in place of the engine's own, which it must do.
      limits: in place of the pace's, which know of no environment steps.

    Returns:
      The state after the last generation. On the same devices the same key gives bitwise the same
      state, whether or not the run was interrupted and continued.

    Raises:
      Interrupted: after Ctrl-C or SIGTERM, once the generation under way is done and saved.
    """
    # A state that is given may be saved nowhere; and one of several processes is missed by the
    # others where it ends by itself.
    holding = state is not None or jax.process_count() > 1
    if state is None:
        state = _newest(engine, engine.init(key), checkpoints)
    evaluation_key = jax.random.fold_in(key, EVALUATION_STREAM)
    reporter, limits = _Reporter(observers if writes() else ()), limits or Limits(pace)
    poll = Poll(engine.devices)
    with Interrupts(holding=holding) as interrupts:
        for generation in range(int(state.generation) + 1, pace.generations + 1):
            state, metrics = (step or engine.step)(state)
            evolved = _evolved_mean(engine, evaluation_key, state, generation, pace)
            # What is compiled for minutes is there by now; what is saved was never at stake.
            interrupts.hold()
            state = state if evolved is None else with_kept(state, evolved[1], evolved[0])
            reporter.dispatched(generation, metrics, evolved)
            ended = limits.reached(None if evolved is None else evolved[0], metrics)
            reason = poll.ask(interrupts.number or (_LIMIT if ended else 0))
            due = reason or _due(generation, pace.checkpoint_every, pace.generations)
            if checkpoints is not None and due:
                reporter.flush()
                checkpoints.save(state)
            if reason > _LIMIT:
                raise Interrupted(state, reason)
            if reason:
                break
        reporter.flush()
        if (reason := poll.last(interrupts.number)) > _LIMIT:
            raise Interrupted(state, reason)
    return state


def _newest(engine: Engine, state: RunState, checkpoints: Checkpoints | None) -> RunState:
    """The newest state that was saved, as the writing process has it; else the one given."""

    def saved() -> bytes:
        there = checkpoints is not None and checkpoints.latest() is not None
        return _SAVED if there else b""

    if told(saved) != _SAVED:
        return state
    restored = state if checkpoints is None else checkpoints.restore(state)
    words = same_arrays(jax.device_get(replace(restored, key=jax.random.key_data(restored.key))))
    key = jax.random.wrap_key_data(words.key, impl=jax.random.key_impl(state.key))
    return engine.place(replace(words, key=key))


_Evolved: TypeAlias = tuple[jax.Array, Candidate] | None
_Pending: TypeAlias = tuple[int, Metrics, _Evolved]


def _evolved_mean(
    engine: Engine, key: Key, state: RunState, generation: int, pace: Pace
) -> _Evolved:
    """The evolved mean and its fitness where this generation's turn has come."""
    turn = generation == 1 or _due(generation, pace.evaluate_every, pace.generations)
    if pace.evaluate_every == 0 or not turn:
        return None
    mean = engine.snapshot(state)
    return engine.evaluate(jax.random.fold_in(key, generation), mean, state.task).fitness, mean


class _Reporter:
    """Reads scalars one generation late, so that the device never waits for the host."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers
        self._start = time.monotonic()
        self._pending: _Pending | None = None

    def dispatched(self, generation: int, metrics: Metrics, evolved: _Evolved) -> None:
        """Takes a generation that has been started; reports the one before."""
        earlier, self._pending = self._pending, (generation, metrics, evolved)
        self._report(earlier)

    def flush(self) -> None:
        """Reports what is left."""
        earlier, self._pending = self._pending, None
        self._report(earlier)

    def _report(self, pending: _Pending | None) -> None:
        if pending is None:
            return
        generation, metrics, evolved = pending
        values = jax.device_get(metrics)
        report = Report(
            generation=generation,
            metrics={name: float(value) for name, value in values.items()},
            evolved_fitness=None if evolved is None else float(evolved[0]),
            seconds=time.monotonic() - self._start,
            mean=None if evolved is None else evolved[1],
        )
        for observer in self._observers:
            observer.observe(report)


def _due(generation: int, every: int, last: int) -> bool:
    return generation == last or (every > 0 and generation % every == 0)
