"""The Python API: what a researcher types in a notebook."""

import ast
import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import hadax
from hadax.core.errors import ArtifactError, ConfigError, UsageError
from hadax.core.settings.views import flat
from hadax.launch import distill as distill_command
from hadax.launch import neuroevolve as neuroevolve_command
from hadax.launch.commandline.command import execute
from hadax.launch.commandline.groups import NO_SETTINGS
from hadax.launch.commandline.parsing import parse
from hadax.launch.search import run as search_run
from hadax.launch.search.config import DISTILL, NEUROEVOLVE, SearchConfig
from hadax.launch.search.resolve import resolve

TASK = "analytic/linear_regression"
SMALL = {
    "preset": "none",
    "generations": 6,
    "population": 8,
    "width": 8,
    "inner_steps": 5,
    "evaluate_every": 3,
    "checkpoint_every": 2,
    "score_networks": 3,
    "score_episodes": 2,
    "pictures": False,
}


def call(task=TASK, **changes):
    return hadax.distill(task, progress=False, **{**SMALL, **changes})


def command(workdir, **changes):
    given = {"task": TASK, **SMALL, **changes}
    flags = [f"--{name}={value}" for name, value in given.items()]
    return execute(distill_command.COMMAND, [*flags, f"--workdir={workdir}"])


def interrupting_after(generation):
    """A callback that presses Ctrl-C when it is told of a generation."""

    def callback(report):
        if report.generation == generation:
            signal.raise_signal(signal.SIGINT)

    return callback


def saved_bytes(found, folder):
    return found.save(folder / "saved.safetensors").read_bytes()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A current folder, which nothing is to be written to."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def reports():
    """What the callback of `found` is told."""
    return []


@pytest.fixture(scope="module")
def found(home, reports):
    """A distillation in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return call(callback=reports.append)


@pytest.fixture(scope="module")
def evolved(home):
    """A neuroevolution in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        settings = {name: value for name, value in SMALL.items() if name != "inner_steps"}
        return hadax.neuroevolve(TASK, progress=False, **settings)


@pytest.fixture(scope="module")
def asked():
    """What a call asks for, without anything being searched."""

    class AskedError(Exception):
        pass

    def request(verb=hadax.distill, *arguments, **settings):
        def stop(request):
            raise AskedError(request)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search_run, "search", stop)
            with pytest.raises(AskedError) as stopped:
                verb(*arguments, **settings)
        return stopped.value.args[0]

    return request


def test_nothing_is_written_without_a_workdir(found, evolved, home):
    assert isinstance(found, hadax.Distilled)
    assert isinstance(evolved, hadax.Evolved)
    assert list(home.iterdir()) == []


def test_datasets_and_policies_say_alike_what_they_are_for(found, evolved):
    assert found.task.target == evolved.task.target
    assert (evolved.task, evolved.state) == (evolved.policy.task, evolved.policy.state)


def test_a_size_is_a_number_and_in_words_a_sentence(found, evolved):
    assert (found.dataset.size, found.size_in_words) == (4, "4 examples")
    assert evolved.size_in_words == "one network's weights"
    assert not hasattr(found, "size")


def test_the_callback_sees_each_generation(found, reports):
    assert found.dataset.size == 4
    assert [report.generation for report in reports] == [1, 2, 3, 4, 5, 6]
    assert all(isinstance(report, hadax.Report) for report in reports)
    evaluated = [report.evolved_fitness is not None for report in reports]
    assert evaluated == [True, False, True, False, False, True]


def test_a_command_with_equal_flags_writes_the_same_bytes(found, tmp_path):
    assert command(tmp_path / "run") == 0
    written = (tmp_path / "run" / "dataset.safetensors").read_bytes()
    assert written == saved_bytes(found, tmp_path)


