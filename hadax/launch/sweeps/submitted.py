"""The searches of a sweep on a cluster, through submitit; its local executor tries it out."""

import importlib.util
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hadax.core.errors import ConfigError, UsageError, reason, require_choice
from hadax.core.run.interrupts import Interrupts, Stopped
from hadax.core.settings.fields import Value
from hadax.core.words.names import spelled
from hadax.launch.sweeps.launchers import Ended, Job, started, why_failed

if TYPE_CHECKING:
    from submitit.core.utils import DelayedSubmission

CLUSTERS: tuple[str, ...] = ("slurm", "local")
"""submitit's executors that are offered."""

_POLL_SECONDS = 0.5
_DAY_IN_MINUTES = 24 * 60


class Work:
    """What a cluster's job does: one search, in a process of its own.

    When its time is over or another job takes its place, it lets the search save, and submitit
    queues it again: it then goes on.

    Args:
      job: the search.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self) -> str:
        """Runs it; gives why it failed, "" where it did not."""
        self._process, since = started(self._job)
        try:
            return why_failed(self._process.wait(), self._job.log, since)
        finally:
            self._stop()

    def checkpoint(self) -> "DelayedSubmission":
        """Lets the search save what it has; gives the same job once more."""
        from submitit.helpers import DelayedSubmission

        self._stop()
        return DelayedSubmission(Work(self._job))

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


@dataclass(frozen=True)
class Submitted:
    """Each search a job of a cluster.

    Attributes:
      cluster: one of CLUSTERS.
      folder: submitit's own files go there.
      slots: jobs at a time at most.
      options: submitit's parameters, as timeout_min, gpus_per_node or slurm_partition.
    """

    cluster: str
    folder: Path
    slots: int
    options: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_choice("cluster", self.cluster, CLUSTERS)
        if importlib.util.find_spec("submitit") is None:
            raise UsageError(
                f"--cluster={self.cluster}: needs submitit; pip install 'hadax[sweep]'"
            )

    def run(self, jobs: Sequence[Job], ended: Ended) -> None:
        """Submits all and waits; an interrupt cancels what is left."""
        executor = self._executor()
        waiting, running = list(jobs), list[tuple[Job, Any]]()
        with Interrupts() as interrupts:
            try:
                while waiting or running:
                    free = self.slots - len(running) if self.cluster == "local" else len(waiting)
                    batch, waiting = waiting[: max(0, free)], waiting[max(0, free) :]
                    running += self._submit(executor, batch)
                    time.sleep(_POLL_SECONDS)
                    if interrupts.pending:
                        raise Stopped(number=interrupts.number)
                    for pair in [pair for pair in running if pair[1].done()]:
                        running.remove(pair)
                        ended(pair[0], _result(pair[1]))
            finally:
                for _, submitted in running:
                    submitted.cancel()

    def _executor(self) -> Any:
        import submitit

        given = {"timeout_min": _DAY_IN_MINUTES, **self.options}
        if self.cluster == "slurm":
            given = {"slurm_array_parallelism": self.slots, **given}
        try:
            executor = submitit.AutoExecutor(folder=self.folder / "%j", cluster=self.cluster)
        except RuntimeError as error:
            raise ConfigError("cluster", self.cluster, reason(error)) from error
        try:
            executor.update_parameters(name="hadax-sweep", **given)
        except (TypeError, ValueError, NameError) as error:
            listed = ",".join(f"{name}={spelled(value)}" for name, value in self.options.items())
            raise ConfigError("cluster_option", listed, reason(error)) from error
        return executor

    def _submit(self, executor: Any, jobs: Sequence[Job]) -> list[tuple[Job, Any]]:
        if not jobs:
            return []
        with executor.batch():
            submitted = [executor.submit(Work(job)) for job in jobs]
        return list(zip(jobs, submitted, strict=True))


def _result(submitted: Any) -> str:
    """Why a job that is over failed; "" where it did not."""
    try:
        return str(submitted.result())
    except Exception as error:
        return f"{reason(error)} (job {submitted.job_id}; {submitted.paths.stderr})"
