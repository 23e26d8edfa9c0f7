"""Scores for other programs are what was measured, as JSON and as CSV."""

import csv
import json
from dataclasses import replace

import pytest

from hadax.core.errors import ConfigError
from hadax.distilled.score import Quantiles, Score
from hadax.launch.measurements.sheet import Sheet, is_bare, kind_of

SCORE = Score(mean=1.5, std=0.25, networks=3, episodes=2)


@pytest.fixture
def sheet():
    made = Sheet()
    assert made.add("measured", SCORE) is SCORE
    return made


def test_a_json_file_has_every_score(sheet, tmp_path, capsys):
    sheet.give(str(tmp_path / "a.json"))
    (row,) = json.loads((tmp_path / "a.json").read_text())
    assert row.pop("measured") == "measured"
    assert Score(**row) == SCORE
    assert "wrote" in capsys.readouterr().out


def test_quantiles_are_an_object_in_json_and_columns_in_csv(capsys):
    sheet = Sheet()
    sheet.add("measured", replace(SCORE, returns=Quantiles(1, 2, 3, 4, 5, 6, 7)))
    sheet.add("real images", SCORE)
    first, second = json.loads(sheet.text("json"))
    assert (first["returns"]["tenth"], second["returns"]) == (2, None)
    first, second = csv.DictReader(sheet.text("csv").splitlines())
    assert (first["least"], first["median"], first["most"]) == ("1", "4", "7")
    assert (second["least"], second["most"]) == ("", "")
    assert "returns" not in first


def test_a_bare_kind_is_printed(sheet, capsys):
    sheet.give("csv")
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["measured"], row["mean"], row["networks"]) == ("measured", "1.5", "3")


def test_what_is_neither_is_refused():
    assert is_bare("json")
    assert not is_bare("a.json")
    assert kind_of("some/where.csv") == kind_of("some/where.CSV") == kind_of("csv") == "csv"
    with pytest.raises(ConfigError, match="must be json, csv"):
        kind_of("a.txt")
