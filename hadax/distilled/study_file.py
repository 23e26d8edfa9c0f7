"""A transfer study as a file of comma-separated values."""

import csv
import io
from pathlib import Path

from hadax.core.files import write_atomically
from hadax.core.settings_views import flat
from hadax.distilled.study import Study

_SETTINGS = ("width", "depth", "activation", "inner_optimizer", "inner_lr", "inner_steps")

COLUMNS: tuple[str, ...] = ("group", *_SETTINGS, "label_noise", "mean", "std", "share")
"""The first row; "own" and "random" stand in the group's column of the two rows after it."""


def write_study(path: Path, study: Study) -> None:
    """Writes a study: a row for its own score, one for acting at random, and one a setting."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    blank = [""] * (len(_SETTINGS) + 1)
    writer.writerow(["own", *blank, f"{study.own.mean:.6g}", f"{study.own.std:.6g}", "1"])
    writer.writerow(["random", *blank, f"{study.random:.6g}", "", "0"])
    for row in study.rows:
        settings = flat(row.learner)
        writer.writerow(
            [
                row.setting.group,
                *(_written(settings[name]) for name in _SETTINGS),
                f"{row.setting.noise:g}",
                f"{row.score.mean:.6g}",
                f"{row.score.std:.6g}",
                f"{row.share:.4f}",
            ]
        )
    write_atomically(path, text.getvalue().encode())


def _written(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
