"""Entries brought to life; JAX is imported when one is asked for."""

from typing import TYPE_CHECKING

from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.zoo.shipped import entry

if TYPE_CHECKING:
    from hadax.core.task import Task
    from hadax.distilled.distilled import Distilled


@tells_misplaced
def load(name: str, task: "Task | None" = None) -> "Distilled":
    """The dataset of an entry; `hadax.load("zoo:...")` gives evolved weights too.

    Args:
      name: one of `names()`, "zoo:" before it or not.
      task: in place of the entry's own.

    Raises:
      UsageError: no such entry; near matches are listed.
      ArtifactError: its task is not installed here, or the entry holds a policy.
    """
    from hadax.distilled.files.places import ZOO
    from hadax.distilled.loading import load_dataset

    return load_dataset(f"{ZOO}{entry(name).name}", task)
