"""Merged datasets in words: what was tried, and a row a task."""

from collections.abc import Sequence

from hadax.distilled.merged.dataset import Merged
from hadax.distilled.merged.header import Merge
from hadax.distilled.merging import Tried
from hadax.distilled.score import Score
from hadax.distilled.shares import share_of, told_share
from hadax.launch.measurements.sheet import Sheet


def say_tried(tried: Tried) -> None:
    """Prints a line of one learner: its network and inner loop, and what each task kept."""
    network, loop = tried.learner.network, tried.learner.inner_loop
    words = (
        f"{network.depth} x {network.width} {network.activation}, {loop.inner_optimizer}"
        f" {loop.inner_lr:g}, {loop.inner_steps} steps"
    )
    shares = " ".join(f"{told_share(share):>6}" for share in tried.shares)
    print(f"  {words:<52} {shares}", flush=True)


def task_table(merge: Merge, scores: Sequence[Score]) -> str:
    """A row a task: its score beside that of its own dataset and of acting at random.

    Args:
      merge: the tasks, and what is compared.
      scores: of the merged dataset, one a task.
    """
    lines = [f"  {'task':<34} {'merged':>18} {'alone':>10} {'random':>10} {'kept':>6}"]
    rows = zip(merge.names, scores, merge.singles, merge.randoms, strict=True)
    for name, score, single, random in rows:
        share = told_share(share_of(score, single, random))
        lines.append(f"  {name:<34} {score.spread:>18} {single:>10.4g} {random:>10.4g} {share:>6}")
    return "\n".join(lines)


def print_tasks(merged: Merged, how: tuple[int, int, int], sheet: Sheet) -> None:
    """Measures a merged dataset and prints a row a task.

    Args:
      merged: the dataset.
      how: seed, networks and episodes.
      sheet: takes note of each task's score.
    """
    _, networks, episodes = how
    print(f"measured on {networks} fresh networks, {episodes} episodes of each and each task")
    scores = merged.evaluate_tasks(*how)
    for name, score in scores.items():
        sheet.add(name, score)
    print(task_table(Merge.of(merged.header), list(scores.values())), flush=True)
