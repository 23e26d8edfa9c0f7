"""An artifact brought back to life: networks retrained from it, and its score measured anew."""

import dataclasses
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from hadax import tasks
from hadax.core.annotations import construct
from hadax.core.artifact import Artifact, Score, read_artifact
from hadax.core.chunk import map_in_chunks, training_chunk, tree_bytes
from hadax.core.dataset import Dataset
from hadax.core.errors import ArtifactError, UsageError, require
from hadax.core.learner import Learner
from hadax.core.objective import initialisation_keys, sum_statistics, train_and_evaluate
from hadax.core.task import Evaluation, Task
from hadax.core.trees import from_named_arrays
from hadax.core.types import Key, LearnerState, TaskState
from hadax.learners.config import LearnerConfig, make_learner
from hadax.learners.shared_first_layer import plain_parameters


@dataclass(frozen=True)
class TrainedPolicy:
    """A trained network together with what it does to raw inputs.

    Attributes:
      learner: gives the network.
      weights: the network's parameters.
      task: what the network is for.
      state: the task's state: the observation normaliser, say.
    """

    learner: Learner
    weights: LearnerState
    task: Task
    state: TaskState

    def __call__(self, inputs: jax.Array) -> jax.Array:
        """The network's outputs [batch, outputs] for raw inputs [batch, *input_shape]."""
        return self.learner.apply(self.weights, self.task.preprocess(self.state, inputs))

    def act(self, inputs: jax.Array) -> jax.Array:
        """The greedy answer to raw inputs [batch, *input_shape].

        Returns:
          The class or action, int32 [batch], or a vector float32 [batch, size]; for control tasks
          -1 stands for the lowest action and 1 for the highest.
        """
        return self.task.answer(self(inputs))


@dataclass(frozen=True)
class Distilled:
    """A distilled dataset: data, learner and task, ready to train networks.

    Attributes:
      dataset: the synthetic examples.
      task: what they teach.
      state: the task's state as the search left it.
      config: the learner's settings.
      artifact: the file's content.
    """

    dataset: Dataset
    task: Task
    state: TaskState
    config: LearnerConfig
    artifact: Artifact

    @property
    def learner(self) -> Learner:
        """The learner that the settings describe."""
        return make_learner(self.config, self.task.input_shape, self.task.target)

    def with_learner(self, **changes: Any) -> "Distilled":
        """The same data for another learner: fields of LearnerConfig by name.

        Raises:
          UsageError: no such field, or a value that it cannot have.
        """
        try:
            config = construct(LearnerConfig, {**dataclasses.asdict(self.config), **changes})
        except TypeError as error:
            raise UsageError(f"not a learner: {error}") from error
        return dataclasses.replace(self, config=config)

    def with_task(self, **options: Any) -> "Distilled":
        """The same data for the task made with other options: another physics backend, say.

        Raises:
          ConfigError: no such option, or a value that it cannot have.
        """
        return dataclasses.replace(self, **_with_options(self.artifact, options))

    def fit(self, key: Key) -> TrainedPolicy:
        """A network trained on the dataset from a fresh initialisation."""
        weights = _fit(self.learner, self.dataset, self._initial_keys(key, 1)[0])
        return TrainedPolicy(self.learner, weights, self.task, self.state)

    def evaluate(self, key: Key, networks: int = 32, episodes: int = 8) -> Score:
        """Trains fresh networks and measures them on fresh episodes or test batches.

        Args:
          key: the same key gives the same score.
          networks: how many, at least 1; those of HaDES-F artifacts start in turn from the
            initialisations that they were made for, and without episodes once from each.
          episodes: episodes of each, at least 1; passed over for tasks without episodes.

        Raises:
          ConfigError: a value outside its range.
        """
        evaluations, episodes = self._evaluate(key, networks, episodes)
        metric = self.task.score_metric
        measured = _measured(evaluations, metric)
        mean, std = float(jnp.mean(measured)), float(jnp.std(measured))
        return Score(mean, std, measured.shape[0], episodes, metric)

    def observe(self, key: Key, networks: int = 32, episodes: int = 8) -> "Distilled":
        """The same data with a task state that has seen what fresh networks see.

        Args:
          key, networks, episodes: as for `evaluate`.
        """
        evaluations, _ = self._evaluate(key, networks, episodes)
        statistics = sum_statistics(evaluations.statistics)
        return dataclasses.replace(self, state=self.task.update(self.state, statistics))

    def _evaluate(self, key: Key, networks: int, episodes: int) -> tuple[Evaluation, int]:
        """Evaluations [networks], and the episodes of each."""
        require(networks >= 1, "score_networks", networks, "must be at least 1")
        task, episodes = self.task.for_measuring(episodes)
        if self._fixed_keys is not None and not episodes:
            networks = min(networks, len(self._fixed_keys))
        init_key, episode_key = jax.random.split(key)
        evaluations: Evaluation = _evaluate_networks(
            self.learner,
            task,
            self.dataset,
            self.state,
            self._initial_keys(init_key, networks),
            jax.random.split(episode_key, networks),
        )
        return evaluations, episodes

    def _initial_keys(self, key: Key, count: int) -> Key:
        if self._fixed_keys is None:
            return jax.random.split(key, count)
        return self._fixed_keys[jnp.arange(count) % len(self._fixed_keys)]

    @property
    def _fixed_keys(self) -> Key | None:
        """The initialisations of HaDES-F, [inits]; None for HaDES-R."""
        description = self.artifact.description
        if description.policy_init == "random":
            return None
        fixed = jax.random.wrap_key_data(jnp.asarray(description.init_key, jnp.uint32))
        return initialisation_keys(fixed, description.search.get("inits_per_candidate", 1))


