"""What a result is read beside: the published run, what is solved, what chance earns."""

from pathlib import Path

from hadax import tasks
from hadax.core.settings.fields import Value
from hadax.distilled.files.header import Header, read
from hadax.distilled.loading import Loaded
from hadax.launch.search.presenting.origin import config_of
from hadax.launch.search.steps import steps_a_generation
from hadax.pictures.curves import Curve, Scale, draw_curves
from hadax.tasks.config import TaskConfig
from hadax.zoo.curves import Point, read_curve
from hadax.zoo.entry import Entry
from hadax.zoo.published import PublishedRun, comparable
from hadax.zoo.shipped import path_of, searches_of

_PUBLISHED_PHYSICS = (None, "positional")


def method_of(header: Header) -> str:
    """What the method's authors call it; one of hadax.zoo.entry.METHODS."""
    return "neuroevolution" if header.kind == "policy" else header.distillation.method


def is_whole(task: TaskConfig) -> bool:
    """Whether a task's episodes are as long as its environment's own, or it has none."""
    own = tasks.outline(task.task).options
    return task.options.get("horizon", own.get("horizon")) == own.get("horizon")


def published_beside(result: Loaded) -> PublishedRun | None:
    """What the authors reached on the same task, physics and horizon; None where nothing is."""
    header = result.header
    if header.task.options.get("backend") not in _PUBLISHED_PHYSICS:
        return None
    found = comparable(header.task.task, method_of(header), header.examples)
    return found if found and is_whole(header.task) else None


def scale_of(result: Loaded) -> Scale:
    """What a result's learning curve is drawn over, and beside."""
    levels, run = result.task.levels, published_beside(result)
    named = {"solved": levels.solved, "random policy": levels.random}
    lines = {word: level for word, level in named.items() if level is not None}
    metric = result.score.metric if result.score else "fitness"
    curve = None
    if run is not None and metric == "fitness":
        size = f"{run.pairs} pairs" if run.pairs else "weights"
        lines[f"published, {size}"] = round(run.published.score, 1)
        curve = Curve(f"published population mean, {size}", run.curve) if run.curve else None
    config = config_of(result.header)
    steps = 0 if config is None else steps_a_generation(config, result.task)
    return Scale(steps, lines, curve)


def draw_entry_curve(entry: Entry, result: Loaded, path: Path) -> None:
    """Draws the learning curve of an entry of the zoo, its levels and the published one beside.

    The searches that it began with come first.

    Args:
      entry: its record.
      result: what it holds.
      path: the PNG file.
    """
    scale = scale_of(result)
    levels = scale.levels or {}
    if not entry.search.environment_steps:
        points = _points(entry)
        own = [(point.generation, point.evolved_mean) for point in points]
        draw_curves([Curve("evolved mean", own)], path, "generations", levels)
        return
    size = f"{entry.pairs} pairs" if entry.pairs else "weights"
    curves = [Curve(f"evolved mean, {size}", whole_curve(entry))]
    if scale.published is not None:
        curves.append(scale.published)
    draw_curves(curves, path, "environment steps at most", levels)


def whole_curve(entry: Entry) -> list[tuple[int, float]]:
    """An entry's evolved means by environment steps, those of all searches before it counted.

    Searches by episodes of another length count their steps alone: their returns are of another
    scale.
    """
    curve: list[tuple[int, float]] = []
    before, horizon = 0, _horizon(entry)
    for each in searches_of(entry.name):
        if _horizon(each) == horizon:
            steps = [(before + point.environment_steps, point) for point in _points(each)]
            curve += [(place, point.evolved_mean) for place, point in steps]
        before += each.search.environment_steps
    return curve


def _horizon(entry: Entry) -> Value:
    """How long its episodes were, as its file records it; None for tasks without."""
    header, _ = read(path_of(entry.name))
    return header.task.options.get("horizon")


def _points(entry: Entry) -> tuple[Point, ...]:
    return read_curve(path_of(entry.name).with_suffix(".csv"))
