"""The Objective seam: what a candidate is, and what makes one good.

Distillation follows HaDES (Lupu et al., "Behaviour Distillation", ICLR 2024,
https://arxiv.org/abs/2406.15042): a candidate is a dataset, and its fitness is how well fresh
networks do after training on it. Neuroevolution evolves the weights of one network directly.
"""

from dataclasses import replace
from functools import partial
from typing import Any, Protocol, TypeAlias

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.chunk import map_in_chunks
from hadax.core.dataset import Dataset
from hadax.core.learner import Learner
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.task import Evaluation, Task
from hadax.core.types import Candidate, Key, LearnerState, Metrics, Statistics, TaskState

# Beyond all numbers of learners, so that training shares no randomness with episodes.
_FIT_STREAM = 2**31 - 1


class Objective(Protocol):
    """Candidates and their fitness, as pure functions in a pytree."""

    def prototype(self, key: Key) -> Candidate:
        """The candidate that the search starts around."""

    def init(self, key: Key) -> TaskState:
        """The task's state before the first generation."""

    def draw(self, key: Key) -> Any:
        """All randomness that the candidates of one generation share."""

    def train(self, draw: Any, candidate: Candidate) -> Any:
        """What one candidate makes of the generation's draw, and is judged by."""

    def evaluate(self, draw: Any, trained: Any, state: TaskState) -> Evaluation:
        """One candidate's evaluation, by what it made of the same draw."""

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The task's state after a generation."""


Trained: TypeAlias = tuple[LearnerState, Metrics]
"""A trained network and what its training reports."""


@struct.dataclass
class Draw:
    """Common random numbers of a generation (distillation).

    Attributes:
      networks: for each learner, initial states with a leading axis [inits, ...].
      fits: for each learner, one key of its training an initialisation, shape [inits].
      episodes: for each learner, one task key an initialisation, shape [inits].
    """

    networks: tuple[LearnerState, ...]
    fits: tuple[Key, ...]
    episodes: tuple[Key, ...]


@struct.dataclass
class Distillation:
    """Evolves a dataset such that any fresh network trained on it does the task.

    Attributes:
      task: what the networks are for.
      initial: the dataset that the search starts from.
      parametrization: how a dataset is written as a candidate.
      learners: each candidate trains every one of them; several make the dataset general.
      inits_per_candidate: initialisations of each learner a generation.
      fixed_init: None draws new initialisations every generation (HaDES-R); a key draws them
        from that key, the same for the whole run (HaDES-F).
      network_chunk: networks of one candidate trained together; 0 for all of a learner's.
      evaluation_network_chunk: networks of one candidate evaluated together; 0 for all.
    """

    task: Task
    initial: Dataset
    parametrization: Parametrization
    learners: tuple[Learner, ...] = struct.field(pytree_node=False)
    inits_per_candidate: int = struct.field(pytree_node=False, default=1)
    fixed_init: Key | None = None
    network_chunk: int = struct.field(pytree_node=False, default=0)
    evaluation_network_chunk: int = struct.field(pytree_node=False, default=0)

    def prototype(self, key: Key) -> Candidate:
        """The initial dataset as a candidate."""
        del key
        return self.parametrization.encode(self.initial)

    def init(self, key: Key) -> TaskState:
        """The task's state before the first generation."""
        return self.task.init(key)

    def draw(self, key: Key) -> Draw:
        """Initialisations and episodes that every candidate of a generation shares."""
        init_key, episode_key = jax.random.split(key)
        if self.fixed_init is not None:
            init_key = self.fixed_init
        inits = self.inits_per_candidate
        networks, fits, episodes = [], [], []
        for index, learner in enumerate(self.learners):
            networks.append(jax.vmap(learner.init)(initialisation_keys(init_key, inits, index)))
            fits.append(jax.random.split(jax.random.fold_in(fit_key(episode_key), index), inits))
            episodes.append(jax.random.split(jax.random.fold_in(episode_key, index), inits))
        return Draw(networks=tuple(networks), fits=tuple(fits), episodes=tuple(episodes))

    def train(self, draw: Draw, candidate: Candidate) -> tuple[Trained, ...]:
        """Every drawn network after training on the candidate's dataset, learner by learner."""
        dataset = self.parametrization.decode(candidate)
        chunk = self.network_chunk or self.inits_per_candidate

        def fit(learner: Learner, drawn: tuple[LearnerState, Key]) -> Trained:
            initial, key = drawn
            return learner.fit(key, initial, dataset)

        return tuple(
            map_in_chunks(partial(fit, learner), (networks, keys), chunk)
            for learner, networks, keys in zip(self.learners, draw.networks, draw.fits, strict=True)
        )

    def evaluate(self, draw: Draw, trained: tuple[Trained, ...], state: TaskState) -> Evaluation:
        """How well the trained networks do, averaged."""
        chunk = self.evaluation_network_chunk or self.inits_per_candidate

        def judge(learner: Learner, network: tuple[Trained, Key]) -> Evaluation:
            return evaluate_trained(learner, self.task, state, *network)

        evaluations = [
            map_in_chunks(partial(judge, learner), (networks, keys), chunk)
            for learner, networks, keys in zip(self.learners, trained, draw.episodes, strict=True)
        ]
        return average_evaluations(
            jax.tree.map(lambda *parts: jnp.concatenate(parts), *evaluations)
        )

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The task's state after a generation."""
        return self.task.update(state, statistics)


