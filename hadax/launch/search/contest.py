"""Several searches in one process, halved until one is left; one alone is the simplest contest."""

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hadax.core.best_means import ValidatedMean
from hadax.core.errors import UsageError
from hadax.core.files import write_atomically
from hadax.core.halving import better_half, rungs
from hadax.core.placement import writes
from hadax.core.run import Interrupted
from hadax.core.run_state import RunState
from hadax.core.selection import best_so_far, measured_fitness
from hadax.core.streams import halving_key
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.member import Member
from hadax.launch.search.memory import halved, out_of_memory
from hadax.launch.search.publish import Say

DECISIONS = "restarts.json"
"""The file in a contest's folder that says which seeds went on from each rung."""


@dataclass
class Contest:
    """Searches that differ in their seeds, and where each of them stands.

    Attributes:
      config: what was asked for; its seed is the first.
      make: gives the search of a seed.
      root: the common folder; None writes nothing.
      say: is given a line for each halving.
      states: by seed, the states of searches that stand between two generations.
    """

    config: SearchConfig
    make: Callable[[int], Member]
    root: Path | None
    say: Say
    states: dict[int, RunState] = field(default_factory=dict)
    _members: dict[int, Member] = field(default_factory=dict)

    def run(self) -> tuple[Member, RunState]:
        """The search that is left in the end, and its last state.

        The same seeds go on whether or not the contest was interrupted and continued.

        Raises:
          Interrupted: as `hadax.core.run.run`; `states` then has all that was reached.
        """
        restarts, first = self.config.restarts, self.config.seed
        decisions = self._decisions()
        seeds = list(range(first, first + restarts.restarts))
        for rung, stage in enumerate(rungs(restarts, self.config.pace.generations)):
            if rung < len(decisions):
                seeds = decisions[rung]
                continue
            for seed in seeds:
                self._advance(seed, stage.until)
            if stage.runs > 1:
                seeds = self._halved(rung, stage.until, seeds)
                decisions.append(seeds)
                self._keep_decisions(decisions)
        return self.member(seeds[0]), self.states[seeds[0]]

    def member(self, seed: int) -> Member:
        """The search of a seed."""
        if seed not in self._members:
            self._members[seed] = self.make(seed)
        return self._members[seed]

    def best_so_far(self) -> tuple[Member, ValidatedMean] | None:
        """The search whose best mean validated best, and that mean; None before any generation."""
        found = [
            (self.member(seed), best_so_far(self.member(seed).engine, state))
            for seed, state in self.states.items()
        ]
        if not found:
            return None
        return max(found, key=_validated)

    def _advance(self, seed: int, until: int) -> None:
        # Taken out: while it advances, the memory of the state that is here is used again.
        state = self.states.pop(seed, None)
        try:
            self.states[seed] = self.member(seed).advanced(state, until)
            return
        except Interrupted as stopped:
            self.states[seed] = stopped.state
            raise
        except (MemoryError, RuntimeError) as error:
            if self.config.placement.chunk or not out_of_memory(error):
                raise
        # Out of the handler, which holds on to what took the memory.
        self._halve_chunk(seed)
        self.states[seed] = self.member(seed).advanced(None, until)

    def _halve_chunk(self, seed: int) -> None:
        member = self.member(seed)
        chunk = member.engine.chunk
        print(f"out of memory: goes on with half the chunk of {chunk}", file=sys.stderr)
        self._members[seed] = replace(member, engine=halved(member.engine))

    def _halved(self, rung: int, until: int, seeds: list[int]) -> list[int]:
        """The seeds that go on, by their best means measured on the same networks and episodes."""
        key = halving_key(self.config.seed, rung)
        fitness = []
        for seed in seeds:
            engine = self.member(seed).engine
            fitness.append(measured_fitness(engine, key, best_so_far(engine, self.states[seed])))
        left = [seeds[place] for place in better_half(fitness)]
        stand = ", ".join(
            f"seed {seed} {value:.4g}" for seed, value in zip(seeds, fitness, strict=True)
        )
        self.say(f"after {until} generations: {stand}; on go {', '.join(map(str, left))}")
        for seed in set(seeds) - set(left):
            del self.states[seed], self._members[seed]
        return left

    def _decisions(self) -> list[list[int]]:
        """The seeds that went on from each rung that is over."""
        if self.root is None or not (path := self.root / DECISIONS).exists():
            return []
        try:
            document: Mapping[str, list[list[int]]] = json.loads(path.read_text(encoding="utf-8"))
            return [[int(seed) for seed in seeds] for seeds in document["went_on"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}: not a contest's decisions; choose another folder") from error

    def _keep_decisions(self, decisions: list[list[int]]) -> None:
        if self.root is not None and writes():
            text = json.dumps({"went_on": decisions}) + "\n"
            write_atomically(self.root / DECISIONS, text.encode())


def _validated(found: tuple[Member, ValidatedMean]) -> float:
    """How a mean validated, for comparing; what was not validated comes last."""
    fitness = float(found[1].fitness)
    return fitness if math.isfinite(fitness) else -math.inf
