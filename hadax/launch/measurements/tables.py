"""The tables that hadax-evaluate prints where flags ask for them."""

from pathlib import Path

from hadax.distilled.baselines import measure_real
from hadax.distilled.distilled import Distilled
from hadax.distilled.ensemble import evaluate_ensemble
from hadax.distilled.transfer.architectures import ARCHITECTURES
from hadax.distilled.transfer.grid import groups_named
from hadax.distilled.transfer.neighbours import describe_change, neighbours
from hadax.launch.commandline.flags import Parsed
from hadax.launch.measurements.sheet import Sheet
from hadax.launch.measurements.transfer import print_transfer


def print_tables(
    parsed: Parsed, measured: Distilled, sheet: Sheet, study_place: Path | None
) -> None:
    """The tables that the flags ask for.

    Args:
      parsed: the flags.
      measured: the dataset, on the task and for the learner that they name.
      sheet: takes note of each score.
      study_place: the folder of a transfer study's files; None for no study.
    """
    how = parsed.whole("seed"), parsed.whole("networks"), parsed.whole("episodes")
    size = parsed.whole("ensemble")
    if size:
        together = evaluate_ensemble(measured, size, *how)
        sheet.add(f"ensemble of {size}", together)
        print(f"ensemble:   {together}, of {size} networks each", flush=True)
    if parsed.true("real"):
        real = measure_real(measured, *how[:2])
        sheet.add("real images", real)
        print(f"real:       {real}, as many real images", flush=True)
    if parsed.true("architectures"):
        _print_architectures(parsed, measured, sheet)
    if parsed.true("neighbours"):
        _print_neighbours(parsed, measured, sheet)
    if study_place is not None:
        name, groups = str(parsed.values["dataset"]), groups_named(str(parsed.text("transfer")))
        print_transfer(name, measured, groups, how, study_place, sheet)


def _print_architectures(parsed: Parsed, measured: Distilled, sheet: Sheet) -> None:
    """A row for each architecture: this dataset, and as many real images."""
    seed, networks = parsed.whole("seed"), parsed.whole("networks")
    print(f"  {'network':<10} {'this dataset':>18} {'real images':>18}")
    for name, change in ARCHITECTURES.items():
        other = measured.with_learner(**change)
        score, real = other.evaluate(seed, networks), measure_real(other, seed, networks)
        sheet.add(name, score)
        sheet.add(f"{name}, real images", real)
        print(f"  {name:<10} {score.spread:>18} {real.spread:>18}", flush=True)


def _print_neighbours(parsed: Parsed, measured: Distilled, sheet: Sheet) -> None:
    """A row for each learner around the artifact's own, and how many reach the threshold."""
    means = []
    for change in neighbours(measured.header.learner):
        score = measured.with_learner(**change).evaluate(
            parsed.whole("seed"), parsed.whole("networks"), parsed.whole("episodes")
        )
        means.append(sheet.add(describe_change(change), score).mean)
        print(f"  {describe_change(change):<52} {score.spread:>16}", flush=True)
    threshold = parsed.values["threshold"]
    if isinstance(threshold, float):
        reached = sum(mean >= threshold for mean in means)
        print(f"{reached} of {len(means)} rows at {threshold:g} or more")
