"""Values held against annotations, and read from text."""

import pytest

from hadax.core.annotations import describe, matches


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
        ({}, dict[str, int], True),
        (object(), object, True),
    ],
)
def test_values_are_held_against_annotations(value, annotation, fits):
    assert matches(value, annotation) == fits
    assert describe(annotation)
