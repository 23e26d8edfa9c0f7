"""Presets: held against the settings that they set, and against the tasks that they are for."""

import numpy as np
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.settings.annotations import matches
from hadax.core.settings.views import flat
from hadax.launch.search.build import build_engine, build_objective, build_task
from hadax.launch.search.config import NEUROEVOLVE, SearchConfig
from hadax.launch.search.presets import PRESETS
from hadax.launch.search.resolve import preset_names, resolve
from hadax.tasks.flagged import OPTION_FIELDS
from hadax.tasks.supervised.sources import named, preparation
from hadax.tasks.supervised.sources.images import Images


def made_up_images(source, split, folder):
    del split, folder
    labels = np.arange(40, dtype=np.uint8) % source.classes
    return Images(np.full((40, *source.input_shape), 7, np.uint8), labels)


@pytest.fixture
def no_files(monkeypatch):
    """Presets for images are held against images of the right shape, whose files need not exist."""
    monkeypatch.setattr(preparation, "load", made_up_images)
    named._load.cache_clear()
    yield
    named._load.cache_clear()


@pytest.mark.parametrize(("task", "verb", "name"), PRESETS)
def test_every_preset_is_a_part_of_a_config(task, verb, name):
    preset = PRESETS[task, verb, name]
    resolved = resolve(verb, {"task": task}, name)
    assert resolved.preset == name
    assert preset.keys() <= flat(SearchConfig()).keys() | OPTION_FIELDS.keys()
    values = {**flat(resolved.config), **resolved.config.task.options}
    for setting, value in preset.items():
        assert values[setting] == value, setting
        assert matches(value, float) or type(value) is type(values[setting]), setting
    assert resolved.origins == {"task": "given", **dict.fromkeys(preset, "preset")}


def marked(preset):
    """The published gaits differ in their simulators, which the `cpu` presets have too."""
    gait = preset[0].startswith("brax/") and preset[2] == "published"
    return pytest.param(*preset, marks=pytest.mark.slow) if gait else preset


@pytest.mark.parametrize(("task", "verb", "name"), [marked(preset) for preset in PRESETS])
@pytest.mark.usefixtures("no_files")
def test_every_preset_is_instantiated(task, verb, name):
    config = resolve(verb, {"task": task}, name).config
    engine = build_engine(config, build_objective(config, build_task(config.task)))
    assert engine.strategy.population % engine.candidate_chunk == 0


def test_presets_are_for_tasks_that_exist():
    assert {task for task, _, _ in PRESETS} <= set(tasks.names())
    assert preset_names("gymnax/CartPole-v1", NEUROEVOLVE) == ("cpu",)


def test_an_unknown_preset_lists_the_known():
    with pytest.raises(ConfigError, match="auto, none, cpu"):
        resolve(NEUROEVOLVE, {}, "gpu")
