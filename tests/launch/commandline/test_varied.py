"""Flags with several values, and files of settings."""

import json

import pytest

from hadax.core.errors import UsageError
from hadax.launch import distill, neuroevolve, sweep
from hadax.launch.commandline.groups import NO_SETTINGS
from hadax.launch.commandline.parsing import FlagError, parse
from hadax.launch.commandline.varied import read_list, values_of

GROUPS = distill.COMMAND.groups


def test_values_are_read_as_the_search_reads_them():
    given = {"seed": "0,1,2", "std": "0.1", "vary": "true,false", "strategy": "SNES,Open_ES"}
    assert values_of(GROUPS, given) == {
        "seed": (0, 1, 2),
        "std": (0.1,),
        "vary": (True, False),
        "strategy": ("SNES", "Open_ES"),
    }


def test_lists_are_separated_by_semicolons():
    assert values_of(GROUPS, {"filters": "8,16;32"}) == {"filters": ((8, 16), (32,))}
    assert values_of(GROUPS, {"log": "csv,wandb"}) == {"log": (("csv", "wandb"),)}


def test_blanks_around_values_do_not_count(tmp_path):
    given = {"strategy": "SNES, Open_ES ", "seed": "0, 1", "filters": "8, 16; 32"}
    assert values_of(GROUPS, given) == {
        "strategy": ("SNES", "Open_ES"),
        "seed": (0, 1),
        "filters": ((8, 16), (32,)),
    }
    path = tmp_path / "cells.csv"
    path.write_text('strategy, std , filters\nSNES, 0.2, "8, 16"\n Open_ES , ,\n')
    wanted = [{"strategy": "SNES", "std": 0.2, "filters": (8, 16)}, {"strategy": "Open_ES"}]
    assert read_list(GROUPS, path) == wanted


def test_every_flag_of_a_search_can_be_varied():
    words = [f"--{flag.name}=a,b" for group in GROUPS for flag in group.flags]
    once = {*NO_SETTINGS} - {"preset"}
    kept = [word for word in words if word.split("=")[0].removeprefix("--") not in once]
    assert len(parse(sweep.COMMAND.groups, kept, "verb").given) == len(kept)


@pytest.mark.parametrize("given", [{"seed": "0,x"}, {"vary": "maybe"}, {"std": "0.1,"}])
def test_a_value_of_the_wrong_kind_is_refused(given):
    with pytest.raises(FlagError, match=next(iter(given))):
        values_of(GROUPS, given)


def test_a_flag_of_the_other_search_is_refused():
    with pytest.raises(FlagError, match="--dataset_size: this search has no such flag"):
        values_of(neuroevolve.COMMAND.groups, {"dataset_size": "2"})


def test_a_slip_of_the_hand_is_told_what_may_be_meant(tmp_path):
    with pytest.raises(FlagError, match="no such flag; did you mean std"):
        values_of(GROUPS, {"stdd": "2"})
    path = tmp_path / "cells.csv"
    path.write_text("stdd\n2\n")
    with pytest.raises(UsageError, match="stdd: no such flag of the search; did you mean std"):
        read_list(GROUPS, path)


def test_settings_are_listed_in_json_or_csv(tmp_path):
    wanted = [{"std": 0.2, "filters": (8, 16)}, {"strategy": "SNES", "vary": True}]
    path = tmp_path / "cells.json"
    path.write_text(json.dumps([{"std": 0.2, "filters": [8, 16]}, wanted[1]]))
    assert read_list(GROUPS, path) == wanted
    path = tmp_path / "cells.csv"
    path.write_text('std,filters,strategy,vary\n0.2,"8,16",,\n,,SNES,true\n')
    assert read_list(GROUPS, path) == wanted


@pytest.mark.parametrize(
    "content", ["{", "{}", "[]", "[1]", '[{"speed": 1}]', '[{"std": "fast"}]', "[" * 100_000]
)
def test_a_file_that_lists_none_is_refused(tmp_path, content):
    path = tmp_path / "cells.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"cells\.json"):
        read_list(GROUPS, path)
    with pytest.raises(UsageError, match=r"none\.json"):
        read_list(GROUPS, tmp_path / "none.json")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("std,seed\n0.1,2,3\n", "a row has more values than the header has names"),
        ("std,seed,std\n0.1,2,0.2\n", "std: is two columns"),
    ],
)
def test_a_table_whose_columns_are_not_clear_is_refused(tmp_path, table, words):
    path = tmp_path / "cells.csv"
    path.write_text(table)
    with pytest.raises(UsageError, match=f"^{path}: {words}$"):
        read_list(GROUPS, path)
