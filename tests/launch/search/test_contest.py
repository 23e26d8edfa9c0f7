"""Several searches that are halved: in one process, compiled once, and resumable."""

import json
import logging
import signal

import jax
import pytest

import hadax
from hadax.core.errors import ConfigError, UsageError
from hadax.core.generation.engine import generation_step
from hadax.core.settings.config import MOST_SEEDS
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search.config import DISTILL
from hadax.launch.search.presenting.origin import command_that_found, config_of
from hadax.launch.search.resolve import resolve
from hadax.launch.search.run import Request, search

SETTINGS = {
    "task": "analytic/linear_regression",
    "generations": 6,
    "population": 8,
    "depth": 0,
    "inner_steps": 5,
    "evaluate_every": 3,
    "checkpoint_every": 1,
    "validation_networks": 2,
    "score_networks": 2,
    "seed": 3,
    "restarts": 3,
    "restart_generations": 2,
}


def sought(folder=None, observers=(), **settings):
    resolved = resolve(DISTILL, {**SETTINGS, **settings}, "none")
    quiet = {"progress": False, "say": lambda line: None}
    return search(Request(resolved, folder, observers=observers, **quiet))


class StoppedAfter:
    """Ends the process, as far as the search can tell, after so many reports."""

    def __init__(self, reports):
        self._left = reports

    def observe(self, report):
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contest") / "whole"
    return folder, sought(folder)


def test_every_search_has_its_metrics_and_half_of_them_end_early(whole):
    folder, result = whole
    rows = {
        path.name: len(read_metrics(path / "metrics.csv"))
        for path in (folder / "restarts").iterdir()
    }
    assert sorted(rows) == ["seed3", "seed4", "seed5"]
    assert sorted(rows.values()) == [2, 4, 6]
    winner = f"seed{result.header.seed}"
    assert rows[winner] == 6
    handed_over, own = folder / "metrics.csv", folder / "restarts" / winner / "metrics.csv"
    assert handed_over.read_bytes() == own.read_bytes()
    went_on = json.loads((folder / "restarts.json").read_text())["went_on"]
    assert [len(seeds) for seeds in went_on] == [2, 1]
    assert went_on[-1] == [result.header.seed]


@pytest.mark.parametrize("reports", [1, 5, 8, 11])
def test_a_contest_that_was_killed_ends_with_the_same_bytes(whole, tmp_path, reports):
    with pytest.raises(KeyboardInterrupt):
        sought(tmp_path / "killed", [StoppedAfter(reports)])
    sought(tmp_path / "killed")
    name = "dataset.safetensors"
    assert (tmp_path / "killed" / name).read_bytes() == (whole[0] / name).read_bytes()


def test_a_contest_that_was_killed_is_no_free_folder(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        sought(tmp_path / "killed", [StoppedAfter(7)])
    with pytest.raises(UsageError, match=r"--seed=4: the run in .* has seed=3"):
        sought(tmp_path / "killed", seed=4)
    before = (tmp_path / "killed" / "config.json").read_bytes()
    assert json.loads(before)["seed"] == 3


def test_a_finished_contest_is_not_made_shorter(whole):
    with pytest.raises(UsageError, match=r"--generations=5: the run in .* has done 6 already"):
        sought(whole[0], generations=5)


def test_in_memory_it_finds_the_same(whole, assert_trees_equal):
    assert_trees_equal(sought().dataset, whole[1].dataset)


def test_all_searches_run_one_compiled_engine(caplog):
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        sought(population=10)
    for name in (generation_step.__wrapped__.__name__, "evaluate_candidate"):
        wanted = f"Finished XLA compilation of jit({name})"
        assert len([line for line in caplog.messages if wanted in line]) == 1


def test_the_winner_is_the_search_of_its_seed_alone(whole, assert_trees_equal):
    alone = sought(restarts=1, seed=whole[1].header.seed, keep_best=0)
    assert_trees_equal(sought(keep_best=0).dataset, alone.dataset)


def test_a_finished_contest_is_not_done_again(whole):
    again = sought(whole[0], [StoppedAfter(1)])
    assert again.score == whole[1].score


def test_a_contest_of_the_last_seeds_ends_and_is_found_again(tmp_path):
    """The search of each seed is one of four settings, but needs no seeds after its own."""
    first = MOST_SEEDS - 4
    short = {"generations": 2, "restarts": 4, "restart_generations": 1, "seed": first}
    found = sought(tmp_path, **short)
    assert sought(tmp_path, [StoppedAfter(1)], **short).score == found.score
    assert config_of(found.header).seed == found.header.seed >= first
    assert f"--seed={first}" in command_that_found(found.header)
    refused = f"restarts=4: with seed {first + 1} its last seed must be below {MOST_SEEDS}"
    with pytest.raises(ConfigError, match=refused):
        sought(**{**short, "seed": first + 1})
    made = hadax.make(SETTINGS["task"])
    with pytest.raises(ConfigError, match=refused):
        hadax.distill(made, generations=2, seed=first + 1, restarts=4, restart_generations=1)


def test_an_interrupted_contest_gives_back_its_best(capsys):
    stopped = hadax.distill(
        **{**SETTINGS, "generations": 50}, preset="none", progress=False, callback=stopping
    )
    assert stopped.score is None
    assert "what was found is returned" in capsys.readouterr().err


def stopping(report):
    if report.generation == 3:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--restarts=0",), "--restarts=0: must be in [1, "),
        (("--restarts=8", "--restart_generations=3"), "3 halvings must fit into 6 generations"),
    ],
)
def test_contests_that_cannot_be_are_refused(distil, capsys, flags, words):
    assert distil(*flags) == 2
    assert words in capsys.readouterr().err


def test_progress_says_which_search_it_is(distil, tmp_path, capsys):
    assert distil("--restarts=2", "--restart_generations=3", "--pictures") == 0
    printed = capsys.readouterr()
    assert "seed 1: generation 3/3" in printed.err
    assert "after 3 generations: seed 0 " in printed.out
    assert (tmp_path / "run" / "learning_curve.png").exists()
