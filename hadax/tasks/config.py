"""The settings of a task: its name and its options; imports no JAX."""

from dataclasses import dataclass, field

from hadax.core.settings.fields import Options, check, setting

DEFAULT_TASK = "gymnax/CartPole-v1"
"""What commands do where no task is named."""


@dataclass(frozen=True)
class TaskConfig:
    """Which task, and how it is made.

    Attributes:
      options: of the task's factory, by name; what is not there is as the factory has it.
    """

    task: str = setting(DEFAULT_TASK, "what the networks are for")
    options: Options = field(default_factory=dict, hash=False)
    normalizer_from: str | None = setting(
        None,
        "artifact, zoo:NAME, .npz or .csv whose statistics stay (constant) or begin (running)",
    )

    def __post_init__(self) -> None:
        check(self)
