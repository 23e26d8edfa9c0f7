"""The searches of a sweep: a grid, a list, both; each checked before any runs."""

import pytest

from hadax.core.errors import ConfigError
from hadax.launch.commandline.parsing import parse
from hadax.launch.commandline.umbrella import command_of
from hadax.launch.search.resolve import resolve
from hadax.launch.sweeps.cells import cells, command_line

TASK = {"task": "analytic/linear_regression"}
HALVED = {"restarts": 4, "restart_generations": 1}


def names(found):
    return [cell.name for cell in found]


def test_a_grid_has_every_combination_the_seed_last():
    found = cells("distill", TASK, {"seed": (0, 1), "std": (0.1, 0.2)})
    assert names(found) == [
        "std=0.1,seed=0",
        "std=0.2,seed=0",
        "std=0.1,seed=1",
        "std=0.2,seed=1",
    ]
    last = found[-1].resolved.config
    assert (last.strategy.std, last.seed, last.task.task) == (0.2, 1, TASK["task"])
    assert found[-1].varied == {"std": 0.2, "seed": 1}


def test_each_of_a_list_gets_the_grid():
    listed = [{"strategy": "SNES"}, {"strategy": "Open_ES", "std": 0.3}]
    found = cells("distill", TASK, {"seed": (4, 5)}, listed)
    assert names(found) == [
        "strategy=SNES,seed=4",
        "strategy=SNES,seed=5",
        "strategy=Open_ES,std=0.3,seed=4",
        "strategy=Open_ES,std=0.3,seed=5",
    ]


def test_one_search_is_a_sweep_too():
    assert names(cells("neuroevolve", TASK, {})) == ["only"]


def test_a_preset_is_a_setting_like_others():
    found = cells("distill", {"task": "gymnax/CartPole-v1"}, {"preset": ("none", "cpu")})
    assert [cell.resolved.preset for cell in found] == ["none", "cpu"]


def test_what_is_none_against_a_preset_is_so_in_a_process_of_its_own_too():
    task = {"task": "gymnax/Freeway-MinAtar"}
    for cell in cells("distill", task, {"curriculum": (None, 100)}):
        given = parse(command_of("distill").groups, list(cell.arguments)).given
        preset = given.pop("preset", "auto")
        assert resolve("distill", given, preset).config == cell.resolved.config


def test_the_command_says_the_same(monkeypatch):
    (cell,) = cells("distill", {**TASK, "std": 0.25, "vary": True, "horizon": None}, {})
    assert cell.arguments == ("--task=analytic/linear_regression", "--std=0.25", "--vary=true")
    assert command_line({"task_option": {"batch": 3}, "filters": (8, 16)}) == (
        "--task_option=batch=3",
        "--filters=8,16",
    )


def test_options_by_name_are_shown_as_their_flag_takes_them():
    found = cells("distill", TASK, {"task_option": ({"batch": 3}, {"batch": 4})})
    assert names(found) == ["task_option=batch=3", "task_option=batch=4"]
    assert found[0].varied == {"task_option": "batch=3"}


def test_an_empty_list_is_said_too_and_options_of_none_are_not():
    settings = {"log": (), "task_option": (), "learner_option": {}}
    assert command_line(settings) == ("--log=",)
    for cell in cells("distill", {**TASK, **settings}, {"seed": (0, 1)}):
        given = parse(command_of("distill").groups, list(cell.arguments)).given
        assert cell.resolved.config.monitoring.log == ()
        assert resolve("distill", given).config == cell.resolved.config


def test_names_are_folders_of_their_own():
    tasks = ("analytic/linear_regression", "analytic/linear_quadratic")
    found = names(cells("distill", {}, {"task": tasks}))
    assert len(set(found)) == 2
    assert not any("/" in name for name in found)
    assert found == names(cells("distill", {}, {"task": tasks})), "the same in every process"


@pytest.mark.parametrize(
    ("fixed", "axes", "listed", "refused"),
    [
        ({}, {"std": (0.1, -1.0)}, [], r"std=-1.0: must be above 0"),
        ({}, {"seed": (0, 0)}, [], "seed=0: is given twice"),
        ({}, {"seed": ()}, [], "seed=: needs a value"),
        ({"seed": 1}, {}, [{"seed": 2}], "seed=2: is given for all cells"),
        ({"speed": 1}, {}, [], "speed=1: no such setting"),
        (
            *({}, {}, [{"std": 0.1}, {"std": 0.2}, {"std": 0.2}]),
            r"^each=list: rows 2 and 3 are the same search \(cells std=0.2\); leave one out",
        ),
        (
            *({}, {"strategy": ("SNES", "Open_ES")}, [{"std": 0.2}, {"std": 0.2, "seed": 0}]),
            r"^each=list: rows 1 and 2 .* \(cells strategy=SNES and strategy=SNES,seed=0\)",
        ),
        (
            *({}, {"preset": ("auto", "none"), "seed": (0, 1)}, []),
            "^preset=auto,none: preset=auto,seed=0 and preset=none,seed=0 are the same search; l",
        ),
        ({**HALVED}, {"seed": (0, 1, 2, 3)}, [], "seed=0,1,2,3: with 4 restarts seeds must lie 4"),
        ({**HALVED}, {"seed": (9, 4, 2)}, [], "seed=2,4,9: .* 4 apart, as 2,6,10"),
        ({}, {"seed": (0, 1)}, [{**HALVED}, {"std": 0.2}], "seed=0,1: with 4 restarts"),
    ],
)
def test_one_bad_cell_refuses_the_sweep(fixed, axes, listed, refused):
    with pytest.raises(ConfigError, match=refused):
        cells("distill", {**TASK, **fixed}, axes, listed)


def test_a_list_is_named_by_the_file_that_it_was_read_from():
    with pytest.raises(ConfigError, match=r"^each=cells\.csv: rows 1 and 2 are the same search"):
        cells("distill", TASK, {}, [{"std": 0.2}, {"std": 0.2}], "cells.csv")


def test_restarts_that_share_no_search_are_runs_of_their_own():
    found = cells("distill", {**TASK, **HALVED}, {"std": (0.1, 0.2), "seed": (4, 0, 8)})
    assert len(found) == 6
    alone = cells("distill", TASK, {"seed": (0, 1)}, [{"restarts": 1}, {"std": 0.2}])
    assert len(alone) == 4
