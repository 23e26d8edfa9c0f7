"""The code blocks of a Markdown page, and what hidden comments before them ask of their test.

A comment directly before a block, which readers do not see, says how the block is run:

    <!-- test: skip="installs packages" -->
    <!-- test: append="--generations=2 --population=8" to="hadax-distill" -->
    <!-- test: replace="range(40)=>range(2)" -->
    <!-- test: needs=fashion_mnist to="fashion_mnist" -->
    <!-- test: installs=tests/plugin_package -->
    <!-- test: imports=torch -->

`to` is a pattern: the comment is about those commands of the block only that it is found in.
Several comments may stand before one block. Code that only the test needs is hidden whole:

    <!-- test: python
    assert score > 400
    -->
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHOWN_ONLY = ("bibtex", "text")
"""Languages of blocks that nobody runs."""

RUN = ("bash", "python", "toml")
"""Languages of blocks that are run, a bash block one command at a time."""

SETTINGS = ("append", "imports", "installs", "needs", "replace", "skip", "to")

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>\S*)")
_MARKER = re.compile(r"^ *<!-- test:(?P<settings>.*?)(?P<end>-->)?$")
_SETTING = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))\s*')


class PageError(Exception):
    """A page that cannot be tested as it is written."""


@dataclass(frozen=True)
class Snippet:
    """One thing to run: a command, or a whole block of another language.

    Attributes:
      line: where it begins in its page, from 1.
      language: the block's; "" where it names none.
      source: what is run, already with what its comments append and replace.
      skip: why it is not run, or "".
      needs: folders of real data without which it is skipped.
      imports: packages, not of hadax's, without which it is skipped.
      installs: folders of packages whose entry points it needs.
      hidden: whether readers do not see it.
    """

    line: int
    language: str
    source: str
    skip: str = ""
    needs: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    installs: tuple[str, ...] = ()
    hidden: bool = False


def snippets(text: str) -> list[Snippet]:
    """All that a page shows or hides to be run, in order.

    Raises:
      PageError: a comment that stands before no block, or asks for something unknown; a block
        without an end.
    """
    found: list[Snippet] = []
    markers: list[dict[str, str]] = []
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        marker = _MARKER.match(line)
        fence = _FENCE.match(line)
        if marker and marker["end"]:
            markers.append(_settings(marker["settings"], number))
            continue
        if marker:
            body = _until("-->", lines, number)
            found += _split(number + 1, marker["settings"].strip(), body, markers, hidden=True)
        elif fence:
            body = _until(fence["fence"], lines, number, len(fence["indent"]))
            found += _split(number + 1, fence["language"], body, markers, hidden=False)
        elif markers:
            raise PageError(f"line {number}: the comment before stands before no block")
        markers = []
    if markers:
        raise PageError("the last comment stands before no block")
    return found


def prose(text: str) -> str:
    """The page without its blocks and comments, line for line."""
    kept, end = [], ""
    for line in text.splitlines():
        marker, fence = _MARKER.match(line), _FENCE.match(line)
        if end:
            end = "" if line.strip() == end else end
            kept.append("")
        elif marker or fence:
            end = fence["fence"] if fence else "" if marker["end"] else "-->"
            kept.append("")
        else:
            kept.append(line)
    return "\n".join(kept)


def _until(end: str, lines: Iterator[tuple[int, str]], start: int, indent: int = 0) -> str:
    body = []
    for _, line in lines:
        if line.strip() == end:
            return "\n".join(body)
        body.append(line[indent:])
    raise PageError(f"line {start}: the block has no end")


def _settings(text: str, line: int) -> dict[str, str]:
    settings = {name: quoted or plain for name, quoted, plain in _SETTING.findall(text)}
    unknown = set(settings) - set(SETTINGS)
    if unknown or not settings or _SETTING.sub("", text).strip():
        raise PageError(
            f"line {line}: a comment knows {', '.join(SETTINGS)}, and not {text.strip()}"
        )
    return settings


def _split(
    line: int, language: str, body: str, markers: list[dict[str, str]], hidden: bool
) -> list[Snippet]:
    """A block's snippets: its commands, or itself."""
    if language != "bash":
        return [_marked(line, language, body, markers, hidden)]
    commands, joined, start = [], "", line
    for number, text in enumerate(body.splitlines(), start=line):
        start = start if joined else number
        joined += text
        if joined.endswith("\\"):
            joined = joined[:-1]
        elif joined.strip() and not joined.lstrip().startswith("#"):
            commands.append(_marked(start, language, joined.strip(), markers, hidden))
            joined = ""
        else:
            joined = ""
    return commands


def _marked(
    line: int, language: str, source: str, markers: list[dict[str, str]], hidden: bool
) -> Snippet:
    """The snippet with what the comments say of it."""
    mine = [marker for marker in markers if re.search(marker.get("to", ""), source)]
    for marker in mine:
        before, _, after = marker.get("replace", "").partition("=>")
        if before not in source:
            raise PageError(f"line {line}: nothing there to replace: {before}")
        source = source.replace(before, after) if before else source
    for marker in mine:
        source = (
            f"{source.split(' #')[0].rstrip()} {marker['append']}" if "append" in marker else source
        )
    return Snippet(
        line=line,
        language=language,
        source=source,
        skip="; ".join(marker["skip"] for marker in mine if "skip" in marker),
        needs=tuple(marker["needs"] for marker in mine if "needs" in marker),
        imports=tuple(marker["imports"] for marker in mine if "imports" in marker),
        installs=tuple(marker["installs"] for marker in mine if "installs" in marker),
        hidden=hidden,
    )
