"""A distilled dataset: data, learner and task, ready to train networks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import jax

from hadax.core.dataset import Dataset
from hadax.core.errors import require_count
from hadax.core.evaluation import Evaluation
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.parametrizations.slots import describe_size
from hadax.core.population.summaries import sum_statistics
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS
from hadax.core.settings.fields import Value
from hadax.core.settings.views import replaced
from hadax.core.storage.artifact import Artifact
from hadax.core.storage.trees import to_named_arrays
from hadax.core.task import Task
from hadax.core.types import Key, TaskState
from hadax.distilled.abilities.exportable import Exportable
from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.distilled.abilities.other_options import with_options
from hadax.distilled.abilities.other_pairs import as_pairs, for_pairs, require_finite, written
from hadax.distilled.abilities.saving import Saved
from hadax.distilled.abilities.viewer import Viewed
from hadax.distilled.absent import OF_SEVERAL_TASKS, TellsAbsent
from hadax.distilled.files.header import Header
from hadax.distilled.initialisations import fixed_keys, initial_keys
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import evaluate_networks, fitted, score_of_networks
from hadax.distilled.policy import TrainedPolicy
from hadax.distilled.score import Score
from hadax.learners.registry import make_learner


@dataclass(frozen=True, eq=False)
class Distilled(TellsAbsent, Saved, Viewed, Exportable):
    """A distilled dataset.

    Attributes:
      dataset: the synthetic examples.
      task: what they teach.
      state: the task's state as the search left it.
      header: how it was made, and how it scored.
      slots: images that hold four of the examples each, and are what a file keeps,
        [slots, *input_shape]; None where the examples are kept as they are.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> found = hadax.distill("analytic/linear_regression", **small)
      >>> found.dataset.inputs.shape, found.dataset.targets.shape
      ((4, 3), (4, 2))
      >>> found.evaluate(seed=1, networks=2).networks
      2
    """

    dataset: Dataset
    task: Task
    state: TaskState
    header: Header
    slots: jax.Array | None = None

    _kind: ClassVar = "a dataset"
    _absent: ClassVar = {
        **dict.fromkeys(
            ("act", "begin_episode", "probabilities"), "a network acts; fit(seed=0) trains one"
        ),
        **dict.fromkeys(("policy", "weights"), "networks have them; fit(seed=0) trains one"),
        **dict.fromkeys(OF_SEVERAL_TASKS, "it is of one task; hadax.merge makes one of several"),
    }

    @property
    def score(self) -> Score | None:
        """What was measured when it was made, on fresh networks; None where nothing was."""
        return self.header.score

    @property
    def size_in_words(self) -> str:
        """How many examples, and in how many slots if in any, as "4 examples"."""
        return describe_size(self.dataset.size, self.slots is not None)

    @property
    def learner(self) -> Learner:
        """The learner that the settings describe."""
        return make_learner(self.header.learner, self.task.input_shape, self.task.target)

    @tells_misplaced
    @in_usual_settings
    def fit(self, seed: Seed = None) -> TrainedPolicy:
        """A network trained on the dataset from a fresh initialisation.

        Args:
          seed: a whole number or a JAX key; the same one gives the same network.
        """
        key = as_key(seed)
        weights = fitted(self.learner, self.dataset, initial_keys(self.header, key, 1)[0], key)
        return TrainedPolicy(weights, self.task, self.state, self.learner)

    def player(self, seed: Seed) -> TrainedPolicy:
        """A network trained on the dataset, as `fit`."""
        return self.fit(seed)

    @tells_misplaced
    @in_usual_settings
    def evaluate(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score:
        """Trains fresh networks and measures them on fresh episodes or test batches.

        Args:
          seed: a whole number or a JAX key; the same one gives the same score.
          networks: how many, at least 1; those of HaDES-F artifacts start in turn from the
            initialisations that they were made for, and without episodes once from each.
          episodes: episodes of each, at least 1; passed over for tasks without episodes.

        Raises:
          ConfigError: a value outside its range.
        """
        evaluations, played = self._evaluate(as_key(seed), networks, episodes)
        return score_of_networks(evaluations, self.task, played)

    @tells_misplaced
    def evaluate_as_played(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score | None:
        """Measures as `evaluate`, but the policies play as `act` does: greedy, statistics frozen.

        Args:
          seed, networks, episodes: as for `evaluate`; the same ones train the same networks.

        Returns:
          The score; None where `evaluate` plays so already.
        """
        played = self.task.as_played()
        if played is self.task:
            return None
        return dataclasses.replace(self, task=played).evaluate(seed, networks, episodes)

    @tells_misplaced
    @in_usual_settings
    def observe(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Distilled:
        """The same data with a task state that has seen what fresh networks see.

        What it scores with that state is not known: the score is None until `evaluate` says one.
        Itself where the task's state learns nothing from episodes.

        Args:
          seed, networks, episodes: as for `evaluate`.
        """
        evaluations, _ = self._evaluate(as_key(seed), networks, episodes)
        statistics = sum_statistics(evaluations.statistics)
        if not jax.tree.leaves(statistics):
            return self
        state = self.task.update(self.state, statistics)
        header = dataclasses.replace(self.header, score=None, played=None)
        return dataclasses.replace(self, state=state, header=header)

    def with_learner(self, **changes: Value) -> Distilled:
        """The same data for another learner: settings of NetworkConfig and InnerLoop by name.

        What it scores there is not known: the score is None until `evaluate` says one.

        Raises:
          ConfigError: no such setting, or a value that it cannot have.
        """
        learner = replaced(self.header.learner, changes)
        # Made here already, so that one that there is not is refused at once.
        make_learner(learner, self.task.input_shape, self.task.target)
        return dataclasses.replace(self, header=self.header.unmeasured(learner=learner))

    @in_usual_settings
    def with_task(self, **options: Value) -> Distilled:
        """The same data for the task made with other options: another physics backend, say.

        A normaliser where there was none, or none where there was one, begins anew.

        Raises:
          ConfigError: no such option, or a value that it cannot have or that gives the task other
            inputs or targets.
          UsageError: real data that a normaliser's statistics are taken of cannot be had.
        """
        header, task, state = with_options(self.header, self.task, self.state, options)
        return dataclasses.replace(self, task=task, state=state, header=header)

    @in_usual_settings
    def with_dataset(self, dataset: Dataset) -> Distilled:
        """Other pairs for the same learner and task: some left out, say, or edited by hand.

        They are in no slots, and what they score is not known: the score is None until `evaluate`
        says one.

        Args:
          dataset: inputs [size, *input_shape] as a network is given them, and targets
            [size, target_size].

        Raises:
          ConfigError: no Dataset.
          UsageError: other shapes, entries that are no finite float32, or a learning rate of their
            own.
        """
        pairs = as_pairs(dataset, self.task)
        require_finite(pairs)
        header = for_pairs(self.header, pairs.size)
        return dataclasses.replace(self, dataset=pairs, header=header, slots=None)

    @in_usual_settings
    def to_artifact(self) -> Artifact:
        """What `save` writes: the header as a document, and all arrays by name.

        Raises:
          UsageError: pairs that no file could give back, or that are not those in the slots.
        """
        header, arrays = written(self.header, self.dataset, self.slots, self.task)
        return Artifact(
            header.to_document(), {**arrays, **to_named_arrays(self.state, "task_state")}
        )

    def __repr__(self) -> str:
        """Task, size and score in a line."""
        score = self.score or "not measured"
        return f"<{self.header.task.task} in {self.size_in_words}: {score}>"

    def _evaluate(self, key: Key, networks: int, episodes: int) -> tuple[Evaluation, int]:
        """Evaluations [networks], and the episodes of each."""
        require_count("networks", networks, 1)
        task, episodes = self.task.for_measuring(episodes)
        fixed = fixed_keys(self.header)
        if fixed is not None and not episodes:
            networks = min(networks, len(fixed))
        init_key, episode_key = jax.random.split(key)
        evaluations: Evaluation = evaluate_networks(
            self.learner,
            task,
            self.dataset,
            self.state,
            initial_keys(self.header, init_key, networks),
            jax.random.split(episode_key, networks),
        )
        return evaluations, episodes
