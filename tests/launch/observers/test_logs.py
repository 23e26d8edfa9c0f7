"""Logs by name, what each of them writes, and what they say when they cannot."""

import importlib
import importlib.util
import math

import pytest

from hadax.core.errors import ConfigError, UsageError
from hadax.core.run.loop import Report
from hadax.launch.observers.config import MonitoringConfig
from hadax.launch.observers.derived import Derived, Workload
from hadax.launch.observers.logs import Logs, open_log
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics

WORK = Workload(generations=3, population=4, episodes=0, budget=math.inf)


def observe(folder, names, generations=(1, 2, 3), keep=0):
    logs = Logs(Derived(WORK), [open_log(name, folder, keep, {"seed": 0}) for name in names])
    for generation in generations:
        metrics = {"fitness_mean": generation / 2, "nan_candidates": 1.0, "odd": math.nan}
        logs.observe(Report(generation, metrics, 7.0 if generation == 3 else None, 1.0))
    logs.close()


def test_each_log_has_every_generation_with_what_follows_from_several(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    observe(tmp_path, ("csv", "tensorboard", "wandb"))
    rows = read_metrics(tmp_path / "metrics.csv")
    assert [row["failed_share"] for row in rows] == ["0.25"] * 3
    assert rows[2]["evolved_mean"] == "7.0"
    assert written(tmp_path / "tensorboard")["failed_share"] == {1: 0.25, 2: 0.25, 3: 0.25}
    assert written(tmp_path / "tensorboard")["evolved_mean"] == {3: 7.0}
    assert "odd" not in written(tmp_path / "tensorboard")
    # Its own process writes a moment longer.
    importlib.import_module("wandb").teardown()
    (offline,) = (tmp_path / "wandb").glob("offline-run-*/run-*.wandb")
    assert b"fitness_mean" in offline.read_bytes()
    assert (tmp_path / "wandb" / "run_id.txt").read_text() in offline.name


def written(folder):
    """What TensorBoard shows of its files, by name and generation."""
    from tensorboardX.proto.event_pb2 import Event

    found = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        while content:
            size = int.from_bytes(content[:8], "little")
            event = Event.FromString(content[12 : 12 + size])
            if event.HasField("session_log"):
                for name, steps in found.items():
                    found[name] = {at: value for at, value in steps.items() if at < event.step}
            for value in event.summary.value:
                found.setdefault(value.tag, {})[event.step] = value.simple_value
            content = content[16 + size :]
    return found


@pytest.mark.parametrize("keep", [0, 1])
def test_tensorboard_hides_what_a_killed_run_wrote_after_its_checkpoint(tmp_path, keep):
    observe(tmp_path, ("tensorboard",))
    folder = tmp_path / "tensorboard"
    (first,) = folder.iterdir()
    # Files are named by the second, and both of these may be written in one.
    first.rename(folder / "events.out.tfevents.0000000001.here")
    observe(tmp_path, ("tensorboard",), generations=(keep + 1,), keep=keep)
    assert list(written(folder)["fitness_mean"]) == list(range(1, keep + 2))


def test_columns_that_come_later_are_added_to_earlier_rows(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("generation,seconds,evolved_mean,fitness_mean\n1,0.5,,2.0\n2,1.0,3.0,4.0\n")
    MetricsFile(path, keep=2).observe(Report(3, {"fitness_mean": 5.0, "std": 0.1}, None, 1.0))
    rows = read_metrics(path)
    assert list(rows[0]) == ["generation", "seconds", "evolved_mean", "fitness_mean", "std"]
    assert [row["std"] for row in rows] == ["", "", "0.1"]
    assert [row["fitness_mean"] for row in rows] == ["2.0", "4.0", "5.0"]
    assert rows[2]["seconds"] == "2.0"


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name in ("tensorboard", "wandb"):
        with pytest.raises(UsageError, match=rf"--log={name}: needs \w+; pip install 'hadax\[log"):
            MonitoringConfig(log=("csv", name)).require_means(in_folder=True)
    MonitoringConfig().require_means(in_folder=True)


def test_what_is_written_needs_a_folder():
    for config in (MonitoringConfig(log=("wandb",)), MonitoringConfig(profile=True)):
        with pytest.raises(ConfigError, match="give workdir"):
            config.require_means(in_folder=False)
    MonitoringConfig().require_means(in_folder=False)


def test_an_unknown_log_is_refused():
    with pytest.raises(ConfigError, match="log=csb: must be one of csv, tensorboard, wandb"):
        MonitoringConfig(log=("csb",))
