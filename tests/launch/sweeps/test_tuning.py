"""Settings chosen by trial: on disk, pruned, and going on where it stopped; no search runs here."""

import csv
import importlib.util
import json
import math
from dataclasses import replace

import pytest

from hadax.core.errors import OUT_OF_MEMORY, ConfigError, UsageError
from hadax.core.run.loop import Report
from hadax.distilled.score import Score
from hadax.launch import distill, tune
from hadax.launch.commandline.command import execute
from hadax.launch.sweeps import optuna_study
from hadax.launch.sweeps.optuna_study import StudyOptions
from hadax.launch.sweeps.space import OneOf, Range, check_space, dimension, parts_of, typed
from hadax.launch.sweeps.tuning import Tuning, rank_of

SPACE = {
    "std": Range(0.01, 0.5, log=True),
    "population": Range(8, 32, step=4),
    "filters": OneOf(((8,), (8, 16))),
}


@pytest.fixture
def tuning(tmp_path, monkeypatch):
    """A study whose searches are a formula: the best std is the largest."""
    pytest.importorskip("optuna")
    tried = []

    def score(self, chosen, folder, pruning):
        tried.append((folder, chosen))
        for generation in (10, 40, 80):
            pruning.observe(Report(generation, {}, chosen["std"] * generation, 1.0))
        return chosen["std"]

    monkeypatch.setattr(Tuning, "_score", score)

    def make(fixed=None, space=SPACE, **options):
        said = []
        made = Tuning(
            verb="distill",
            fixed={"task": "analytic/linear_regression", **(fixed or {})},
            space=space,
            root=tmp_path / "study",
            options=StudyOptions(**{"storage": "journal", **options}),
            say=said.append,
        )
        return made, tried, said

    return make


@pytest.mark.parametrize("storage", ["sqlite", "journal"])
def test_a_study_goes_on_to_as_many_trials_as_are_asked_for(tuning, storage, tmp_path):
    tuning(storage=storage)[0].run(3)
    again, tried, said = tuning(storage=storage)
    trials = again.run(5)
    assert len(tried) == 5
    assert len(said) == 2
    assert sorted(trial.number for trial in trials) == list(range(5))
    assert trials[0].score == max(chosen["std"] for _, chosen in tried)
    assert trials[0].chosen == max(tried, key=lambda each: each[1]["std"])[1]
    settings = [str(chosen) for _, chosen in tried]
    assert len(set(settings)) == 5, "no setting is tried twice"
    rows = (tmp_path / "study" / "trials.csv").read_text().splitlines()
    assert len(rows) == 6


def test_settings_are_within_their_space(tuning):
    _, tried, _ = made = tuning()
    made[0].run(8)
    for _, chosen in tried:
        assert 0.01 <= chosen["std"] <= 0.5
        assert chosen["population"] in range(8, 33, 4)
        assert chosen["filters"] in ((8,), (8, 16))


def test_a_trial_that_falls_behind_is_pruned(tuning):
    made, _, _ = tuning(seed=1)
    trials = made.run(12)
    pruned = [trial for trial in trials if trial.state == "pruned"]
    assert pruned
    assert all(trial.score is None for trial in pruned)
    assert trials[0].state == "complete"


def test_settings_that_need_what_is_chosen_are_no_fault(tuning):
    fixed, space = {"std_final": 0.2}, {"std": Range(0.3, 0.5)}
    check_space("distill", fixed, space)
    assert [each.state for each in tuning(fixed, space)[0].run(2)] == ["complete"] * 2


@pytest.mark.parametrize("pruner", ["median", "halving"])
@pytest.mark.parametrize(("generations", "pruned"), [((10, 15), True), ((1000, 2000), False)])
def test_a_trials_own_length_says_when_it_may_be_pruned(tuning, generations, pruned, pruner):
    """They report up to generation 80: the fifth of a thousand is further."""
    space = {"std": SPACE["std"], "generations": Range(*generations)}
    trials = tuning(None, space, seed=1, pruner=pruner)[0].run(12)
    assert any(trial.state == "pruned" for trial in trials) == pruned


