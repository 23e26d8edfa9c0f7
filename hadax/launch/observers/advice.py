"""What a person should hear of while a search runs, once each, and what to do about it."""

import math
from dataclasses import dataclass, field

from hadax.core.evaluation import BROKEN_EPISODES
from hadax.core.run.loop import Report
from hadax.core.words.saying import Say
from hadax.launch.observers.derived import Workload

_FAILED_SHARE = 0.01
_LEAST_EVALUATIONS = 5
_PATIENCE = 0.25


@dataclass
class Advice:
    """Warns when a search has stalled, when nothing tells candidates apart, when many fail.

    It has stalled when the last five evaluations of the evolved mean, over at least a quarter of
    all generations, brought none that was better.

    Attributes:
      workload: what a generation does.
      say: is given each warning, a line.
      solved: a fitness that is as good as any; None where none is known.
      remedies: what else would make evaluations of this search tell more, as `more episodes`.
    """

    workload: Workload
    say: Say
    solved: float | None = None
    remedies: tuple[str, ...] = ()
    _said: set[str] = field(default_factory=set, init=False)
    _best: float = field(default=-math.inf, init=False)
    _best_at: int = field(default=0, init=False)
    _since: int = field(default=0, init=False)
    _candidates: int = field(default=0, init=False)
    _failed: int = field(default=0, init=False)
    _generations: int = field(default=0, init=False)
    _broken: float = field(default=0.0, init=False)

    def observe(self, report: Report) -> None:
        """Takes note of a generation, and warns if there is reason."""
        self._watch_failures(report)
        self._watch_episodes(report)
        self._watch_fitness(report)
        if report.evolved_fitness is not None:
            self._watch_progress(report.generation, report.evolved_fitness)

    def _watch_failures(self, report: Report) -> None:
        population, failed = self.workload.population, round(report.metrics["nan_candidates"])
        self._candidates += population
        self._failed += failed
        share = self._failed / self._candidates
        if failed == population:
            self._warn(
                "all failed",
                f"generation {report.generation}: no finite fitness of any of {population:,}"
                " candidates; look at what the task gives as fitness, or try a smaller inner_lr,"
                " std or learning_rate",
            )
        elif share > _FAILED_SHARE:
            self._warn(
                "failures",
                f"{self._failed:,} of {self._candidates:,} candidates ({share:.1%}) had no finite"
                " fitness; try a smaller std, learning_rate or inner_lr",
            )

    def _watch_episodes(self, report: Report) -> None:
        self._generations += 1
        self._broken += report.metrics.get(BROKEN_EPISODES, 0.0)
        share = self._broken / self._generations
        if share > _FAILED_SHARE:
            self._warn(
                "broken",
                f"generation {report.generation}: {share:.1%} of all episodes so far were broken"
                " off, at a reward or an observation that is not finite or an observation beyond a"
                " million; look at what the simulator's reset and step give",
            )

    def _watch_fitness(self, report: Report) -> None:
        lowest, highest = report.metrics["fitness_min"], report.metrics["fitness_max"]
        # Where no episode is whole, no other candidates would be told apart.
        judged = math.isfinite(lowest) and report.metrics.get(BROKEN_EPISODES, 0.0) < 1
        if lowest == highest and judged and not self._is_solved(lowest):
            self._warn(
                "equal",
                f"generation {report.generation}: all candidates have the same fitness,"
                f" {lowest:.4g}: the mean stays where it is; if that is not the best there is,"
                f" try {_any_of('a larger std', *self.remedies)}",
            )

    def _watch_progress(self, generation: int, fitness: float) -> None:
        if fitness > self._best:
            self._best, self._best_at, self._since = fitness, generation, 0
            return
        self._since += 1
        waited = generation - self._best_at
        patience = _PATIENCE * self.workload.generations
        waiting = self._since >= _LEAST_EVALUATIONS and waited >= patience
        if waiting and not self._is_solved(self._best):
            self._warn(
                "stalled",
                f"stalled: no better evolved mean than {self._best:.4g} (generation"
                f" {self._best_at}) in {waited} generations; if that is not the best there is, try"
                f" {_any_of('another std', 'a larger population', *self.remedies, 'restarts')}",
            )

    def _is_solved(self, fitness: float) -> bool:
        return self.solved is not None and fitness >= self.solved

    def _warn(self, what: str, line: str) -> None:
        if what not in self._said:
            self._said.add(what)
            self.say(line)


def _any_of(*choices: str) -> str:
    """Choices in words, as `a, b or c`."""
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last
