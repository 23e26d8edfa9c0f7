"""A Task object that no name made: a folder goes on with the very task, and refuses another."""

import enum
import functools
import json
import logging
import subprocess
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import struct

import hadax
from hadax.core.errors import UsageError
from hadax.distilled.merged.task import MergedTask
from hadax.launch.search.run_folder.fingerprint import fingerprint_of, same_task
from hadax.tasks.rl.simulators.brax_interface import adapted_step

SMALL = {
    "generations": 1,
    "population": 4,
    "width": 2,
    "dataset_size": 2,
    "score_networks": 1,
    "progress": False,
    "pictures": False,
}


@struct.dataclass
class Times(hadax.BaseTask):
    """Answers are to be near a multiple of the input."""

    factor: float = struct.field(pytree_node=False)
    held: object = struct.field(pytree_node=False, default=None)

    input_shape = (1,)
    target = hadax.Continuous(1)

    def evaluate(self, key, policy, state):
        """Minus the squared error."""
        inputs = jnp.linspace(-1.0, 1.0, 5)[:, None]
        error = policy(inputs) - self.factor * inputs
        return hadax.Evaluation(fitness=-jnp.mean(jnp.square(error)))

    def initial_dataset(self, key, size):
        """Noise."""
        return hadax.Dataset(jax.random.normal(key, (size, 1)), jnp.zeros((size, 1)))


class Plain:
    """An object whose fields are in no declaration."""

    def __init__(self, value):
        self.value, self.log = value, logging.getLogger("plain")

    @functools.cached_property
    def worked_out(self):
        """Kept once it was asked for."""
        return object()


class Colour(enum.Enum):
    """Two of them."""

    RED = 1
    BLUE = 2


class Marks(enum.Flag):
    """None of them is a value without a name; options of MuJoCo in a Brax task are so."""

    LEFT = 1
    RIGHT = 2


def within_itself(value):
    plain = Plain(value)
    plain.own = [plain]
    return plain


@pytest.mark.parametrize("search", [hadax.distill, hadax.neuroevolve])
def test_another_task_of_the_class_is_refused(search, tmp_path):
    settings = {key: value for key, value in SMALL.items() if key != "dataset_size"}
    settings |= {"inner_lr": 0.01} if search is hadax.distill else {}
    found = search(Times(2.0), workdir=tmp_path, **settings)
    with pytest.raises(UsageError) as refused:
        search(Times(-50.0), workdir=tmp_path, **settings)
    assert str(refused.value) == (
        f"--workdir={tmp_path}: holds a run of a Times that was made otherwise;"
        " give that Task, or another --workdir"
    )
    assert search(Times(2.0), workdir=tmp_path, **settings).score == found.score
    longer = search(Times(2.0), workdir=tmp_path, **{**settings, "generations": 2})
    assert longer.score.networks == 1


def test_a_run_of_an_earlier_release_goes_on(tmp_path):
    found = hadax.distill(Times(2.0), workdir=tmp_path, **SMALL)
    config = tmp_path / "config.json"
    document = json.loads(config.read_text(encoding="utf-8"))
    names, contents = document.pop("fingerprint").split()
    assert len(names) == 64
    assert contents.startswith("cpython-")
    # Before functions counted by what they do, and before there were fingerprints.
    for earlier in ({**document, "fingerprint": names}, document):
        config.write_text(json.dumps(earlier))
        assert hadax.distill(Times(2.0), workdir=tmp_path, **SMALL).score == found.score


def test_a_named_task_needs_none(tmp_path):
    task = hadax.make("analytic/linear_regression")
    hadax.distill(task, workdir=tmp_path, **SMALL)
    assert "fingerprint" not in json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))


