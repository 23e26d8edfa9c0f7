import importlib
import subprocess
import sys

import pytest

from hadax.tasks.rl.simulators.deferred import deferred


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that tells when it is imported, and a module that imports it at its top."""
    folder = tmp_path / "heavy"
    folder.mkdir()
    (folder / "__init__.py").write_text("VALUE = 1\n")
    (folder / "part.py").write_text("VALUE = 2\n")
    text = "import heavy\nimport heavy.part as part\nfrom heavy import part as again\n"
    (tmp_path / "user.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("heavy", "heavy.part", "user"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("package")
def test_a_deferred_module_is_imported_when_it_is_used():
    with deferred("heavy", "heavy.part"):
        user = importlib.import_module("user")
    assert "heavy" not in sys.modules
    assert user.part.VALUE == user.again.VALUE == 2
    assert user.heavy.VALUE == 1
    assert sys.modules["heavy"].__file__


@pytest.mark.usefixtures("package")
def test_what_is_imported_already_is_left_alone():
    real = importlib.import_module("heavy")
    with deferred("heavy"):
        assert importlib.import_module("user").heavy is real
    assert sys.modules["heavy"] is real


@pytest.mark.usefixtures("package")
def test_a_failing_import_leaves_no_placeholder():
    def fail():
        with deferred("heavy"):
            raise ImportError("no")

    with pytest.raises(ImportError, match="no"):
        fail()
    assert importlib.import_module("heavy").VALUE == 1


def test_playing_a_game_imports_nothing_that_draws():
    code = (
        "import sys, hadax.tasks.rl.simulators.from_gymnax as games; games.adapt('Pong-misc');"
        "assert not {'matplotlib', 'seaborn', 'pandas'} & set(sys.modules);"
        "from gymnax.environments.misc import pong; assert callable(pong.colors.ListedColormap)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
