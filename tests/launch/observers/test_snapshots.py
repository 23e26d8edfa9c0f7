"""Datasets kept on the way: evenly spread, and none that an interrupted run saw in vain."""

import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.run.loop import Report
from hadax.launch.observers.snapshots import Snapshots, read_snapshots

DATASET = Dataset(np.zeros((3, 2, 2, 1), np.float32), np.eye(3, dtype=np.float32))


def test_what_was_seen_after_the_last_checkpoint_is_dropped(tmp_path):
    before = Snapshots(tmp_path / "snapshots", lambda candidate: candidate, 100, keep=0)
    for generation in (0, 2, 4):
        before.keep(generation, DATASET)
    Snapshots(tmp_path / "snapshots", lambda candidate: candidate, 100, keep=2)
    assert [each.generation for each in read_snapshots(tmp_path / "snapshots")] == [0, 2]


def test_more_than_sixty_snapshots_are_thinned(tmp_path):
    snapshots = Snapshots(tmp_path / "snapshots", lambda candidate: candidate, 150, keep=0)
    snapshots.keep(0, DATASET)
    for generation in range(1, 151):
        snapshots.observe(
            Report(generation, {}, 0.0, 0.0, DATASET if generation % 2 == 0 else None)
        )
    kept = [each.generation for each in read_snapshots(tmp_path / "snapshots")]
    assert kept[0] == 0
    assert kept[-1] == 150
    assert 30 <= len(kept) <= 62


def test_the_end_is_kept_once_whether_it_was_observed_or_not(tmp_path):
    for evaluated in (True, False):
        folder = tmp_path / f"{evaluated}"
        snapshots = Snapshots(folder, lambda candidate: candidate, 2, keep=0)
        snapshots.observe(Report(2, {}, 0.0, 0.0, DATASET if evaluated else None))
        snapshots.finish(DATASET, 2)
        assert [each.generation for each in read_snapshots(folder)] == [2]


def test_a_search_that_ended_early_ends_at_the_generation_that_it_reached(tmp_path):
    snapshots = Snapshots(tmp_path, lambda candidate: candidate, 200, keep=0)
    snapshots.finish(DATASET, 60)
    assert [each.generation for each in read_snapshots(tmp_path)] == [60]
