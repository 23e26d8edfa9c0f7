"""The README as the package index shows it; everything else is in pyproject.toml.

In the repository README.md links to its neighbours by relative paths, which hold in a clone and on
its host. The package index has no neighbours: there the same links point into the host's main
branch, and images to their raw files.
"""

import re
from pathlib import Path

from setuptools import setup

PAGES = "https://github.com/hadax/hadax/blob/main/"
FILES = "https://raw.githubusercontent.com/hadax/hadax/main/"


def with_absolute_links(text: str) -> str:
    """Markdown whose relative links and images point to the repository's main branch."""
    relative = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)")
    return relative.sub(
        lambda link: f"{link[1]}[{link[2]}]({FILES if link[1] else PAGES}{link[3]})", text
    )


if __name__ == "__main__":
    setup(
        long_description=with_absolute_links(Path("README.md").read_text(encoding="utf-8")),
        long_description_content_type="text/markdown",
    )
