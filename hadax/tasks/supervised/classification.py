"""Classification of real images: fitness is minus the cross-entropy on the training split."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import struct
from numpy.typing import NDArray

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import require_choice
from hadax.core.parametrizations.images import Matrix, principal_components
from hadax.core.task import Discrete, Evaluation
from hadax.core.types import Key, Policy, Statistics
from hadax.tasks.supervised.initial import INITIALIZATIONS

NORMALIZERS: tuple[str, ...] = ("constant", "none")
"""Mean and standard deviation of the training split's channels, or plain brightness in [0, 1]."""

BLOCK = 48
"""Images of one block of a whole split: enough to keep a core busy, few enough for its cache."""

# Images that principal components are taken of: more hardly change them.
_SAMPLE = 20_000


@struct.dataclass
class Scaling:
    """What is done to brightness in [0, 1] before a network sees it; frozen into the artifact.

    Attributes:
      mean: subtracted, [channels].
      std: divided by, [channels].
    """

    mean: jax.Array
    std: jax.Array


@struct.dataclass
class Classification:
    """Minus the mean cross-entropy on a batch of one split, as the fitness of a policy.

    Attributes:
      pixels: the split's images, uint8 [count, height, width, channels]; none in a task that only
        describes itself.
      labels: their classes, uint8 [count].
      input_shape: height, width, channels.
      class_names: what the classes are called.
      eval_batch: images of one evaluation, drawn anew each generation; 0 for the whole split.
      start: one of INITIALIZATIONS: where a search begins.
      normalizer: one of NORMALIZERS.
    """

    pixels: jax.Array
    labels: jax.Array
    input_shape: tuple[int, int, int] = struct.field(pytree_node=False)
    class_names: tuple[str, ...] = struct.field(pytree_node=False)
    eval_batch: int = struct.field(pytree_node=False, default=1024)
    start: str = struct.field(pytree_node=False, default="mean")
    normalizer: str = struct.field(pytree_node=False, default="constant")

    def __post_init__(self) -> None:
        require_choice("normalizer", self.normalizer, NORMALIZERS)
        require_choice("init", self.start, tuple(INITIALIZATIONS))

    @property
    def target(self) -> Discrete:
        """One of the classes."""
        return Discrete(len(self.class_names))

    @property
    def options(self) -> dict[str, Any]:
        """Options that decide what the task is."""
        return {
            "eval_batch": self.eval_batch,
            "init": self.start,
            "normalizer": self.normalizer,
        }

    @property
    def score_metric(self) -> str:
        """What the final measurement reports."""
        return "accuracy"

    def init(self, key: Key) -> Scaling:
        """The training split's mean and standard deviation, or what leaves brightness as it is."""
        del key
        channels = self.input_shape[-1]
        if self.normalizer == "none":
            return Scaling(jnp.zeros(channels), jnp.ones(channels))
        return _scaling(self.pixels)

    def preprocess(self, state: Scaling, inputs: jax.Array) -> jax.Array:
        """Images of brightness 0 to 255 as a network is given them."""
        return (inputs / 255 - state.mean) / state.std

    def restore(self, state: Scaling, inputs: jax.Array) -> jax.Array:
        """The brightness behind what a network is given, 0 to 1 in real images."""
        return inputs * state.std + state.mean

    def evaluate(self, key: Key, policy: Policy, state: Scaling) -> Evaluation:
        """Minus the mean cross-entropy as fitness, `accuracy` in [0, 1] as metric."""
        count = self.labels.shape[0]
        if self.eval_batch and self.eval_batch < count:
            chosen = jax.random.randint(key, (self.eval_batch,), 0, count)
            losses, hits = self._judge(policy, state, chosen)
            return _evaluation(jnp.sum(losses), jnp.sum(hits), self.eval_batch)
        blocks = -(-count // BLOCK)

        def add(block: jax.Array, sums: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            chosen = block * BLOCK + jnp.arange(BLOCK)
            losses, hits = self._judge(policy, state, jnp.minimum(chosen, count - 1))
            real = chosen < count
            added = (jnp.sum(jnp.where(real, losses, 0)), jnp.sum(jnp.where(real, hits, 0)))
            return sums[0] + added[0], sums[1] + added[1]

        zero = (jnp.float32(0), jnp.float32(0))
        loss, right = jax.lax.fori_loop(0, blocks, add, zero)
        return _evaluation(loss, right, count)

    def update(self, state: Scaling, statistics: Statistics) -> Scaling:
        """The same: nothing is learned about the images during a run."""
        del statistics
        return state

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """Images by `start` with every class as a label in turn."""
        state = self.init(key)
        pixels, labels = np.asarray(self.pixels), np.asarray(self.labels)
        classes = np.arange(size) % self.target.size
        images = INITIALIZATIONS[self.start](key, pixels, labels, classes)
        inputs = self.preprocess(state, jnp.asarray(images, jnp.float32))
        return Dataset(inputs=inputs, targets=balanced_one_hot(size, self.target.size))

    def principal_components(self, count: int) -> tuple[Matrix, Matrix]:
        """What real images vary most in, as networks see them; see core.image_basis."""
        some = jnp.asarray(self.pixels[:_SAMPLE], jnp.float32)
        inputs = self.preprocess(self.init(jax.random.key(0)), some)
        return principal_components(np.asarray(inputs), count)

    def describe_target(self, target: NDArray[np.float32]) -> str:
        """The likeliest class, and where labels are soft also the next."""
        first, second = np.argsort(-target)[:2]
        if target[first] > 0.995:
            return self.class_names[first]
        return (
            f"{self.class_names[first]} {target[first]:.0%},"
            f" {self.class_names[second]} {target[second]:.0%}"
        )

    def _judge(
        self, policy: Policy, state: Scaling, chosen: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """Cross-entropy and whether the answer is right, of the images chosen by number."""
        outputs = policy(self.preprocess(state, self.pixels[chosen].astype(jnp.float32)))
        labels = self.labels[chosen].astype(jnp.int32)
        losses = optax.softmax_cross_entropy_with_integer_labels(outputs, labels)
        right = (jnp.argmax(outputs, axis=-1) == labels).astype(jnp.float32)
        # A network that answers nothing finite would else be right about class 0.
        return losses, jnp.where(jnp.isfinite(losses), right, jnp.nan)


@jax.jit
def _scaling(pixels: jax.Array) -> Scaling:
    """Mean and standard deviation of brightness in [0, 1], by way of each image's own."""
    brightness = pixels.astype(jnp.float32) / 255
    means, squares = (each.mean((1, 2)) for each in (brightness, jnp.square(brightness)))
    mean = means.mean(0)
    return Scaling(mean, jnp.sqrt(squares.mean(0) - jnp.square(mean)))


def _evaluation(loss: jax.Array, right: jax.Array, count: int) -> Evaluation:
    return Evaluation(fitness=-loss / count, metrics={"accuracy": right / count})
