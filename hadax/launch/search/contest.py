"""Several searches in one process, halved until one is left; one alone is the simplest contest."""

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hadax.core.errors import UsageError, out_of_memory
from hadax.core.generation.best_means import ValidatedMean
from hadax.core.generation.run_state import RunState
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.slots import describe_size, has_slots
from hadax.core.population.placement import describe_devices, process_count, writes
from hadax.core.run.agreement import told
from hadax.core.run.loop import Interrupted
from hadax.core.run.selection import best_so_far, measured_fitness
from hadax.core.settings.halving import better_half, rungs
from hadax.core.storage.files import write_atomically
from hadax.core.streams import halving_key
from hadax.core.task import Task
from hadax.core.words.saying import Say
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.member import Member
from hadax.launch.search.memory import halved, networks_together
from hadax.launch.search.run_folder.file_names import DECISIONS


@dataclass
class Contest:
    """Searches that differ in their seeds, and where each of them stands.

    Attributes:
      first: the search of the seed that was asked for.
      task: what all are for.
      root: the common folder; None writes nothing.
      say: is given a line for each halving.
      states: by seed, the states of searches that stand between two generations.
    """

    first: Member
    task: Task
    root: Path | None
    say: Say
    states: dict[int, RunState] = field(default_factory=dict)
    _members: dict[int, Member] = field(default_factory=dict)

    @property
    def config(self) -> SearchConfig:
        """What was asked for."""
        return self.first.config

    def announcement(self, preset: str) -> str:
        """What is going to be searched, in a line; names the preset."""
        config, engine = self.config, self.first.engine
        task, pace, restarts = config.task.task, config.pace, config.restarts
        what, objective = f"neuroevolution: {task}", engine.objective
        if isinstance(objective, Distillation):
            size = describe_size(objective.initial.size, has_slots(config.distillation))
            what = f"{config.distillation.method}: {task} into {size}"
        if restarts.restarts > 1:
            each = restarts.restart_generations
            what += f", the best of {restarts.restarts} searches halved every {each} generations"
        return (
            f"{what}, {pace.generations} generations of {config.strategy.population} candidates"
            f" (preset {preset}, {describe_devices(engine.devices)})"
        )

    def run(self) -> tuple[Member, RunState]:
        """The search that is left in the end, and its last state.

        The same seeds go on whether or not the contest was interrupted and continued.

        Raises:
          Interrupted: as `hadax.core.run.loop.run`; `states` then has all that was reached.
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
        return self._members[seeds[0]], self.states[seeds[0]]

    def member(self, seed: int) -> Member:
        """The search of a seed."""
        if seed not in self._members:
            first = seed == self.config.seed
            made = self.first if first else self.first.of_seed(seed, self.task, self.root)
            self._members[seed] = made
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
            # One process alone cannot go on with another chunk than the others.
            alone = process_count() == 1
            if not alone or self.config.placement.chunk or not out_of_memory(error):
                raise
        # Out of the handler, which holds on to what took the memory.
        self._halve_chunk(seed)
        self.states[seed] = self.member(seed).advanced(None, until)

    def _halve_chunk(self, seed: int) -> None:
        member = self.member(seed)
        chunk = networks_together(member.engine)
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
        """The seeds that went on from each rung that is over, in every process."""
        decisions: list[list[int]] = json.loads(told(self._saved_decisions))
        return decisions

    def _saved_decisions(self) -> bytes:
        if self.root is None or not (path := self.root / DECISIONS).exists():
            return b"[]"
        try:
            document: Mapping[str, list[list[int]]] = json.loads(path.read_text(encoding="utf-8"))
            found = [[int(seed) for seed in seeds] for seeds in document["went_on"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}: not a contest's decisions; choose another folder") from error
        return json.dumps(found).encode()

    def _keep_decisions(self, decisions: list[list[int]]) -> None:
        if self.root is not None and writes():
            text = json.dumps({"went_on": decisions}) + "\n"
            write_atomically(self.root / DECISIONS, text.encode())


def _validated(found: tuple[Member, ValidatedMean]) -> float:
    """How a mean validated, for comparing; what was not validated comes last."""
    fitness = float(found[1].fitness)
    return fitness if math.isfinite(fitness) else -math.inf
