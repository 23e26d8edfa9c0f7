"""Control as a task: the mean return of whole first episodes in a simulator."""

from collections.abc import Mapping
from dataclasses import Field, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.errors import UsageError, require, require_count
from hadax.core.evaluation import BROKEN_EPISODES, EPISODE_LENGTH, Evaluation
from hadax.core.population.chunk import largest_divisor
from hadax.core.recording import Recording
from hadax.core.settings.annotations import Option
from hadax.core.settings.fields import check_value
from hadax.core.types import Key, Policy, TaskState
from hadax.tasks.rl import schedules
from hadax.tasks.rl.actions import bounded, choose_actions
from hadax.tasks.rl.config import GREEDY, NO_SCHEDULES, PER_POLICY, ControlOptions, as_played
from hadax.tasks.rl.conformance import check_environment
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.environment_task import EnvironmentTask
from hadax.tasks.rl.moments import Moments, given_moments
from hadax.tasks.rl.normalizer import NORMALIZERS, Normalizer, PerPolicy
from hadax.tasks.rl.random_policy import random_policy_moments
from hadax.tasks.rl.random_start import with_random_start
from hadax.tasks.rl.rollout import Act, Episodes, recorded, rollout
from hadax.tasks.rl.sticky_actions import with_sticky_actions
from hadax.tasks.rl.view import seen_whole

_TAKE_STATISTICS = ("constant", "running")


