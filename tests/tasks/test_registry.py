"""Tasks by name: refusals, laziness, and packages that bring their own."""

import importlib.metadata
import subprocess
import sys

import pytest

from hadax import tasks
from hadax.core import entry_points
from hadax.core.errors import ConfigError, UsageError
from hadax.launch import distill
from hadax.launch.commandline.command import execute
from hadax.tasks import catalog, registry
from hadax.tasks.supervised import linear_regression


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    monkeypatch.setattr(registry, "_factories", dict(registry._factories))


def install(monkeypatch, *names, value="hadax.tasks.supervised.linear_regression:make"):
    points = tuple(
        importlib.metadata.EntryPoint(name, value, registry.ENTRY_POINT_GROUP) for name in names
    )
    monkeypatch.setattr(entry_points, "installed", lambda group: points)


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


def typed(
    *,
    count: int = 1,
    rate: float | None = 0.5,
    on: bool = False,
    word: str = "a",
    plain=3,
    any=None,
):
    assert isinstance(count, int)
    assert not isinstance(rate, str)
    given.append((count, rate, on, word, plain, any))
    return tasks.make("analytic/linear_regression")


given: list[tuple] = []


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"count": "7", "rate": "2"}, (7, 2.0, False, "a", 3, None)),
        ({"rate": "1e-3", "on": "True"}, (1, 1e-3, True, "a", 3, None)),
        ({"rate": "none", "word": "none"}, (1, None, False, "none", 3, None)),
        ({"word": "12", "plain": "12"}, (1, 0.5, False, "12", 12, None)),
        ({"any": "true"}, (1, 0.5, False, "a", 3, True)),
        ({"any": "many"}, (1, 0.5, False, "a", 3, "many")),
    ],
)
def test_text_becomes_what_the_factory_declares(options, wanted):
    tasks.register("mine/typed", typed)
    tasks.make("mine/typed", **options)
    assert given[-1] == wanted
    assert [type(value) for value in given[-1]] == [type(value) for value in wanted]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": "7.5"}, "must be a whole number"),
        ({"on": "yes"}, "must be true or false"),
        ({"rate": "fast"}, "must be a number or none"),
        ({"plain": "fast"}, "must be a whole number"),
        ({"speed": 1}, "no such option; it has count, rate, on, word, plain, any"),
    ],
)
def test_text_that_is_something_else_is_refused(options, words):
    tasks.register("mine/typed", typed)
    with pytest.raises(ConfigError, match=words):
        tasks.make("mine/typed", **options)


def test_an_option_that_must_be_given_is_asked_for():
    tasks.register("mine/sized", lambda *, size: tasks.make("analytic/linear_regression"))
    with pytest.raises(ConfigError, match="size=none: task mine/sized must be given it"):
        tasks.make("mine/sized")
    tasks.make("mine/sized", size=3)


def test_what_is_recorded_makes_the_task_anew():
    task = tasks.make("gymnax/CartPole-v1", horizon="30")
    recorded = tasks.recorded_options("gymnax/CartPole-v1", task, {"horizon": "30"})
    assert recorded["horizon"] == 30
    assert recorded["normalizer"] == "none"
    assert set(recorded) == set(tasks.options_of("gymnax/CartPole-v1"))
    digits = tasks.outline("supervised/digits", init="zeros")
    recorded = tasks.recorded_options("supervised/digits", digits, {"init": "zeros"})
    told = {"fitness": "cross_entropy", "normalizer": "constant"}
    assert recorded == {"eval_batch": 1024, "init": "zeros", **told}


def test_what_lacks_members_is_refused_with_their_names():
    class Half:
        input_shape = (2,)

        def evaluate(self, key, policy, state):
            raise NotImplementedError

    tasks.register("mine/half", Half)
    with pytest.raises(ConfigError, match=r"lacks target, options, .*BaseTask has all but four"):
        tasks.make("mine/half")


def test_a_module_that_is_out_of_date_is_no_missing_package(monkeypatch):
    def fails():
        raise ImportError("cannot import name 'Stateless'")

    tasks.register("mine/old", fails)
    with pytest.raises(ConfigError, match="cannot be imported"):
        tasks.make("mine/old")


def test_what_cannot_be_a_task_says_why():
    with pytest.raises(ConfigError, match="downloads MNIST"):
        tasks.make("gymnax/MNISTBandit-bsuite")
    assert "gymnax/MNISTBandit-bsuite" not in tasks.names()


def test_duplicate_names_are_refused(monkeypatch):
    with pytest.raises(UsageError, match="registered already"):
        tasks.register("analytic/linear_regression", "elsewhere:make")
    install(monkeypatch, "lab/maze")
    with pytest.raises(UsageError, match="lab/maze is registered already"):
        tasks.register("lab/maze", "elsewhere:make")
    assert tasks.make("lab/maze", batch=5).batch == 5


@pytest.mark.parametrize("names", [("analytic/linear_regression",), ("lab/maze", "lab/maze")])
def test_an_installed_name_that_is_taken_is_refused_alone(monkeypatch, names):
    install(monkeypatch, *names)
    assert tasks.names().count(names[0]) == 1
    assert tasks.is_known(names[0])
    for ask in (tasks.make, tasks.outline, tasks.check_known, tasks.options_of):
        with pytest.raises(UsageError, match=f"task {names[0]} is registered already; the instal"):
            ask(names[0])
    assert tasks.make("analytic/linear_quadratic").input_shape
    assert tasks.is_known("analytic/linear_quadratic")
    with pytest.raises(ConfigError, match="analytic/linear_quadratic"):
        tasks.make("analytic/linear_quadratik")
    tasks.register("mine/other", "hadax.tasks.supervised.linear_regression:make")
    assert tasks.make("mine/other").batch == 64


