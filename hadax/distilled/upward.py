"""What lies above this room, known here by its name alone, as a task's factory is.

Results can be drawn, played, exported and found by a name, and what does so knows results. Nothing
else here names what is above.
"""

import pkgutil
from typing import Any

FIGURE, HTML = "hadax.pictures.notebook:figure", "hadax.pictures.notebook:html"
DRAW_DATASET = "hadax.pictures.datasets:draw_dataset"
FILM, REQUIRE_PLACE = "hadax.pictures.film:film", "hadax.pictures.encoding:require_place"

ZOO_PATH, ZOO_NAMES = "hadax.zoo.shipped:path_of", "hadax.zoo.shipped:names"

EXPORT = "hadax.distilled.export.formats:export"
"""In this room, but it knows what it exports."""

COMMAND = "hadax.launch.search.presenting.origin:command_that_found"
"""The one name of launch: a search's command is what launch alone can say."""


def resolved(name: str) -> Any:
    """The function of one of these names, imported when it is asked for.

    Args:
      name: as "package.module:function".

    Raises:
      ImportError: a package that it needs is not installed.
    """
    return pkgutil.resolve_name(name)