def test_what_is_chosen_first_does_not_say_when_another_is_pruned(tuning):
    space = {"std": SPACE["std"], "generations": OneOf((10, 1000))}
    trials = tuning(None, space, seed=1)[0].run(24)
    assert {each.chosen["generations"] for each in trials if each.state == "pruned"} == {10}


def test_no_pruner_prunes_nothing(tuning):
    made, _, _ = tuning(pruner="none")
    assert {trial.state for trial in made.run(8)} == {"complete"}


def test_a_trial_that_was_interrupted_goes_on_in_its_folder(tuning, monkeypatch):
    made, tried, _ = tuning()
    made.run(1)
    score = Tuning._score

    def stopped(self, chosen, folder, pruning):
        tried.append((folder, chosen))
        raise KeyboardInterrupt

    monkeypatch.setattr(Tuning, "_score", stopped)
    with pytest.raises(KeyboardInterrupt):
        tuning()[0].run(2)
    monkeypatch.setattr(Tuning, "_score", score)
    trials = tuning()[0].run(2)
    assert tried[1] == tried[2]
    assert tried[1][0] == "0001"
    assert len(trials) == 2


@pytest.mark.parametrize("storage", ["sqlite", "journal"])
def test_a_trial_that_goes_on_is_told_and_tabled_by_its_folders_number(
    tuning, storage, tmp_path, monkeypatch
):
    score = Tuning._score

    def stopped(self, chosen, folder, pruning):
        raise KeyboardInterrupt

    tuning(storage=storage)[0].run(1)
    for _ in range(2):
        monkeypatch.setattr(Tuning, "_score", stopped)
        with pytest.raises(KeyboardInterrupt):
            tuning(storage=storage)[0].run(3)
    monkeypatch.setattr(Tuning, "_score", score)
    made, _, said = tuning(storage=storage)
    trials = made.run(3)
    assert sorted((each.number, each.folder) for each in trials) == [
        (0, "0000"),
        (1, "0001"),
        (2, "0002"),
    ]
    assert [line.split(":")[0] for line in said] == ["trial 1", "trial 2"]
    _, *rows = csv.reader((tmp_path / "study" / "trials.csv").read_text().splitlines())
    assert all(int(row[0]) == int(row[-2]) for row in rows)