@struct.dataclass
class Neuroevolution:
    """Evolves the weights of one network directly, with the same engine.

    Attributes:
      task: what the network is for.
      learner: gives the network; its training is never used.
    """

    task: Task
    learner: Learner = struct.field(pytree_node=False)

    def prototype(self, key: Key) -> Candidate:
        """A freshly initialised network."""
        return self.learner.init(key)

    def init(self, key: Key) -> TaskState:
        """The task's state before the first generation."""
        return self.task.init(key)

    def draw(self, key: Key) -> Key:
        """The episodes or batch that every candidate of a generation shares."""
        return key

    def train(self, draw: Key, candidate: Candidate) -> Candidate:
        """The candidate, which is a network's weights already."""
        del draw
        return candidate

    def evaluate(self, draw: Key, trained: Candidate, state: TaskState) -> Evaluation:
        """How well the network with these weights does."""
        return self.task.evaluate(draw, partial(self.learner.apply, trained), state)

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The task's state after a generation."""
        return self.task.update(state, statistics)


def initialisation_keys(key: Key, inits: int, learner: int = 0) -> Key:
    """The keys [inits] that a generation's networks start from.

    Args:
      key: the generation's, or the run's fixed one.
      inits: initialisations of each learner.
      learner: the learner's place among the objective's.
    """
    return jax.random.split(jax.random.fold_in(key, learner), inits)


def fit_key(key: Key) -> Key:
    """The key of a network's training, beside the episodes that the given one decides."""
    return jax.random.fold_in(key, _FIT_STREAM)


def train_and_evaluate(
    learner: Learner,
    task: Task,
    dataset: Dataset,
    state: TaskState,
    initial: LearnerState,
    key: Key,
) -> Evaluation:
    """Trains one network from the given initialisation and evaluates it on the task."""
    trained = learner.fit(fit_key(key), initial, dataset)
    return evaluate_trained(learner, task, state, trained, key)


def evaluate_trained(
    learner: Learner, task: Task, state: TaskState, trained: Trained, key: Key
) -> Evaluation:
    """Evaluates one trained network on the task, its training's metrics among the evaluation's."""
    network, fit_metrics = trained
    evaluation = task.evaluate(key, partial(learner.apply, network), state)
    return replace(evaluation, metrics={**evaluation.metrics, **fit_metrics})


def average_evaluations(evaluations: Evaluation) -> Evaluation:
    """One evaluation from several along the leading axis: means, but sums of the statistics."""
    return Evaluation(
        fitness=jnp.mean(evaluations.fitness, axis=0),
        metrics=jax.tree.map(partial(jnp.mean, axis=0), evaluations.metrics),
        statistics=sum_statistics(evaluations.statistics),
    )


def sum_statistics(statistics: Statistics) -> Statistics:
    """Statistics summed over their leading axis."""
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), statistics)
