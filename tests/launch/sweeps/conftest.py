"""Jobs that are no searches, so that launchers are tested without any."""

import sys

import pytest

from hadax.launch.sweeps.cells import cells
from hadax.launch.sweeps.launchers import Job


@pytest.fixture
def scripted(tmp_path):
    """A job that runs a line of Python; `seed` is its number."""

    def job(seed, code):
        (cell,) = cells("distill", {"task": "analytic/linear_regression", "seed": seed}, {})
        log = tmp_path / "logs" / f"{seed}.txt"
        return Job(cell, tmp_path / f"{seed}", log, (sys.executable, "-c", code))

    return job


@pytest.fixture
def ended():
    """What a launcher is given, and by seed why each job failed."""
    found = {}

    def tell(job, why):
        found[job.cell.resolved.config.seed] = why

    tell.found = found
    return tell
