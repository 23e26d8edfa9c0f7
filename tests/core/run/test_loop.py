"""The host loop: reports, checkpoints, and interruptions that lose nothing."""

import csv
import signal
import threading

import jax
import pytest

from hadax.core.errors import ConfigError
from hadax.core.run import interrupts
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.run.loop import Interrupted, Report, run
from hadax.core.settings.pace import Pace
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics


class Recorder:
    def __init__(self, interrupt_at=None):
        self.reports = []
        self.interrupt_at = interrupt_at

    def observe(self, report):
        self.reports.append(report)
        if report.generation == self.interrupt_at:
            signal.raise_signal(signal.SIGTERM)


def test_reports_every_generation_in_order_with_the_evolved_mean_when_due(engine, key):
    recorder = Recorder()
    run(engine, key, Pace(generations=7, evaluate_every=3), [recorder])
    assert [report.generation for report in recorder.reports] == list(range(1, 8))
    evaluated = [r.generation for r in recorder.reports if r.evolved_fitness is not None]
    assert evaluated == [1, 3, 6, 7]
    assert [r.generation for r in recorder.reports if r.mean is not None] == evaluated
    assert all(isinstance(value, float) for value in recorder.reports[0].metrics.values())


def test_watching_changes_nothing(engine, key, assert_trees_equal):
    alone = run(engine, key, Pace(generations=4, evaluate_every=0))
    watched = run(engine, key, Pace(generations=4, evaluate_every=1), [Recorder()])
    assert_trees_equal(alone, watched)


@pytest.mark.parametrize("interrupt_at", [1, 4, 5, 8])
def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    engine, key, tmp_path, assert_trees_equal, interrupt_at
):
    pace = Pace(generations=8, checkpoint_every=3)
    whole = run(engine, key, pace)
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    with pytest.raises(Interrupted) as interrupted:
        run(engine, key, pace, [Recorder(interrupt_at)], checkpoints)
    saved = checkpoints.latest()
    assert interrupt_at <= saved <= interrupt_at + 1
    assert int(interrupted.value.state.generation) == saved
    recorder = Recorder()
    continued = run(engine, key, pace, [recorder], Checkpoints(tmp_path / "checkpoints"))
    assert_trees_equal(continued, whole)
    expected = list(range(saved + 1, 9))
    assert [report.generation for report in recorder.reports] == expected


def test_a_finished_run_does_nothing_more(engine, key, tmp_path, assert_trees_equal):
    pace = Pace(generations=3)
    checkpoints = Checkpoints(tmp_path)
    first = run(engine, key, pace, (), checkpoints)
    recorder = Recorder()
    assert_trees_equal(run(engine, key, pace, [recorder], checkpoints), first)
    assert recorder.reports == []


def test_checkpoints_keep_every_leaf(engine, key, tmp_path, assert_trees_equal):
    state, _ = engine.scan(engine.init(key), 2)
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(state)
    restored = checkpoints.restore(engine.init(jax.random.key(9)))
    assert_trees_equal(restored, state)
    checkpoints.save(state)
    assert checkpoints.latest() == 2


def test_a_second_interrupt_does_not_wait(engine, key, monkeypatch):
    monkeypatch.setattr(interrupts, "ECHO_SECONDS", 0.0)

    class Impatient:
        def observe(self, report):
            for _ in range(2):
                signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        run(engine, key, Pace(generations=3), [Impatient()])
    assert not isinstance(interrupted.value, Interrupted), "in the middle of a generation"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_has_nothing_to_lose_until_its_first_generation_is_compiled(engine, key):
    held = []

    def step(state):
        held.append(interrupts.taken() is not None)
        return engine.step(state)

    run(engine, key, Pace(generations=3), step=step)
    assert held == [False, True, True]


def test_an_interrupt_that_nobody_watches_for_waits_for_the_first_generation(engine, key):
    def step(state):
        signal.raise_signal(signal.SIGTERM)
        return engine.step(state)

    with pytest.raises(Interrupted) as interrupted:
        run(engine, key, Pace(generations=3), step=step)
    assert int(interrupted.value.state.generation) == 1


def test_an_interrupt_without_checkpoints_gives_the_state(engine, key, assert_trees_equal):
    with pytest.raises(KeyboardInterrupt, match="interrupted after generation") as interrupted:
        run(engine, key, Pace(generations=8), [Recorder(2)])
    state = interrupted.value.state
    whole = run(engine, key, Pace(generations=int(state.generation)))
    assert_trees_equal(state, whole)
    engine.mean(state)


def test_runs_outside_the_main_thread(engine, key, assert_trees_equal):
    states = []
    work = threading.Thread(target=lambda: states.append(run(engine, key, Pace(generations=2))))
    work.start()
    work.join()
    assert_trees_equal(states[0], run(engine, key, Pace(generations=2)))


@pytest.mark.parametrize("field", ["generations", "evaluate_every", "checkpoint_every"])
def test_refuses_what_cannot_work(field):
    with pytest.raises(ConfigError) as caught:
        Pace(**{field: -1})
    assert caught.value.name == field


def report(generation, seconds=1.0):
    return Report(generation, {"fitness_mean": 0.5}, 2.0 if generation == 2 else None, seconds)


def test_metrics_file_has_a_row_a_generation(tmp_path):
    path = tmp_path / "metrics.csv"
    file = MetricsFile(path)
    for generation in (1, 2):
        file.observe(report(generation))
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["generation"] for row in rows] == ["1", "2"]
    assert [row["evolved_mean"] for row in rows] == ["", "2.0"]
    assert rows[0]["fitness_mean"] == "0.5"


def test_metrics_file_drops_rows_after_the_checkpoint_and_goes_on(tmp_path):
    path = tmp_path / "metrics.csv"
    file = MetricsFile(path)
    for generation in (1, 2, 3):
        file.observe(report(generation, seconds=float(generation)))
    with path.open("a") as lines:
        lines.write("4,4.0")  # cut short
    again = MetricsFile(path, keep=2)
    again.observe(report(3, seconds=0.5))
    rows = read_metrics(path)
    assert [row["generation"] for row in rows] == ["1", "2", "3"]
    assert rows[-1]["seconds"] == "2.5"


def test_metrics_file_starts_anew_without_a_checkpoint(tmp_path):
    path = tmp_path / "metrics.csv"
    MetricsFile(path).observe(report(1))
    MetricsFile(path, keep=0).observe(report(1))
    assert len(read_metrics(path)) == 1