def test_a_fingerprint_is_no_flag():
    from hadax.core.settings.views import flat, settings_in
    from hadax.launch.search.config import SearchConfig

    assert "fingerprint" not in flat(SearchConfig())
    assert "fingerprint" not in {name for name, _, _ in settings_in(SearchConfig)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        ("a", b"a"),
        (np.zeros(3), np.zeros(4)),
        (np.zeros(3), np.zeros(3, np.float32)),
        (jnp.arange(3), jnp.arange(1, 4)),
        (np.array(["a", None], object), np.array(["b", None], object)),
        (jax.random.key(0), jax.random.key(1)),
        ([1, 2], [2, 1]),
        ([["a"], "b"], ["a", ["b"]]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (Plain(1), Plain(2)),
        (within_itself(1), within_itself(2)),
        (Times(1.0), Times(2.0)),
        (Colour.RED, Colour.BLUE),
        (Marks(0), Marks.LEFT),
        (functools.partial(max, 1), functools.partial(max, 2)),
        (jnp.sin, jnp.cos),
        (jax.nn.relu, jax.nn.tanh),
        (Plain, Times),
        (Path("a"), Path("b")),
    ],
)
def test_what_differs_is_told_apart(one, other):
    assert fingerprint_of(Times(1.0, one)) != fingerprint_of(Times(1.0, other))
    assert fingerprint_of(Times(1.0, one)) == fingerprint_of(Times(1.0, one))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Plain([{"a": (1, None)}, {"b"}]),
        lambda: within_itself(3),
        lambda: (Plain(1), Plain(1)),
        lambda: np.arange(6.0).reshape(2, 3).T,
        lambda: jax.jit(jnp.sin),
        lambda: object(),
        lambda: json,
    ],
)
def test_what_is_made_anew_is_the_same(make):
    assert fingerprint_of(Times(1.0, make())) == fingerprint_of(Times(1.0, make()))


def test_what_is_worked_out_later_does_not_count():
    plain = Plain(1)
    before = fingerprint_of(Times(1.0, plain))
    assert plain.worked_out
    assert fingerprint_of(Times(1.0, plain)) == before


@dataclass(frozen=True)
class Pull:
    """Both functions of an environment, as methods."""

    gain: float

    def reset(self, key):
        return jnp.zeros(1), jnp.zeros(1)

    def step(self, key, state, action):
        return state, state, self.gain * action[0], False


GAIN = 1.0


def pulls(gain):
    return lambda key, state, action: (state, state, gain * action[0], False)


def pulls_by_default(gain):
    return lambda key, state, action, *, gain=gain: (state, state, gain * action[0], False)


def pulls_by_global(gain):
    def step(key, state, action):
        return (lambda: (state, state, GAIN * action[0], False))()

    anew = types.FunctionType(step.__code__, {**globals(), "GAIN": gain}, closure=step.__closure__)
    anew.__module__ = __name__
    return anew


def pulls_by_code(gain):
    if gain == 1.0:
        return lambda key, state, action: (state, state, 1.0 * action[0], False)
    return lambda key, state, action: (state, state, 3.0 * action[0], False)


def reset(key):
    return jnp.zeros(1), jnp.zeros(1)


def of_box(step):
    box, seen = hadax.tasks.rl.spaces.Box(low=-2.0, high=2.0), hadax.tasks.rl.spaces.Box(shape=(1,))
    return hadax.Environment.from_spaces("pull", seen, box, 3, reset, step)


def of_functions(reset, step):
    return hadax.Environment("pull", (1,), hadax.Continuous(1), 3, reset, step)


ENVIRONMENTS = [
    lambda gain: of_functions(Pull(gain).reset, Pull(gain).step),
    lambda gain: of_functions(reset, pulls(gain)),
    lambda gain: of_functions(reset, jax.jit(pulls(gain))),
    lambda gain: of_functions(reset, pulls_by_default(gain)),
    lambda gain: of_functions(reset, pulls_by_global(gain)),
    lambda gain: of_functions(reset, pulls_by_code(gain)),
    lambda gain: of_box(Pull(gain).step),
    lambda gain: of_functions(
        reset, adapted_step(lambda state, action: Pull(gain).step(None, state, action))
    ),
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_functions_count_by_what_they_do_and_hold(environment):
    one, same, other = (fingerprint_of(Times(1.0, environment(gain))) for gain in (1.0, 1.0, 3.0))
    assert one == same
    assert not same_task(one, other)
    # What an earlier release, or another Python, would say.
    assert same_task(one.split()[0], other)
    assert same_task(one.replace("cpython-", "cpython-9"), other)


def scaled(gain):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments):
            return gain * function(*arguments)

        return wrapper

    return decorate


def plain(x):
    """As it is."""
    return 2.0 * x


def less(*, a, b):
    return a - b


def less_turned(*, b, a):
    return b - a