@struct.dataclass
class ControlTask(EnvironmentTask):
    """Mean return over `episodes` whole episodes, as the fitness of a policy.

    Attributes:
      environment: the simulator, adapted.
      episodes: episodes of one evaluation, at least 1.
      action_mode: one of hadax.tasks.rl.config.ACTION_MODES.
      action_bounds: one of hadax.tasks.rl.config.ACTION_BOUNDS, for continuous actions.
      action_scale: what continuous actions are multiplied with before that, above 0.
      normalizer: one of hadax.tasks.rl.normalizer.NORMALIZERS; its statistics are the task's
        state.
      curriculum: generations over which the horizon grows from a tenth to all of it; 0 for none.
      alive_bonus_until: generations over which the share of the reward for being alive grows from
        `alive_bonus_start` to 1; 0 for none.
      alive_bonus_start: from 0 to 1.
      sticky_actions: how likely a step of a search repeats the action before, from 0 to 0.99.
      random_start: a search's episodes begin after up to so many steps of random actions, at
        least 0.
      worst_share: a search's fitness is the mean of so large a share of the returns, the worst;
        above 0, 1 for all.
      early_exit: stop a rollout when all its episodes are over; same result, less work.
      given: what a constant normaliser uses, or a running one begins with; None estimates the
        former from a random policy.
      sharing: at most so many episodes share a policy's own statistics (per_policy); 0 for all.

    Examples:
      >>> import hadax, jax, jax.numpy as jnp
      >>> environment = hadax.make("analytic/linear_quadratic", horizon=10).environment
      >>> task, key = hadax.ControlTask(environment, episodes=2), jax.random.key(0)
      >>> still = lambda observations: jnp.zeros((len(observations), 1))
      >>> task.play(key, still, task.init(key)).lengths.tolist()
      [10, 10]
    """

    environment: Environment = struct.field(pytree_node=False)
    episodes: int = struct.field(pytree_node=False, default=ControlOptions.episodes)
    action_mode: str = struct.field(pytree_node=False, default=ControlOptions.action_mode)
    action_bounds: str = struct.field(pytree_node=False, default=ControlOptions.action_bounds)
    action_scale: float = struct.field(pytree_node=False, default=ControlOptions.action_scale)
    normalizer: str = struct.field(pytree_node=False, default="none")
    curriculum: int = struct.field(pytree_node=False, default=ControlOptions.curriculum)
    alive_bonus_until: int = struct.field(
        pytree_node=False, default=ControlOptions.alive_bonus_until
    )
    alive_bonus_start: float = struct.field(
        pytree_node=False, default=ControlOptions.alive_bonus_start
    )
    sticky_actions: float = struct.field(pytree_node=False, default=ControlOptions.sticky_actions)
    random_start: int = struct.field(pytree_node=False, default=ControlOptions.random_start)
    worst_share: float = struct.field(pytree_node=False, default=ControlOptions.worst_share)
    early_exit: bool = struct.field(pytree_node=False, default=ControlOptions.early_exit)
    given: Moments | None = None
    sharing: int = struct.field(pytree_node=False, default=0)

    def __post_init__(self) -> None:
        for each in TASK_OPTIONS:
            check_value(each, getattr(self, each.name))
        require_count("sharing", self.sharing, 0)
        schedules.check_bonus(self.environment, self.alive_bonus_until)
        check_environment(self.environment)

    @property
    def options(self) -> Mapping[str, Option]:
        """The factory's options, defaults included, of the task at a search's end."""
        options: dict[str, Option] = {
            "episodes": self.episodes,
            "action_mode": self.action_mode,
            "action_bounds": self.action_bounds,
            "action_scale": self.action_scale,
            "normalizer": self.normalizer,
            "horizon": self.environment.horizon,
            **NO_SCHEDULES,
        }
        if self.environment.backend is not None:
            options["backend"] = self.environment.backend
        if self.environment.view:
            options["view"] = self.environment.view
        return options

    def init(self, key: Key) -> TaskState:
        """The normaliser before the first generation; () without one."""

        def estimate() -> Moments:
            return random_policy_moments(self.environment, key, self.early_exit)

        start = self.given if self.normalizer in _TAKE_STATISTICS else None
        if start is None:
            start = self._normalizer.init(self.input_shape, estimate)
        return schedules.begin(start, self._scheduled)

    def answer(self, outputs: jax.Array) -> jax.Array:
        """The greedy actions: int32 [batch], or float32 [batch, size] in [-1, 1]."""
        return self._choose(GREEDY, jax.random.key(0), outputs)

    def taught(self, targets: jax.Array) -> jax.Array:
        """The actions [batch, size] that targets ask for, scaled as those of a network.

        Where bounds are tanh, what is played; where actions are cut, what is cut, which may be
        beyond -1 and 1.
        """
        scaled = self.action_scale * targets
        return bounded(self.action_bounds, scaled) if self.action_bounds == "tanh" else scaled

    def at_end(self, state: TaskState) -> TaskState:
        """The state under which episodes are whole and the environment's own: nothing scheduled."""
        return schedules.over(state)

    def settle(self, state: TaskState) -> TaskState:
        """The state of the task that `options` make, at a search's end: without schedules."""
        return schedules.settle(state)

    def for_measuring(self, episodes: int) -> tuple["ControlTask", int]:
        """The task with so many episodes, at least 1, without schedules; and how many.

        More episodes measure the same policy: no more of them share its own statistics.
        """
        sharing = self.sharing or self.episodes
        unscheduled: Mapping[str, Any] = NO_SCHEDULES
        return replace(self, episodes=episodes, sharing=sharing, **unscheduled), episodes

    def as_played(self) -> "ControlTask":
        """The task with greedy actions and the state's own statistics; itself where it has both."""
        own = self.action_mode, self.normalizer
        action_mode, normalizer = played = as_played(*own)
        if played == own:
            return self
        return replace(self, action_mode=action_mode, normalizer=normalizer)

    def greedy(self) -> "ControlTask":
        """The task with greedy actions and its own normaliser; itself where it has them."""
        return self if self.action_mode == GREEDY else replace(self, action_mode=GREEDY)

    def given_statistics(
        self, mean: jax.Array, variance: jax.Array, count: float = 1.0
    ) -> "ControlTask":
        """The task whose constant normaliser uses these statistics, or whose running one begins so.

        Args:
          mean, variance: of observations, [*input_shape] each.
          count: of how many observations, above 0; so much weight have they beside later ones.

        Raises:
          ConfigError: of "normalizer"; it is another one.
          UsageError: another shape.
        """
        expected = f"needs normalizer={' or '.join(_TAKE_STATISTICS)}"
        require(self.normalizer in _TAKE_STATISTICS, "normalizer", self.normalizer, expected)
        return replace(self, given=given_moments(mean, variance, self.input_shape, count))

    def state_from_statistics(self, mean: jax.Array, variance: jax.Array) -> TaskState:
        """The first state, its normaliser by this `mean` and `variance`, [*input_shape] each.

        Raises:
          UsageError: there is no normaliser, or the statistics have another shape.
        """
        if self.normalizer == "none":
            raise UsageError("statistics of observations are given, but normalizer is none")
        given = given_moments(mean, variance, self.input_shape)
        return schedules.begin(given, self._scheduled)

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """Observations [batch, *input_shape] after the normaliser."""
        return self._normalizer.preprocess(schedules.settle(state), inputs)

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """Mean return as fitness; its spread, the length and broken episodes as metrics.

        Every episode's return beside them. A search's fitness is that of the worst share. There is
        none where the policy's outputs are not finite, or every episode breaks at its first step.
        """
        played = self.play(key, policy, state)
        # Policies whose outputs are not finite have no fitness: a simulator may well turn such
        # outputs into legal actions.
        fitness = schedules.fitness_of(state, played.returns, self.worst_share)
        fitness = jnp.where(played.failed, jnp.nan, fitness)
        metrics = {
            "return_std": jnp.std(played.returns),
            EPISODE_LENGTH: jnp.mean(played.lengths.astype(jnp.float32)),
            BROKEN_EPISODES: jnp.mean(played.broken.astype(jnp.float32)),
        }
        statistics = self._normalizer.statistics(schedules.settle(state), played.memory)
        returns = jnp.where(played.failed, jnp.nan, played.returns)
        return Evaluation(fitness, metrics, statistics, returns)

    def play(self, key: Key, policy: Policy, state: TaskState) -> Episodes:
        """The episodes behind an evaluation, one by one."""
        act, memory = self._acting(policy, state), self._normalizer.begin(self.input_shape)
        horizon = schedules.horizon_at(state, self.curriculum, self.environment.horizon)
        share = schedules.bonus_share_at(state, self.alive_bonus_until, self.alive_bonus_start)
        environment = schedules.with_bonus_share(self.environment, share)
        stickiness = schedules.in_search(state, self.sticky_actions)
        longest = schedules.in_search(state, self.random_start)
        environment = with_sticky_actions(with_random_start(environment, longest), stickiness)
        return rollout(environment, act, memory, key, self.episodes, horizon, self.early_exit)

    def record(self, key: Key, policy: Policy, state: TaskState) -> Recording:
        """The whole episode that an evaluation of one episode, its schedules over, plays."""
        alone = replace(self, episodes=1)
        act, memory = alone._acting(policy, state), alone._normalizer.begin(self.input_shape)
        environment, act = seen_whole(self.environment, act)
        return recorded(environment, act, memory, key)

    def _acting(self, policy: Policy, state: TaskState) -> Act:
        seen = schedules.settle(state)

        def act(
            key: Key, memory: Any, observations: jax.Array, running: jax.Array
        ) -> tuple[jax.Array, jax.Array, Any]:
            inputs, memory = self._normalizer.apply(seen, memory, observations, running)
            outputs = policy(inputs)
            actions = self._choose(self.action_mode, key, outputs)
            return actions, jnp.all(jnp.isfinite(outputs), axis=-1), memory

        return act

    def _choose(self, mode: str, key: Key, outputs: jax.Array) -> jax.Array:
        bounds, scale = self.action_bounds, self.action_scale
        return choose_actions(self.target, mode, bounds, scale, key, outputs)

    def update(self, state: TaskState, statistics: TaskState) -> TaskState:
        """The normaliser after a generation's observations."""
        normalizer = self._normalizer.update(schedules.settle(state), statistics)
        return schedules.advance(state, normalizer)

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The observations behind normalised inputs [batch, *input_shape]."""
        return self._normalizer.restore(schedules.settle(state), inputs)

    @property
    def _scheduled(self) -> bool:
        return any(getattr(self, name) != none for name, none in _SCHEDULES.items())

    @property
    def _normalizer(self) -> Normalizer:
        if self.normalizer == PER_POLICY and 0 < self.sharing < self.episodes:
            return PerPolicy(self.episodes // largest_divisor(self.episodes, self.sharing))
        return NORMALIZERS[self.normalizer]


# The others say how a schedule begins.
_SCHEDULES = {name: none for name, none in NO_SCHEDULES.items() if name != "alive_bonus_start"}

_OWN = {each.name for each in fields(ControlTask)}

TASK_OPTIONS: tuple[Field[Any], ...] = tuple(
    each for each in fields(ControlOptions) if each.name in _OWN
)
"""The options that a ControlTask has by the same name; the others make its environment."""
