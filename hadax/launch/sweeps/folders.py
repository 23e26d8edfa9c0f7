"""Where many searches are kept."""

from pathlib import Path

from hadax.launch.search.call import folder_path
from hadax.tasks.config import DEFAULT_TASK


def root_folder(room: str, workdir: str | None, verb: str, tasks: str) -> Path:
    """The folder that is named, or one in the room of such folders.

    Args:
      room: a folder's name.
      workdir: as it was named, or None.
      verb: which search.
      tasks: their names as they were given; "" for the default one.
    """
    if workdir is not None:
        return folder_path(workdir)
    return Path(room) / f"{verb}-{(tasks or DEFAULT_TASK).replace('/', '-')}"
