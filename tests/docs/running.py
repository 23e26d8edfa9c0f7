"""Runs what a page shows, in order, in a folder of its own and in this process.

Commands are looked up in one table and executed here: what one compiles, the next one has.
"""

import importlib.util
import os
import shlex
import sys
import tomllib
import types
from pathlib import Path

import pytest

from hadax.launch.commandline.command import Command, execute
from hadax.launch.commandline.umbrella import VERBS, command_of
from tests.docs.blocks import RUN, SHOWN_ONLY, Snippet

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HADAX_TEST_DATA") or ROOT.parent / "shared" / "data")

PROGRAMS: dict[str, Command] = {command.program: command for command in map(command_of, VERBS)}
"""What the console scripts run, by name."""


def program(words: list[str]) -> tuple[Command, list[str]]:
    """The command that a command line names, and its arguments; `hadax VERB` is `hadax-VERB`."""
    if words[0] == "hadax" and len(words) > 1:
        words = [f"hadax-{words[1]}", *words[2:]]
    assert words[0] in PROGRAMS, f"{words[0]}: not in the table of programs, and not marked skip"
    return PROGRAMS[words[0]], words[1:]


class RunningPage:
    """One page while its snippets are run: its folder, and the names its Python has defined."""

    def __init__(self, path: Path, snippets: list[Snippet], folder: Path) -> None:
        """Nothing is run yet.

        Args:
          path: the page.
          snippets: all of it.
          folder: an empty one to run in.
        """
        self.path = path
        self.snippets = snippets
        self.folder = folder
        self.module = types.ModuleType(f"documented_{path.stem}")
        self._done = 0

    def run(self, snippet: Snippet) -> None:
        """Runs a snippet, after whatever stands before it in the page and has not been run."""
        last = self.snippets.index(snippet)
        for earlier in self.snippets[self._done : last]:
            if not self.reason_to_skip(earlier):
                self._run(earlier)
        self._done = last + 1
        self._run(snippet)

    def reason_to_skip(self, snippet: Snippet) -> str:
        """Why a snippet cannot be run here, or ""."""
        unknown = [name for name in snippet.imports if importlib.util.find_spec(name) is None]
        absent = [name for name in snippet.needs if not (DATA / name).is_dir()]
        missing = f"no {', '.join(absent)} in {DATA}; HADAX_TEST_DATA names another folder"
        foreign = f"needs {', '.join(unknown)}, which hadax does without" if unknown else ""
        return snippet.skip or foreign or (missing if absent else "")

    def _run(self, snippet: Snippet) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("MPLBACKEND", "agg")
            patch.setenv("HADAX_DATA_DIR", str(DATA))
            patch.setenv("HADAX_CACHE_DIR", str(self.folder.parent / "cache"))
            patch.setenv("HF_HOME", str(self.folder.parent / "hugging_face"))
            patch.setenv("HF_HUB_OFFLINE", "1")
            patch.setitem(sys.modules, self.module.__name__, self.module)
            for package in snippet.installs:
                _install(ROOT / package, self.folder.parent / "installed", patch)
            if snippet.language == "bash":
                _run_command(snippet.source, patch)
            elif snippet.language == "python":
                # As many lines before it as in the page, so that a traceback shows the page.
                padded = "\n" * (snippet.line - 1) + snippet.source
                exec(compile(padded, str(self.path), "exec"), self.module.__dict__)
            elif snippet.language == "toml":
                tomllib.loads(snippet.source)
            else:
                known = ", ".join((*RUN, *SHOWN_ONLY))
                assert snippet.language in SHOWN_ONLY, f"name the block's language: {known}"


def _run_command(source: str, patch: pytest.MonkeyPatch) -> None:
    """Executes one command line, variables set before it included; its exit status must be 0."""
    words = [os.path.expandvars(word) for word in shlex.split(source, comments=True)]
    while "=" in words[0]:
        patch.setenv(*words.pop(0).split("=", 1))
    command, arguments = program(words)
    status = execute(command, arguments)
    assert status == 0, f"exit status {status}: {source}"


def _install(package: Path, site: Path, patch: pytest.MonkeyPatch) -> None:
    """Makes a package importable and its entry points known, as installing it would."""
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    installed = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    installed.mkdir(parents=True, exist_ok=True)
    (installed / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    groups = (
        f"[{group}]\n" + "\n".join(f"{name} = {value}" for name, value in points.items())
        for group, points in project["entry-points"].items()
    )
    (installed / "entry_points.txt").write_text("\n".join(groups))
    patch.syspath_prepend(str(package))
    patch.syspath_prepend(str(site))
