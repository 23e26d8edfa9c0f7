"""Keeping the zoo: from a run's folder to an entry, and from the index to its page."""

import json
import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hadax import tasks, zoo
from hadax.core.errors import UsageError
from hadax.distilled.files.header import Header
from hadax.launch.commandline.parsing import parse
from hadax.launch.commandline.umbrella import command_of
from hadax.launch.search.command_line import command_of as command_line
from hadax.launch.search.presenting.comparison import is_whole
from hadax.launch.search.resolve import resolve
from hadax.launch.search.run_folder.folder import Folder
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig
from hadax.tasks.rl.config import ACTION_MODES, NORMALIZERS
from hadax.zoo import shipped
from hadax.zoo.curves import read_curve
from hadax.zoo.index import write_index
from hadax.zoo.published import comparable, published_runs
from tools.zoo import figures
from tools.zoo.adding import Told, add, remove
from tools.zoo.finished_run import read_run
from tools.zoo.page import PAGE, anchor, page, played_score

DATA = Path(__file__).parents[1] / "data"
NAME = "gymnax/CartPole-v1"
METRICS = """\
generation,seconds,evolved_mean,fitness_mean
1,10.5,20.0,21.0
2,12.0,,30.0
20,60.0,499.5,480.0
"""


@pytest.fixture
def run(tmp_path):
    """The folder of a run of hadax's first release."""
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(DATA / "config_format_1.json", folder / "config.json")
    shutil.copy(DATA / "cartpole_format_1.safetensors", folder / "dataset.safetensors")
    (folder / "metrics.csv").write_text(METRICS)
    return folder


@pytest.fixture
def empty_zoo(tmp_path, monkeypatch):
    folder = tmp_path / "zoo"
    (folder / "entries").mkdir(parents=True)
    write_index(folder / "index.json", [])
    monkeypatch.setattr(shipped, "FOLDER", folder)
    return folder


def test_the_page_is_what_the_index_generates():
    assert PAGE.read_text(encoding="utf-8") == page(zoo.entries()), "python -m tools.zoo docs"


def test_pictures_are_drawn_where_they_are_missing_however_old_they_are(
    run, empty_zoo, tmp_path, monkeypatch
):
    drawn = []
    monkeypatch.setattr(figures, "draw_curve", lambda entry, path: drawn.append(path))
    monkeypatch.setattr(figures, "draw_examples", lambda entry, path: drawn.append(path))
    entry = add(read_run(run), Told(NAME))
    folder = tmp_path / "pictures"
    paths = [folder / f"{zoo.path_of(NAME).stem}{ending}" for ending in ("-curve.png", ".png")]
    folder.mkdir()
    for path in paths:
        path.touch()
        os.utime(path, (0, 0))
    figures.draw_missing(entry, folder, redraw=False)
    assert drawn == []
    figures.forget(NAME, folder)
    assert list(folder.iterdir()) == []
    figures.draw_missing(entry, folder, redraw=False)
    assert drawn == paths


def test_a_run_becomes_an_entry(run, empty_zoo):
    add(read_run(run), Told(NAME))
    entry = zoo.entry(NAME)
    assert (entry.task, entry.method, entry.pairs) == (NAME, "HaDES-R", 2)
    assert entry.score.networks == 4
    # 64 candidates, four learners of one initialisation each, 4 episodes of 500 steps.
    assert entry.search.environment_steps == 20 * 64 * 4 * 4 * 500
    assert entry.search.generations == 20
    assert (entry.search.core_minutes, entry.search.hardware) == (2.0, "2 cores")
    assert entry.published is None
    curve = read_curve(zoo.path_of(NAME).with_suffix(".csv"))
    assert [point.generation for point in curve] == [1, 20]
    assert curve[-1].environment_steps == entry.search.environment_steps
    assert zoo.load(NAME).score == entry.score
    assert {path.name for path in (empty_zoo / "entries").iterdir()} == {
        "gymnax-CartPole-v1.safetensors",
        "gymnax-CartPole-v1.csv",
    }


def test_what_a_run_began_from_is_an_entry_and_no_file_of_this_machine(run, empty_zoo):
    settings = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps(settings | {"init_from": "runs/a/b.safetensors"}))
    with pytest.raises(UsageError, match=r"began from runs/a/b\.safetensors, a file; name its"):
        add(read_run(run), Told(NAME))
    with pytest.raises(UsageError, match=r"no such entry"):
        add(read_run(run), Told(NAME, began_from=NAME))
    assert zoo.entries() == ()
    assert list((empty_zoo / "entries").iterdir()) == []
    (run / "config.json").write_text(json.dumps(settings))
    add(read_run(run), Told(NAME))
    (run / "config.json").write_text(json.dumps(settings | {"init_from": "runs/a/b.safetensors"}))
    add(read_run(run), Told(f"{NAME}@further", began_from=NAME))
    assert f"--init_from=zoo:{NAME} " in zoo.entry(f"{NAME}@further").search.command
    assert zoo.load(f"{NAME}@further").header.further["init_from"] == f"zoo:{NAME}"


