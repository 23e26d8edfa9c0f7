"""A transfer study as a file of comma-separated values."""

import csv
import io
from pathlib import Path

from hadax.core.settings.views import flat
from hadax.core.storage.files import write_atomically
from hadax.distilled.shares import share_kept
from hadax.distilled.transfer.study import Study

_SETTINGS = ("width", "depth", "activation", "inner_optimizer", "inner_lr", "inner_steps")

COLUMNS: tuple[str, ...] = ("group", *_SETTINGS, "label_noise", "mean", "std", "share")
"""The first row; "own" and "random" stand in the group's column of the two rows after it."""


def write_study(path: Path, study: Study) -> None:
    """Writes a study: a row for its own score, one for acting at random, and one a setting.

    A share that there is not is written as "nan".
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    blank = [""] * (len(_SETTINGS) + 1)
    own, random = study.own, study.random
    whole, nothing = (share_kept(score, own.mean, random) for score in (own.mean, random))
    writer.writerow(["own", *blank, f"{own.mean:.6g}", f"{own.std:.6g}", f"{whole:g}"])
    writer.writerow(["random", *blank, f"{random:.6g}", "", f"{nothing:g}"])
    for row in study.rows:
        settings = flat(row.learner)
        writer.writerow(
            [
                row.cell.group,
                *(_written(settings[name]) for name in _SETTINGS),
                f"{row.cell.noise:g}",
                f"{row.score.mean:.6g}",
                f"{row.score.std:.6g}",
                f"{row.share:.4f}",
            ]
        )
    write_atomically(path, text.getvalue().encode())


def _written(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