def test_a_trial_that_has_no_folder_yet_is_tried_again_under_the_next_number(tuning, monkeypatch):
    made, tried, _ = tuning()
    with monkeypatch.context() as patched:
        patched.setattr(optuna_study, "folder_of", lambda study, trial: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made.run(1)
    assert [each.number for each in tuning()[0].run(2)] in ([0, 1], [1, 0])
    assert [folder for folder, _ in tried] == ["0000", "0001"]


def test_a_trial_that_is_out_of_memory_says_what_a_search_says(tuning, monkeypatch):
    def exhausted(self, chosen, folder, pruning):
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 16 bytes.")

    monkeypatch.setattr(Tuning, "_score", exhausted)
    assert [trial.reason for trial in tuning()[0].run(1)] == [OUT_OF_MEMORY]


@pytest.mark.parametrize(
    "flags", [["--space=std=0.1:0.2", "--log=wandb"], ["--space=log=csv|wandb"]]
)
def test_what_no_trial_could_be_watched_with_is_refused_before_any(
    tmp_path, monkeypatch, capsys, flags
):
    pytest.importorskip("optuna")
    find = importlib.util.find_spec
    missing = lambda name, *rest: None if name == "wandb" else find(name, *rest)  # noqa: E731
    monkeypatch.setattr(importlib.util, "find_spec", missing)
    folder = tmp_path / "study"
    line = ["--task=analytic/linear_regression", "--trials=1", f"--workdir={folder}", *flags]
    assert execute(tune.COMMAND, line) == 2
    assert capsys.readouterr().err.startswith("hadax-tune: --log=wandb: needs wandb; pip install")
    assert not folder.exists()


def test_a_trial_that_fails_is_told_and_counts(tuning, monkeypatch):
    def refused(self, chosen, folder, pruning):
        raise UsageError("the search diverged")

    monkeypatch.setattr(Tuning, "_score", refused)
    made, _, said = tuning()
    trials = made.run(2)
    assert [trial.reason for trial in trials] == ["the search diverged"] * 2
    assert said[0].endswith(": fail: the search diverged")


def test_a_trial_of_which_networks_failed_is_none_of_the_best():
    assert rank_of(Score(0.5, 0.1, 8, 4)) == 0.5
    with pytest.raises(UsageError, match=r"networks failed: .*6 of 8"):
        rank_of(Score(0.9, 0.1, 8, 4, failed=0.75))
    with pytest.raises(UsageError, match="not measured"):
        rank_of(None)


@pytest.mark.parametrize(
    ("verb", "changed", "words"),
    [
        ("neuroevolve", {}, "^--verb=neuroevolve: the study in {} has --verb=distill; give that, "),
        ("distill", {"seed": 5}, "^--seed=5: the study in {} has none; leave that out, or another"),
        ("distill", {"generations": 9}, "^--generations=9: the study in {} has --generations=8; "),
        ("distill", {"score_networks": 3}, "^--score_networks=3: the study in {} has none; leave"),
        ("distill", {"average_means": None}, "^--workdir={}: its study has --average_means=4; giv"),
    ],
)
def test_a_folder_keeps_to_its_study_and_says_what_differs(tuning, verb, changed, words):
    made, _, _ = tuning({"generations": 8, "average_means": 4})
    made.run(1)
    given = {**made.fixed, **changed}
    fixed = {name: value for name, value in given.items() if value is not None}
    with pytest.raises(UsageError, match=words.format(made.root)):
        replace(made, verb=verb, fixed=fixed).run(1)


def test_a_study_of_an_earlier_release_is_refused_as_one(tuning):
    optuna = pytest.importorskip("optuna")
    made, tried, _ = tuning()
    made.root.mkdir()
    storage = optuna_study._storage(made.root, made.options.storage)
    noted = {"verb": "distill", "task": "analytic/linear_regression"}
    study = optuna.create_study(study_name="hadax", storage=storage, direction="maximize")
    study.set_user_attr("settings", json.dumps(noted))
    words = f"^--workdir={made.root}: its study was begun by an earlier release; choose another --"
    with pytest.raises(UsageError, match=words):
        made.run(1)
    assert not tried


def test_what_decides_nothing_may_change(tuning):
    made, _, _ = tuning({"log": ("csv",), "chunk": 2, "seed": 1})
    made.run(1)
    fixed = {**made.fixed, "log": (), "pictures": False, "keep": 1}
    del fixed["chunk"]
    assert len(replace(made, fixed=fixed).run(2)) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"std": Range(0.01, 0.5)}, "^--space=std=0.01:0.5: the study in .* has --space=std=0.01"),
        ({"std": Range(0.9, 1.5, log=True)}, "has --space=std=0.01:0.5:log; give that, or another"),
        ({"population": Range(8, 32)}, "has --space=population=8:32:4; give that"),
        ({"filters": OneOf(((8, 16), (8,)))}, r"^--space=filters=8,16\|8: .*=filters=8\|8,16; g"),
        ({"std": None}, "^--workdir=.*: its study has --space=std=0.01:0.5:log; give that, or"),
        ({"inner_lr": Range(0.1, 0.2)}, "^--space=inner_lr=0.1:0.2: .* has none; leave that out"),
    ],
)
def test_a_study_keeps_to_its_space(tuning, changed, words):
    made, tried, _ = tuning()
    made.run(1)
    other = {name: each for name, each in {**SPACE, **changed}.items() if each is not None}
    with pytest.raises(UsageError, match=words):
        replace(made, space=other).run(2)
    assert len(tried) == 1


