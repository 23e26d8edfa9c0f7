"""Tasks by name: refusals, laziness, and packages that bring their own."""

import importlib.metadata
import subprocess
import sys

import pytest

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.tasks import registry


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    monkeypatch.setattr(registry, "_factories", dict(registry._factories))


def install(monkeypatch, name, value="hadax.tasks.supervised.linear_regression:make"):
    point = importlib.metadata.EntryPoint(name, value, registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])


def test_registered_tasks_are_made_with_their_options():
    tasks.register("mine/regression", "hadax.tasks.supervised.linear_regression:make", batch=3)
    assert "mine/regression" in tasks.names()
    assert tasks.make("mine/regression").batch == 3
    assert tasks.options_of("mine/regression") == ()


def test_a_function_can_be_registered():
    tasks.register("mine/direct", lambda: tasks.make("analytic/linear_regression"))
    assert tasks.make("mine/direct").batch == 64


def test_options_of_the_wrong_kind_are_refused():
    for value in ("many", 1.5, True, None):
        with pytest.raises(ConfigError, match="must be a whole number"):
            tasks.make("analytic/linear_regression", batch=value)


def test_what_cannot_be_a_task_says_why():
    with pytest.raises(ConfigError, match="downloads MNIST"):
        tasks.make("gymnax/MNISTBandit-bsuite")
    assert "gymnax/MNISTBandit-bsuite" not in tasks.names()


def test_duplicate_names_are_refused(monkeypatch):
    with pytest.raises(UsageError, match="registered already"):
        tasks.register("analytic/linear_regression", "elsewhere:make")
    install(monkeypatch, "analytic/linear_regression")
    with pytest.raises(UsageError, match="registered already"):
        tasks.names()


def test_installed_tasks_are_found(monkeypatch):
    install(monkeypatch, "lab/maze")
    assert "lab/maze" in tasks.names()
    assert tasks.make("lab/maze", batch=5).batch == 5


def test_a_simulator_that_is_missing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "hadax.tasks.rl.simulators.from_playground", None)
    with pytest.raises(ConfigError, match="pip install"):
        tasks.make("playground/CartpoleBalance")


def test_a_task_whose_package_is_missing_says_what_to_install():
    tasks.register("mine/absent", "not_installed_anywhere:make")
    with pytest.raises(ConfigError, match="pip install"):
        tasks.make("mine/absent")


@pytest.mark.parametrize(
    ("name", "near"),
    [("gymnax/cartpole-v1", "gymnax/CartPole-v1"), ("gymnax/CartPol-v1", "gymnax/CartPole-v1")],
)
def test_unknown_names_list_near_ones(name, near):
    with pytest.raises(ConfigError, match=near):
        tasks.make(name)
    with pytest.raises(ConfigError, match=near):
        tasks.options_of(name)


def test_names_like_no_other_list_all():
    with pytest.raises(ConfigError, match="--list_tasks"):
        tasks.make("zzzzzz")


def test_listing_tasks_imports_no_simulator():
    code = (
        "import sys; from hadax import tasks; tasks.names();"
        "print(sorted({'jax', 'gymnax', 'brax'} & set(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "[]"