less_turned.__qualname__ = less.__qualname__


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (scaled(2.0)(plain), plain),
        (scaled(2.0)(plain), scaled(3.0)(plain)),
        (jax.jit(scaled(2.0)(plain)), jax.jit(scaled(3.0)(plain))),
        (functools.lru_cache(scaled(2.0)(plain)), functools.lru_cache(scaled(3.0)(plain))),
        (jax.vmap(plain), plain),
        (jax.vmap(plain, in_axes=0), jax.vmap(plain, in_axes=1)),
        (jax.grad(plain), jax.value_and_grad(plain)),
        (less, less_turned),
    ],
)
def test_what_is_wrapped_around_a_function_counts(one, other):
    one, other = fingerprint_of(Times(1.0, one)), fingerprint_of(Times(1.0, other))
    assert not same_task(one, other)


def test_what_a_function_does_is_no_text_about_it():
    def told(words):
        made = {"__name__": __name__}
        exec(f"def f(x):\n    {words!r}\n    return 2.0 * x", made)
        return fingerprint_of(Times(1.0, made["f"]))

    assert told("Twice.") == told("Twice, as a number.")


CALLS, SEEN = 0, {}


def counts(x):
    global CALLS
    CALLS += 1
    SEEN[CALLS] = x
    return plain(x)


def test_counters_and_caches_of_a_function_do_not_count():
    before = fingerprint_of(Times(1.0, counts))
    counts(1.0)
    assert fingerprint_of(Times(1.0, counts)) == before


class Stubborn:
    """Raises whatever is asked of it."""

    def __getattr__(self, name):
        raise KeyError(name)


@pytest.mark.parametrize("held", [Stubborn(), 10**5000], ids=["raises", "too long to write"])
def test_what_cannot_be_looked_at_has_none(held):
    assert fingerprint_of(Times(1.0, held)) is None


def test_another_simulator_behind_the_same_methods_is_refused(tmp_path):
    def task(gain):
        return hadax.ControlTask(ENVIRONMENTS[0](gain), episodes=1)

    found = hadax.distill(task(1.0), workdir=tmp_path, **SMALL)
    with pytest.raises(UsageError, match="holds a run of a ControlTask that was made otherwise"):
        hadax.distill(task(3.0), workdir=tmp_path, **SMALL)
    assert hadax.distill(task(1.0), workdir=tmp_path, **SMALL).score == found.score


def test_what_was_computed_since_does_not_count():
    task = hadax.make("gymnax/Pendulum-v1", horizon=2).replace(episodes=1)
    before = fingerprint_of(task)
    silent = lambda inputs: jnp.zeros((len(inputs), 1))  # noqa: E731
    jax.eval_shape(lambda key: task.evaluate(key, silent, task.init(key)), jax.random.key(0))
    assert fingerprint_of(task) == before


def test_what_functions_look_up_too_deep_is_left_out():
    value = []
    for _ in range(10_000):
        value = [value]
    names = fingerprint_of(Times(1.0, pulls(value)))
    assert names == fingerprint_of(Times(1.0, pulls(1.0))).split()[0]


def test_a_class_that_has_moved_is_described_as_before():
    former = type("MergedTask", (), {"__module__": "hadax.distilled.merged_task"})
    assert fingerprint_of(Times(1.0, MergedTask)) == fingerprint_of(Times(1.0, former))


def test_shared_parts_are_described_once():
    value = [1]
    for _ in range(60):
        value = [value, value]
    assert fingerprint_of(Times(1.0, value))


def test_what_is_nested_too_deep_has_none():
    value = []
    for _ in range(10_000):
        value = [value]
    assert fingerprint_of(Times(1.0, value)) is None


_OTHER_PROCESS = """
import hadax, jax, jax.numpy as jnp
from hadax.launch.search.run_folder.fingerprint import fingerprint_of
task = hadax.make("gymnax/CartPole-v1")
print(fingerprint_of(task), fingerprint_of(hadax.make("analytic/linear_regression")))
task = hadax.make("supervised/digits")
print(fingerprint_of(task), fingerprint_of(task.with_data("test")))
class Held:
    words = None
def local(x):
    return x if x in {"a", "b", "c"} else held.words
held = Held()
held.words, held.table, held.function = {"a", "b", "c"}, {"x": jnp.sin, "y": jax.nn.relu}, local
import dataclasses
print(fingerprint_of(dataclasses.make_dataclass("T", ["held", "local_options"])(held, ())))
"""


@pytest.mark.slow
def test_every_process_has_the_same():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _OTHER_PROCESS], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert outputs[0] == outputs[1]
    assert len(set(outputs[0].split())) == 10
