"""Scores of several tasks on one scale."""

from hadax.aggregates.normalized import normalized, ranges


def test_each_task_goes_from_its_lowest_to_its_highest_score():
    groups = [{"a": [0.0, 5.0], "b": [100.0]}, {"a": [10.0], "b": [300.0, 200.0]}]
    scale = ranges(groups)
    assert scale == {"a": (0.0, 10.0), "b": (100.0, 300.0)}
    assert normalized(groups[0], scale) == [[0.0, 0.5], [0.0]]
    assert normalized(groups[1], scale) == [[1.0], [1.0, 0.5]]


def test_where_all_did_the_same_all_did_best():
    assert normalized({"a": [7.0, 7.0]}, ranges([{"a": [7.0, 7.0]}])) == [[1.0, 1.0]]
