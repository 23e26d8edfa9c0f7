"""The site builds strictly, and what other sites show of the repository is right."""

import importlib.util
import os
import re
import runpy
import subprocess
import sys
import tomllib

import pytest

import hadax
from tests.docs.running import ROOT

HOME = "https://github.com/hadax/hadax"


def test_the_site_is_built_without_a_warning(tmp_path):
    for package in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(package, reason="needs mkdocs and its friends, of the extra docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", f"--site-dir={tmp_path}"]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    home = (tmp_path / "index.html").read_text()
    assert 'src="images/cartpole.png"' in home
    assert 'href="concepts.html"' in home
    assert "test: append" not in re.sub(r"<!--.*?-->", "", home, flags=re.DOTALL)
    assert 'id="hadax.core.generation.engine.Engine.step"' in (tmp_path / engine_page()).read_text()


def engine_page():
    return "api/hadax/core/generation/engine.html"


def test_every_room_has_api_pages():
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("needs mkdocs, of the extra docs")
    rooms = runpy.run_path(str(ROOT / "docs" / "hooks.py"))["ROOMS"]
    packages = {path.parent.name for path in (ROOT / "hadax").glob("*/__init__.py")}
    assert set(rooms) == packages


def test_the_package_index_is_given_links_that_hold_there():
    absolute = runpy.run_path(str(ROOT / "setup.py"), run_name="read")["with_absolute_links"]
    shown = absolute((ROOT / "README.md").read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)", shown)
    assert links
    for link in links:
        assert link.startswith("https://"), link
        here = re.match(
            rf"{HOME}/blob/main/|https://raw.githubusercontent.com/hadax/hadax/main/", link
        )
        page = link.partition("#")[0]
        assert here is None or (ROOT / page[here.end() :]).is_file(), link
    assert "![CartPole in two examples](https://raw.githubusercontent.com/" in shown


def test_the_citation_is_of_this_version_and_of_the_paper_that_the_readme_cites():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\nversion: {hadax.__version__}\n" in citation
    title = re.search(r"\n  title: (.*)\n", citation)[1]
    assert f"title={{{title}}}" in readme
    for family in re.findall(r"family-names: (\w+)", citation):
        assert f"{family}, " in readme


def test_the_project_has_one_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"Homepage", "Documentation", "Source", "Issues", "Changelog"} <= set(project["urls"])
    assert all(url.startswith(HOME) for url in project["urls"].values())
    assert f"repo_url: {HOME}\n" in (ROOT / "mkdocs.yml").read_text()


def test_every_supported_python_is_a_classifier_and_run_on_hosts():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    matrix = re.search(r"python: \[(.*)\]", workflow)[1]
    assert re.findall(r"3\.\d+", matrix) == listed
    assert project["requires-python"] == f">={listed[0]}"
