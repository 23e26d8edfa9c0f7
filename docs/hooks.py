"""What the site is made of besides docs/: the root's pages, and one API page a module.

MkDocs calls the functions named `on_...`. Modules are found by their files, not by importing them,
so that the site is built without JAX.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]

ROOT_PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
}
"""Files of the repository's root, and the pages that they are."""

ROOMS = ("core", "learners", "tasks", "distilled", "pictures", "aggregates", "zoo", "launch")
"""The packages of hadax that have pages, from the bottom up."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Extends the navigation's entry `API`: hadax itself, then a section a room."""
    rooms = [
        {f"hadax.{room}": [{name: api_page(name)} for name in modules(room)]} for room in ROOMS
    ]
    config.nav = [
        _filled(entry, [{"hadax": api_page("hadax")}, *rooms]) for entry in config.nav or []
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are not in docs/."""
    for source, page in ROOT_PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        content = with_links_of_the_site(text, config.repo_url or "")
        files.append(File.generated(config, page, content=content))
    for name in ("hadax", *(module for room in ROOMS for module in modules(room))):
        files.append(File.generated(config, api_page(name), content=f"# `{name}`\n\n::: {name}\n"))
    return files


def with_links_of_the_site(text: str, host: str) -> str:
    """A root page's Markdown with its relative links as the site has them.

    Args:
      text: the page.
      host: the repository's address; what is not in the site is linked there.
    """

    def linked(match: re.Match[str]) -> str:
        target = match[1]
        if target in ROOT_PAGES:
            return f"]({ROOT_PAGES[target]})"
        inside = target.removeprefix("docs/")
        return f"]({inside})" if inside != target else f"]({host}/blob/main/{target})"

    return re.sub(r"\]\((?![a-z]+:|#)([^)\s]+)\)", linked, text)


def modules(room: str) -> Iterator[str]:
    """The dotted names of a room's modules, itself first, those with code or a docstring only."""
    for path in sorted((ROOT / "hadax" / room).rglob("*.py"), key=_module_name):
        if path.read_text(encoding="utf-8").strip():
            yield _module_name(path)


def api_page(module: str) -> str:
    """Where a module's page is, relative to docs/."""
    return f"api/{module.replace('.', '/')}.md" if module != "hadax" else "api/index.md"


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _filled(entry: Any, api: list[Any]) -> Any:
    return {"API": api} if "API" in entry else entry
