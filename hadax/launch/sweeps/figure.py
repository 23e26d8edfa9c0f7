"""A sweep as a figure: dataset size against score, means left, interquartile means right."""

from collections.abc import Sequence
from pathlib import Path

from hadax.aggregates.bootstrap import CONFIDENCE
from hadax.launch.sweeps.summary import Line
from hadax.pictures.figures import require_plotting
from hadax.pictures.intervals import Measured, Panel, draw_intervals

_SIZES = ("dataset_size", "images_per_class")


def draw(lines: Sequence[Line], path: Path) -> None:
    """Draws a sweep, a row of panels a task, into a PNG file.

    Args:
      lines: of its table, at least one with a score.
      path: the file.

    Raises:
      UsageError: matplotlib is missing.
    """
    require_plotting()
    tasks = dict.fromkeys(line.task for line in lines if line.mean is not None)
    draw_intervals([_panels(task, lines) for task in tasks], path)


def _panels(task: str, lines: Sequence[Line]) -> list[Panel]:
    own = [line for line in lines if line.task == task]
    interval = f"{CONFIDENCE:.0%} stratified bootstrap interval"
    return [
        Panel(f"{task}, {interval}", "score, mean", _measured(own, interquartile=False)),
        Panel(task, "score, interquartile mean", _measured(own, interquartile=True)),
    ]


def _measured(lines: Sequence[Line], interquartile: bool) -> list[Measured]:
    sizes = len({line.pairs for line in lines if line.mean is not None}) > 1
    found = []
    for line in lines:
        estimate = line.interquartile if interquartile else line.mean
        if estimate is not None:
            label = _label(line, sizes)
            found.append(Measured(label, line.pairs, estimate.value, estimate.low, estimate.high))
    return found


def _label(line: Line, sizes: bool) -> str:
    """What is varied beside the size, which has an axis of its own where there are several."""
    shown = {name: value for name, value in line.setting.items() if not (sizes and name in _SIZES)}
    return ", ".join(f"{name} {value}" for name, value in shown.items())
