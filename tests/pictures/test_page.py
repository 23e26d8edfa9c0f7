"""A page is one file that asks for nothing, and says what it is told as it is told."""

import re

import pytest

from hadax.pictures.page import Code, Page, Picture, Section, Table, as_html

HOSTILE = "<script>alert('x')</script> & \"more\""


@pytest.fixture
def page():
    blocks = (
        HOSTILE,
        Table(("", HOSTILE), [(HOSTILE, "1")]),
        Code(HOSTILE),
        Picture(b"\x89PNG", "png", HOSTILE),
    )
    sections = (Section(HOSTILE, blocks), Section("nothing", ()))
    return as_html(Page(HOSTILE, HOSTILE, [(HOSTILE, HOSTILE)], sections))


def test_whatever_is_told_is_escaped(page):
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 9
    assert not re.search(r'alt="[^"]*<', page)


def test_nothing_is_fetched(page):
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert links
    assert all(link.startswith("data:") for link in links)
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_sections_without_anything_are_left_out(page):
    assert "nothing" not in page


def test_it_is_light_and_dark(page):
    assert 'name="color-scheme" content="light dark"' in page
    assert "prefers-color-scheme: dark" in page
