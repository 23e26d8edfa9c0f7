"""What the pages name between their blocks exists: flags, commands, tasks, files, functions."""

import ast
import dataclasses
import importlib
import inspect
import re
import shlex

import pytest

from hadax import Environment, Objective, tasks
from hadax.core.learner import Learner
from hadax.core.task import Task
from hadax.launch.commandline.parsing import parse
from tests.docs.blocks import prose, snippets
from tests.docs.running import PROGRAMS, ROOT, program
from tests.docs.test_documented import PAGES

FLAGS = {
    flag.name for command in PROGRAMS.values() for group in command.groups for flag in group.flags
}
OTHERS_FLAGS = ("--xla_",)
FAMILIES = ("analytic/", "brax/", "gymnax/", "playground/", "supervised/")
ROOMS = "aggregates|core|distilled|launch|learners|pictures|tasks|zoo"


def spans(page):
    """Its inline code."""
    return re.findall(r"`([^`\n]+)`", prose(page.read_text(encoding="utf-8")))


def over_pages():
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@over_pages()
def test_flags_exist(page):
    named = [word for span in spans(page) if span.startswith("--") for word in span.split()]
    for word in named:
        known = word == "--help" or word.startswith(OTHERS_FLAGS)
        assert known or word.split("=")[0].removeprefix("--") in FLAGS, word


@over_pages()
def test_commands_are_understood(page):
    for span in spans(page):
        if not span.startswith("hadax-") or " " not in span or "--help" in span:
            continue
        command, arguments = program(shlex.split(span))
        if "..." in span or "<" in span:
            known = {flag.name for group in command.groups for flag in group.flags}
            flags = [word.split("=")[0] for word in arguments if word.startswith("--")]
            assert {flag.removeprefix("--") for flag in flags} <= known, span
        else:
            parse(command.groups, arguments, command.positional, command.rest)


@over_pages()
def test_commands_that_are_not_run_are_understood(page):
    for snippet in snippets(page.read_text(encoding="utf-8")):
        source = snippet.source.removeprefix("srun ").removesuffix(" &")
        if snippet.skip and source.startswith("hadax"):
            command, arguments = program(shlex.split(source, comments=True))
            parse(command.groups, arguments, command.positional, command.rest)


@over_pages()
def test_benchmarks_have_the_flags_that_they_are_given(page):
    for span in spans(page):
        script = re.search(r"python -m benchmarks\.(\w+)(.*)", span)
        if script:
            source = (ROOT / "benchmarks" / f"{script[1]}.py").read_text(encoding="utf-8")
            known = re.findall(r'DEFINE_\w+\(\s*"(\w+)"', source)
            assert set(re.findall(r"--(\w+)", script[2])) <= set(known), span


@over_pages()
def test_tasks_exist(page):
    known = tasks.names()
    for span in spans(page):
        for name in re.findall(r"(?:^|--task=)([\w./-]+)", span):
            if name.startswith(FAMILIES) and not name.endswith("..."):
                assert name in known, name


@over_pages()
def test_files_exist(page):
    for span in spans(page):
        if re.fullmatch(r"(hadax|tests|docs|benchmarks|examples)/[\w./-]*", span):
            assert (ROOT / span).exists(), span
        elif re.fullmatch(rf"({ROOMS})/([\w/]+\.py|[\w/]*/)", span):
            assert (ROOT / "hadax" / span).exists(), span


@over_pages()
def test_what_is_imported_from_hadax_exists(page):
    for span in spans(page):
        found = re.match(r"(hadax(?:\.\w+)+)(?:\(|$)", span)
        if found:
            assert resolves(found[1]), span


@over_pages()
def test_relative_links_exist(page):
    for link in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", prose(page.read_text(encoding="utf-8"))):
        assert (page.parent / link).exists(), link


def docstrings(path):
    """Those of a module, and of all that is in it."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [ast.get_docstring(node) or "" for node in nodes if isinstance(node, kinds)]


@pytest.mark.parametrize("room", ROOMS.split("|"))
def test_what_docstrings_name_of_hadax_exists(room):
    for path in (ROOT / "hadax" / room).rglob("*.py"):
        for named in re.findall(r"\bhadax(?:\.\w+)+", "\n".join(docstrings(path))):
            assert resolves(named), f"{path.relative_to(ROOT)}: {named}"


@pytest.mark.parametrize(
    ("heading", "protocol"),
    [("A task", Task), ("A learner", Learner), ("An objective", Objective)],
)
def test_tables_of_plug_ins_have_every_member(heading, protocol):
    names = {name for base in protocol.__mro__ for name in members(base)}
    assert listed(heading) == {name for name in names if not name.startswith("_")}


def test_the_table_of_environments_has_every_attribute_besides():
    fields = dataclasses.fields(Environment)
    besides = {each.name for each in fields if each.default is not dataclasses.MISSING}
    assert listed("A control task") == besides


def members(protocol):
    """What a class states by itself, methods and attributes."""
    return {*vars(protocol), *inspect.get_annotations(protocol)}


def listed(heading):
    """The names in the first columns of the tables of a section of the plug-ins' page."""
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    columns = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for column in columns for name in re.findall(r"`(\w+)", column)}


def resolves(dotted):
    """Whether a module, or something in one, has this name."""
    module, _, attribute = dotted.rpartition(".")
    try:
        importlib.import_module(dotted)
    except ImportError:
        return hasattr(importlib.import_module(module), attribute)
    return True
