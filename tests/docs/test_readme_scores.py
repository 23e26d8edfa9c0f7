"""README's table beside the published runs tells what the zoo's index has."""

import re
from pathlib import Path

import pytest

import hadax
from hadax.zoo.published import published_runs

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| `(?P<name>[a-z]+/[\w-]+)`[^|]*"
    r"\| (?P<mean>-?[\d.]+)(?P<percent> %)? ± (?P<std>[\d.]+)(?: \((?P<pairs>\d+)[);])?[^|]*"
    r"\| (?P<published>-?[\d.,]+)(?: %)?(?: \((?P<theirs>\d+)[,)])?[^|]*\|$",
    re.MULTILINE,
)
ROWS = list(ROW.finditer(README[README.index("Beside the paper's runs") :]))


def test_every_row_is_read():
    table = README[README.index("Beside the paper's runs") :].split("\n\n")[1]
    assert len(ROWS) == table.count("\n") - 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_row_is_the_entry_of_its_task(row):
    entry = hadax.zoo.entry(row["name"])
    unit = 100 if row["percent"] else 1
    assert row["mean"] == f"{unit * entry.score.mean:.1f}"
    assert row["std"] == f"{unit * entry.score.std:.1f}"
    assert entry.published is not None
    told = row["published"].replace(",", "")
    decimals = len(told.partition(".")[2])
    assert told == f"{unit * entry.published.score:.{decimals}f}"
    if row["pairs"]:
        assert int(row["pairs"]) == entry.pairs
        assert int(row["theirs"]) == entry.published.pairs


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_further_figures_of_a_row_are_those_of_other_sizes_and_entries(row):
    theirs = row.group().split("|")[3]
    for score, pairs in re.findall(r"([\d,.]+) \((\d+)\)", theirs):
        of_size = [
            each.published.score
            for each in published_runs()
            if (each.task, each.method, each.pairs) == (row["name"], "HaDES-R", int(pairs))
        ]
        assert float(score.replace(",", "")) in [
            pytest.approx(abs(each), abs=0.5) for each in of_size
        ]
    for score in re.findall(r"\(([\d.]+) % with hidden units\)", row.group()):
        assert score == f"{100 * hadax.zoo.entry(row['name'] + '@hidden').score.mean:.1f}"
