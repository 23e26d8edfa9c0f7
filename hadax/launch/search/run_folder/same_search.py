"""Whether a run's config.json describes the search that is asked for, and what may differ."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hadax import tasks
from hadax.core.errors import UsageError, reason
from hadax.core.settings.config import MeasuringConfig, PlacementConfig
from hadax.core.settings.views import settings_in, to_json
from hadax.launch.observers.config import MonitoringConfig
from hadax.launch.search.config import VERBS, SearchConfig
from hadax.launch.search.resolve import options_from
from hadax.tasks.flagged import OPTION_FIELDS

FREE = frozenset(
    name
    for kind in (MeasuringConfig, MonitoringConfig, PlacementConfig)
    for name, _, _ in settings_in(kind)
) | {"checkpoint_every", "keep", "stop_at", "budget"}
"""Settings that leave a search the same, up to rounding: they may change at any time."""

FINGERPRINT = "fingerprint"
"""What tells a Task object, which no name made, from others of its class."""

PLUG_INS = {"options": "task_option", "learner_options": "learner_option"}
"""What holds a plug-in's own settings, and the flag that gives them."""


class RunConfigError(UsageError):
    """A run's config that is damaged, or none: which search its folder holds is not known."""


def read_config(path: Path) -> dict[str, Any]:
    """The settings of a run by name, of whichever release's file.

    Raises:
      RunConfigError: it is no run's config, or cannot be read.
    """
    try:
        return recorded(path)
    except OSError as error:
        raise RunConfigError(f"--workdir={path.parent}: {reason(error)}") from error
    except ValueError as error:
        message = f"{path}: not a run's config; choose another --workdir"
        raise RunConfigError(message) from error


def recorded(path: Path) -> dict[str, Any]:
    """What `read_config` gives, for those to whom no run's folder was named by a flag.

    Raises:
      OSError: it cannot be read.
      ValueError: it is no run's config.
    """
    try:
        found = leaves(json.loads(path.read_text(encoding="utf-8-sig")))
        # Runs of hadax's first releases have one flat object.
        found.setdefault("verb", found.pop("command", None))
        found |= leaves(options_from(found.pop("task_option", None), "task_option"), "options")
    except (AttributeError, RecursionError) as error:
        raise ValueError("no object with a value for each setting") from error
    if found["verb"] not in VERBS:
        raise ValueError(f"must have one of {', '.join(VERBS)} as its verb")
    return found


def leaves(document: Mapping[str, Any], section: str = "") -> dict[str, Any]:
    """Every setting by its name, whatever section of a config's JSON `document` it is in.

    An option that has no flag of its own may be called like a setting: it is `options.width`, say.
    The `section` is the document's own name.
    """
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            found |= leaves(value, name)
        elif section in PLUG_INS and name not in OPTION_FIELDS:
            found[f"{section}.{name}"] = value
        else:
            found[name] = value
    return found


def differences(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The settings that two runs do not share, each with the earlier and the present value.

    Args:
      earlier, now: settings by name; one that is missing, or None, has its default. Without the
        earlier one's fingerprint, which earlier releases did not take, it is of the same task.
    """
    task = str(now["task"])
    # A Task of no known name has options of its own.
    options = tasks.default_options(task) if tasks.is_known(task) else {}
    defaults = leaves(json.loads(json.dumps({**to_json(SearchConfig()), "options": options})))
    found: dict[str, tuple[Any, Any]] = {}
    for name in sorted(earlier.keys() | now.keys()):
        before, value = (
            defaults.get(name) if run.get(name) is None else run[name] for run in (earlier, now)
        )
        # Read back, a tuple is a list; 1 and 1.0 are the same number.
        value = json.loads(json.dumps(value))
        if before != value and not (name == FINGERPRINT and _same_task(before, value)):
            found[name] = before, value
    return found


def _same_task(earlier: object, now: object) -> bool:
    """Whether fingerprints say nothing against it; earlier releases took none."""
    if earlier is None:
        return True
    from hadax.launch.search.run_folder.fingerprint import same_task

    return isinstance(earlier, str) and isinstance(now, str) and same_task(earlier, now)


def flag_of(name: str) -> str:
    """The name that is typed of a setting as `leaves` calls it: "task_option=width", say."""
    section, _, option = name.rpartition(".")
    return f"{PLUG_INS[section]}={option}" if section else option


def goes_on(further: Mapping[str, Any], config: SearchConfig) -> bool:
    """Whether the search that ended in a result is to go on, as `config` asks: longer, say.

    Args:
      further: the further settings in the result's header.
      config: what is asked for.
    """
    wanted = to_json(config.pace)
    pace = {**wanted, **further.get("pace", {})}
    longer: bool = pace["generations"] < wanted["generations"]
    return longer or any(pace[name] != wanted[name] for name in ("stop_at", "budget"))


def measured_so(further: Mapping[str, Any], config: SearchConfig) -> bool:
    """Whether a result was measured as `config` asks; `further` as for `goes_on`."""
    wanted = to_json(config.measuring)
    return bool(further.get("measuring", wanted) == wanted)