@dataclass(frozen=True)
class Evolved:
    """A policy whose weights were evolved directly.

    Attributes:
      policy: the network with its weights.
      config: the network's settings.
      artifact: the file's content.
    """

    policy: TrainedPolicy
    config: LearnerConfig
    artifact: Artifact

    def with_task(self, **options: Any) -> "Evolved":
        """The same policy for the task made with other options.

        Raises:
          ConfigError: no such option, or a value that it cannot have.
        """
        changed = _with_options(self.artifact, options)
        policy = dataclasses.replace(self.policy, task=changed["task"])
        return dataclasses.replace(self, policy=policy, artifact=changed["artifact"])

    def evaluate(self, key: Key, networks: int = 32, episodes: int = 8) -> Score:
        """Measures the policy on fresh episodes or test batches.

        Args:
          key: the same key gives the same score.
          networks: at least 1; the network is always the one, but it plays as many episodes (or
            test batches) as that many networks would.
          episodes: episodes in place of one network's, at least 1.
        """
        require(networks >= 1, "score_networks", networks, "must be at least 1")
        # In groups, because a normaliser may go by the episodes that are played together.
        task, episodes = self.policy.task.for_measuring(episodes)
        evaluations = _evaluate_policy(
            self.policy.learner,
            task,
            self.policy.weights,
            self.policy.state,
            jax.random.split(key, networks),
        )
        within = evaluations.metrics.get("return_std", jnp.zeros(networks))
        metric = self.policy.task.score_metric
        measured = _measured(evaluations, metric)
        variance = jnp.mean(jnp.square(within)) + jnp.var(measured)
        mean, std = float(jnp.mean(measured)), float(jnp.sqrt(variance))
        return Score(mean, std, 1, episodes * networks, metric)


def load(path: str | Path) -> Distilled | Evolved:
    """The distilled dataset or evolved policy in a file.

    Raises:
      ArtifactError: the file is missing, damaged, not of hadax, does not fit its own task, or its
        task is not installed here.
    """
    return revive(read_artifact(Path(path)), str(path))


def revive(artifact: Artifact, name: str) -> Distilled | Evolved:
    """The object that an artifact describes; `name` is what errors call it."""
    description = artifact.description
    try:
        task = tasks.outline(description.task, **description.task_options)
        settings = {**description.learner, "filters": tuple(description.learner["filters"])}
        config: LearnerConfig = construct(LearnerConfig, settings)
        learner = make_learner(config, task.input_shape, task.target)
        key = jax.random.key(0)
        state = from_named_arrays(artifact.arrays, "task_state", jax.eval_shape(task.init, key))
        if description.kind == "policy":
            shapes = jax.eval_shape(learner.init, key)
            weights = from_named_arrays(artifact.arrays, "weights", shapes)
            return Evolved(TrainedPolicy(learner, weights, task, state), config, artifact)
    except (UsageError, ValueError, TypeError, KeyError) as error:
        raise ArtifactError(f"{name}: does not fit task {description.task}: {error}") from error
    dataset = Dataset(
        inputs=jnp.asarray(artifact.arrays["inputs"], jnp.float32),
        targets=jnp.asarray(artifact.arrays["targets"], jnp.float32),
    )
    _check_fit(name, description.task, dataset, task)
    return Distilled(dataset, task, state, config, artifact)


def _check_fit(name: str, task_name: str, dataset: Dataset, task: Task) -> None:
    for part, found, wanted in (
        ("inputs", dataset.inputs.shape[1:], task.input_shape),
        ("targets", dataset.targets.shape[1:], (task.target.size,)),
    ):
        if tuple(found) != tuple(wanted):
            raise ArtifactError(
                f"{name}: {part} of shape {tuple(found)}, but {task_name} has {tuple(wanted)}"
            )


def _with_options(artifact: Artifact, options: dict[str, Any]) -> dict[str, Any]:
    """The artifact with other options of its task, and that task."""
    description = artifact.description
    changed = {**description.task_options, **options}
    described = dataclasses.replace(description, task_options=changed)
    return {
        "task": tasks.outline(description.task, **changed),
        "artifact": dataclasses.replace(artifact, description=described),
    }


def _measured(evaluations: Evaluation, metric: str) -> jax.Array:
    """What a score is of, [networks]."""
    return evaluations.fitness if metric == "fitness" else evaluations.metrics[metric]


@partial(jax.jit, static_argnames="learner")
def _fit(learner: Learner, dataset: Dataset, key: Key) -> LearnerState:
    return plain_parameters(learner.fit(learner.init(key), dataset)[0])


@partial(jax.jit, static_argnames="learner")
def _evaluate_networks(
    learner: Learner,
    task: Task,
    dataset: Dataset,
    state: TaskState,
    init_keys: Key,
    keys: Key,
) -> Evaluation:
    def evaluate(pair: tuple[Key, Key]) -> Evaluation:
        initial = learner.init(pair[0])
        return train_and_evaluate(learner, task, dataset, state, initial, pair[1])

    size = 4 * tree_bytes(jax.eval_shape(learner.init, jax.random.key(0)))
    chunk = training_chunk(size, keys.shape[0], 1, jax.default_backend())
    return map_in_chunks(evaluate, (init_keys, keys), chunk)


@partial(jax.jit, static_argnames="learner")
def _evaluate_policy(
    learner: Learner, task: Task, weights: LearnerState, state: TaskState, keys: Key
) -> Evaluation:
    policy = partial(learner.apply, weights)
    return jax.vmap(lambda key: task.evaluate(key, policy, state))(keys)