def test_a_workdir_is_written_and_gone_on_with_as_the_command_does(
    found, tmp_path, capsys, reports
):
    folder, seen = tmp_path / "run", []

    def callback(report):
        seen.append(report.generation)
        interrupting_after(3)(report)

    stopped = call(workdir=folder, callback=callback)
    # Generations are reported one late, so that the device need not wait.
    assert seen == [1, 2, 3, 4]
    assert stopped.score is None
    assert "interrupted after generation 4" in capsys.readouterr().err
    assert not (folder / "dataset.safetensors").exists()
    assert stopped.fit(0)(np.zeros((1, 3))).shape == (1, 2)

    finished = call(workdir=str(folder), callback=callback)
    assert "going on after generation 4" in capsys.readouterr().err
    assert seen == [1, 2, 3, 4, 5, 6]
    assert saved_bytes(finished, tmp_path) == saved_bytes(found, tmp_path)
    assert (folder / "dataset.safetensors").read_bytes() == saved_bytes(found, tmp_path)

    # The command and the call know each other's folders.
    assert command(folder) == 0
    assert "done already" in capsys.readouterr().out
    again = call(workdir=folder, callback=callback)
    assert seen == [1, 2, 3, 4, 5, 6]
    assert saved_bytes(again, tmp_path) == saved_bytes(found, tmp_path)
    with pytest.raises(hadax.UsageError, match=r"--std=0\.5: the run in .* has std=0\.1"):
        call(workdir=folder, std=0.5)


