"""A plug-in's options may be called whatever it likes, flags of hadax's own among them."""

import numpy as np
import pytest
from flax import struct

import hadax
from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import BaseTask, Continuous, Evaluation
from hadax.core.words.names import spelled
from hadax.launch import distill, evaluate, import_dataset, neuroevolve
from hadax.launch.commandline.command import execute
from hadax.tasks import registry

NAME = "lab/odd"
TINY = ("--preset=none", "--generations=2", "--population=4", "--width=4", "--score_networks=2")
OPTIONS = ("--init=0.25", "--episodes=3", "--data_dir=west", "--task_option=split=2")
WANTED = {"init": 0.25, "split": 2, "episodes": 3, "data_dir": "west"}

made: list[dict] = []


@struct.dataclass
class Odd(BaseTask):
    """Answers one number; the options only leave traces."""

    wanted: float = struct.field(pytree_node=False)
    input_shape = (2,)
    target = Continuous(1)

    def evaluate(self, key, policy, state):
        outputs = policy(np.eye(2, dtype=np.float32))[:, 0]
        return Evaluation(fitness=-((outputs - self.wanted) ** 2).mean())

    def initial_dataset(self, key, size):
        return tasks.make("analytic/linear_quadratic").initial_dataset(key, size)


def make(*, init: float = 0.5, split: int = 1, episodes: int = 2, data_dir: str = "here"):
    made.append({"init": init, "split": split, "episodes": episodes, "data_dir": data_dir})
    return Odd(wanted=init * split)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(registry, "_factories", dict(registry._factories))
    tasks.register(NAME, make)
    made.clear()


@pytest.mark.parametrize("command", [distill, neuroevolve])
def test_every_command_passes_them_on(command, tmp_path):
    inner = ("--inner_steps=3",) if command is distill else ()
    flags = [f"--task={NAME}", *TINY, *inner, *OPTIONS, f"--workdir={tmp_path}"]
    assert execute(command.COMMAND, flags) == 0
    path = next(tmp_path.glob("*.safetensors"))
    loaded = hadax.load(path)
    assert loaded.header.task.options == WANTED
    assert execute(evaluate.COMMAND, [f"--dataset={path}", "--networks=2"]) == 0
    assert all(options == WANTED for options in made)


def test_importing_passes_them_on(tmp_path):
    np.savez(tmp_path / "data.npz", inputs=np.eye(2), targets=np.ones((2, 1)))
    small = ("--width=4", "--inner_steps=3", "--score_networks=2", f"--workdir={tmp_path / 'in'}")
    arguments = [str(tmp_path / "data.npz"), f"--task={NAME}", *small, *OPTIONS]
    assert execute(import_dataset.COMMAND, arguments) == 0
    loaded = hadax.load(tmp_path / "in" / "dataset.safetensors")
    assert loaded.header.task.options == WANTED
    assert all(options == WANTED for options in made)


def make_listed(
    *,
    goal: tuple[float, ...] = (0.0, 0.0),
    words=("a", "b"),
    sizes=[1, 2],  # noqa: B006 - as somebody writes it
    weights=np.ones(2),  # noqa: B008 - no file could hold it
):
    made.append({"goal": goal, "words": words, "sizes": sizes})
    return Odd(wanted=float(np.sum(goal)) * weights[0])


RECORDED = {"goal": (0.0, 0.0), "words": ("a", "b"), "sizes": (1, 2)}
SMALL = {"generations": 1, "population": 4, "width": 4, "score_networks": 2, "progress": False}


def test_defaults_are_recorded_as_far_as_a_file_holds_them(tmp_path):
    tasks.register("lab/listed", make_listed)
    for _ in range(2):
        found = hadax.distill("lab/listed", workdir=tmp_path, **SMALL)
        assert found.header.task.options == RECORDED
        assert hadax.load(tmp_path).header.task.options == RECORDED
    given = {"goal": [1, 2.5], "words": ("c",)}
    other = found.with_task(**given)
    assert other.header.task.options == {**RECORDED, "goal": (1.0, 2.5), "words": ("c",)}


def test_a_tuple_is_typed_with_commas(tmp_path):
    tasks.register("lab/listed", make_listed)
    flags = [
        "--task=lab/listed",
        *TINY,
        "--task_option=goal=1,2.5,words=c",
        f"--workdir={tmp_path}",
    ]
    assert execute(distill.COMMAND, flags) == 0
    assert made[-1] == {"goal": (1.0, 2.5), "words": ("c",), "sizes": [1, 2]}
    assert hadax.load(tmp_path).header.task.options == {**made[0], "sizes": (1, 2)}


@pytest.mark.parametrize("value", [np.zeros(2), {"a": 1}, (1, "a"), abs])
def test_what_no_file_could_hold_is_refused_before_anything_is_made(value, tmp_path):
    tasks.register("lab/listed", make_listed)
    options = {"weights": value}
    with pytest.raises(ConfigError) as refused:
        hadax.distill("lab/listed", task_option=options, workdir=tmp_path / "run", **SMALL)
    said = "must be a number, text, true, false or none, or a tuple of numbers or of texts"
    assert str(refused.value) == f"task_option=weights={spelled(value)}: {said}"
    assert not made
    assert not (tmp_path / "run").exists()
