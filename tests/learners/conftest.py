"""A third-party learner, installed as people install it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "learner_package"


@pytest.fixture(scope="session")
def learner_site(tmp_path_factory):
    """A folder into which pip has installed tests/learner_package."""
    folder = tmp_path_factory.mktemp("learner")
    source = shutil.copytree(PACKAGE, folder / "source")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, f"--target={folder / 'site'}", str(source)], check=True)
    return folder / "site"


@pytest.fixture
def dropout(learner_site, monkeypatch):
    """The package's learner, known in this process as if it had been installed before."""
    monkeypatch.syspath_prepend(learner_site)
    return "thirdparty/dropout"
