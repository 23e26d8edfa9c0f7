"""What generations say together: steps in all and a second, failures, time left."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hadax.core.evaluation import EPISODE_LENGTH
from hadax.core.run.loop import Report
from hadax.core.settings.budget import steps_of
from hadax.launch.observers.metrics_file import Row

_STEPS = "environment_steps"


@dataclass(frozen=True)
class Workload:
    """What a generation does.

    Attributes:
      generations: of the whole search.
      population: candidates of a generation.
      episodes: of all candidates' networks in a generation; 0 for tasks without.
      budget: seconds after which this process ends the search; infinite for none.
    """

    generations: int
    population: int
    episodes: int
    budget: float


@dataclass
class Derived:
    """Adds to each report what only follows from several.

    `environment_steps` are those of the population's episodes, as long as they really were, in all
    generations so far; evaluations of the evolved mean are not among them. `steps_per_second`
    and `seconds_left` are judged by the generations after the first, which also compiled.
    `failed_share` is of the candidates, from 0 to 1.

    Attributes:
      workload: what a generation does.
      before: environment steps of the generations before, of whichever process; None where they
        are not known, and then there are no `environment_steps`.
    """

    workload: Workload
    before: int | None = 0
    _played: int = field(default=0, init=False)
    _first: Report | None = field(default=None, init=False)
    _played_first: int = field(default=0, init=False)

    def with_derived(self, report: Report) -> Report:
        """The report with more metrics; to be called once for each, in their order."""
        metrics = dict(report.metrics)
        metrics["failed_share"] = metrics["nan_candidates"] / self.workload.population
        if self.workload.episodes and EPISODE_LENGTH in metrics:
            played = steps_of(metrics[EPISODE_LENGTH], self.workload.episodes)
            self._played += played
            if self.before is not None:
                metrics[_STEPS] = self.before + self._played
            metrics["steps_per_second"] = self._rate(played, report)
        if self._first is None:
            self._first, self._played_first = report, self._played
        elif report.generation > self._first.generation:
            left = seconds_left(
                report, self._first, self.workload.generations, self.workload.budget
            )
            metrics["seconds_left"] = round(left, 1)
        return replace(report, metrics=metrics)

    def _rate(self, played: int, report: Report) -> int:
        begun = 0.0 if self._first is None else self._first.seconds
        steps = played if self._first is None else self._played - self._played_first
        return round(steps / max(report.seconds - begun, 1e-9))


def seconds_left(report: Report, first: Report, generations: int, budget: float) -> float:
    """Seconds until a search ends, judged by the generations after the first, which also compiled.

    Args:
      report: the newest.
      first: the first of this process, of an earlier generation.
      generations: in all.
      budget: seconds after which this process ends the search; infinite for none.
    """
    pace = (report.seconds - first.seconds) / (report.generation - first.generation)
    left = pace * (generations - report.generation)
    return max(0.0, min(left, budget - report.seconds))


def steps_told(workload: Workload, rows: Sequence[Row], done: int) -> int | None:
    """Environment steps of all generations done, also of releases that did not count them.

    Args:
      workload: what a generation does.
      rows: metrics of generations.
      done: how many generations there were.

    Returns:
      None where the rows do not tell: some generations were not logged to the file.
    """
    known = {int(row["generation"]): row for row in rows}
    if (newest := known.get(done, {})).get(_STEPS):
        return int(float(newest[_STEPS]))
    lengths = [known.get(each, {}).get(EPISODE_LENGTH) for each in range(1, done + 1)]
    told = [steps_of(float(length), workload.episodes) for length in lengths if length]
    return sum(told) if len(told) == done else None
