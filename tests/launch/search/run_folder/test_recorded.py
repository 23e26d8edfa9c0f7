"""A run's config is read as the search that it is, of whichever release."""

import json
from pathlib import Path

import pytest

from hadax.core.errors import UsageError
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.launch.search.resolve import resolve
from hadax.launch.search.run_folder.folder import document_of
from hadax.launch.search.run_folder.recorded import read_search

EARLIER = Path(__file__).parents[3] / "data" / "config_format_1.json"


@pytest.mark.parametrize(
    ("verb", "preset", "given"),
    [
        (DISTILL, "published", {"task": "brax/hopper", "learner_option": {"rate": 0.5}}),
        (DISTILL, "none", {"task": "supervised/digits", "images_per_class": 1, "filters": (8, 4)}),
        (DISTILL, "none", {"task": "analytic/linear_regression", "task_option": ("batch=8",)}),
        (NEUROEVOLVE, "none", {"task": "gymnax/Pendulum-v1", "horizon": 7, "std": 1}),
    ],
)
def test_what_a_search_writes_is_that_search(tmp_path, verb, preset, given):
    config = resolve(verb, given, preset).config
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document_of(config)), encoding="utf-8-sig")
    assert read_search(path) == config


def test_one_of_the_first_releases_is_the_search_that_its_flags_ask_for(tmp_path):
    path = tmp_path / "config.json"
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "task_option": ["horizon=30"]}))
    same = {"generations": 20, "score_networks": 4, "score_episodes": 2, "evaluate_every": 5}
    assert read_search(path) == resolve(DISTILL, {**same, "horizon": 30}, preset="auto").config


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "no object"),
        ("{", "Expecting"),
        ("[" * 100_000, "no object"),
        ('{"verb": "fly"}', "distill, neuroevolve as its verb"),
        ('{"verb": "distill", "learner": {"wings": 2}}', "wings=2: no such setting"),
        ('{"verb": "distill", "strategy": {"std": -1}}', "std=-1"),
    ],
)
def test_what_is_no_runs_config_is_refused_in_a_line(tmp_path, content, words):
    path = tmp_path / "config.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"config\.json: not a run's config") as refused:
        read_search(path)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
