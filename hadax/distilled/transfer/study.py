"""A transfer study: how a dataset does on learners that it was not evolved for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset
from hadax.core.evaluation import Evaluation
from hadax.core.jax_settings import in_usual_settings
from hadax.core.objectives.training import train_and_evaluate
from hadax.core.settings.views import replaced
from hadax.core.streams import NOISE_STREAM
from hadax.core.task import Task
from hadax.core.types import Key, TaskState
from hadax.distilled.distilled import Distilled
from hadax.distilled.initialisations import initial_keys
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import in_training_chunks, score_of_networks
from hadax.distilled.score import Score
from hadax.distilled.shares import random_score, share_of
from hadax.distilled.transfer.grid import Cell, grid
from hadax.distilled.transfer.label_noise import with_noise
from hadax.learners.choices import Choice
from hadax.learners.config import LearnerConfig
from hadax.learners.several import choice_of, several, switchable
from hadax.learners.switched import SwitchedLearner


@dataclass(frozen=True)
class Measured:
    """One cell's score.

    Attributes:
      cell: what was changed, and where it stands.
      learner: what trained the networks.
      score: theirs.
      share: what they kept of the own score, by `share_of`; NaN where they had no score, or the
        own one is not above acting at random.
    """

    cell: Cell
    learner: LearnerConfig
    score: Score
    share: float


@dataclass(frozen=True)
class Study:
    """What a dataset does on other learners.

    Attributes:
      name: the dataset's.
      learner: the one that it was made for.
      own: its score on the learner that it was made for, on the same networks and episodes.
      random: what acting at random scores.
      rows: one a setting, the own one among them wherever a map has it.
    """

    name: str
    learner: LearnerConfig
    own: Score
    random: float
    rows: tuple[Measured, ...]

    @property
    def has_shares(self) -> bool:
        """Whether the own score is above acting at random, so that there is something to keep."""
        return self.own.mean > self.random

    def keeping(self, threshold: float, group: str = "") -> tuple[int, int]:
        """How many other settings keep a share of the own score, and how many there are.

        Args:
          threshold: the share, 0.8 say.
          group: only these; "" for all.
        """
        shares = [
            row.share
            for row in self.rows
            if group in ("", row.cell.group) and (row.cell.noise or row.learner != self.learner)
        ]
        return sum(share >= threshold for share in shares), len(shares)


@in_usual_settings
def study(
    name: str,
    distilled: Distilled,
    groups: tuple[str, ...],
    seed: Seed,
    networks: int,
    episodes: int,
    callback: Callable[[Measured], None],
) -> Study:
    """Measures a dataset on all settings of some groups.

    Args:
      name: what the dataset is called.
      distilled: it.
      groups: names in hadax.distilled.transfer.grid.GROUPS.
      seed: decides initialisations, noise and episodes, the same for all settings.
      networks: of each setting, at least 1.
      episodes: of each network, at least 1.
      callback: is told of each setting when it is measured.
    """
    config = distilled.header.learner
    cells = grid(config, groups)
    changed = [replaced(config, cell.change) for cell in cells]
    key = as_key(seed)
    if all(map(switchable, (config, *changed))):
        measure = _sharing(distilled, (config, *changed), key, networks, episodes)
    else:
        measure = partial(_apart, distilled, key, networks, episodes)
    own, random = measure(config, 0.0), random_score(distilled, seed)
    rows = []
    for cell, learner in zip(cells, changed, strict=True):
        score = measure(learner, cell.noise)
        share = share_of(score, own.mean, random)
        rows.append(Measured(cell, learner, score, share))
        callback(rows[-1])
    return Study(name, config, own, random, tuple(rows))


def _sharing(
    distilled: Distilled,
    configs: tuple[LearnerConfig, ...],
    key: Key,
    networks: int,
    episodes: int,
) -> Callable[[LearnerConfig, float], Score]:
    """Measures learners in one compiled function; the simulator in it is compiled once."""
    task, episodes = distilled.task.for_measuring(episodes)
    learner = several(configs, task.input_shape, task.target)
    init_key, episode_key = jax.random.split(key)
    init_keys = initial_keys(distilled.header, init_key, networks)
    keys = jax.random.split(episode_key, networks)

    def measure(config: LearnerConfig, noise: float) -> Score:
        evaluations: Evaluation = _evaluate_choice(
            learner,
            task,
            distilled.dataset,
            distilled.state,
            choice_of(learner, config),
            jnp.float32(noise),
            init_keys,
            keys,
        )
        return score_of_networks(evaluations, task, episodes)

    return measure


@partial(jax.jit, static_argnames="learner")
def _evaluate_choice(
    learner: SwitchedLearner,
    task: Task,
    dataset: Dataset,
    state: TaskState,
    choice: Choice,
    noise: jax.Array,
    init_keys: Key,
    keys: Key,
) -> Evaluation:
    def evaluate(pair: tuple[Key, Key]) -> Evaluation:
        init_key, key = pair
        noise_key = jax.random.fold_in(key, NOISE_STREAM)
        targets = with_noise(noise_key, dataset.targets, task.target, noise)
        initial = learner.start(init_key, choice)
        return train_and_evaluate(
            learner, task, replace(dataset, targets=targets), state, initial, key
        )

    weights = jax.eval_shape(learner.start, init_keys[0], choice)
    return in_training_chunks(evaluate, weights, init_keys, keys)


def _apart(
    distilled: Distilled,
    key: Key,
    networks: int,
    episodes: int,
    config: LearnerConfig,
    noise: float,
) -> Score:
    """A learner by itself: a plug-in, say, or one with a schedule. Networks share their noise."""
    noise_key = jax.random.fold_in(key, NOISE_STREAM)
    dataset, target = distilled.dataset, distilled.task.target
    targets = with_noise(noise_key, dataset.targets, target, jnp.float32(noise))
    other = replace(
        distilled,
        dataset=replace(dataset, targets=targets),
        header=replace(distilled.header, learner=config),
    )
    return other.evaluate(key, networks, episodes)
