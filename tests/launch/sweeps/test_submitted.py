"""Searches as a cluster's jobs, with submitit's local executor."""

import importlib.util
import pickle
import shutil

import pytest

from hadax.core.errors import ConfigError, UsageError
from hadax.launch.sweeps.submitted import Submitted, Work


def test_all_are_submitted_and_a_failed_one_is_told(scripted, ended, tmp_path):
    jobs = [scripted(0, "print('fine')"), scripted(1, "import sys; sys.exit('no such thing')")]
    Submitted("local", tmp_path / "submitit", 2, {"timeout_min": 5}).run(jobs, ended)
    assert ended.found == {0: "", 1: f"no such thing (status 1; {jobs[1].log})"}
    assert jobs[0].log.read_text() == "fine\n"


def test_a_job_that_is_preempted_saves_and_is_queued_again(scripted):
    pytest.importorskip("submitit")
    work = Work(scripted(0, "print('fine')"))
    assert work() == ""
    again = work.checkpoint()
    assert pickle.loads(pickle.dumps(again)).function() == ""


def test_what_cannot_work_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="cluster=pbs: must be one of slurm, local"):
        Submitted("pbs", tmp_path, 1)
    with pytest.raises(ConfigError, match="cluster_option="):
        Submitted("local", tmp_path, 1, {"nodes": 3}).run((), lambda job, why: None)
    if shutil.which("srun") is None:
        with pytest.raises(ConfigError, match=r"cluster=slurm: .*srun"):
            Submitted("slurm", tmp_path, 1).run((), lambda job, why: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs submitit; pip install 'hadax\[sweep\]'"):
        Submitted("slurm", tmp_path, 1)
