"""The components that a search's images evolve in: computed once, then kept beside its states.

A state holds coefficients. On another CPU the linear algebra library turns some directions round,
and mixes those of equal variance, so what is computed there is not what they are coefficients of.
"""

from collections.abc import Mapping

import numpy as np

from hadax.core.errors import ArtifactError
from hadax.core.parametrizations.images import Components, Matrix
from hadax.core.run.agreement import by_writer, same_arrays
from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact
from hadax.launch.search.run_folder.folder import Folder

_DOCUMENT = {"kind": "components"}
_PARTS = ("centre", "directions")


def kept_components(folder: Folder | None, computed: Components) -> Components:
    """The components that the search began with, in every process; all call this.

    Args:
      folder: the run's, in the writing process; None where nothing is written.
      computed: what this CPU computes: kept where nothing is yet.

    Raises:
      UsageError: what is kept is damaged, or of other shapes.
    """
    kept = by_writer(lambda: computed if folder is None else _kept(folder, computed))
    centre, directions = same_arrays(computed if kept is None else kept)
    return np.asarray(centre), np.asarray(directions)


def _kept(folder: Folder, computed: Components) -> Components:
    path, own = folder.components_path, dict(zip(_PARTS, computed, strict=True))
    if not path.exists():
        write_artifact(path, Artifact(_DOCUMENT, own))
        return computed
    try:
        found = read_artifact(path).arrays
        if _outlines(found) != _outlines(own):
            raise ArtifactError(f"{path}: has {_outlines(found)}, must have {_outlines(own)}")
    except ArtifactError as error:
        hint = f"remove {folder.checkpoints_path} to begin the search anew"
        raise ArtifactError(f"{error}; {hint}") from error
    centre, directions = (found[name] for name in _PARTS)
    return centre, directions


def _outlines(arrays: Mapping[str, Matrix]) -> str:
    """Names, types and shapes in words."""
    told = (f"{name} {arrays[name].dtype}{list(arrays[name].shape)}" for name in sorted(arrays))
    return ", ".join(told)
