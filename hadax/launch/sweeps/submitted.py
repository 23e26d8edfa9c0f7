"""The searches of a sweep on a cluster, through submitit; its local executor tries it out."""

import importlib.util
import io
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hadax.core.errors import ConfigError, UsageError, reason, require, require_choice
from hadax.core.run.interrupts import Interrupts, Stopped
from hadax.core.settings.fields import Value
from hadax.core.words.names import pairs_of, spelled
from hadax.launch.sweeps.launchers import Ended, Job, started, why_failed

if TYPE_CHECKING:
    from submitit.core.utils import DelayedSubmission

CLUSTERS: tuple[str, ...] = ("slurm", "local")
"""submitit's executors that are offered."""

_POLL_SECONDS = 0.5
_DAY_IN_MINUTES = 24 * 60
# SLURM's own limit is 1001 where nobody set another.
_LARGEST_ARRAY = 1000
# How often a job whose time is over is queued again: a search may take years of such jobs.
_MOST_TIMEOUTS = 1000
# submitit's names, and sbatch's, of what has to be whole and above 0.
_MINUTES = frozenset(("timeout_min", "time"))
_TASKS = frozenset(("nodes", "tasks_per_node", "ntasks_per_node"))


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

    Raises:
      ConfigError: no such cluster, one that is not here, or options that it does not take.
      UsageError: submitit is missing.
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
        for name, value in self.options.items():
            _check_option(name, value)
        # An executor makes its folder, which a sweep that is refused would leave.
        with tempfile.TemporaryDirectory() as elsewhere:
            self._executor(Path(elsewhere))

    def run(self, jobs: Sequence[Job], ended: Ended) -> None:
        """Submits all and waits; an interrupt cancels what is left.

        Raises:
          UsageError: the cluster takes none; in its words.
        """
        executor = self._executor(self.folder)
        waiting, running = list(jobs), list[tuple[Job, Any]]()
        with Interrupts() as interrupts:
            try:
                while waiting or running:
                    free = self._free(len(running))
                    batch, waiting = waiting[:free], waiting[free:]
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

    def _free(self, running: int) -> int:
        """How many may be submitted beside those that run or wait there."""
        if self.cluster == "local":
            return max(0, self.slots - running)
        # An array keeps to the slots, two at a time would not.
        return 0 if running else _LARGEST_ARRAY

    def _executor(self, folder: Path) -> Any:
        import submitit

        given = {"timeout_min": _DAY_IN_MINUTES, **self.options}
        if self.cluster == "slurm":
            given = {"slurm_array_parallelism": self.slots, **given}
        often = {f"{self.cluster}_max_num_timeout": _MOST_TIMEOUTS}
        try:
            executor = submitit.AutoExecutor(folder / "%j", self.cluster, **often)
        except RuntimeError as error:
            raise ConfigError("cluster", self.cluster, reason(error)) from error
        try:
            executor.update_parameters(name="hadax-sweep", **given)
        except (AssertionError, TypeError, ValueError, NameError) as error:
            listed = ",".join(pairs_of(self.options))
            raise ConfigError("cluster_option", listed, reason(error)) from error
        return executor

    def _submit(self, executor: Any, jobs: Sequence[Job]) -> list[tuple[Job, Any]]:
        if not jobs:
            return []
        try:
            # submitit prints what the cluster says, and raises it.
            with redirect_stderr(io.StringIO()), executor.batch():
                submitted = [executor.submit(Work(job)) for job in jobs]
        except RuntimeError as error:
            raise UsageError(f"--cluster={self.cluster}: {reason(error)}") from error
        return list(zip(jobs, submitted, strict=True))


def _check_option(name: str, value: Value) -> None:
    """Refuses what submitit takes, and no search gets anything of.

    Raises:
      ConfigError: of "cluster_option": no time, or several tasks.
    """
    plain = name.removeprefix("slurm_").removeprefix("local_")
    above_none = isinstance(value, int) and not isinstance(value, bool) and value > 0
    typed = f"{name}={spelled(value)}"
    timed = plain not in _MINUTES or above_none
    require(timed, "cluster_option", typed, "must be a whole number of minutes, at least 1")
    alone = plain not in _TASKS or (above_none and value == 1)
    expected = "must be 1: a search of a sweep is one process, which takes all GPUs of its job"
    require(alone, "cluster_option", typed, expected)


def _result(submitted: Any) -> str:
    """Why a job that is over failed; "" where it did not."""
    try:
        return str(submitted.result())
    except Exception as error:
        return f"{reason(error)} (job {submitted.job_id}; {submitted.paths.stderr})"
