"""Where many searches are kept."""

from collections.abc import Iterable
from pathlib import Path

from hadax.launch.search.call import folder_path
from hadax.launch.sweeps.cells import named
from hadax.tasks.config import DEFAULT_TASK


def root_folder(room: str, workdir: str | None, verb: str, tasks: Iterable[str]) -> Path:
    """The folder that is named, or one in the room of such folders.

    Args:
      room: a folder's name.
      workdir: as it was named, or None.
      verb: which search.
      tasks: their names, of which the folder's has each once; none for the default one.
    """
    if workdir is not None:
        return folder_path(workdir)
    told = ",".join(dict.fromkeys(tasks)) or DEFAULT_TASK
    return Path(room) / f"{verb}-{named(told.replace('/', '-'))}"
