"""What the tests read in a page, and what they refuse."""

import pytest

from tests.docs.blocks import PageError, prose, snippets


def page(*lines):
    return "\n".join(lines)


def test_a_bash_block_is_one_snippet_a_command():
    text = page("```bash", "first --a  # why", "", "# nothing", "second \\", "  --b", "```")
    found = snippets(text)
    assert [(s.line, s.source) for s in found] == [(2, "first --a  # why"), (5, "second   --b")]


def test_other_blocks_are_one_snippet():
    (found,) = snippets(page("text", "```python", "x = 1", "", "y = 2", "```"))
    assert (found.language, found.line, found.source) == ("python", 3, "x = 1\n\ny = 2")


def test_indented_and_long_fences_are_blocks():
    found = snippets(page("1. item", "   ```python", "   x = 1", "   ```", "~~~~", "a", "~~~~"))
    assert [(s.language, s.source) for s in found] == [("python", "x = 1"), ("", "a")]


def test_comments_change_only_the_commands_that_they_are_about():
    marker = '<!-- test: append="--small" to="distill" -->'
    found = snippets(page(marker, "```bash", "distill a  # long", "evaluate b", "```"))
    assert [s.source for s in found] == ["distill a --small", "evaluate b"]


def test_comments_hold_for_the_next_block_only():
    first = page('<!-- test: skip="long" -->', "```bash", "a", "```")
    found = snippets(page(first, "```bash", "b", "```"))
    assert [s.skip for s in found] == ["long", ""]


def test_several_comments_add_up():
    markers = page('<!-- test: replace="40=>2" -->', '<!-- test: needs=mnist skip="x" -->')
    (found,) = snippets(page(markers, "```python", "range(40)", "```"))
    assert (found.source, found.needs, found.skip) == ("range(2)", ("mnist",), "x")


def test_hidden_code_is_run_in_its_place():
    text = page("```python", "x = 1", "```", "<!-- test: python", "assert x", "-->")
    assert [(s.source, s.hidden) for s in snippets(text)] == [("x = 1", False), ("assert x", True)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (page('<!-- test: skip="why" -->', "", "```bash", "a", "```"), "before no block"),
        ('<!-- test: skip="why" -->', "before no block"),
        (page('<!-- test: skp="why" -->', "```bash", "a", "```"), "knows append"),
        (page("<!-- test: skip -->", "```bash", "a", "```"), "knows append"),
        (page('<!-- test: replace="b=>c" -->', "```bash", "a", "```"), "nothing there"),
        (page("```bash", "a"), "no end"),
    ],
)
def test_a_page_that_would_be_tested_otherwise_than_it_says_is_refused(text, said):
    with pytest.raises(PageError, match=said):
        snippets(text)


def test_prose_is_what_is_left():
    text = page(
        "a", "```bash", "b", "```", "<!-- test: python", "c", "-->", "<!-- test: x=1 -->", "d"
    )
    assert prose(text).split() == ["a", "d"]
    assert prose(text).count("\n") == text.count("\n")
