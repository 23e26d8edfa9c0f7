"""The search that a run's config.json describes, whichever release of hadax wrote it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hadax.core.errors import UsageError, reason
from hadax.core.settings.views import as_setting, replaced
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.same_search import FINGERPRINT, PLUG_INS, recorded
from hadax.tasks.flagged import OPTION_FIELDS


def read_search(path: Path) -> SearchConfig:
    """The search of a run.

    Args:
      path: its config.

    Raises:
      UsageError: no such file, or not a run's config.
    """
    try:
        return search_of(recorded(path))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: not a run's config ({reason(error)})") from error


def search_of(settings: Mapping[str, Any]) -> SearchConfig:
    """The search that has these settings.

    Args:
      settings: by name, as `leaves` gives them; one that is missing, or None, has its default.

    Raises:
      ConfigError: no such setting, or a value that does not fit.
    """
    given = {name: as_setting(value) for name, value in settings.items() if value is not None}
    base = SearchConfig(verb=given.pop("verb"), fingerprint=given.pop(FINGERPRINT, None))
    own: dict[str, dict[str, Any]] = {section: {} for section in PLUG_INS}
    plain: dict[str, Any] = {}
    for name, value in given.items():
        section, _, option = name.rpartition(".")
        if section or name in OPTION_FIELDS:
            own[section or "options"][option] = value
        else:
            plain[name] = value
    config = replaced(base, plain)
    return replace(
        config,
        task=replace(config.task, options=own["options"]),
        learner=replace(config.learner, learner_options=own["learner_options"]),
    )
