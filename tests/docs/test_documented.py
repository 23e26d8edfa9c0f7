"""Every command and every code block of README, CONTRIBUTING and docs/ does what it says."""

import functools

import pytest

from tests.docs.blocks import SHOWN_ONLY, Snippet, snippets
from tests.docs.running import ROOT, RunningPage

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@functools.cache
def snippets_of(page):
    return snippets(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The pages' state, by path: what a page's snippets leave, the next ones of it find."""
    folder = tmp_path_factory.mktemp("documented")

    @functools.cache
    def page(path):
        own = folder / path.stem
        own.mkdir()
        return RunningPage(path, snippets_of(path), own)

    return page


SHOWN = [
    pytest.param(page, snippet, id=f"{page.relative_to(ROOT)}:{snippet.line}")
    for page in PAGES
    for snippet in snippets_of(page)
    if snippet.language not in SHOWN_ONLY
]


@pytest.mark.parametrize(("page", "snippet"), SHOWN)
def test_what_is_shown_runs(running, page, snippet: Snippet):
    reason = running(page).reason_to_skip(snippet)
    if reason:
        pytest.skip(reason)
    running(page).run(snippet)
