"""A policy whose weights were evolved directly."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import jax
from numpy.typing import ArrayLike

from hadax.core.errors import require_count
from hadax.core.jax_settings import in_usual_settings
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS
from hadax.core.settings.fields import Value
from hadax.core.storage.artifact import Artifact
from hadax.core.storage.trees import to_named_arrays
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.distilled.abilities.other_options import with_options
from hadax.distilled.abilities.saving import Saved
from hadax.distilled.abilities.viewer import Playable
from hadax.distilled.absent import OF_SEVERAL_TASKS, TellsAbsent
from hadax.distilled.files.header import Header
from hadax.distilled.in_episode import EpisodePolicy
from hadax.distilled.inputs import Answers
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import evaluate_policy, score_of_policy
from hadax.distilled.policy import TrainedPolicy
from hadax.distilled.score import Score


@dataclass(frozen=True, eq=False)
class Evolved(TellsAbsent, Saved, Playable):
    """An evolved policy.

    Attributes:
      policy: the network with its weights.
      header: how it was made, and how it scored.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> found = hadax.neuroevolve("analytic/linear_regression", **small)
      >>> found.act([0.5, 1.0, -1.0]).shape
      (2,)
      >>> hadax.load_policy(found.save("policy.safetensors")).score == found.score
      True
    """

    policy: TrainedPolicy
    header: Header

    _kind: ClassVar = "an evolved policy"
    _absent: ClassVar = {
        "fit": "its weights need no training; it acts itself: call act, or player(seed)",
        "with_learner": "its weights fit their own network alone; evolve others",
        "export": "pairs are what is exported, and it has none; save writes its weights",
        "show": "it has no pairs to draw; play films an episode",
        "observe": "its statistics are those that it was evolved with",
        **dict.fromkeys(
            ("dataset", "slots", "with_dataset"), "it has weights in place of pairs, policy.weights"
        ),
        **dict.fromkeys(("learner", "weights"), "its policy has that"),
        **dict.fromkeys(OF_SEVERAL_TASKS, "it is of one task; evaluate measures it"),
    }

    @property
    def score(self) -> Score | None:
        """What was measured when it was made, on fresh episodes; None where nothing was."""
        return self.header.score

    @property
    def task(self) -> Task:
        """What the policy is for."""
        return self.policy.task

    @property
    def state(self) -> TaskState:
        """The task's state as the search left it."""
        return self.policy.state

    @property
    def size_in_words(self) -> str:
        """What there is of it, for a line beside those of datasets."""
        return "one network's weights"

    def act(self, inputs: ArrayLike) -> Answers:
        """The best answer to raw inputs, as the environment or user takes it.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape].

        Returns:
          As `TrainedPolicy.act`: int32 [] or [batch], or float32 [size] or [batch, size].

        Raises:
          UsageError: as `TrainedPolicy.act`.
        """
        return self.policy.act(inputs)

    def begin_episode(self) -> EpisodePolicy:
        """The same policy with a memory, as `TrainedPolicy.begin_episode` gives it."""
        return self.policy.begin_episode()

    def probabilities(self, inputs: ArrayLike) -> Answers:
        """How likely each class, or each discrete action, is for raw inputs.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape].

        Returns:
          As `TrainedPolicy.probabilities`: float32 [classes], or [batch, classes].

        Raises:
          UsageError: as `TrainedPolicy.probabilities`.
        """
        return self.policy.probabilities(inputs)

    def player(self, seed: Seed) -> TrainedPolicy:
        """The policy, whatever the `seed`: it is trained already."""
        del seed
        return self.policy

    @tells_misplaced
    @in_usual_settings
    def evaluate(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score:
        """Measures the policy on fresh episodes or test batches.

        Args:
          seed: a whole number or a JAX key; the same one gives the same score.
          networks: at least 1; the network is always the one, but it plays as many episodes (or
            test batches) as that many networks would.
          episodes: episodes in place of one network's, at least 1.

        Raises:
          ConfigError: a value outside its range.
        """
        require_count("networks", networks, 1)
        policy = self.policy
        task, episodes = policy.task.for_measuring(episodes)
        keys = jax.random.split(as_key(seed), networks)
        evaluations = evaluate_policy(policy.learner, task, policy.weights, policy.state, keys)
        return score_of_policy(evaluations, task, episodes)

    @tells_misplaced
    def evaluate_as_played(
        self, seed: Seed = None, networks: int = FRESH_NETWORKS, episodes: int = FRESH_EPISODES
    ) -> Score | None:
        """Measures as `evaluate`, but the policy plays as `act` does: greedy, statistics frozen.

        Args:
          seed, networks, episodes: as for `evaluate`.

        Returns:
          The score; None where `evaluate` plays so already.
        """
        played = self.task.as_played()
        if played is self.task:
            return None
        policy = dataclasses.replace(self.policy, task=played)
        return dataclasses.replace(self, policy=policy).evaluate(seed, networks, episodes)

    @in_usual_settings
    def with_task(self, **options: Value) -> Evolved:
        """The same policy for the task made with other options, as `Distilled.with_task`.

        Raises:
          ConfigError: no such option, or a value that it cannot have or that gives the task other
            inputs or targets.
          UsageError: real data that a normaliser's statistics are taken of cannot be had.
        """
        header, task, state = with_options(self.header, self.task, self.state, options)
        policy = dataclasses.replace(self.policy, task=task, state=state)
        return dataclasses.replace(self, policy=policy, header=header)

    def to_artifact(self) -> Artifact:
        """What `save` writes: the header as a document, and all arrays by name."""
        arrays = {
            **to_named_arrays(self.policy.weights, "weights"),
            **to_named_arrays(self.state, "task_state"),
        }
        return Artifact(self.header.to_document(), arrays)

    def __repr__(self) -> str:
        """Task and score in a line."""
        return f"<a policy for {self.header.task.task}: {self.score or 'not measured'}>"
