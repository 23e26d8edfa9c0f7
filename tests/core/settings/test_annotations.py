"""Values held against annotations, and read from text."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from hadax.core.settings.annotations import (
    Option,
    as_annotated,
    construct,
    describe,
    from_text,
    kind_shown,
    matches,
)
from hadax.distilled.score import Score


@pytest.mark.parametrize(
    ("value", "annotation", "fits"),
    [
        (1, int, True),
        (True, int, False),
        (1, float, True),
        (1.5, int, False),
        ("1", float, False),
        (True, bool, True),
        (None, int | None, True),
        ("a", int | None, False),
        ((1, 2), tuple[int, ...], True),
        ((1, "2"), tuple[int, ...], False),
        ([1], tuple[int, ...], False),
        ((1, "a"), tuple[int, str], True),
        ((1, 2, 3), tuple[float, float], False),
        ((1,), tuple[float, float], False),
        ((), tuple[()], True),
        ((1,), tuple[()], False),
        ((1, "a"), tuple, True),
        ("1,2", tuple, False),
        ([1], list[int], True),
        ((1, 2), list[int], True),
        (["a"], list[int], False),
        ("1,2", list[int], False),
        ("1,2", list, False),
        ("1,2", Sequence[str], False),
        ({}, dict[str, int], True),
        ({}, Mapping[str, int], True),
        ([], Mapping[str, int], False),
        (3, Option, True),
        (None, Option, True),
        (("a", "b"), Option, True),
        ((1.5, 2), Option, True),
        ((1, "b"), Option, False),
        ({}, Option, False),
        (object(), object, True),
    ],
)
def test_values_are_held_against_annotations(value, annotation, fits):
    assert matches(value, annotation) == fits
    assert describe(annotation)


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("3", int, 3),
        ("3", float, 3),
        ("0.5", float, 0.5),
        ("3", str, "3"),
        ("true", bool, True),
        ("False", bool, False),
        ("none", int | None, None),
        ("none", str | None, "none"),
        ("3", int | None, 3),
        ("many", int, "many"),
        ("0.5", int, "0.5"),
        ("true", int, "true"),
        ("true", Any, True),
        ("3", Any, 3),
        ("word", Any, "word"),
        ("None", Any, None),
        (" true", Any, " true"),
        ("1e3", Any, 1000.0),
        ("-inf", Any, float("-inf")),
        ("1_0", Any, 10),
        (" 5", Any, 5),
        ("", Any, ""),
        ("[1]", Any, "[1]"),
        ("0x10", Any, "0x10"),
        ("1,2.5", tuple[float, ...], (1, 2.5)),
        ("1,2", tuple[int, ...], (1, 2)),
        ("1,2.5", tuple[int, ...], "1,2.5"),
        ("a,2", tuple[str, ...], ("a", "2")),
        ("1", tuple[int, ...] | None, (1,)),
        ("none", tuple[int, ...] | None, None),
        ("", tuple[int, ...], ()),
        ("1,2", Any, "1,2"),
        ("1,2", tuple, (1, 2)),
        ("1,2.5", tuple, (1, 2.5)),
        ("a,2", tuple, ("a", "2")),
        ("", tuple, ()),
        ("none", tuple | None, None),
        ("1,2", kind_shown(()), (1, 2)),
        ("1,2", list[int], (1, 2)),
        ("1,a", list[int], "1,a"),
        ("1,2", list, (1, 2)),
        ("a,b", Sequence[str], ("a", "b")),
        ("1,a", tuple[int, str], (1, "a")),
        ("1,2,3", tuple[float, float], "1,2,3"),
        ("1", tuple[float, float], "1"),
        ("1.5,2", tuple[int, ...] | tuple[float, ...], (1.5, 2)),
        ("1,2", tuple[()], "1,2"),
        ("", tuple[()], ()),
        ("1,2", tuple[tuple[int, ...]], "1,2"),
    ],
)
def test_text_is_read_as_its_annotation_wants(text, annotation, value):
    read = from_text(text, annotation)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (tuple, "a list"),
        (tuple[()], "an empty list"),
        (list[int], "a list of which each is a whole number"),
        (tuple[float, ...] | None, "a list of which each is a number or none"),
        (tuple[float, str], "a list of a number and text"),
    ],
)
def test_lists_are_told_in_words(annotation, words):
    assert describe(annotation) == words


@pytest.mark.parametrize(
    ("default", "kind"),
    [
        (1, int),
        (None, Any),
        ((1, 2), tuple[int, ...]),
        ((0.0, 1), tuple[float, ...]),
        (("a",), tuple[str, ...]),
        ((1, "a"), tuple),
        ((), tuple),
        ([1], list),
    ],
)
def test_a_default_shows_what_its_values_are(default, kind):
    assert kind_shown(default) == kind


def test_a_dataclass_is_made_of_values_that_fit():
    values = {"mean": 1.0, "std": 0, "networks": 2, "episodes": 3}
    assert construct(Score, values) == Score(1.0, 0, 2, 3)
    with pytest.raises(TypeError, match="networks is '2', not a whole number"):
        construct(Score, {**values, "networks": "2"})
    with pytest.raises(TypeError, match="episodes"):
        construct(Score, {"mean": 1.0, "std": 0.0, "networks": 2})
    with pytest.raises(TypeError, match="surprise"):
        construct(Score, {**values, "surprise": 1})


@pytest.mark.parametrize(
    ("value", "annotation", "wanted"),
    [
        (1, float, 1.0),
        (1, float | None, 1.0),
        (1, int | float, 1),
        (10**400, float, 10**400),
        (1, int, 1),
        (True, bool, True),
        ((1, 2.5), tuple[float, ...], (1.0, 2.5)),
        ((1, 2), tuple[int, float], (1, 2.0)),
        ((1, 2), tuple, (1, 2)),
        (None, float | None, None),
        ("1", str, "1"),
        (1, Any, 1),
    ],
)
def test_whole_numbers_become_floats_where_only_floats_are_meant(value, annotation, wanted):
    found = as_annotated(value, annotation)
    assert repr(found) == repr(wanted)
