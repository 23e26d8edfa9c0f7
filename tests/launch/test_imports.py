"""An import inside a function says that it costs: JAX, or a package that may be missing."""

import ast
import subprocess
import sys
from pathlib import Path

from hadax import launch

LOADED = """
import sys
import hadax.launch.commandline.command
print(*(name for name in sys.modules if name.startswith("hadax.core.")))
"""


def deferred(path):
    """Modules of which something is imported inside a function of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = [node for function in functions for node in ast.walk(function)]
    return {node.module for node in inner if isinstance(node, ast.ImportFrom)}


def test_what_every_command_has_loaded_is_imported_at_the_top():
    code = [sys.executable, "-c", LOADED]
    loaded = set(subprocess.run(code, capture_output=True, text=True, check=True).stdout.split())
    assert "hadax.core.errors" in loaded
    files = Path(launch.__file__).parent.rglob("*.py")
    late = {str(path): found for path in files if (found := deferred(path) & loaded)}
    assert late == {}
