"""A look inside of a search: three generations traced for JAX's profilers, the parts of one timed.

A trace is opened with TensorBoard's profile plug-in or Perfetto
(https://docs.jax.dev/en/latest/profiling.html).
"""

import json
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp

from hadax.core.errors import reason
from hadax.core.generation.engine import Engine
from hadax.core.generation.phases import phase_seconds
from hadax.core.generation.run_state import RunState
from hadax.core.population.placement import writes
from hadax.core.run.loop import Step
from hadax.core.storage.files import write_atomically
from hadax.core.types import Metrics
from hadax.core.words.saying import Say

FOLDER = "profile"
"""Where it lies in a run's folder."""

# The first generation of a process compiles, the second may still fill caches.
_WARM = 2
_TRACED = 3


class Profile:
    """A step that traces the third to the fifth of its generations, and then times their parts.

    The fifth one's metrics have `seconds_ask`, `seconds_fit`, `seconds_evaluate` and
    `seconds_tell` (hadax.core.generation.phases). What cannot be traced costs a line.

    Args:
      engine: whose step it is.
      step: the engine's, or one that looks on already.
      folder: where the trace goes, made when missing; None in a process that writes nothing.
      say: is given a line of what was written, or why nothing was.
    """

    def __init__(self, engine: Engine, step: Step, folder: Path | None, say: Say) -> None:
        self._engine, self._step, self._folder, self._say = engine, step, folder, say
        self._taken = 0
        self._tracing = False

    def __call__(self, state: RunState) -> tuple[RunState, Metrics]:
        """The engine's next `state`, and its metrics."""
        if self._taken == _WARM:
            jax.block_until_ready(state.strategy)
            self._begin()
        state, metrics = self._step(state)
        self._taken += 1
        if self._taken != _WARM + _TRACED:
            return state, metrics
        jax.block_until_ready(state.strategy)
        self._end()
        return state, {**metrics, **self._parts(state)}

    def close(self) -> None:
        """Ends a trace that is under way; says so where the search was too short for one."""
        self._end()
        if self._taken < _WARM + _TRACED:
            self._say(f"no profile: it takes {_WARM + _TRACED} generations of one process")

    def _end(self) -> None:
        if self._tracing:
            self._tracing = False
            self._quietly(jax.profiler.stop_trace)

    def _begin(self) -> None:
        if (folder := self._folder) is not None and writes():
            self._tracing = self._quietly(lambda: jax.profiler.start_trace(str(folder)))

    def _parts(self, state: RunState) -> Metrics:
        """Seconds of a generation's parts, as metrics, in a file and in a line."""
        seconds = phase_seconds(self._engine, state)
        if self._folder is not None and writes():
            self._folder.mkdir(exist_ok=True)
            text = json.dumps(seconds, indent=2) + "\n"
            write_atomically(self._folder / "phases.json", text.encode())
            parts = ", ".join(f"{name} {value:.3g} s" for name, value in seconds.items())
            self._say(f"profile: {parts}, each compiled by itself; a trace in {self._folder}")
        return {f"seconds_{name}": jnp.float32(value) for name, value in seconds.items()}

    def _quietly(self, act: Callable[[], None]) -> bool:
        """Whether something of the profiler's worked; says why it did not."""
        try:
            act()
        except (RuntimeError, OSError, ValueError) as error:
            self._say(f"no trace: {reason(error)}")
            return False
        return True