def test_what_was_tried_is_written_trial_by_trial(tuning, monkeypatch, tmp_path):
    made, tried, _ = tuning()
    score = Tuning._score

    def stopped(self, chosen, folder, pruning):
        if len(tried) == 2:
            raise KeyboardInterrupt
        return score(self, chosen, folder, pruning)

    monkeypatch.setattr(Tuning, "_score", stopped)
    with pytest.raises(KeyboardInterrupt):
        made.run(5)
    assert len((tmp_path / "study" / "trials.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("fixed", "space", "refused"),
    [
        ({}, {"speed": Range(1, 2)}, "speed=1: no such setting"),
        ({}, {"std": Range(-1.0, 2.0)}, "std=-1.0: must be above 0"),
        ({}, {"std": Range(0.1, 1e300)}, "std=1e.300: must be above 0"),
        ({}, {"strategy": OneOf(("SNES", "FOO"))}, "strategy=FOO: must be one of"),
        ({"std": 0.1}, {"std": Range(0.1, 0.2)}, "space=std: is given for all trials"),
    ],
)
def test_what_no_search_takes_is_refused_at_once(fixed, space, refused):
    with pytest.raises(ConfigError, match=refused):
        check_space("distill", fixed, space)


def test_the_space_is_read():
    assert parts_of("std=0.01:0.5:log") == ("std", ("0.01", "0.5"), "log")
    assert dimension("std", (0.01, 0.5), "log") == Range(0.01, 0.5, log=True)
    assert dimension("population", (8, 32), "4") == Range(8, 32, step=4)
    assert parts_of("strategy=Open_ES|SNES") == ("strategy", ("Open_ES", "SNES"), "|")
    assert dimension("strategy", ("Open_ES", "SNES"), "|") == OneOf(("Open_ES", "SNES"))
    assert parts_of(" std = 0.01 : 0.5 : log") == ("std", ("0.01", "0.5"), "log")


@pytest.mark.parametrize(
    "text", ["std=0.01:0.5:log", "population=8:32:4", "std=0.1:0.5", "strategy=Open_ES|SNES"]
)
def test_a_space_is_told_as_it_is_typed(text):
    (name, each) = next(iter(tune.space_of(distill.COMMAND.groups, (text,)).items()))
    assert typed(name, each) == text


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ConfigError, match=f"^study_seed={seed}: must be in .0, 4294967295"):
        StudyOptions(seed=seed)


def test_the_last_seed_goes_on_at_the_first(tuning):
    tuning(seed=2**32 - 1)[0].run(1)
    assert len(tuning(seed=2**32 - 1)[0].run(2)) == 2


@pytest.mark.parametrize(
    ("values", "step", "words"),
    [
        ((0.1, 0.5), "0.7", "std=0.1:0.5:0.7: the step leads to 0.8, not to 0.5"),
        ((0.1, 0.5), "1e-30", "std=0.1:0.5:1e-30: the step is too small"),
        ((10, 100), "40", "std=10:100:40: the step leads to 90, not to 100"),
    ],
)
def test_a_step_leads_from_one_end_of_a_range_to_the_other(values, step, words):
    with pytest.raises(ConfigError, match=f"^space={words}$"):
        dimension("std", values, step)
    # In binary these are no whole number of steps.
    for low, high, fits in ((0.1, 0.5, "0.1"), (0.1, 0.7, "0.2"), (1e-4, 1e-3, "0.0001")):
        assert dimension("std", (low, high), fits) == Range(low, high, step=float(fits))


def test_a_choice_given_twice_is_refused():
    with pytest.raises(ConfigError, match=r"^space=strategy=SNES: is given twice$"):
        dimension("strategy", ("SNES", "Open_ES", "SNES"), "|")


@pytest.mark.parametrize("text", ["std", "std=", "std=1", "=1:2", "std=1:2:3:4", "std=1::log"])
def test_a_space_that_is_none_is_refused(text):
    with pytest.raises(ConfigError, match="space="):
        parts_of(text)


@pytest.mark.parametrize(
    ("values", "last"),
    [
        *(((2, 1), ""), ((0, 1), "log"), ((1, 2), "-1"), (("a", "b"), ""), ((1, 2), "often")),
        *(((0.1, math.inf), "0.1"), ((0.1, 0.2), "inf")),
        *(((1, 9), "0.5"), ((1, 9), "1.5"), ((1, 9), "true"), ((1, 9), "none")),
    ],
)
def test_a_range_that_is_none_is_refused(values, last):
    with pytest.raises(ConfigError, match="space="):
        dimension("std", values, last)


def test_a_study_stays_in_its_file(tuning):
    made, _, _ = tuning(storage="sqlite")
    made.run(1)
    before = {path: path.read_bytes() for path in made.root.iterdir()}
    with pytest.raises(UsageError, match=r"^--storage=journal: .* is in study.db; give --storage="):
        tuning(storage="journal")[0].run(2)
    assert {path: path.read_bytes() for path in made.root.iterdir()} == before
