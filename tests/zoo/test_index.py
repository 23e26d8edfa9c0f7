"""The index: read back as written, and refused in one line where it is damaged."""

import json
from dataclasses import replace

import pytest

from hadax.core.errors import UsageError
from hadax.distilled.score import Score
from hadax.zoo.curves import Point, read_curve, write_curve
from hadax.zoo.entry import Entry, Published, Search
from hadax.zoo.index import read_index, write_index

SEARCH = Search("hadax-distill --task=lab/maze", 0, 10, 1000, 1.5, "2 cores")
PUBLISHED = Published(3.5, 4, "their population", "maze/D4")
ENTRY = Entry(
    name="lab/maze",
    file="lab-maze.safetensors",
    task="lab/maze",
    method="HaDES-R",
    pairs=4,
    score=Score(2.5, 0.5, 32, 8),
    published=PUBLISHED,
    search=SEARCH,
)


def named(name, **changes):
    file = f"{name.replace('/', '-')}.safetensors"
    return replace(ENTRY, name=name, file=file, **changes)


def test_it_is_read_back_as_written_sorted_by_name(tmp_path):
    path = tmp_path / "index.json"
    other = named("lab/maze@16", pairs=16, published=None)
    write_index(path, [other, ENTRY])
    assert read_index(path) == (ENTRY, other)
    before = path.read_bytes()
    write_index(path, read_index(path))
    assert path.read_bytes() == before


def damaged(change):
    def text():
        record = json.loads(json.dumps([vars(ENTRY) | {"score": vars(ENTRY.score)}], default=vars))
        change(record[0])
        return json.dumps(record)

    return text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (lambda: "[{", "Expecting"),
        (lambda: "{}", "no list"),
        (lambda: "[3]", "subscriptable"),
        (damaged(lambda record: record.pop("pairs")), "pairs"),
        (damaged(lambda record: record.update(pairs="four")), "pairs is 'four', not a whole"),
        (damaged(lambda record: record.update(colour="red")), "colour"),
        (damaged(lambda record: record["search"].update(seed=None)), "seed is None"),
        (damaged(lambda record: record["score"].pop("mean")), "mean"),
        (damaged(lambda record: record.update(file="../x.safetensors")), "file ../x"),
        (damaged(lambda record: record.update(method="magic")), "method magic"),
        (damaged(lambda record: record.update(name="lab/other")), "name lab/other"),
    ],
)
def test_a_damaged_index_is_refused_in_one_line(tmp_path, text, words):
    path = tmp_path / "index.json"
    path.write_text(text())
    with pytest.raises(UsageError) as refused:
        read_index(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_index_and_unsorted_or_doubled_names_are_refused(tmp_path):
    path = tmp_path / "index.json"
    with pytest.raises(UsageError, match="cannot be read"):
        read_index(path)
    write_index(path, [ENTRY, ENTRY])
    with pytest.raises(UsageError, match="twice"):
        read_index(path)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("lab/maze@16", {}, "16 in its name, but 4 pairs"),
        ("lab/maze@fixed", {}, "fixed in its name, but it is HaDES-R"),
        ("lab/maze@4-policy", {}, "policy in its name"),
        ("lab/maze@", {}, "is not lab/maze"),
        ("lab/maze@Big", {}, "is not lab/maze"),
        ("maze", {}, "is not lab/maze"),
    ],
)
def test_a_name_says_how_an_entry_differs(name, changes, words):
    with pytest.raises(ValueError, match=words):
        named(name, **changes)


def test_names_that_say_it_right():
    assert named("lab/maze@16", pairs=16).pairs == 16
    assert named("lab/maze@4-fixed", method="HaDES-F").method == "HaDES-F"
    assert named("lab/maze@multi").name == "lab/maze@multi"


def test_a_curve_is_read_back_as_written(tmp_path):
    points = (Point(1, 100, -2.5), Point(10, 1000, 0.125))
    write_curve(tmp_path / "a.csv", points)
    assert read_curve(tmp_path / "a.csv") == points
    (tmp_path / "b.csv").write_text("generation,environment_steps\n1,2\n")
    for name in ("b.csv", "c.csv"):
        with pytest.raises(UsageError, match="not a learning curve"):
            read_curve(tmp_path / name)


def test_a_search_says_which_entry_it_began_with():
    assert SEARCH.begins_with is None
    later = replace(SEARCH, command="hadax-distill --init_from=zoo:lab/maze@begin --seed=1")
    assert later.begins_with == "lab/maze@begin"
