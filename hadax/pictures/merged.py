"""A merged dataset: every pair in its entries and on its head, and what each task keeps."""

from pathlib import Path
from typing import Any

import numpy as np

from hadax.distilled.merged.dataset import Merged
from hadax.distilled.merged.header import Merge
from hadax.distilled.shares import share_of, told_share
from hadax.pictures.figures import new_figure, require_plotting, save_figure

_SIZE = (9.5, 3.4)
_KEPT = 0.8


def draw_merged(merged: Merged, path: Path) -> None:
    """Draws the pairs' inputs and targets as maps, and each task's share as a bar, as a PNG file.

    Raises:
      UsageError: matplotlib is not installed.
    """
    require_plotting()
    task, section = merged.task, Merge.of(merged.header)
    figure, ((inputs, targets, bars),) = new_figure(_SIZE, 1, 3)
    figure.suptitle(f"{len(merged.names)} tasks in {merged.dataset.size} pairs, one network")
    _draw_map(inputs, np.asarray(merged.dataset.inputs), f"inputs ({section.inputs})", "RdBu")
    own = np.full(merged.dataset.targets.shape, np.nan)
    for head in task.heads:
        place = np.s_[head.first : head.first + head.count, head.start : head.start + head.size]
        own[place] = np.asarray(merged.dataset.targets)[place]
    _draw_map(targets, own, "targets on their heads", "PuOr")
    middles = [head.first + (head.count - 1) / 2 for head in task.heads]
    names = [name.rpartition("/")[2] for name in merged.names]
    inputs.set_yticks(middles, names, fontsize="x-small")
    for axes in (inputs, targets):
        for head in task.heads[1:]:
            axes.axhline(head.first - 0.5, color="black", linewidth=0.8)
    _draw_bars(bars, names, section)
    save_figure(figure, path)


def _draw_map(axes: Any, values: np.ndarray, title: str, colours: str) -> None:
    """One array, white where it is zero, grey where a pair has nothing to say.

    Args:
      axes: to draw on.
      values: [size, entries]; NaN for nothing.
      title: above it.
      colours: matplotlib's name of them.
    """
    most = float(np.nanmax(np.abs(values))) or 1.0
    axes.set_facecolor("0.85")
    axes.imshow(values, cmap=colours, vmin=-most, vmax=most, aspect="auto", interpolation="nearest")
    axes.set_title(f"{title}, {values.shape[1]} wide", fontsize="small")
    axes.tick_params(length=0, labelsize="x-small")
    axes.set_yticks([])


def _draw_bars(axes: Any, names: list[str], section: Merge) -> None:
    """What each task keeps of its single score; "not measured" where that is not known."""
    scores = section.scores or (None,) * len(names)
    shares = [
        np.nan if score is None else share_of(score, single, random)
        for score, single, random in zip(scores, section.singles, section.randoms, strict=True)
    ]
    axes.barh(range(len(names)), np.nan_to_num(shares), color="lightsteelblue")
    axes.axvline(_KEPT, color="black", linestyle=":", linewidth=1)
    axes.set_yticks(range(len(names)), names, fontsize="x-small")
    axes.invert_yaxis()
    axes.set_xlim(0, max(1.2, *np.nan_to_num(shares)))
    axes.set_xlabel("share of the single score kept", fontsize="x-small")
    axes.tick_params(labelsize="x-small")
    for place, (share, score) in enumerate(zip(shares, scores, strict=True)):
        told = " not measured" if score is None else f" {told_share(share)} ({score.spread})"
        axes.text(0.02, place, told, va="center", color="black", fontsize="x-small")
