"""Scores with their intervals: whatever searches are called, it can be read."""

import itertools
import warnings

import pytest

from hadax.pictures.intervals import Measured, Panel, figure_of

SHORT = "std 0.1"
LONG = "strategy Sep_CMA_ES, std 0.3, learning_rate 0.0, learning_rate_decay 0.995"


def panel(label, sizes=False):
    measured = [
        Measured(f"{label}, seed {place}", 2 + sizes * place, place, place - 1, place + 1)
        for place in range(7)
    ]
    return Panel("a/task, 95% stratified bootstrap interval", "score, mean", measured)


@pytest.mark.parametrize("label", [SHORT, LONG])
@pytest.mark.parametrize("sizes", [False, True])
@pytest.mark.parametrize("tasks", [1, 2])
def test_no_label_covers_another_or_a_panel(label, sizes, tasks):
    figure = figure_of([[panel(label, sizes), panel(label, sizes)]] * tasks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    for axes in figure.axes:
        labels = [each.get_window_extent() for each in axes.get_yticklabels()]
        assert all(axes.bbox.width > box.width for box in labels)
        assert all(figure.bbox.x0 <= box.x0 for box in labels)
        others = [other.bbox for other in figure.axes]
        assert not any(box.overlaps(other) for box in labels for other in others)
        assert not any(one.overlaps(two) for one, two in itertools.pairwise(labels))
