"""A learner's settings, and the learner that they make."""

from dataclasses import dataclass

from hadax.core.errors import require, require_choice, require_count, require_positive
from hadax.core.learner import Learner
from hadax.core.task import TargetSpec
from hadax.learners.gradient import GradientLearner
from hadax.learners.kernels.products import PRECISIONS
from hadax.learners.losses import LOSSES, default_loss, fits
from hadax.learners.networks import ACTIVATIONS, INITIALIZERS, MLP, ConvNet, Network
from hadax.learners.optimizers import OPTIMIZERS, SCHEDULES, takes_epsilon
from hadax.learners.shared_first_layer import SharedFirstLayerLearner, shares_first_layer

NETWORKS: tuple[str, ...] = ("mlp", "conv")
"""Networks by name."""

_WIDEST, _DEEPEST = 2**16, 2**8


@dataclass(frozen=True)
class LearnerConfig:
    """Everything that decides how a dataset becomes a network; stored in the artifact.

    Attributes:
      network: "mlp" or "conv".
      width: units of a hidden dense layer, at least 1.
      depth: hidden dense layers, at least 0.
      activation: one of hadax.learners.networks.ACTIVATIONS.
      initializer: one of hadax.learners.networks.INITIALIZERS.
      hidden_scale: factor on all other layers' initial weights, above 0.
      output_scale: factor on the last layer's initial weights, at least 0.
      filters: channels of each convolution block ("conv" only).
      kernel: side of the convolution kernels.
      instance_norm: whether convolution blocks normalise.
      average_pool: whether convolution blocks halve the image.
      loss: one of hadax.learners.losses.LOSSES, or "auto" by the kind of target.
      inner_optimizer: one of hadax.learners.optimizers.OPTIMIZERS.
      inner_lr: learning rate of the inner loop, above 0.
      inner_steps: full-batch gradient steps, at least 1.
      inner_epsilon: what the optimiser adds to its denominators; 0 for its own default.
      inner_clip: largest global norm of a gradient; 0 clips nothing.
      inner_schedule: one of hadax.learners.optimizers.SCHEDULES.
      precision: one of hadax.learners.kernels.products.PRECISIONS.

    Raises:
      ConfigError: a value outside its range.
    """

    network: str = "mlp"
    width: int = 64
    depth: int = 2
    activation: str = "tanh"
    initializer: str = "lecun_normal"
    hidden_scale: float = 1.0
    output_scale: float = 1.0
    filters: tuple[int, ...] = (16,)
    kernel: int = 3
    instance_norm: bool = False
    average_pool: bool = False
    loss: str = "auto"
    inner_optimizer: str = "adam"
    inner_lr: float = 0.005
    inner_steps: int = 100
    inner_epsilon: float = 0.0
    inner_clip: float = 0.0
    inner_schedule: str = "constant"
    precision: str = "float32"

    def __post_init__(self) -> None:
        require_choice("network", self.network, NETWORKS)
        require_count("width", self.width, 1, _WIDEST)
        require_count("depth", self.depth, 0, _DEEPEST)
        require_choice("activation", self.activation, tuple(ACTIVATIONS))
        require_choice("initializer", self.initializer, tuple(INITIALIZERS))
        require_positive("hidden_scale", self.hidden_scale)
        if self.output_scale != 0:
            require_positive("output_scale", self.output_scale)
        for filters in self.filters or (0,):
            require_count("filters", filters, 1, _WIDEST)
        require_count("kernel", self.kernel, 1, _DEEPEST)
        require_choice("loss", self.loss, ("auto", *LOSSES))
        require_choice("inner_optimizer", self.inner_optimizer, tuple(OPTIMIZERS))
        require_positive("inner_lr", self.inner_lr)
        require_count("inner_steps", self.inner_steps, 1)
        if self.inner_epsilon != 0:
            require_positive("inner_epsilon", self.inner_epsilon)
            expected = f"{self.inner_optimizer} has no epsilon; use 0"
            has_one = takes_epsilon(self.inner_optimizer)
            require(has_one, "inner_epsilon", self.inner_epsilon, expected)
        if self.inner_clip != 0:
            require_positive("inner_clip", self.inner_clip)
        require_choice("inner_schedule", self.inner_schedule, tuple(SCHEDULES))
        require_choice("precision", self.precision, PRECISIONS)


def make_learner(
    config: LearnerConfig, input_shape: tuple[int, ...], target: TargetSpec
) -> Learner:
    """The learner that the settings describe, for a task's inputs and targets.

    A first layer that moves in the span of the examples is computed there: exact, and quicker.

    Raises:
      ConfigError: the network cannot take the inputs, or the loss the targets.
    """
    loss = default_loss(target) if config.loss == "auto" else config.loss
    require(fits(loss, target), "loss", loss, f"cannot train {target}; use {default_loss(target)}")
    plain = GradientLearner(
        network=_make_network(config, input_shape, target, loss),
        input_shape=input_shape,
        loss=loss,
        inner_optimizer=config.inner_optimizer,
        inner_lr=config.inner_lr,
        inner_steps=config.inner_steps,
        inner_epsilon=config.inner_epsilon,
        inner_clip=config.inner_clip,
        inner_schedule=config.inner_schedule,
    )
    return SharedFirstLayerLearner(plain) if shares_first_layer(plain) else plain


def _make_network(
    config: LearnerConfig, input_shape: tuple[int, ...], target: TargetSpec, loss: str
) -> Network:
    mlp = MLP(
        outputs=target.size,
        width=config.width,
        depth=config.depth,
        activation=config.activation,
        initializer=config.initializer,
        hidden_scale=config.hidden_scale,
        output_scale=config.output_scale,
        log_std=loss == "gaussian_negative_log_likelihood",
        precision=config.precision,
    )
    if config.network == "mlp":
        return mlp
    images = len(input_shape) == 3
    require(
        images, "network", "conv", f"needs images, but inputs have shape {input_shape}; use mlp"
    )
    if config.average_pool:
        smallest = min(input_shape[:2]) // 2 ** len(config.filters)
        blocks = len(config.filters)
        expected = f"{blocks} blocks that halve an image of {input_shape} leave nothing of it"
        require(smallest >= 1, "average_pool", True, expected)
    return ConvNet(
        outputs=mlp.outputs,
        width=mlp.width,
        depth=mlp.depth,
        activation=mlp.activation,
        initializer=mlp.initializer,
        hidden_scale=mlp.hidden_scale,
        output_scale=mlp.output_scale,
        log_std=mlp.log_std,
        filters=config.filters,
        kernel=config.kernel,
        instance_norm=config.instance_norm,
        average_pool=config.average_pool,
        precision=mlp.precision,
    )
