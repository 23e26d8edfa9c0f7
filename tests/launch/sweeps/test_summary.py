"""What the searches of a sweep say together, as lines, text, CSV and a figure."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from hadax.distilled.score import Score
from hadax.launch.sweeps.cells import cells
from hadax.launch.sweeps.figure import draw
from hadax.launch.sweeps.outcomes import DONE, FAILED, Outcome
from hadax.launch.sweeps.summary import ALL_TASKS, lines
from hadax.launch.sweeps.tables import as_csv, as_document, as_text, cells_as_csv

REGRESSION, CONTROL = "analytic/linear_regression", "analytic/linear_quadratic"


def outcomes(tmp_path, axes, scores, fixed=None):
    """Those of a grid whose cells have these scores, None for one that failed."""
    found = []
    for cell, score in zip(cells("distill", fixed or {}, axes), scores, strict=True):
        folder = tmp_path / cell.name
        if score is None:
            found.append(Outcome(cell, folder, FAILED, "out of luck"))
            continue
        pairs = cell.resolved.config.distillation.dataset_size
        measured = Score(score, 1.0, 8, 0)
        found.append(Outcome(cell, folder, DONE, score=measured, pairs=pairs, generation=3))
    return found


@pytest.fixture
def sizes(tmp_path):
    axes = {"dataset_size": (1, 4), "seed": (0, 1, 2, 3)}
    scores = [0.0, 10.0, 20.0, 1000.0, 7.0, None, 9.0, None]
    return outcomes(tmp_path, axes, scores, {"task": REGRESSION})


def test_searches_that_differ_in_their_seed_are_one_line(sizes):
    one, four = lines(sizes)
    assert (one.setting, one.pairs, one.done, one.of) == ({"dataset_size": 1}, 1, 4, 4)
    assert (one.mean.value, one.interquartile.value) == (257.5, 15.0)
    assert (one.mean.low, one.mean.high) == (pytest.approx(5.0, abs=3), pytest.approx(752, abs=3))
    assert (four.pairs, four.done, four.of, four.mean.value) == (4, 2, 4, 8.0)


def test_the_table_tells_scores_intervals_and_what_is_missing(sizes):
    head, one, four = as_text(lines(sizes)).splitlines()
    assert head.split("  ")[0] == "task"
    assert "mean [95%]" in head
    assert " 257.5 [" in one
    assert " 15 [" in one
    assert "2 of 4" in four
    assert "8 [7, 9]" in four


def test_csv_and_json_have_all_of_it(sizes):
    rows = list(csv.DictReader(as_csv(lines(sizes)).splitlines()))
    assert [row["iqm"] for row in rows] == ["15.0", "8.0"]
    assert [row["pairs"] for row in rows] == ["1", "4"]
    each = list(csv.DictReader(cells_as_csv(sizes).splitlines()))
    assert [row["status"] for row in each] == ["done"] * 5 + ["failed", "done", "failed"]
    assert each[5]["reason"] == "out of luck"
    assert each[3]["score"] == "1000.0"
    document = json.loads(json.dumps(as_document(sizes, lines(sizes))))
    assert document["lines"][1]["mean"]["value"] == 8.0
    assert document["cells"][0]["arguments"] == [
        f"--task={REGRESSION}",
        "--dataset_size=1",
        "--seed=0",
    ]


def test_a_search_of_which_networks_failed_has_no_say_in_a_mean_and_is_told_of(sizes):
    lucky = Score(5000.0, 0.0, 8, 0, failed=7 / 8)
    found = [replace(sizes[0], score=lucky), *sizes[1:]]
    one, four = lines(found)
    assert (one.scores, one.mean.value) == ((10.0, 20.0, 1000.0), pytest.approx(1030 / 3))
    assert (one.done, one.left_out, one.failed) == (4, 1, 7 / 32)
    assert (four.left_out, four.failed) == (0, 0.0)
    head, first, second = as_text([one, four]).splitlines()
    assert "failed networks" in head
    assert "21.88% in 1 of 4" in first
    assert "  -  " in second
    assert "failed" not in as_text(lines(sizes))
    rows = list(csv.DictReader(as_csv([one, four]).splitlines()))
    assert [(row["left_out"], row["failed"]) for row in rows] == [("1", "0.21875"), ("0", "0.0")]
    each = list(csv.DictReader(cells_as_csv(found).splitlines()))
    assert [row["failed"] for row in each[:2]] == ["0.875", "0.0"]
    assert each[5]["failed"] == ""


def test_where_networks_of_every_search_failed_there_is_no_mean(sizes):
    lucky = Score(5000.0, 0.0, 8, 0, failed=1 / 8)
    (line,) = lines([replace(each, score=lucky) for each in sizes[:4]])
    assert (line.done, line.left_out, line.mean, line.interquartile) == (4, 4, None, None)
    assert "12.50% in 4 of 4" in as_text([line])


def test_several_tasks_are_put_together_on_one_scale(tmp_path):
    axes = {"task": (REGRESSION, CONTROL), "std": (0.1, 0.2), "seed": (0, 1)}
    found = lines(outcomes(tmp_path, axes, [0.0, 5.0, 10.0, 10.0, -300.0, -300.0, -100.0, -200.0]))
    assert [line.task for line in found] == [REGRESSION] * 2 + [CONTROL] * 2 + [ALL_TASKS] * 2
    weak, strong = found[-2:]
    assert weak.scores == (0.0, 0.5, 0.0, 0.0)
    assert strong.scores == (1.0, 1.0, 1.0, 0.5)
    assert (strong.mean.low, strong.mean.high) == (0.75, 1.0)


def test_a_setting_without_a_score_of_every_task_has_no_mean_over_all(tmp_path):
    axes = {"task": (REGRESSION, CONTROL), "std": (0.1, 0.2), "seed": (0, 1)}
    found = outcomes(tmp_path, axes, [0.0, 5.0, 10.0, 10.0, None, None, -100.0, None])
    weak, strong = lines(found)[-2:]
    assert (weak.task, weak.done, weak.of) == (ALL_TASKS, 2, 4)
    assert (weak.mean, weak.interquartile) == (None, None)
    assert (strong.done, strong.mean.value) == (3, 1.0)
    assert as_text([weak]).splitlines()[1].split()[-2:] == ["-", "-"]
    # Nor has one whose only networks of a task failed, and so has no say.
    lucky = Score(-100.0, 0.0, 8, 0, failed=7 / 8)
    assert lines([*found[:-2], replace(found[-2], score=lucky), found[-1]])[-1].mean is None


def test_settings_of_one_task_each_have_none_over_all():
    listed = [{"task": REGRESSION, "std": 0.1}, {"task": CONTROL, "std": 0.2}]
    measured = Score(3.0, 1.0, 8, 0)
    found = [
        Outcome(cell, Path(cell.name), DONE, score=measured)
        for cell in cells("distill", {}, {}, listed)
    ]
    over_all = [line for line in lines(found) if line.task == ALL_TASKS]
    assert [line.mean for line in over_all] == [None, None]


def test_nothing_done_is_a_line_without_numbers(tmp_path):
    (line,) = lines(outcomes(tmp_path, {"seed": (0, 1)}, [None, None], {"task": REGRESSION}))
    assert (line.done, line.of, line.mean) == (0, 2, None)
    assert as_text([line]).splitlines()[1].split() == [REGRESSION, "0", "of", "2", "-", "-"]
    assert as_csv([line]).splitlines()[1].endswith(",,,,,")


def test_figures_are_drawn_by_size_and_by_setting(sizes, tmp_path):
    draw(lines(sizes), tmp_path / "sizes.png")
    axes = {"strategy": ("Open_ES", "SNES"), "seed": (0, 1)}
    draw(lines(outcomes(tmp_path, axes, [1.0, 2.0, 3.0, 4.0])), tmp_path / "strategies.png")
    for name in ("sizes.png", "strategies.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