def test_ctrl_c_gives_back_what_was_found_in_memory(found, tmp_path, capsys):
    # Background jobs of a shell ignore the signal, and so may this process.
    before = signal.getsignal(signal.SIGINT)
    stopped = call(callback=interrupting_after(2))
    assert "interrupted after generation 3: what was found is returned" in capsys.readouterr().err
    assert stopped.score is None
    assert "not measured" in repr(stopped)
    assert not np.allclose(stopped.dataset.inputs, found.dataset.inputs)
    loaded = hadax.load_dataset(stopped.save(tmp_path / "stopped.safetensors"))
    np.testing.assert_array_equal(loaded.dataset.inputs, stopped.dataset.inputs)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_it_is_measured_gives_back_what_was_found(found, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(search_run, "measured", interrupted)
    stopped = call()
    assert stopped.score is None
    assert "not measured" in capsys.readouterr().err
    np.testing.assert_array_equal(stopped.dataset.inputs, found.dataset.inputs)


def test_presets_apply_and_settings_win_over_them(asked):
    config = asked(hadax.distill, std=0.7).resolved.config
    assert config == resolve(DISTILL, {"std": 0.7}).config
    assert config.learner.inner_loop.inner_steps == 128
    assert asked(hadax.distill, "gymnax/CartPole-v1").resolved.preset == "cpu"
    assert asked(hadax.distill, "brax/hopper", preset="published").resolved.preset == "published"
    evolving = asked(hadax.neuroevolve, "gymnax/CartPole-v1").resolved
    assert evolving == resolve(NEUROEVOLVE, {"task": "gymnax/CartPole-v1"})
    assert evolving.preset == "cpu"


def test_any_flag_is_a_keyword(asked):
    for verb, module in (
        (hadax.distill, distill_command),
        (hadax.neuroevolve, neuroevolve_command),
    ):
        values = parse(module.COMMAND.groups, []).values
        given = {name: value for name, value in values.items() if name not in NO_SETTINGS}
        config = asked(verb, preset="none", **given).resolved.config
        assert flat(config) == flat(SearchConfig())
        assert config.verb == verb.__name__
    changed = {"filters": [8, 4], "vary": True, "horizon": 9, "strategy": "SNES", "std": 1}
    config = asked(hadax.distill, preset="none", **changed).resolved.config
    assert config.learner.network.filters == (8, 4)
    assert config.distillation.vary
    assert config.task.options == {"horizon": 9}
    assert repr(config.strategy.std) == "1.0"


def test_scalars_of_numpy_and_paths_are_settings_too(asked):
    given = {"seed": np.int64(3), "std": np.float32(0.5), "inner_steps": np.arange(9)[7]}
    config = asked(hadax.distill, **given, normalizer_from=Path("a.npz")).resolved.config
    assert (config.seed, config.strategy.std) == (3, 0.5)
    assert config.learner.inner_loop.inner_steps == 7
    assert config.task.normalizer_from == "a.npz"
    json.dumps(dataclasses.asdict(config))


@pytest.mark.parametrize("name", ["std", "strategy", "progress", "log", "dataset_size"])
def test_an_array_where_one_value_belongs_is_refused_by_name(name):
    with pytest.raises(ConfigError, match=rf"^{name}=\[0. 1.\]: must be"):
        hadax.distill(TASK, **{name: np.arange(2.0)})


def test_options_of_the_task_are_keywords_or_a_mapping(asked):
    assert asked(hadax.distill, TASK, batch=8).resolved.config.task.options == {"batch": 8}
    for given in ({"batch": 8}, ["batch=8"], "batch=8"):
        config = asked(hadax.distill, TASK, task_option=given).resolved.config
        assert config.task.options == {"batch": 8}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"populatoin": 8}, "populatoin=8: no such setting; did you mean population?"),
        ({"task": "gymnax/cartpole"}, "no such task; did you mean gymnax/CartPole-v1"),
        ({"std": -1}, "std=-1.0: must be above 0"),
        ({"task": TASK, "episodes": 3}, "episodes=3: task analytic/linear_regression has no such"),
        ({"task_option": {"colour": "red"}}, "task_option=colour=red: task gymnax/CartPole-v1"),
        ({"preset": "gpu"}, "preset=gpu: gymnax/CartPole-v1 has auto, none, cpu"),
        ({"workdir": ""}, "workdir=: name a folder"),
        ({"workdir": 3}, "workdir=3: must be a folder's path"),
        ({"callback": "print"}, "callback=print: must be a function"),
        ({"task": 42}, "task=int: lacks"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(settings, words, home, monkeypatch):
    monkeypatch.chdir(home)
    with pytest.raises(ConfigError) as refused:
        hadax.distill(progress=False, **settings)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("method", "given", "words"),
    [
        ("evaluate", {"horizon": 5}, "; it is with_task(horizon=5).evaluate(...) that does this"),
        ("observe", {"action_mode": "greedy"}, "with_task(action_mode='greedy').observe(...)"),
        ("evaluate_as_played", {"width": 8}, "; it is with_learner(width=8).evaluate_as_played("),
        (
            "fit",
            {"inner_lr": 0.1},
            "fit takes seed; it is with_learner(inner_lr=0.1).fit(...)",
        ),
        ("evaluate", {"score_networks": 2}, "networks, episodes; did you mean networks?"),
        ("evaluate", {"network": 2}, "networks, episodes; did you mean networks?"),
        ("evaluate", {"whatever": 2}, "whatever=2: evaluate takes seed, networks, episodes"),
    ],
)
def test_a_keyword_that_belongs_elsewhere_is_told_where(method, given, words):
    found = hadax.zoo.load("gymnax/CartPole-v1")
    with pytest.raises(ConfigError) as refused:
        getattr(found, method)(**given)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("load", "given", "words"),
    [
        (hadax.load, {"horizon": 5}, "path, task; it is load(...).with_task(horizon=5) that does"),
        (hadax.zoo.load, {"horizon": 5}, "name, task; it is load(...).with_task(horizon=5) that"),
        (hadax.load, {"width": 8}, "; it is load(...).with_learner(width=8) that does this"),
        (hadax.load_dataset, {"depth": 1}, "; it is load_dataset(...).with_learner(depth=1) that"),
        (hadax.load_policy, {"width": 8}, "width=8: load_policy takes path, task"),
        (hadax.load, {"tasks": "a"}, "tasks=a: load takes path, task; did you mean task?"),
    ],
)
def test_a_keyword_that_loading_has_not_is_told_where_it_belongs(load, given, words):
    with pytest.raises(ConfigError) as refused:
        load("gone.safetensors", **given)
    assert words in str(refused.value)
    assert ("that does" in str(refused.value)) == ("that" in words)


def test_a_keyword_that_an_export_has_not_is_told():
    with pytest.raises(ConfigError, match=r"^fmt=npz: export takes path, to, license$"):
        hadax.zoo.load("gymnax/CartPole-v1").export("a", fmt="npz")


def test_an_evolved_policy_is_not_sent_to_another_learner():
    made = hadax.neuroevolve(TASK, generations=1, population=4, score_networks=2, progress=False)
    with pytest.raises(ConfigError, match=r"with_task\(batch=8\)\.evaluate"):
        made.evaluate(batch=8)
    with pytest.raises(ConfigError, match=r"episodes$"):
        made.evaluate(width=8)


