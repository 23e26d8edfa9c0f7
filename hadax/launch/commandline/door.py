"""From a search's parsed command line to what it asks for: a listing, its settings, or to run."""

import os
from collections.abc import Callable

from hadax.core.settings.views import flat, replaced
from hadax.core.words.names import spelled
from hadax.launch.commandline.flags import Parsed
from hadax.launch.commandline.groups import CLUSTER, NO_SETTINGS
from hadax.launch.machine.cluster import ClusterConfig, cluster_of
from hadax.launch.search.call import commanded
from hadax.launch.search.presets import AUTOMATIC
from hadax.launch.search.resolve import Resolved, resolve


def searching(verb: str) -> Callable[[Parsed], None]:
    """What a search's command does: tells what it is asked, or searches, measures and writes."""

    def main(parsed: Parsed) -> None:
        resolved = asked_for(parsed, verb)
        if resolved is not None:
            given = {flag.name: parsed.values[flag.name] for flag in CLUSTER.flags}
            cluster = cluster_of(replaced(ClusterConfig(), given), os.environ)
            commanded(resolved, parsed.text("workdir"), cluster)

    return main


def asked_for(parsed: Parsed, verb: str, automatic: str = AUTOMATIC) -> Resolved | None:
    """The search that the flags describe; None where they only ask to be told something.

    Args:
      parsed: the command line.
      verb: which search.
      automatic: what the preset "auto" stands for.

    Raises:
      ConfigError: an unknown task, preset or option, or a value that does not fit.
    """
    if parsed.true("list_tasks"):
        from hadax import tasks

        print("\n".join(tasks.names()))
        return None
    given = {name: value for name, value in parsed.given.items() if name not in NO_SETTINGS}
    resolved = resolve(verb, given, str(parsed.values["preset"]), automatic)
    if parsed.values.get("show_config"):
        print(shown(resolved))
        return None
    return resolved


def shown(resolved: Resolved) -> str:
    """Every setting of a search, its value, and where it comes from: given, preset or default."""
    from hadax import tasks

    config = resolved.config
    words = {"given": "given", "preset": f"preset {resolved.preset}"}
    options = {**tasks.default_options(config.task.task), **config.task.options}
    lines = [f"preset {resolved.preset} of {config.task.task}"]
    for name, value in {**flat(config), **config.learner.learner_options, **options}.items():
        origin = words.get(resolved.origins.get(name, ""), "default")
        lines.append(f"{name:<22} {spelled(value):<28} {origin}")
    return "\n".join(lines)
