"""metrics.csv: a row a generation, whatever interrupts."""

import pytest

from hadax.core.run import Report
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics


def report(generation, evolved=None):
    metrics = {"fitness_mean": float(generation), "accuracy": 0.5}
    return Report(generation, metrics, evolved, seconds=float(generation))


@pytest.fixture
def path(tmp_path):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    for generation in range(1, 5):
        metrics.observe(report(generation, 7.5 if generation == 4 else None))
    return tmp_path / "metrics.csv"


def test_a_row_a_generation_with_the_evolved_mean_where_it_was_measured(path):
    rows = read_metrics(path)
    assert list(rows[0]) == ["generation", "seconds", "evolved_mean", "accuracy", "fitness_mean"]
    assert [row["generation"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["evolved_mean"] for row in rows] == ["", "", "", "7.5"]


def test_a_run_that_goes_on_drops_rows_after_its_checkpoint_and_counts_seconds_on(path):
    metrics = MetricsFile(path, keep=2)
    metrics.observe(report(3))
    rows = read_metrics(path)
    assert [row["generation"] for row in rows] == ["1", "2", "3"]
    assert [float(row["seconds"]) for row in rows] == [1.0, 2.0, 5.0]


def test_a_run_that_begins_anew_keeps_no_row(path):
    MetricsFile(path, keep=0)
    assert read_metrics(path) == []


def test_a_row_cut_short_is_left_out(path):
    whole = path.read_bytes()
    for missing in range(1, 12):
        path.write_bytes(whole[:-missing])
        assert [row["generation"] for row in read_metrics(path)] == ["1", "2", "3"]


def test_no_file_has_no_rows(tmp_path):
    assert read_metrics(tmp_path / "metrics.csv") == []
