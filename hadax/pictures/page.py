"""One self-contained page: words, tables and pictures in an HTML file that asks for no other."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TypeAlias

# Nothing is fetched and nothing is run, whatever a file's name or an artifact's text says.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = "page.css"


@dataclass(frozen=True)
class Table:
    """Rows of words below headings.

    Attributes:
      headings: one a column.
      rows: as many cells each.
      numeric: whether all columns but the first are set to the right.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: bool = True


@dataclass(frozen=True)
class Picture:
    """An image in the page.

    Attributes:
      content: the file's bytes.
      kind: png, gif or webp.
      caption: what is seen, for those too who do not see it.
      narrow: another PNG of the same for narrow screens; b"" for none.
    """

    content: bytes
    kind: str
    caption: str
    narrow: bytes = b""


@dataclass(frozen=True)
class Code:
    """A command or a few lines of code."""

    text: str


Block: TypeAlias = Table | Picture | Code | str
"""Part of a section; words are a paragraph."""


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it.

    Attributes:
      title: the heading.
      blocks: at least one.
    """

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """All that a page says.

    Attributes:
      title: its heading.
      lead: a sentence below.
      highlights: what is to be seen first: a value and what it is.
      sections: in their order; those without blocks are left out.
    """

    title: str
    lead: str
    highlights: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def as_html(page: Page) -> str:
    """The page as one HTML file; all words are escaped."""
    style = resources.files("hadax.pictures").joinpath(_STYLE).read_text(encoding="utf-8")
    title, shown = _escaped(page.title), [each for each in page.sections if each.blocks]
    highlights = "".join(
        f'<div class="highlight"><b>{_escaped(value)}</b><span>{_escaped(word)}</span></div>'
        for value, word in page.highlights
    )
    sections = "".join(map(_section, shown))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{title}</h1><p class="lead">{_escaped(page.lead)}</p>'
        f'<div class="highlights">{highlights}</div></header>\n{sections}'
        "</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    blocks = "\n".join(map(_block, section.blocks))
    return f"<section>\n<h2>{_escaped(section.title)}</h2>\n{blocks}\n</section>\n"


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        return _picture(block)
    if isinstance(block, Code):
        return f"<pre><code>{_escaped(block.text)}</code></pre>"
    return f"<p>{_escaped(block)}</p>"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{_escaped(name)}</th>' for name in table.headings)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escaped(cell)}</td>" for cell in row) + "</tr>\n"
        for row in table.rows
    )
    kind = ' class="numeric"' if table.numeric else ""
    head = f"<thead><tr>{heads}</tr></thead>" if any(table.headings) else ""
    return f'<div class="wide"><table{kind}>{head}\n<tbody>{rows}</tbody></table></div>'


def _picture(picture: Picture) -> str:
    caption, narrow = _escaped(picture.caption), ""
    if picture.narrow:
        source = _data("png", picture.narrow)
        narrow = f'<source media="(max-width: 600px)" srcset="{source}">'
    data = _data(picture.kind, picture.content)
    return (
        f'<figure><picture>{narrow}<img alt="{caption}" src="{data}">'
        f"</picture><figcaption>{caption}</figcaption></figure>"
    )


def _data(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _escaped(text: str) -> str:
    return html.escape(str(text), quote=True)
