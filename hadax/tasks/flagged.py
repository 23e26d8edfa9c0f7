"""The options of built-in tasks that flags set, by name; imports no JAX."""

import dataclasses

from hadax.core.settings.fields import Field, setting_of
from hadax.tasks.rl.config import ControlOptions
from hadax.tasks.supervised.config import ImageOptions

OPTION_FIELDS: dict[str, Field] = {
    each.name: each
    for options in (ImageOptions, ControlOptions)
    for each in dataclasses.fields(options)
    if setting_of(each) is not None
}
"""Fields of ControlOptions and ImageOptions; where both have a name, the first's."""
