"""Control as a task: the mean return of whole first episodes in a simulator."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import struct

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import require, require_choice
from hadax.core.task import Discrete, Evaluation, TargetSpec
from hadax.core.types import Key, Policy, TaskState
from hadax.tasks.rl import normalizer as normalizers
from hadax.tasks.rl.actions import ACTION_MODES, choose_actions
from hadax.tasks.rl.drawing import ACTIONS, DRAWINGS, Observation
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.rollout import Episodes, rollout


@struct.dataclass
class ControlTask:
    """Mean return over `episodes` whole episodes, as the fitness of a policy.

    Attributes:
      environment: the simulator, adapted.
      episodes: episodes of one evaluation, at least 1.
      action_mode: one of hadax.tasks.rl.actions.ACTION_MODES.
      normalizer: "none", or "running": observations are normalised by the mean and variance of
        all that the population has seen, which are the task's state.
      early_exit: stop a rollout when all its episodes are over; same result, less work.
    """

    environment: Environment = struct.field(pytree_node=False)
    episodes: int = struct.field(pytree_node=False, default=4)
    action_mode: str = struct.field(pytree_node=False, default="greedy")
    normalizer: str = struct.field(pytree_node=False, default="none")
    early_exit: bool = struct.field(pytree_node=False, default=True)

    def __post_init__(self) -> None:
        require(self.episodes >= 1, "episodes", self.episodes, "must be at least 1")
        require_choice("action_mode", self.action_mode, ACTION_MODES)
        require_choice("normalizer", self.normalizer, normalizers.MODES)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one observation."""
        return self.environment.observation_shape

    @property
    def target(self) -> TargetSpec:
        """The environment's actions."""
        return self.environment.target

    def init(self, key: Key) -> TaskState:
        """The normaliser before any observation; () without one."""
        del key
        return () if self.normalizer == "none" else normalizers.initial_moments(self.input_shape)

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """Observations after the normaliser."""
        return inputs if self.normalizer == "none" else normalizers.normalize(state, inputs)

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
        return Evaluation(fitness=fitness, metrics=metrics, statistics=played.sums)

    def play(self, key: Key, policy: Policy, state: TaskState) -> Episodes:
        """The episodes behind an evaluation, one by one."""
        normalized = self.normalizer != "none"

        def act(key: Key, observations: jax.Array) -> tuple[jax.Array, jax.Array]:
            outputs = policy(self.preprocess(state, observations))
            actions = choose_actions(self.target, self.action_mode, key, outputs)
            return actions, jnp.all(jnp.isfinite(outputs), axis=-1)

        def observe(sums: TaskState, observations: jax.Array, running: jax.Array) -> TaskState:
            if not normalized:
                return sums
            return normalizers.add_observations(sums, state, observations, running)

        sums = normalizers.zero_sums(self.input_shape) if normalized else ()
        return rollout(
            self.environment, act, observe, sums, key, self.episodes, early_exit=self.early_exit
        )

    def update(self, state: TaskState, statistics: TaskState) -> TaskState:
        """The normaliser after a generation's observations."""
        return state if self.normalizer == "none" else normalizers.merge(state, statistics)

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
        """Draws a synthetic state and its action on matplotlib axes; False without a known pose."""
        if self.environment.name not in DRAWINGS:
            return False
        draw, labels = DRAWINGS[self.environment.name]
        observation = np.asarray(self.restore(state, jnp.asarray(example)))
        draw(axes, observation)
        axes.set_title(self._describe_action(target))
        numbers = [
            f"{label} = {value:.2f}" for label, value in zip(labels, observation, strict=True)
        ]
        axes.set_xlabel("   ".join(numbers), fontsize=9)
        return True

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The observations behind normalised inputs: `preprocess` backwards."""
        return inputs if self.normalizer == "none" else normalizers.denormalize(state, inputs)

    def _describe_action(self, target: Observation) -> str:
        if not isinstance(self.target, Discrete):
            return "action " + ", ".join(f"{value:.2f}" for value in target)
        best = int(np.argmax(target))
        actions = ACTIONS.get(self.environment.name)
        name = actions[best] if actions else f"action {best}"
        return name if target[best] > 0.999 else f"{name} ({target[best]:.0%})"
