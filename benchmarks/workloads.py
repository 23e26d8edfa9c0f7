"""The four workloads that the published code was measured on, as engines of hadax.

Networks, inner steps, episodes and images are those of the comparison, and so is the early end of
episodes: the published code plays every step of the horizon.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.settings.fields import Value
from hadax.core.task import Evaluation, Task
from hadax.core.types import Key, Population, TaskState
from hadax.launch.search.build import build_engine, build_objective, build_task
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.resolve import resolve
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.supervised.classification import Classification
from hadax.tasks.supervised.config import image_options

Settings: TypeAlias = Mapping[str, Value]
"""Settings of a search by name; all others keep their defaults."""


@dataclass(frozen=True)
class Workload:
    """One generation's work.

    Attributes:
      summary: what it is, in a line.
      settings: of the search.
      published_cpu_seconds: what the published code's own functions took of it, every step played,
        under jax 0.4.38, on two cores of an AMD EPYC with AVX2 and 512 KiB of cache a core.
      published_mebibytes: that process's peak memory.
    """

    summary: str
    settings: Settings
    published_cpu_seconds: float
    published_mebibytes: float

    @property
    def plays(self) -> bool:
        """Whether there are episodes that can end early."""
        return "horizon" in self.settings

    def search(self, shrink: int = 1, **changes: Value) -> SearchConfig:
        """The search whose generations it is made of.

        Args:
          shrink: divides inner steps and horizon, for a quick look.
          **changes: settings that differ.
        """
        shorter = {
            name: max(1, value // shrink)
            for name, value in self.settings.items()
            if name in ("inner_steps", "horizon") and isinstance(value, int)
        }
        return search({**self.settings, **shorter, **changes})


def search(settings: Settings) -> SearchConfig:
    """The search of hadax-distill with these settings and no preset."""
    return resolve(DISTILL, settings, preset="none").config


_RELU: Settings = {"activation": "relu", "width": 512, "depth": 2}

WORKLOADS: dict[str, Workload] = {
    "a": Workload(
        "CartPole-v1, 2 pairs, population 64 x 2 networks, relu MLP 2x512, 64 Adam steps,"
        " 4 episodes x 500 steps",
        {
            **_RELU,
            "task": "gymnax/CartPole-v1",
            "dataset_size": 2,
            "population": 64,
            "inits_per_candidate": 2,
            "inner_steps": 64,
            "episodes": 4,
            "horizon": 500,
        },
        30.2,
        1031,
    ),
    "b": Workload(
        "Breakout-MinAtar, 15 pairs, population 16 x 2 networks, conv 16 + 2x512, 32 Adam steps,"
        " 8 episodes x 1,024 steps",
        {
            **_RELU,
            "task": "gymnax/Breakout-MinAtar",
            "network": "conv",
            "filters": (16,),
            "dataset_size": 15,
            "population": 16,
            "inits_per_candidate": 2,
            "inner_steps": 32,
            "episodes": 8,
            "horizon": 1024,
        },
        50.5,
        1060,
    ),
    "c": Workload(
        "Brax hopper positional, 64 pairs, population 8 x 2 networks, tanh MLP 2x512,"
        " 400 Adam steps, 4 episodes x 1,024 steps",
        {
            **_RELU,
            "activation": "tanh",
            "task": "brax/hopper",
            "backend": "positional",
            "loss": "gaussian_negative_log_likelihood",
            "action_mode": "sample",
            "normalizer": "per_policy",
            "dataset_size": 64,
            "population": 8,
            "inits_per_candidate": 2,
            "inner_steps": 400,
            "episodes": 4,
            "horizon": 1024,
        },
        39.3,
        1120,
    ),
    "d": Workload(
        "28x28x1 images, 10 examples, population 4, conv 16 + dense 128, 100 SGD steps,"
        " loss on 60,000 images",
        {
            "task": "supervised/mnist",
            "activation": "relu",
            "network": "conv",
            "filters": (16,),
            "width": 128,
            "depth": 1,
            "images_per_class": 1,
            "population": 4,
            "inits_per_candidate": 1,
            "inner_optimizer": "sgd",
            "inner_lr": 0.01,
            "inner_steps": 100,
            "normalizer": "none",
            "eval_batch": 0,
        },
        41.0,
        2672,
    ),
}

IMAGES = 60_000


def make_engine(config: SearchConfig, early_exit: bool = True, images: int = IMAGES) -> Engine:
    """The engine that hadax-distill or hadax-neuroevolve would run for a search.

    Args:
      config: the search.
      early_exit: whether a rollout ends when all its episodes are over.
      images: of an image task, whose contents decide nothing about its cost and are made up.
    """
    made_up = config.task.task == "supervised/mnist"
    task = _made_up(config, images) if made_up else build_task(config.task)
    if isinstance(task, ControlTask):
        task = dataclasses.replace(task, early_exit=early_exit)
    return build_engine(config, build_objective(config, task))


def physics_work(environment: Any, episodes: int, steps: int) -> Callable[[], None]:
    """Steps of so many episodes side by side, compiled, from their first states."""
    states, _ = jax.jit(jax.vmap(environment.reset))(jax.random.split(jax.random.key(0), episodes))
    shape = (steps, episodes, environment.target.size)
    actions = jax.random.uniform(jax.random.key(1), shape, minval=-1, maxval=1)

    @jax.jit
    def play(states: Any, actions: Any) -> Any:
        def step(states: Any, actions: Any) -> tuple[Any, Any]:
            many = jax.vmap(environment.step, in_axes=(None, 0, 0))
            states, _, rewards, _ = many(jax.random.key(0), states, actions)
            return states, rewards

        return jax.lax.scan(step, states, actions)

    def work() -> None:
        jax.block_until_ready(play(states, actions))

    work()
    return work


def bare_evaluation(engine: Engine) -> Callable[[Population, Key, TaskState], Evaluation]:
    """Training and evaluation of a population under one jit: no strategy and nothing learned.

    The same chunks on the same devices as in the engine's own step.
    """

    @jax.jit
    def bare(population: Population, key: Key, state: TaskState) -> Evaluation:
        return engine._evaluate(engine.objective.draw(key), population, state)

    return cast(Callable[[Population, Key, TaskState], Evaluation], bare)


def some_population(engine: Engine, state: RunState) -> Population:
    """What the engine's strategy would try in its first generation."""
    prototype = engine.objective.prototype(jax.random.key(1))
    population, _ = engine.strategy.ask(jax.random.key(2), state.strategy, prototype)
    return population


def _made_up(config: SearchConfig, images: int) -> Task:
    """Random images with as many pixels and classes as MNIST, so that nothing is downloaded."""
    options = image_options("mnist", **config.task.options)
    pixels = np.random.default_rng(0).integers(0, 256, (images, 28, 28, 1), np.uint8)
    return Classification(
        pixels=jnp.asarray(pixels),
        classes=(jnp.arange(images) % 10).astype(jnp.uint8),
        input_shape=(28, 28, 1),
        class_names=tuple("0123456789"),
        eval_batch=options.eval_batch,
        normalizer=options.normalizer,
        start="zeros",
    )
