"""Control as a task: the mean return of whole first episodes in a simulator."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import struct

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import MOST_ENTRIES, require_choice, require_count
from hadax.core.task import Discrete, Evaluation, TargetSpec
from hadax.core.types import Key, Policy, TaskState
from hadax.tasks.rl import curriculum as curricula
from hadax.tasks.rl.actions import ACTION_BOUNDS, ACTION_MODES, choose_actions, random_actions
from hadax.tasks.rl.drawing import ACTIONS, CHANNELS, DRAWINGS, Observation, draw_channels
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.moments import Moments, add_observations, initial_moments, merge, zero_sums
from hadax.tasks.rl.normalizer import NORMALIZERS, Normalizer
from hadax.tasks.rl.rollout import Act, Episodes, rollout

# Enough for the moments of a random policy's observations, at the cost of a fraction of one
# generation.
_RANDOM_EPISODES = 64


@struct.dataclass
class ControlTask:
    """Mean return over `episodes` whole episodes, as the fitness of a policy.

    Attributes:
      environment: the simulator, adapted.
      episodes: episodes of one evaluation, at least 1.
      action_mode: one of hadax.tasks.rl.actions.ACTION_MODES.
      action_bounds: one of hadax.tasks.rl.actions.ACTION_BOUNDS, for continuous actions.
      normalizer: one of hadax.tasks.rl.normalizer.NORMALIZERS; its statistics are the task's
        state.
      curriculum: generations over which the horizon grows from a tenth to all of it; 0 for none.
      early_exit: stop a rollout when all its episodes are over; same result, less work.
      given: what a constant normaliser uses; None estimates it from a random policy.
    """

    environment: Environment = struct.field(pytree_node=False)
    episodes: int = struct.field(pytree_node=False, default=4)
    action_mode: str = struct.field(pytree_node=False, default="greedy")
    action_bounds: str = struct.field(pytree_node=False, default="clip")
    normalizer: str = struct.field(pytree_node=False, default="none")
    curriculum: int = struct.field(pytree_node=False, default=0)
    early_exit: bool = struct.field(pytree_node=False, default=True)
    given: Moments | None = None

    def __post_init__(self) -> None:
        require_count("episodes", self.episodes, 1, MOST_ENTRIES)
        require_count("curriculum", self.curriculum, 0)
        require_choice("action_mode", self.action_mode, ACTION_MODES)
        require_choice("action_bounds", self.action_bounds, ACTION_BOUNDS)
        require_choice("normalizer", self.normalizer, tuple(NORMALIZERS))

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one observation."""
        return self.environment.observation_shape

    @property
    def target(self) -> TargetSpec:
        """The environment's actions."""
        return self.environment.target

    @property
    def options(self) -> dict[str, Any]:
        """The factory's options, defaults included, of the task at a search's end."""
        options: dict[str, Any] = {
            "episodes": self.episodes,
            "action_mode": self.action_mode,
            "action_bounds": self.action_bounds,
            "normalizer": self.normalizer,
            "horizon": self.environment.horizon,
            "curriculum": 0,
        }
        backend = self.environment.backend
        return options if backend is None else {**options, "backend": backend}

    def init(self, key: Key) -> TaskState:
        """The normaliser before the first generation; () without one."""
        start = self._normalizer.init(self.input_shape, lambda: self._constant_moments(key))
        return curricula.begin(start, self.curriculum)

    def answer(self, outputs: jax.Array) -> jax.Array:
        """The greedy actions that a policy's outputs [batch, ...] stand for."""
        key = jax.random.key(0)
        return choose_actions(self.target, "greedy", self.action_bounds, key, outputs)

    def settle(self, state: TaskState) -> TaskState:
        """The state of the task that `options` make, at a search's end: without a curriculum."""
        return curricula.settle(state)

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """Observations after the normaliser."""
        return self._normalizer.preprocess(curricula.settle(state), inputs)

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """Mean return as fitness; its spread, the length and broken episodes as metrics."""
        played = self.play(key, policy, state)
        # Policies whose outputs are not finite have no fitness: a simulator may well turn such
        # outputs into legal actions.
        fitness = jnp.where(played.failed, jnp.nan, jnp.mean(played.returns))
        metrics = {
            "return_std": jnp.std(played.returns),
            "episode_length": jnp.mean(played.lengths.astype(jnp.float32)),
            "broken_episodes": jnp.mean(played.broken.astype(jnp.float32)),
        }
        statistics = self._normalizer.statistics(curricula.settle(state), played.memory)
        return Evaluation(fitness=fitness, metrics=metrics, statistics=statistics)

    def play(self, key: Key, policy: Policy, state: TaskState) -> Episodes:
        """The episodes behind an evaluation, one by one."""
        seen = curricula.settle(state)

        def act(
            key: Key, memory: Any, observations: jax.Array, running: jax.Array
        ) -> tuple[jax.Array, jax.Array, Any]:
            inputs, memory = self._normalizer.apply(seen, memory, observations, running)
            outputs = policy(inputs)
            actions = choose_actions(
                self.target, self.action_mode, self.action_bounds, key, outputs
            )
            return actions, jnp.all(jnp.isfinite(outputs), axis=-1), memory

        memory = self._normalizer.begin(self.input_shape)
        horizon = curricula.horizon_at(state, self.curriculum, self.environment.horizon)
        return self._rollout(act, memory, key, self.episodes, horizon)

    def update(self, state: TaskState, statistics: TaskState) -> TaskState:
        """The normaliser after a generation's observations."""
        normalizer = self._normalizer.update(curricula.settle(state), statistics)
        return curricula.follow(state, normalizer)

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """Observations of zero; every action as a label in turn, or actions of zero.

        Nothing is known of good states yet, and a search from zero found them sooner on CartPole
        than one from random states.
        """
        del key
        inputs = jnp.zeros((size, *self.input_shape))
        if isinstance(self.target, Discrete):
            return Dataset(inputs=inputs, targets=balanced_one_hot(size, self.target.size))
        return Dataset(inputs=inputs, targets=jnp.zeros((size, self.target.size)))

    def draw_example(
        self, axes: Any, state: TaskState, example: Observation, target: Observation
    ) -> bool:
        """Draws a synthetic state and its action on matplotlib axes; False where none is known."""
        if self.environment.name in CHANNELS:
            draw_channels(axes, example, CHANNELS[self.environment.name])
            axes.set_title(self._describe_action(target))
            return True
        if self.environment.name not in DRAWINGS:
            return False
        draw, labels = DRAWINGS[self.environment.name]
        observation = np.asarray(self.restore(state, jnp.asarray(example)))
        draw(axes, observation)
        axes.set_title(self._describe_action(target))
        numbers = [
            f"{label} = {value:.2f}" for label, value in zip(labels, observation, strict=True)
        ]
        beside = 4 if len(numbers) <= 4 else 3
        lines = [numbers[start : start + beside] for start in range(0, len(numbers), beside)]
        axes.set_xlabel("\n".join("   ".join(line) for line in lines), fontsize=9)
        return True

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The observations behind normalised inputs: `preprocess` backwards."""
        return self._normalizer.restore(curricula.settle(state), inputs)

    @property
    def _normalizer(self) -> Normalizer:
        return NORMALIZERS[self.normalizer]

    def _rollout(
        self, act: Act, memory: Any, key: Key, episodes: int, horizon: int | jax.Array
    ) -> Episodes:
        return rollout(self.environment, act, memory, key, episodes, horizon, self.early_exit)

    def _constant_moments(self, key: Key) -> Moments:
        """The moments given, or of what a policy observes that acts at random."""
        if self.given is not None:
            return self.given
        start = initial_moments(self.input_shape)

        def act(
            key: Key, memory: Any, observations: jax.Array, running: jax.Array
        ) -> tuple[jax.Array, jax.Array, Any]:
            sums = add_observations(memory, start, observations, running)
            actions = random_actions(self.target, key, running.shape[0])
            return actions, jnp.ones_like(running), sums

        sums, horizon = zero_sums(self.input_shape), self.environment.horizon
        played = self._rollout(act, sums, key, _RANDOM_EPISODES, horizon)
        return merge(start, played.memory)

    def _describe_action(self, target: Observation) -> str:
        if not isinstance(self.target, Discrete):
            return "action " + ", ".join(f"{value:.2f}" for value in target)
        best = int(np.argmax(target))
        actions = ACTIONS.get(self.environment.name)
        name = actions[best] if actions else f"action {best}"
        return name if target[best] > 0.999 else f"{name} ({target[best]:.0%})"
