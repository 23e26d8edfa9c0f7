"""Datasets of several tasks as one: a network trained on it plays them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, NoReturn

import jax
import numpy as np
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError, refuse_given, require_count
from hadax.core.evaluation import Evaluation
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS
from hadax.core.settings.fields import Value
from hadax.core.settings.views import replaced
from hadax.core.storage.artifact import Artifact
from hadax.core.types import Key
from hadax.core.words.names import nearest
from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.distilled.abilities.other_pairs import as_pairs
from hadax.distilled.abilities.viewer import Playable
from hadax.distilled.distilled import Distilled
from hadax.distilled.files.header import Header
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import fitted, measured, score_of_networks, which_count
from hadax.distilled.merged.header import Merge
from hadax.distilled.merged.learners import head_learner, merged_learner, merged_task
from hadax.distilled.merged.measuring import evaluate_head, fit_networks
from hadax.distilled.merged.task import MergedTask, joined
from hadax.distilled.policy import TrainedPolicy
from hadax.distilled.score import Score
from hadax.distilled.shares import share_kept
from hadax.learners.config import UNUSED_WHERE_MERGED as UNUSED

_OF_PARTS = "a merged dataset's pairs are its parts': part.with_dataset(dataset), then hadax.merge"


def refuse_unused(changes: Mapping[str, Value]) -> None:
    """Refuses settings of a learner that those of merged datasets have not.

    Raises:
      ConfigError: one of hadax.learners.config.UNUSED_WHERE_MERGED.
    """
    for name, value in changes.items():
        if name in UNUSED:
            raise ConfigError(name, value, UNUSED[name])


def place_of(name: str, names: tuple[str, ...]) -> int:
    """Where a task stands among those of a merged dataset.

    Raises:
      UsageError: it is none of them; near matches are listed.
    """
    if name not in names:
        listed = nearest(name, names) or f"; it plays {', '.join(names)}"
        raise UsageError(f"{name}: no task of this network's{listed}")
    return names.index(name)


@struct.dataclass(eq=False, repr=False)
class MergedPolicy(TrainedPolicy):
    """One trained network that plays several tasks.

    Attributes:
      task: all the tasks.
      names: theirs, in their order.
    """

    task: MergedTask
    names: tuple[str, ...] = struct.field(pytree_node=False, default=())

    @property
    def _title(self) -> str:
        """All tasks."""
        return ", ".join(self.names)

    def begin_episode(self) -> NoReturn:
        """Refuses, in words: an episode is of one task.

        Raises:
          UsageError: always, and says what to call.
        """
        listed = ", ".join(self.names)
        raise UsageError(
            f"an episode is of one task: for_task(NAME).begin_episode(), of one of {listed}"
        )

    def for_task(self, name: str) -> TrainedPolicy:
        """The network as a policy of one task, which takes that task's raw observations.

        Args:
          name: one of `names`.

        Raises:
          UsageError: it plays no such task; near matches are listed.
        """
        place = place_of(name, self.names)
        head = head_learner(self.learner, self.task, place)
        return TrainedPolicy(self.weights, self.task.parts[place], self.state[place], head)


@dataclass(frozen=True, eq=False)
class MergedPlayer(Playable):
    """One of a merged dataset's tasks, to watch a network of all of them at it.

    Attributes:
      merged: trains the network.
      name: the task's among those of the merged dataset.
      header: of the task's own dataset.
    """

    merged: Merged
    name: str
    header: Header

    def player(self, seed: Seed) -> TrainedPolicy:
        """A network trained on all of the data, at this task."""
        return self.merged.fit(seed).for_task(self.name)


@dataclass(frozen=True, eq=False)
class Merged(Distilled):
    """Several distilled datasets and the one learner that is trained on all of them.

    A Distilled whose task is all the tasks, scored by the mean share of their single scores.

    Attributes:
      task: all the tasks.
      parts: the datasets.
      names: their tasks', each once.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=1, score_networks=2, progress=False)
      >>> one = hadax.distill("analytic/linear_regression", **small)
      >>> merged = hadax.merge([one, one], networks=2)
      >>> merged.names[0], [part.dataset.size for part in merged.parts]
      ('analytic/linear_regression', [4, 4])
    """

    task: MergedTask
    parts: tuple[Distilled, ...] = ()
    names: tuple[str, ...] = ()

    _kind: ClassVar = "a merged dataset"

    @property
    def learner(self) -> Learner:
        """The learner of all heads that the settings describe."""
        return merged_learner(self.header.learner, self.task)

    @tells_misplaced
    @in_usual_settings
    def fit(self, seed: Seed = None) -> MergedPolicy:
        """A network trained on all of the data from a fresh initialisation.

        Args:
          seed: a whole number or a JAX key; the same one gives the same network.
        """
        key = as_key(seed)
        weights = fitted(self.learner, self.dataset, jax.random.split(key, 1)[0], key)
        return MergedPolicy(weights, self.task, self.state, self.learner, self.names)

    def for_task(self, name: str) -> MergedPlayer:
        """One of the tasks, whose `play` films a network that was trained on all of them.

        Args:
          name: one of `names`.

        Raises:
          UsageError: there is no such task; near matches are listed.
        """
        return MergedPlayer(self, name, self.parts[place_of(name, self.names)].header)

    def player(self, seed: Seed) -> TrainedPolicy:
        """Refuses: a network of several tasks plays one that is named, as `for_task` has it.

        Raises:
          UsageError: always, and lists the tasks.
        """
        del seed
        raise UsageError(f"this network plays several tasks: name one of {', '.join(self.names)}")

    @tells_misplaced
    def evaluate(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score:
        """The mean over the tasks of the share that fresh networks keep of each single score.

        NaN where one of the tasks has no shares, as in a file of an earlier hadax.

        Args:
          seed, networks, episodes: as for `Distilled.evaluate`.
        """
        return self.measure(seed, networks, episodes)[0]

    @tells_misplaced
    def evaluate_tasks(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> dict[str, Score]:
        """Trains fresh networks and measures each of them on every task.

        Args:
          seed, networks, episodes: as for `Distilled.evaluate`.

        Returns:
          A score by the task's name.
        """
        return self.measure(seed, networks, episodes)[1]

    @tells_misplaced
    def measure(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> tuple[Score, dict[str, Score]]:
        """What `evaluate` and `evaluate_tasks` say of the same fresh networks.

        Args:
          seed, networks, episodes: as for `Distilled.evaluate`.
        """
        task = self.task
        evaluations, played = self._evaluate_parts(as_key(seed), networks, episodes)
        values = [
            np.asarray(measured(own, part.score_metric))
            for own, part in zip(evaluations, task.parts, strict=True)
        ]
        shares = [
            share_kept(own, single, random)
            for own, single, random in zip(values, task.singles, task.randoms, strict=True)
        ]
        means = np.mean(shares, axis=0)
        sound = which_count(means)
        whole = Score(
            mean=float(np.mean(means[sound])),
            std=float(np.std(means[sound])),
            networks=networks,
            episodes=max(played),
            unseen=task.has_test_data,
            failed=1 - float(np.mean(sound)),
        )
        return whole, {
            name: score_of_networks(own, part, each)
            for name, own, part, each in zip(
                self.names, evaluations, task.parts, played, strict=True
            )
        }

    def evaluate_as_played(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score | None:
        """None: each task is measured as its own dataset was.

        Args:
          seed, networks, episodes: passed over.
        """
        del seed, networks, episodes
        return None

    def observe(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Merged:
        """Refuses: each part has statistics of its own, which are observed before it is merged.

        Args:
          seed, networks, episodes: passed over.

        Raises:
          UsageError: always, and says what to do.
        """
        del seed, networks, episodes
        raise UsageError("a merged dataset keeps its parts' statistics: observe them, then merge")

    def with_learner(self, **changes: Value) -> Merged:
        """The same data for another learner, as `Distilled.with_learner`.

        Raises:
          ConfigError: no such setting, a value that it cannot have, or a setting that a merged
            dataset's learner has not.
        """
        refuse_unused(changes)
        header = self.header.unmeasured(learner=replaced(self.header.learner, changes))
        if header is not self.header:
            # What each task scores was measured with the learner that it had.
            header = replace(Merge.of(header), scores=()).within(header)
        return replace(self, header=header)

    def with_task(self, **options: Value) -> Merged:
        """Itself where nothing is asked.

        Raises:
          ConfigError: any option: the tasks are those of the parts.
        """
        refuse_given(options, "a merged dataset's tasks stay as they are")
        return self

    def with_dataset(self, dataset: Dataset) -> Merged:
        """Refuses: the pairs are those of its parts, which are edited before they are merged.

        Args:
          dataset: passed over.

        Raises:
          UsageError: always, and says what to do.
        """
        del dataset
        raise UsageError(_OF_PARTS)

    @in_usual_settings
    def to_artifact(self) -> Artifact:
        """What `save` writes: each part as a file of its own would have it, by its number.

        Raises:
          UsageError: pairs that are not those of the parts.
        """
        artifacts = [part.to_artifact() for part in self.parts]
        own = tuple(as_pairs(part.dataset, part.task) for part in self.parts)
        whole, found = joined(own, self.task.common, self.task.heads), self.dataset
        same = np.array_equal(found.inputs, whole.inputs)
        if not (same and np.array_equal(found.targets, whole.targets)):
            raise UsageError(_OF_PARTS)
        merge = replace(Merge.of(self.header), documents=tuple(each.document for each in artifacts))
        arrays = {
            f"{place}/{name}": array
            for place, each in enumerate(artifacts)
            for name, array in each.arrays.items()
        }
        return Artifact(merge.within(self.header).to_document(), arrays)

    def __repr__(self) -> str:
        """The tasks and the number of pairs in a line."""
        return f"<{', '.join(self.names)} in {self.size_in_words}: {self.score or 'not measured'}>"

    @in_usual_settings
    def _evaluate_parts(
        self, key: Key, networks: int, episodes: int
    ) -> tuple[list[Evaluation], list[int]]:
        """Evaluations [networks] a task, and of how many episodes."""
        require_count("networks", networks, 1)
        task, learner = self.task, self.learner
        init_key, episode_key = jax.random.split(key)
        keys = jax.random.split(episode_key, networks)
        weights = fit_networks(learner, self.dataset, jax.random.split(init_key, networks), keys)
        evaluations, played = [], []
        for place, part in enumerate(self.parts):
            own = jax.vmap(jax.random.fold_in, (0, None))(keys, place)
            head = head_learner(learner, task, place)
            found, each = evaluate_head(head, part.task, part.state, weights, own, episodes)
            evaluations.append(found)
            played.append(each)
        return evaluations, played


def merged_of(header: Header, parts: tuple[Distilled, ...]) -> Merged:
    """The merged dataset that a header and its parts are.

    Args:
      header: of kind "merged".
      parts: in its order.

    Raises:
      ValueError, TypeError, KeyError: the header has no such section.
    """
    merge = Merge.of(header)
    task = merged_task(parts, merge)
    dataset = joined(tuple(part.dataset for part in parts), task.common, task.heads)
    states = tuple(part.state for part in parts)
    return Merged(dataset, task, states, header, parts=parts, names=merge.names)