def test_hadaxs_own_tasks_are_there_whatever_is_installed(monkeypatch):
    install(monkeypatch, "analytic/linear_regression")
    monkeypatch.setattr(registry, "_factories", {})
    catalog.register_all()
    assert tasks.make("analytic/linear_quadratic").input_shape


@pytest.mark.parametrize("name", ["lab/two moons", "lab/\x1b[2J", "lab/a\tb", ""])
def test_installed_names_keep_the_rule_of_registered_ones(monkeypatch, name):
    install(monkeypatch, name)
    assert name not in tasks.names()
    assert tasks.make("analytic/linear_regression").batch == 64
    with pytest.raises(UsageError) as refused:
        tasks.make(name)
    words = "its name must be a text" if not name else "its name must have no spaces, as mylab/mine"
    where = "of the installed hadax.tasks.supervised.linear_regression:make"
    assert f"{where}: {words}" in str(refused.value)
    assert str(refused.value).isprintable()


def test_installed_tasks_are_found(monkeypatch):
    install(monkeypatch, "lab/maze")
    assert "lab/maze" in tasks.names()
    assert tasks.make("lab/maze", batch=5).batch == 5


def test_a_simulator_that_is_missing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "hadax.tasks.rl.simulators.from_playground", None)
    with pytest.raises(ConfigError, match="pip install"):
        tasks.make("playground/CartpoleBalance")


def test_a_plug_in_whose_module_is_missing_is_in_no_extra_of_hadax():
    tasks.register("mine/absent", "not_installed_anywhere:make")
    with pytest.raises(ConfigError) as refused:
        tasks.make("mine/absent")
    missing = "No module named 'not_installed_anywhere'"
    assert str(refused.value) == (
        f"task=mine/absent: needs a package that is not installed ({missing})"
    )


def test_a_fixed_option_that_the_factory_has_not_is_refused():
    said = r"^bathc=3: task mine/fixed is registered with it, but has batch$"
    with pytest.raises(ConfigError, match=said):
        tasks.register("mine/fixed", linear_regression.make, bathc=3)
    assert "mine/fixed" not in tasks.names()
    tasks.register("mine/fixed", "hadax.tasks.supervised.linear_regression:make", bathc=3)
    with pytest.raises(ConfigError, match=said):
        tasks.make("mine/fixed")
    tasks.register("mine/any", lambda **options: linear_regression.make(**options), batch=3)
    assert tasks.make("mine/any").batch == 3


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
    with pytest.raises(ConfigError, match=r"hadax.tasks.names\(\) lists all"):
        tasks.make("zzzzzz")


def test_listing_tasks_imports_no_simulator():
    code = (
        "import sys; import hadax.tasks.rl; from hadax import tasks; tasks.names();"
        "print(sorted({'jax', 'gymnax', 'brax'} & set(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "factory", "words"),
    [
        (3, print, "its name must be a text"),
        ("", print, "its name must be a text"),
        ("foo bar", print, "foo bar: its name must have no spaces, as mylab/mine"),
        (" foo", print, "its name must have no spaces"),
        ("foo\n", print, "its name must have no spaces"),
        ("foo\x1b[31m", print, "its name must have no spaces"),
        ("lab/number", 3, "its factory must be a function"),
        ("lab/module", "json", "its factory must be a function, or say where it is"),
    ],
)
def test_what_could_not_be_made_later_is_not_registered(name, factory, words):
    with pytest.raises(UsageError, match=words):
        tasks.register(name, factory)


@pytest.mark.parametrize(
    ("place", "words"),
    [("json:mak", "cannot be imported .*mak"), ("json:__name__", "its factory is no function")],
)
def test_a_place_without_a_function_is_told_in_a_line(monkeypatch, place, words):
    install(monkeypatch, "lab/misspelt", value=place)
    with pytest.raises(ConfigError, match=f"^task=lab/misspelt: {words}"):
        tasks.make("lab/misspelt")


def loses_its_walls(*, size: int = 3):
    raise ValueError(f"no walls of size {size}\nsecond line")


def test_a_factory_that_fails_is_told_in_a_line(monkeypatch, capsys):
    tasks.register("lab/open", loses_its_walls)
    with pytest.raises(ConfigError) as refused:
        tasks.make("lab/open", size=4)
    words = "task=lab/open: its factory fails: ValueError: no walls of size 4 (test_registry.py, "
    assert str(refused.value).startswith(words)
    assert isinstance(refused.value.__cause__, ValueError)
    assert execute(distill.COMMAND, ["--task=lab/open"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("error", [OSError("no maze"), RuntimeError(), KeyError("x")])
def test_so_is_one_whose_data_fail(monkeypatch, error):
    task = tasks.make("analytic/linear_regression")

    def fail(self, split):
        raise error

    monkeypatch.setattr(type(task), "with_data", fail)
    with pytest.raises(ConfigError, match=r"^task=analytic/linear_regression: its with_data fails"):
        tasks.make("analytic/linear_regression")


def test_memory_that_ends_is_not_a_factorys_fault():
    def exhausts():
        raise RuntimeError("RESOURCE_EXHAUSTED: out of memory")

    tasks.register("lab/huge", exhausts)
    with pytest.raises(RuntimeError, match="RESOURCE_EXHAUSTED"):
        tasks.make("lab/huge")


def test_a_module_that_fails_is_told_in_a_line(monkeypatch, tmp_path):
    (tmp_path / "maze_of_errors.py").write_text("walls = 1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    install(monkeypatch, "lab/maze", value="maze_of_errors:make")
    words = r"cannot be imported \(ZeroDivisionError: division by zero \(maze_of_errors.py, line 1"
    with pytest.raises(ConfigError, match=f"^task=lab/maze: {words}"):
        tasks.make("lab/maze")