def test_a_task_object_works_in_place_of_a_name(found, tmp_path, capsys):
    task = dataclasses.replace(hadax.make(TASK))  # As if it were of a class of one's own.
    folder = tmp_path / "run"
    made = call(task, workdir=folder)
    np.testing.assert_array_equal(made.dataset.inputs, found.dataset.inputs)
    assert made.score == found.score
    assert made.header.task.task == "LinearRegression"
    assert call(task, workdir=folder).score == made.score
    path = made.save(tmp_path / "mine.safetensors")
    with pytest.raises(ArtifactError, match=r"LinearRegression.*give the task itself: hadax.load"):
        hadax.load(path)
    loaded = hadax.load_dataset(path, task)
    assert loaded.evaluate(0, networks=2) == found.evaluate(0, networks=2)


def test_a_task_object_has_its_options_and_no_presets(asked, tmp_path):
    task = hadax.make(TASK, batch=16)
    for option in ({"batch": 16}, {"episodes": 3}, {"task_option": {"batch": 3}}):
        with pytest.raises(ConfigError, match="give it to the Task itself"):
            call(task, **option)
    with pytest.raises(ConfigError, match="preset=cpu: a Task has no presets"):
        call(task, preset="cpu")
    with pytest.raises(ConfigError, match="did you mean population"):
        call(task, populatoin=3)
    np.savez(tmp_path / "a.npz", obs_mean=np.zeros(3), obs_var=np.ones(3))
    with pytest.raises(ConfigError, match=r"normalizer_from=.*: the task takes no statistics"):
        call(task, normalizer_from=tmp_path / "a.npz")
    assert asked(hadax.distill, task, std=0.5).task is task


def test_a_fit_goes_by_its_seed(found, assert_trees_equal):
    weights = found.fit(seed=0).weights
    for same in (found.fit(), found.fit(0), found.fit(np.int64(0)), found.fit(seed=None)):
        assert_trees_equal(weights, same.weights)
    inputs = np.ones((2, 3), np.float32)
    assert not np.allclose(found.fit(1)(inputs), found.fit(0)(inputs))
    key = jax.random.key(7)
    assert_trees_equal(found.fit(key).weights, found.fit(seed=key).weights)
    with pytest.raises(ConfigError, match="seed=-1: must be in"):
        found.fit(-1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda found: found.fit("a"), "seed=a: must be a whole number or a key"),
        (
            lambda found: found.fit(jax.random.split(jax.random.key(0), 3)),
            r"seed=\(3,\) keys: must be one key, as keys\[0\] is",
        ),
        (lambda found: found.fit(1.5), "seed=1.5: must be a whole number or a key"),
        (lambda found: found.evaluate(seed="x"), "seed=x: must be a whole number or a key"),
        (lambda found: found.evaluate(networks="3"), r"networks='3': must be in \[1, .* whole"),
        (lambda found: hadax.merge("zoo:gymnax/CartPole-v1"), "datasets=zoo:.* must be a list"),
        (lambda found: hadax.merge(found), "must be a list"),
        (lambda found: hadax.make(3), "task=3: must be a task's name"),
    ],
)
def test_what_is_of_another_type_is_refused_in_a_line(found, call, said):
    with pytest.raises(ConfigError, match=said):
        call(found)


@pytest.mark.parametrize(
    "call",
    [
        lambda odd, found: hadax.load(odd),
        lambda odd, found: hadax.make(odd),
        lambda odd, found: hadax.zoo.load(odd),
        lambda odd, found: hadax.register(odd, "mine:make"),
        lambda odd, found: hadax.merge([odd, odd]),
        lambda odd, found: hadax.sweep(odd, workdir="sweep"),
        lambda odd, found: hadax.sweep(workdir=odd),
        lambda odd, found: hadax.distill(TASK, std=odd),
        lambda odd, found: hadax.distill(TASK, preset=odd),
        lambda odd, found: hadax.distill(TASK, task_option=[odd]),
        lambda odd, found: hadax.Discrete(odd),
        lambda odd, found: found.fit(odd),
        lambda odd, found: found.save(odd),
        lambda odd, found: found.export("a.npz", to=odd),
    ],
)
def test_no_refusal_quotes_a_task_a_policy_or_an_array(call, found, home, monkeypatch):
    monkeypatch.chdir(home)
    objects = [hadax.make(TASK), found.fit(0), found.dataset, found.dataset.inputs, np.eye(30)]
    for odd in objects:
        with pytest.raises(UsageError) as refused:
            call(odd, found)
        assert type(odd).__name__ in str(refused.value)
        assert len(str(refused.value)) < 150


