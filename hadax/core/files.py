"""Where files go, and writing them so that a reader finds the old or the new, never a part."""

import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Where prepared data and compiled code stay: $HADAX_CACHE_DIR, or the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.environ.get("HADAX_CACHE_DIR") or Path(base) / "hadax").expanduser()


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file beside its place and then moves it there in one step.

    Raises:
      OSError: the folder is missing, read-only or full; the old file is then untouched.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
