"""Classification of real images: by cross-entropy or accuracy on the training split."""

from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import struct
from numpy.typing import NDArray

from hadax.core.base_task import BaseTask
from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError, UsageError, require_choice, require_count
from hadax.core.evaluation import Evaluation
from hadax.core.parametrizations.images import Components, principal_components
from hadax.core.settings.annotations import Option
from hadax.core.specification import Discrete, Labels, is_distribution
from hadax.core.types import Key, Policy
from hadax.tasks.naming import remember_as
from hadax.tasks.supervised.config import FITNESSES, NORMALIZERS, ImageOptions
from hadax.tasks.supervised.given import (
    check_outline,
    checked_classes,
    checked_pixels,
    is_given,
)
from hadax.tasks.supervised.initial import INITIALIZATIONS
from hadax.tasks.supervised.scaling import (
    Scaling,
    no_scaling,
    scale,
    scaling_of,
    unscale,
)
from hadax.tasks.supervised.sources.images import SPLITS, Bytes, DataError, ImageSource

BLOCK = 48
"""Images of one block of a whole split: enough to keep a core busy, few enough for its cache."""

# Images that principal components are taken of: more hardly change them.
_SAMPLE = 20_000

_LOOKED_AT = {"pixels", "classes", "input_shape", "class_names", "eval_batch"}


def _looking_again(task: Any) -> Any:
    """The class of a task, whose `replace` looks at images, classes and names that it is given.

    What JAX makes of a task for a computation, batches of it say, is not looked at; one that people
    give other images is.
    """
    replaced = task.replace

    @wraps(replaced)
    def replace_and_look(self: Any, **updates: Any) -> Any:
        shown = [updates.get(name, getattr(self, name)) for name in ("pixels", "classes")]
        if _LOOKED_AT & updates.keys() and all(map(is_given, shown)):
            updates = {"checked": False, **updates}
        return replaced(self, **updates)

    task.replace = replace_and_look
    return task


