"""Whether somebody looks on from a notebook."""

import sys
from types import SimpleNamespace

import pytest

from hadax.core.words.notebooks import in_notebook


def kernel(running):
    return SimpleNamespace(IPKernelApp=SimpleNamespace(initialized=lambda: running))


@pytest.mark.parametrize("running", [True, False])
def test_a_running_kernel_decides(running, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel.kernelapp", kernel(running))
    assert in_notebook() is running


def test_without_the_package_there_is_none(monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel.kernelapp", raising=False)
    assert in_notebook() is False
