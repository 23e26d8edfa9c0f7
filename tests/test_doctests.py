"""The examples in the docstrings of all that hadax exports: each has one, and each is true."""

import doctest

import pytest

import hadax
from hadax.learners import registry as learners
from hadax.tasks import registry as tasks

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """Files go to a folder of their own, and what is registered is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tasks, "_factories", dict(tasks._factories))
    monkeypatch.setattr(learners, "_registered", dict(learners._registered))


@pytest.mark.parametrize("name", hadax._PLACES)
def test_the_example_of_what_is_exported_runs(name):
    thing = getattr(hadax, name)
    # With nothing imported: an example can be typed as it stands.
    (found,) = doctest.DocTestFinder(recurse=False).find(thing, name, module=False, globs={})
    assert found.examples, f"hadax.{name} has no >>> example"
    told = []
    doctest.DocTestRunner(optionflags=_FLAGS).run(found, out=told.append)
    assert not told, "".join(told)