@_looking_again
@struct.dataclass
class Classification(BaseTask):
    """Minus the mean cross-entropy, or the accuracy, on a batch of one split as a policy's fitness.

    Attributes:
      pixels: the split's images, [count, height, width, channels], whole numbers from 0 to 255 of
        any kind, NumPy's or JAX's, which are kept as uint8; none in an outline.
      classes: what they show, [count], places in `class_names`, likewise.
      input_shape: height, width, channels.
      class_names: what the classes are called, at least two, each of them once.
      eval_batch: images of one evaluation, drawn anew each generation; 0 for the whole split. The
        test split is always taken whole, and images given by hand for a score.
      fitness: one of FITNESSES. Evolution needs no gradient, so it can search by what is wanted in
        the end; far from there the cross-entropy tells more.
      start: one of INITIALIZATIONS: where a search begins.
      normalizer: one of NORMALIZERS.
      source: loads either split; None where the images were given by hand, and serve as both.
      split: which one these images are; "" without images, or where they were given by hand.
      checked: whether images and classes have been looked at; not to be given.

    Raises:
      ConfigError: a value outside its range, or images, classes and names that do not fit together.

    Examples:
      >>> import numpy as np
      >>> from hadax.tasks.supervised import Classification
      >>> pixels = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1))
      >>> names = ("circle", "square", "cross")
      >>> task = Classification(pixels, np.arange(60) % 3, input_shape=(8, 8, 1), class_names=names)
      >>> task.target, task.pixels.dtype
      (Discrete(size=3), dtype('uint8'))
    """

    pixels: jax.Array = struct.field(repr=False)
    classes: jax.Array = struct.field(repr=False)
    input_shape: tuple[int, int, int] = struct.field(pytree_node=False)
    class_names: tuple[str, ...] = struct.field(pytree_node=False)
    eval_batch: int = struct.field(pytree_node=False, default=ImageOptions.eval_batch)
    fitness: str = struct.field(pytree_node=False, default=ImageOptions.fitness)
    start: str = struct.field(pytree_node=False, default=ImageOptions.init)
    normalizer: str = struct.field(pytree_node=False, default=ImageOptions.normalizer)
    source: ImageSource | None = struct.field(pytree_node=False, default=None)
    split: str = struct.field(pytree_node=False, default="")
    checked: bool = struct.field(pytree_node=False, default=False, repr=False)

    score_metric = "accuracy"
    has_real_examples = True
    local_options = ("data_dir",)

    def __post_init__(self) -> None:
        require_choice("normalizer", self.normalizer, NORMALIZERS)
        require_choice("fitness", self.fitness, FITNESSES)
        require_choice("init", self.start, tuple(INITIALIZATIONS))
        # JAX makes tasks anew of whatever it computes for leaves: a task is looked at once.
        if not self.checked and is_given(self.pixels) and is_given(self.classes):
            self._check()

    @property
    def target(self) -> Discrete:
        """One of the classes."""
        return Discrete(len(self.class_names))

    @property
    def has_test_data(self) -> bool:
        """Whether there are other images than those of a search: not if they are given by hand."""
        return self.source is not None

    @property
    def options(self) -> Mapping[str, Option]:
        """Options that decide what the task is."""
        told = {"init": self.start, "normalizer": self.normalizer}
        return {"eval_batch": self.eval_batch, "fitness": self.fitness, **told}

    @property
    def labels(self) -> Labels:
        """The classes' names, as those of the targets."""
        return Labels(target_names=self.class_names)

    def with_data(self, split: str) -> "Classification":
        """The task with the images of a split, loaded unless they are there.

        Raises:
          ConfigError: no such split, or a folder that lacks the files.
          UsageError: the images cannot be had, or are not what they should be.
        """
        require_choice("split", split, SPLITS)
        if self.source is None or split == self.split:
            return self
        pixels: Any
        classes: Any
        pixels, classes = self.source.load(split)
        try:
            loaded = replace(self, pixels=pixels, classes=classes, split=split, checked=False)
        except ConfigError as error:
            raise DataError(f"images of the split {split}: {error}") from error
        if not loaded.classes.shape[0]:
            raise DataError(f"images of the split {split}: there are none")
        remember_as(self, loaded)
        return loaded

    def for_measuring(self, episodes: int) -> tuple["Classification", int]:
        """The task with its test data, or all images given by hand; and no episodes."""
        del episodes
        whole = replace(self, eval_batch=0) if self.source is None else self.with_data("test")
        return whole, 0

    def init(self, key: Key) -> Scaling:
        """The training split's mean and standard deviation, or what leaves brightness as it is."""
        del key
        if self.normalizer == "none":
            return no_scaling(self.input_shape[-1])
        return scaling_of(self.pixels)

    def preprocess(self, state: Scaling, inputs: jax.Array) -> jax.Array:
        """Images [batch, *input_shape] of brightness 0 to 255 as a network is given them."""
        return scale(state, inputs)

    def restore(self, state: Scaling, inputs: jax.Array) -> jax.Array:
        """The brightness behind a network's inputs [batch, *input_shape], 0 to 1 in real images."""
        return unscale(state, inputs)

    def evaluate(self, key: Key, policy: Policy, state: Scaling) -> Evaluation:
        """Minus the mean cross-entropy or the accuracy as fitness, `accuracy` in [0, 1] as metric.

        Raises:
          UsageError: there are no images.
        """
        self._require_images()
        count = self.classes.shape[0]
        batch = 0 if self.split == "test" else self.eval_batch
        if batch and batch < count:
            chosen = jax.random.randint(key, (batch,), 0, count)
            losses, hits = self._losses_and_hits(policy, state, chosen)
            return self._evaluation(jnp.sum(losses), jnp.sum(hits), batch)
        blocks = -(-count // BLOCK)

        def add(block: jax.Array, sums: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            chosen = block * BLOCK + jnp.arange(BLOCK)
            losses, hits = self._losses_and_hits(policy, state, jnp.minimum(chosen, count - 1))
            real = chosen < count
            added = (jnp.sum(jnp.where(real, losses, 0)), jnp.sum(jnp.where(real, hits, 0)))
            return sums[0] + added[0], sums[1] + added[1]

        zero = (jnp.float32(0), jnp.float32(0))
        loss, right = jax.lax.fori_loop(0, blocks, add, zero)
        return self._evaluation(loss, right, count)

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """Images by `start` with every class as a label in turn.

        Raises:
          UsageError: there are no images, or none of a class that is to begin with some.
        """
        self._require_images()
        state = self.init(key)
        pixels, known = np.asarray(self.pixels), np.asarray(self.classes)
        wanted = np.arange(size) % self.target.size
        if self.start != "zeros":
            self._require_all(known, wanted)
        images = INITIALIZATIONS[self.start](key, pixels, known, wanted)
        inputs = self.preprocess(state, jnp.asarray(images, jnp.float32))
        return Dataset(inputs=inputs, targets=balanced_one_hot(size, self.target.size))

    def real_examples(self, key: Key, size: int) -> Dataset:
        """Real training images, whatever `start` is.

        Drawn without repetition within a class where it has enough. For many draws, give the task
        its training data first.
        """
        return replace(self.with_data("train"), start="sample").initial_dataset(key, size)

    def principal_components(self, count: int) -> Components:
        """What real images vary most in, as networks see them.

        Returns:
          Their centre [*input_shape] and directions [count, *input_shape].

        Raises:
          ConfigError: more than there are.
          UsageError: there are no images.
        """
        self._require_images()
        inputs = self.preprocess(self.init(jax.random.key(0)), jnp.asarray(self._some, jnp.float32))
        return principal_components(np.asarray(inputs), count)

    def describe_target(self, target: NDArray[np.float32]) -> str:
        """The likeliest class in a target [classes], and where labels are soft also the next."""
        first, second = np.argsort(-target)[:2]
        names = self.class_names
        if target[second] < 0.01 or not is_distribution(target):
            return names[first]
        return f"{names[first]} {target[first]:.0%}, {names[second]} {target[second]:.0%}"

    @property
    def _some(self) -> jax.Array:
        """Some of the images, at most _SAMPLE: of ones given by hand drawn, always the same."""
        count = self.pixels.shape[0]
        if self.source is not None or count <= _SAMPLE:
            # Published images lie in no order; searches have been run in the bases of these.
            return self.pixels[:_SAMPLE]
        drawn = np.random.default_rng(0).choice(count, _SAMPLE, replace=False, shuffle=False)
        return self.pixels[np.sort(drawn)]

    def _check(self) -> None:
        """Holds images, classes and names against each other, and keeps the former as bytes."""
        require_count("eval_batch", self.eval_batch, 0)
        check_outline(self.input_shape, self.class_names)
        pixels = checked_pixels(self.pixels, self.input_shape)
        classes = checked_classes(self.classes, pixels.shape[0], len(self.class_names))
        for name, value in (("pixels", pixels), ("classes", classes), ("checked", True)):
            object.__setattr__(self, name, value)

    def _require_all(self, known: Bytes, wanted: NDArray[np.int64]) -> None:
        """Refuses to begin with images of a class that no image shows; `known` are all classes."""
        absent = [self.class_names[each] for each in np.setdiff1d(wanted, known)]
        if absent:
            raise UsageError(f"no image shows {', '.join(absent)}: give some, or begin with zeros")

    def _require_images(self) -> None:
        if not self.classes.shape[0]:
            raise UsageError(
                "the task has no images yet; with_data('train') or ('test') loads them"
            )

    def _losses_and_hits(
        self, policy: Policy, state: Scaling, chosen: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """Cross-entropy and whether the answer is right, of the images chosen by number."""
        outputs = policy(self.preprocess(state, self.pixels[chosen].astype(jnp.float32)))
        classes = self.classes[chosen].astype(jnp.int32)
        losses = optax.softmax_cross_entropy_with_integer_labels(outputs, classes)
        right = (jnp.argmax(outputs, axis=-1) == classes).astype(jnp.float32)
        # A network that answers nothing finite would else be right about class 0.
        return losses, jnp.where(jnp.isfinite(losses), right, jnp.nan)

    def _evaluation(self, loss: jax.Array, right: jax.Array, count: int) -> Evaluation:
        accuracy = right / count
        fitness = accuracy if self.fitness == "accuracy" else -loss / count
        return Evaluation(fitness=fitness, metrics={"accuracy": accuracy})
