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
      steps: environment steps of the generations before, of whichever process.
    """

    workload: Workload
    steps: int = 0
    _first: Report | None = field(default=None, init=False)
    _steps_first: int = field(default=0, init=False)

    def with_derived(self, report: Report) -> Report:
        """The report with more metrics; to be called once for each, in their order."""
        metrics = dict(report.metrics)
        metrics["failed_share"] = metrics["nan_candidates"] / self.workload.population
        if self.workload.episodes and EPISODE_LENGTH in metrics:
            played = steps_of(metrics[EPISODE_LENGTH], self.workload.episodes)
            self.steps += played
            metrics[_STEPS] = self.steps
            metrics["steps_per_second"] = self._rate(played, report)
        if self._first is None:
            self._first, self._steps_first = report, self.steps
        elif report.generation > self._first.generation:
            left = seconds_left(
                report, self._first, self.workload.generations, self.workload.budget
            )
            metrics["seconds_left"] = round(left, 1)
        return replace(report, metrics=metrics)

    def _rate(self, played: int, report: Report) -> int:
        begun = 0.0 if self._first is None else self._first.seconds
        steps = played if self._first is None else self.steps - self._steps_first
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


def steps_told(workload: Workload, rows: Sequence[Row]) -> int:
    """Environment steps that rows tell of, also those of releases that did not count them.

    Args:
      workload: what a generation does.
      rows: metrics of generations.
    """
    if rows and rows[-1].get(_STEPS):
        return int(float(rows[-1][_STEPS]))
    return sum(
        steps_of(float(row[EPISODE_LENGTH]), workload.episodes)
        for row in rows
        if row.get(EPISODE_LENGTH)
    )
