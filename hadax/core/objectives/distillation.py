"""Distillation: a candidate is a dataset, good if fresh networks trained on it do the task.

HaDES (Lupu et al., "Behaviour Distillation", ICLR 2024, https://arxiv.org/abs/2406.15042).
"""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.evaluation import Evaluation
from hadax.core.learner import Learner
from hadax.core.objectives.training import Trained, evaluate_trained, fit_key, initialisation_keys
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.population.chunk import map_in_chunks
from hadax.core.population.summaries import average_evaluations
from hadax.core.task import Task
from hadax.core.types import Candidate, Key, LearnerState, Statistics, TaskState


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

    Examples:
      >>> import hadax, jax
      >>> from hadax.core.parametrizations.targets import LearnedTargets
      >>> key, task = jax.random.key(0), hadax.make("analytic/linear_regression")
      >>> learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
      >>> initial = task.initial_dataset(key, size=4)
      >>> objective = hadax.Distillation(task, initial, LearnedTargets(), learners=(learner,))
      >>> objective.prototype(key).inputs.shape
      (4, 3)
    """

    task: Task
    initial: Dataset
    parametrization: Parametrization
    learners: tuple[Learner, ...] = struct.field(pytree_node=False)
    inits_per_candidate: int = struct.field(pytree_node=False, default=1)
    fixed_init: Key | None = None
    network_chunk: int = struct.field(pytree_node=False, default=0)
    evaluation_network_chunk: int = struct.field(pytree_node=False, default=0)

    @property
    def networks_per_candidate(self) -> int:
        """Networks that each candidate trains in a generation, of all its learners."""
        return len(self.learners) * self.inits_per_candidate

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
            # A search has no use for single episodes.
            return replace(evaluate_trained(learner, self.task, state, *network), returns=None)

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

    def at_end(self, state: TaskState) -> TaskState:
        """The task's state with every schedule over."""
        return self.task.at_end(state)
