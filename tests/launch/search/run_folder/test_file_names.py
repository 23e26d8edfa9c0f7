"""What a run's files are called is written down once."""

import ast
from pathlib import Path

from hadax.distilled.files.places import RESULTS
from hadax.launch.observers import logs
from hadax.launch.search.run_folder import file_names

ROOT = Path(__file__).parents[4]
OWNERS = {Path(module.__file__) for module in (file_names, logs)}


def names():
    plain = {name for name in vars(file_names).values() if isinstance(name, str)}
    return {name for name in plain if Path(name).suffix} & set(told(OWNERS))


def told(files):
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_nobody_else_writes_them_down():
    known = {*names(), logs.METRICS}
    assert {"config.json", "metrics.csv", "dataset.safetensors", "report.html"} <= known
    files = {*(ROOT / "hadax" / "launch").rglob("*.py"), *(ROOT / "tools").rglob("*.py")} - OWNERS
    again = {path.name: found for path in files if (found := known & set(told([path])))}
    assert again == {}


def test_a_runs_folder_is_known_by_them():
    assert RESULTS == (file_names.DATASET, file_names.POLICY)


def test_they_cost_no_import():
    tree = ast.parse(Path(file_names.__file__).read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
