"""The settings of a learner: its network and its inner loop; imports no JAX."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hadax.core.errors import LARGEST, MOST_STEPS, ConfigError, require, require_count
from hadax.core.settings.fields import Options, check, setting

NETWORKS: tuple[str, ...] = ("mlp", "conv")
ACTIVATIONS: tuple[str, ...] = ("relu", "tanh", "gelu", "silu", "identity")
INITIALIZERS: tuple[str, ...] = (
    "lecun_normal",
    "lecun_uniform",
    "he_normal",
    "glorot_uniform",
    "orthogonal",
)
AUTOMATIC_LOSS = "auto"
"""The target's own loss."""

GAUSSIAN = "gaussian_negative_log_likelihood"
"""The loss under which networks learn how sure they are of each number."""

LOSSES: tuple[str, ...] = ("cross_entropy", "mean_squared_error", GAUSSIAN)
SCHEDULES: tuple[str, ...] = ("constant", "linear", "cosine")
PRECISIONS: tuple[str, ...] = ("float32", "bfloat16")

OPTIMIZERS: tuple[str, ...] = (
    "adabelief",
    "adadelta",
    "adafactor",
    "adagrad",
    "adam",
    "adamax",
    "adamaxw",
    "adamw",
    "adan",
    "amsgrad",
    "fromage",
    "lamb",
    "lars",
    "lion",
    "momentum",
    "nesterov",
    "novograd",
    "optimistic_adam_v2",
    "optimistic_gradient_descent",
    "radam",
    "rmsprop",
    "rprop",
    "sgd",
    "sign_sgd",
    "signum",
    "sm3",
    "yogi",
)
"""optax's own names, and sgd with momentum 0.9 as "momentum" and "nesterov"."""

WITH_EPSILON: frozenset[str] = frozenset(
    (
        "adabelief",
        "adadelta",
        "adafactor",
        "adagrad",
        "adam",
        "adamax",
        "adamaxw",
        "adamw",
        "adan",
        "amsgrad",
        "lamb",
        "lars",
        "novograd",
        "optimistic_adam_v2",
        "radam",
        "rmsprop",
        "yogi",
    )
)
"""Optimisers that add an epsilon to their denominators."""

OPTIMIZER_OWN: Mapping[str, float] = {"inner_epsilon": 0.0}
"""Settings that mean something else, or nothing, to another optimiser; with these values it has
its own."""

WITHOUT_SCHEDULE: frozenset[str] = frozenset(("rprop", "sm3"))
"""Optimisers whose learning rate must be a number: optax's calculate with it before any step."""

DEFAULT_LEARNER = "gradient"
"""Full-batch gradient descent on all examples at once: the learner that hadax brings."""

_WIDEST, _DEEPEST = 2**16, 2**8


_ONE_LEARNER = "a merged dataset is learned by dense layers, trained by gradients"

UNUSED_WHERE_MERGED: Mapping[str, str] = {
    "loss": "each head keeps its own loss",
    **dict.fromkeys(
        (
            *("learner", "learner_options", "network"),
            *("filters", "kernel", "instance_norm", "average_pool"),
        ),
        _ONE_LEARNER,
    ),
}
"""Settings that the learner of a merged dataset has not, each with the reason."""


@dataclass(frozen=True)
class NetworkConfig:
    """The network that a learner trains; hashable, so static under jit.

    Examples:
      >>> import hadax
      >>> hadax.NetworkConfig(width=32).activation
      'tanh'
    """

    network: str = setting("mlp", "dense layers, or convolutions before them:", choices=NETWORKS)
    width: int = setting(64, "units of a hidden dense layer", least=1, most=_WIDEST)
    depth: int = setting(2, "hidden dense layers", least=0, most=_DEEPEST)
    activation: str = setting("tanh", "after each hidden layer:", choices=ACTIVATIONS)
    initializer: str = setting(
        "lecun_normal", "distribution of the initial weights:", choices=INITIALIZERS
    )
    hidden_scale: float = setting(
        1.0, "factor on the hidden layers' initial weights", above=0, most=LARGEST
    )
    output_scale: float = setting(
        1.0, "factor on the last layer's initial weights", least=0, most=LARGEST
    )
    filters: tuple[int, ...] = setting(
        (16,), "channels of each convolution block (conv)", least=1, most=_WIDEST
    )
    kernel: int = setting(3, "side of the convolution kernels (conv)", least=1, most=_DEEPEST)
    instance_norm: bool = setting(False, "normalise in each convolution block (conv)")
    average_pool: bool = setting(False, "halve the image in each convolution block (conv)")
    precision: str = setting(
        "float32", "of products; bfloat16 is the quicker one:", choices=PRECISIONS
    )

    def __post_init__(self) -> None:
        check(self)
        for filters in self.filters or (0,):
            require_count("filters", filters, 1, _WIDEST)


@dataclass(frozen=True)
class InnerLoop:
    """How a network is trained on the synthetic examples; hashable, so static under jit.

    Examples:
      >>> import hadax
      >>> hadax.InnerLoop(inner_steps=20).inner_optimizer
      'adam'
    """

    loss: str = setting(
        AUTOMATIC_LOSS,
        "auto goes by the kind of target:",
        choices=(AUTOMATIC_LOSS, *LOSSES),
    )
    inner_optimizer: str = setting("adam", "an optax optimiser by name")
    inner_lr: float = setting(0.005, "learning rate", above=0, most=LARGEST)
    inner_steps: int = setting(100, "full-batch gradient steps", least=1, most=MOST_STEPS)
    inner_epsilon: float = setting(
        0.0,
        "added to adam's denominators; 0 for the optimiser's own",
        above=0,
        most=LARGEST,
        zero="its own",
    )
    inner_clip: float = setting(
        0.0,
        "largest global norm of a gradient; 0 clips nothing",
        above=0,
        most=LARGEST,
        zero="none",
    )
    inner_schedule: str = setting("constant", "of the learning rate:", choices=SCHEDULES)

    def __post_init__(self) -> None:
        check(self)
        chosen = self.inner_optimizer
        if chosen not in OPTIMIZERS:
            raise ConfigError("inner_optimizer", chosen, f"must be one of {', '.join(OPTIMIZERS)}")
        expected = f"{chosen} has no epsilon; use 0"
        has_one = self.inner_epsilon == 0 or chosen in WITH_EPSILON
        require(has_one, "inner_epsilon", self.inner_epsilon, expected)
        expected = f"{chosen} takes no schedule; use constant"
        may_change = self.inner_schedule == "constant" or chosen not in WITHOUT_SCHEDULE
        require(may_change, "inner_schedule", self.inner_schedule, expected)


@dataclass(frozen=True)
class LearnerConfig:
    """Everything that decides how a dataset becomes a network; stored in the artifact.

    Attributes:
      learner_options: the learner's own settings, where it is a plug-in.
      network: what is trained.
      inner_loop: how.

    Examples:
      >>> import hadax
      >>> hadax.LearnerConfig(network=hadax.NetworkConfig(depth=1)).network.width
      64
    """

    learner: str = setting(DEFAULT_LEARNER, "what trains the networks: gradient, or a plug-in")
    learner_options: Options = field(default_factory=dict, hash=False)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    inner_loop: InnerLoop = field(default_factory=InnerLoop)

    def __post_init__(self) -> None:
        check(self)