def test_what_is_told_wins(run, empty_zoo):
    told = Told(
        NAME,
        core_minutes=1.5,
        hardware="one H100",
        environment_steps=2000,
        published=400.0,
        published_source="a table",
    )
    add(read_run(run), told)
    entry = zoo.entry(NAME)
    assert (entry.search.core_minutes, entry.search.hardware) == (1.5, "one H100")
    assert entry.search.environment_steps == 2000
    assert (entry.published.score, entry.published.source) == (400.0, "a table")
    add(read_run(run), replace(told, published=None))
    assert len(zoo.entries()) == 1
    remove(NAME)
    assert zoo.entries() == ()
    assert list((empty_zoo / "entries").iterdir()) == []


@pytest.mark.usefixtures("empty_zoo")
def test_what_is_no_finished_run_is_refused(run, tmp_path):
    with pytest.raises(UsageError, match="not a run's config"):
        read_run(tmp_path)
    with pytest.raises(UsageError, match="16 in its name, but 2 pairs"):
        add(read_run(run), Told(f"{NAME}@16"))
    (run / "dataset.safetensors").unlink()
    with pytest.raises(UsageError, match="no such file"):
        add(read_run(run), Told(NAME))
    (run / "metrics.csv").write_text("generation,seconds,evolved_mean\n")
    with pytest.raises(UsageError, match="no generation"):
        read_run(run)
    assert zoo.entries() == ()


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("distill", {"task": "brax/hopper", "backend": "spring", "width": 8, "vary": True}),
        ("distill", {"task": "supervised/digits", "images_per_class": 1, "filters": (8, 4)}),
        ("neuroevolve", {"task": "gymnax/Pendulum-v1", "horizon": 7, "seed": 3}),
        ("distill", {"task": "analytic/linear_regression", "task_option": ("batch=8",)}),
    ],
)
def test_a_command_asks_for_the_same_search_again(verb, given):
    config = resolve(verb, given).config
    program, *arguments = shlex.split(command_line(config))
    assert program == f"hadax-{verb}"
    parsed = parse(command_of(verb).groups, arguments)
    again = {name: value for name, value in parsed.given.items() if name != "preset"}
    assert resolve(verb, again, preset="none").config == config


def test_a_flat_config_of_images_is_read(run):
    path = run / "config.json"
    document = json.loads(path.read_text())
    changes = {"task": "supervised/digits", "images_per_class": 1, "dataset_size": 4}
    path.write_text(json.dumps({**document, **changes}))
    config = read_run(run).config
    assert config.distillation.images_per_class == 1


def test_a_run_is_read_as_the_search_that_goes_on_in_its_folder_reads_it(run):
    content = (run / "config.json").read_text()
    expected = read_run(run).config
    # As editors of other systems leave it.
    (run / "config.json").write_text(content, encoding="utf-8-sig")
    assert read_run(run).config == expected
    Folder(run, expected)


def test_the_comparable_run_has_as_many_pairs_or_the_next_more():
    def pairs(task, size, method="HaDES-R"):
        return comparable(task, method, size).pairs

    assert [pairs("brax/hopper", size) for size in (1, 4, 5, 16, 64, 100)] == [4, 4, 16, 16, 64, 64]
    assert comparable("brax/hopper", "HaDES-R", 4).published.score == pytest.approx(1745, abs=1)
    assert comparable("brax/hopper", "HaDES-F", 4).published.score == pytest.approx(1803, abs=1)
    assert pairs("gymnax/Breakout-MinAtar", 0, "neuroevolution") == 0
    assert comparable("gymnax/CartPole-v1", "HaDES-R", 4) is None


def test_published_curves_count_environment_steps():
    assert comparable("brax/hopper", "HaDES-R", 4).curve[0][0] == 16_777_216
    for run in published_runs():
        steps = [point[0] for point in run.curve]
        assert steps == sorted(steps)


@pytest.mark.parametrize("action_mode", ACTION_MODES)
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_the_page_says_the_same_where_the_task_is_played_as_it_is_measured(action_mode, normalizer):
    options = {"action_mode": action_mode, "normalizer": normalizer}
    task = tasks.outline(NAME, **options)
    header = Header("dataset", TaskConfig(NAME, options), LearnerConfig())
    same = task.as_played() is task
    assert played_score(header) == ("the same" if same else "not measured")


def test_images_are_asked_as_people_ask_them():
    header = Header("dataset", TaskConfig("supervised/digits"), LearnerConfig())
    assert played_score(header) == "the same"


def test_headings_are_found_on_their_page():
    assert anchor("brax/hopper@16-fixed") == "braxhopper16-fixed"
    assert anchor("gymnax/CartPole-v1") == "gymnaxcartpole-v1"


def test_only_whole_episodes_are_compared_with_published_ones():
    assert is_whole(TaskConfig("gymnax/CartPole-v1"))
    assert is_whole(TaskConfig("gymnax/CartPole-v1", {"horizon": 500}))
    assert not is_whole(TaskConfig("gymnax/CartPole-v1", {"horizon": 100}))
    assert is_whole(TaskConfig("supervised/digits"))
