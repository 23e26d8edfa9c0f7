"""Imports put off: what the importing thread gets, and that nobody else notices."""

import builtins
import importlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hadax.tasks.rl.simulators.deferred import absent, deferred, unused


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


@pytest.mark.usefixtures("package")
def test_what_is_absent_is_as_if_not_installed_and_there_again_afterwards():
    with absent("heavy"):
        with pytest.raises(ModuleNotFoundError, match="heavy"):
            importlib.import_module("user")
        with ThreadPoolExecutor() as other:
            exec_elsewhere = other.submit(lambda: __import__("heavy").VALUE)
            assert exec_elsewhere.result() == 1
    assert importlib.import_module("user").part.VALUE == 2
    with absent("heavy"):
        assert __import__("heavy").VALUE == 1


def test_warp_is_used_where_a_gpu_is(monkeypatch):
    for found, packages in (("/usr/bin/nvidia-smi", ()), (None, ("warp",))):
        monkeypatch.setattr("shutil.which", lambda name, found=found: found)
        assert unused() == packages


@pytest.mark.usefixtures("package")
def test_nothing_is_left_behind_however_it_ends():
    before = builtins.__import__, dict(sys.modules)

    def fail():
        with deferred("heavy"), deferred("heavy.part"):
            importlib.import_module("user")
            raise ImportError("no")

    with pytest.raises(ImportError, match="no"):
        fail()
    added = sys.modules.keys() - before[1].keys()
    assert builtins.__import__ is before[0]
    assert "heavy" not in added
    import heavy

    assert heavy.VALUE == 1
    assert heavy.__file__


@pytest.mark.usefixtures("package")
def test_a_placeholder_used_inside_gives_the_real_module():
    with deferred("heavy", "heavy.part"):
        import heavy.part

        assert heavy.part.VALUE == 2
        assert sys.modules["heavy"] is not heavy
    import heavy

    assert sys.modules["heavy"] is heavy


@pytest.mark.usefixtures("package")
def test_the_modules_of_what_is_imported_already_are_left_alone():
    importlib.import_module("heavy")
    with deferred("heavy", "heavy.part"):
        user = importlib.import_module("user")
    assert user.part is sys.modules["heavy.part"]


def in_a_thread(work):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.mark.usefixtures("package")
def test_another_thread_imports_the_real_module_meanwhile():
    def from_elsewhere():
        import heavy.part

        return heavy, heavy.part

    with deferred("heavy", "heavy.part"):
        import heavy as placeholder

        package, part = in_a_thread(from_elsewhere)
        import heavy as still
    assert sys.modules["heavy"] is package
    assert sys.modules["heavy.part"] is part
    assert (package.VALUE, part.VALUE) == (1, 2)
    assert placeholder is still
    assert placeholder is not package
    assert placeholder.VALUE == 1
    assert importlib.import_module("heavy") is package


@pytest.mark.usefixtures("package")
def test_threads_that_defer_at_the_same_time_leave_nothing_behind():
    original = builtins.__import__
    entered, leave = threading.Event(), threading.Event()

    def first():
        with deferred("heavy"):
            entered.set()
            assert leave.wait(30)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(first)
        assert entered.wait(30)
        with deferred("heavy"):
            leave.set()
            done.result()
            import heavy
        assert builtins.__import__ is original
    assert "heavy" not in sys.modules
    assert heavy.VALUE == 1


def test_matplotlib_is_the_real_one_for_everybody_else():
    code = """
import sys, threading
def draw():
    import matplotlib.pyplot
    matplotlib.use("Agg")
    found.append(matplotlib.pyplot.figure())
found = []
thread = threading.Thread(target=draw)
thread.start()
import hadax.tasks.rl.simulators.from_gymnax
thread.join()
import matplotlib.pyplot as plt
assert plt is sys.modules["matplotlib.pyplot"] and plt.__file__
assert type(found[0]) is plt.Figure
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_playing_a_game_imports_nothing_that_draws():
    code = (
        "import sys, hadax.tasks.rl.simulators.from_gymnax as games; games.adapt('Pong-misc');"
        "assert not {'matplotlib', 'seaborn', 'pandas'} & set(sys.modules);"
        "from gymnax.environments.misc import pong; assert callable(pong.colors.ListedColormap)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