def test_an_evaluation_takes_a_seed_a_key_or_neither(found, evolved):
    assert found.score.networks == 3
    score = found.evaluate(seed=5, networks=3, episodes=2)
    assert score.networks == 3
    assert found.evaluate(5, networks=3, episodes=2) == score
    assert found.evaluate(np.uint32(5), networks=3) == score
    neither = found.evaluate(networks=3, episodes=2)
    assert neither == found.evaluate(0, networks=3)
    assert neither != score
    key = jax.random.key(5)
    assert found.evaluate(key, networks=3) == found.evaluate(key, networks=3) != score
    for measured in (found, evolved):
        with pytest.raises(ConfigError, match=r"^networks=0: must be in \[1, "):
            measured.evaluate(networks=0)


def test_a_dataset_is_saved_and_loaded(found, evolved, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    path = found.save("~/dataset.safetensors")
    assert path == tmp_path / "dataset.safetensors"
    loaded = hadax.load_dataset("~/dataset.safetensors")
    assert loaded.score == found.score
    assert loaded.header == found.header
    np.testing.assert_array_equal(loaded.dataset.inputs, found.dataset.inputs)
    assert saved_bytes(loaded, tmp_path) == path.read_bytes()
    assert type(hadax.load(path)) is hadax.Distilled
    with pytest.raises(ArtifactError) as refused:
        hadax.load_policy(path)
    assert "holds a dataset" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_policy_is_saved_and_loaded(evolved, tmp_path):
    path = evolved.save(tmp_path / "policy.safetensors")
    loaded = hadax.load_policy(path)
    inputs = np.ones((2, 3), np.float32)
    np.testing.assert_array_equal(loaded.act(inputs), evolved.act(inputs))
    assert loaded.score == evolved.score
    assert loaded.evaluate(3, networks=2) == evolved.evaluate(3, networks=2)
    assert saved_bytes(loaded, tmp_path) == path.read_bytes()
    with pytest.raises(ArtifactError) as refused:
        hadax.load_dataset(path)
    assert "holds a policy, not a dataset; use hadax.load_policy" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_notebook_shows_a_dataset(found, tmp_path):
    page = found._repr_html_()
    assert page.count("<tr>") == 1 + found.dataset.size
    assert TASK in page
    assert str(found.score) in page
    assert f"{float(found.dataset.inputs[0, 0]):.3g}" in page
    picture = found.show()
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert picture.save(tmp_path / "a.png").read_bytes() == picture.png
    assert repr(found) == f"<{TASK} in 4 examples: {found.score}>"


def test_settings_change_nothing_of_what_was_found(found):
    other = found.with_learner(width=4)
    assert other.fit(0).weights is not None
    edited = found.with_dataset(hadax.Dataset(found.dataset.inputs[:2], found.dataset.targets[:2]))
    assert (edited.score, edited.dataset.size, found.dataset.size) == (None, 2, 4)
    assert found.header.learner.network.width == 8
    assert other.header.learner.network.width == 4
    with pytest.raises(ConfigError, match="did you mean width"):
        found.with_learner(widht=4)
    with pytest.raises(ConfigError, match="no such option"):
        found.with_task(colour="red")


def test_everything_that_is_exported_is_there():
    names = dir(hadax)
    for name in names:
        assert getattr(hadax, name) is not None
    tree = ast.parse(Path(hadax.__file__).read_text(encoding="utf-8"))
    typed = next(node for node in tree.body if isinstance(node, ast.If)).body
    told = {alias.asname for line in typed for alias in line.names}
    assert told | {"__version__"} == set(hadax.__all__) <= set(names)
    with pytest.raises(AttributeError, match="no attribute 'distil'"):
        _ = hadax.distil


def test_importing_hadax_imports_nothing_heavy():
    code = (
        "import sys, hadax\n"
        "print(hadax.__version__, 'distill' in dir(hadax), 'gymnax/CartPole-v1' in"
        " hadax.tasks.names())\n"
        "print({'jax', 'flax', 'numpy', 'evosax', 'gymnax', 'absl', 'matplotlib'}"
        " & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"{hadax.__version__} True True", "set()"], done.stderr
