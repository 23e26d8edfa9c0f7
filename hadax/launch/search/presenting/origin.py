"""Where a result comes from: the command and the settings of the search that found it."""

from collections.abc import Mapping
from dataclasses import fields, replace

from hadax import zoo
from hadax.core.settings.views import from_json, replaced
from hadax.distilled.files.header import Header, read
from hadax.launch.search.command_line import command_of
from hadax.launch.search.config import SearchConfig


def command_that_found(header: Header) -> str:
    """The command that finds a result again: the zoo's record of it, or its own.

    Results of earlier releases know only the settings that they ended with.

    Returns:
      The whole command, without the folder; "" where none was made, as for an import.
    """
    for entry in zoo.entries():
        # Many a search of one task scores the same; only the very file is the entry.
        alike = (entry.task, entry.score) == (header.task.task, header.score)
        if alike and read(zoo.path_of(entry.name))[0] == header:
            return entry.search.command
    config = config_of(header)
    return "" if config is None else command_of(_as_asked(config, header))


def _as_asked(config: SearchConfig, header: Header) -> SearchConfig:
    asked = header.further.get("asked")
    if not isinstance(asked, Mapping) or not isinstance(asked.get("options"), Mapping):
        return config
    settings = {name: value for name, value in asked.items() if name != "options"}
    task = replace(config.task, options=asked["options"])
    return replaced(replace(config, task=task), settings)


def config_of(header: Header) -> SearchConfig | None:
    """The settings of the search that a header tells of; None where none was made."""
    if "verb" not in header.further:
        return None
    document = header.to_document()["config"]
    known = {each.name for each in fields(SearchConfig)}
    settings = {name: value for name, value in document.items() if name in known}
    return from_json(SearchConfig, settings)
