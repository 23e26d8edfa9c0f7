"""Every entry: it loads, and its record says of it what it says of itself."""

import shlex
import tomllib
from pathlib import Path

import pytest

from hadax import tasks, zoo
from hadax.core.settings.config import StrategyConfig
from hadax.core.settings.pace import Pace
from hadax.core.settings.views import from_json
from hadax.distilled.files.header import read
from hadax.distilled.loading import load
from hadax.launch.commandline.door import asked_for
from hadax.launch.commandline.parsing import parse
from hadax.launch.commandline.umbrella import command_of
from hadax.tasks.rl.config import NO_SCHEDULES
from hadax.zoo import shipped
from hadax.zoo.curves import read_curve

MOST_BYTES = 100_000


@pytest.fixture(params=zoo.names())
def entry(request):
    return zoo.entry(request.param)


@pytest.fixture
def header(entry):
    return read(zoo.path_of(entry.name))[0]


def searched(entry):
    """The settings that its command asks for, through the real flags."""
    program, *arguments = shlex.split(entry.search.command)
    verb = program.removeprefix("hadax-")
    command = command_of(verb)
    resolved = asked_for(parse(command.groups, arguments, command.positional), verb)
    return resolved.config


def test_it_loads_and_is_small(entry):
    path = zoo.path_of(entry.name)
    assert path.stat().st_size < MOST_BYTES
    assert entry.task in tasks.names()
    loaded = load(f"zoo:{entry.name}")
    assert loaded.header.task.task == entry.task
    if entry.pairs:
        assert loaded.dataset.size == entry.pairs
        assert zoo.load(entry.name).dataset.size == entry.pairs


def test_its_record_agrees_with_its_header(entry, header):
    assert entry.score == header.score
    assert entry.task == header.task.task
    assert entry.search.seed == header.seed
    assert (entry.method == "neuroevolution") == (header.kind == "policy")
    if header.kind == "dataset":
        fixed = header.distillation.policy_init == "fixed"
        assert entry.method == ("HaDES-F" if fixed else "HaDES-R")


def test_its_command_asks_for_the_search_that_made_it(entry, header):
    config = searched(entry)
    assert config.task.task == entry.task
    assert config.seed == entry.search.seed
    assert config.strategy == from_json(StrategyConfig, header.further["strategy"])
    pace = from_json(Pace, header.further["pace"])
    assert config.pace.generations == pace.generations >= entry.search.generations
    assert config.learner.network == header.learner.network
    asked, made = config.learner.inner_loop, header.learner.inner_loop
    assert asked.loss in (made.loss, "auto")
    assert asked.inner_steps == made.inner_steps
    # A rate that evolved is another in the end.
    assert config.distillation.learn_inner_lr or asked.inner_lr == made.inner_lr
    # What holds in a search alone is over when the result is written.
    options = {
        name: value for name, value in config.task.options.items() if name not in NO_SCHEDULES
    }
    assert options.items() <= header.task.options.items()
    if header.kind == "dataset":
        each = config.distillation.images_per_class
        assert each or config.distillation.dataset_size == entry.pairs
        assert config.distillation.vary == header.distillation.vary


def test_its_learning_curve_ends_where_the_search_did(entry):
    curve = read_curve(zoo.path_of(entry.name).with_suffix(".csv"))
    generations = [point.generation for point in curve]
    assert generations == sorted(generations)
    assert 0 < generations[-1] <= entry.search.generations
    assert curve[-1].environment_steps <= entry.search.environment_steps


def test_there_are_no_other_files():
    names = {path.name for path in (shipped.FOLDER / shipped.ENTRIES).iterdir()}
    known = {entry.file for entry in zoo.entries()}
    assert names == known | {name.replace(".safetensors", ".csv") for name in known}


def test_the_wheel_has_them():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["hadax"]
    packed = {path for pattern in patterns for path in shipped.FOLDER.parent.glob(pattern)}
    assert {shipped.FOLDER / shipped.INDEX, *map(zoo.path_of, zoo.names())} <= packed
