"""The flags of every command, as absl flags; imports nothing heavy, so that --help is quick.

A flag has the same name as the field it sets (Strategy, LearnerConfig, Pace, a task's option), and
the same default; a test holds them together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from absl import flags


class FlagError(Exception):
    """A flag that cannot be parsed; the message is one line."""


@dataclass(frozen=True)
class Flag:
    """One flag.

    Attributes:
      name: as typed after the dashes.
      kind: int, float, str or bool; list for words and tuple for whole numbers, comma-separated.
      default: None where the value is left to the task or the preset.
      help: what it sets, with its unit and range.
      automatic: whether "auto" may be written for 0.
    """

    name: str
    kind: type
    default: Any
    help: str
    automatic: bool = False


@dataclass(frozen=True)
class Group:
    """Flags that belong together in --help."""

    title: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Parsed:
    """A command line after parsing.

    Attributes:
      values: every flag's value by name, defaults included.
      given: names of the flags that were on the command line.
    """

    values: dict[str, Any]
    given: frozenset[str]


SEARCH = Group(
    "Search",
    (
        Flag("generations", int, 100, "generations in all, at least 1"),
        Flag("population", int, 64, "candidates a generation; even for antithetic strategies"),
        Flag("strategy", str, "Open_ES", "evosax's name of the evolution strategy"),
        Flag("std", float, 0.1, "initial standard deviation of the search, above 0"),
        Flag("std_decay", float, 1.0, "factor on std each generation, in (0, 1]"),
        Flag("std_final", float, 0.0, "std never decays below this"),
        Flag("optimizer", str, "auto", "adam, sgd, momentum, or auto for the strategy's own"),
        Flag("learning_rate", float, 0.0, "step of the mean; 0 for the strategy's own"),
        Flag("learning_rate_decay", float, 1.0, "factor on learning_rate each generation"),
        Flag("shaping", str, "auto", "centered_rank, standardize, raw, or auto"),
        Flag("seed", int, 0, "decides everything random"),
        Flag("chunk", int, 0, "networks trained together on a device; auto, or 0, by memory", True),
        Flag("evaluation_chunk", int, 0, "networks evaluated together; auto, or 0", True),
        Flag(
            "devices", int, 0, "devices, or cores, to share the population; auto, or 0: all", True
        ),
    ),
)

TASK = Group(
    "Task",
    (
        Flag("task", str, "gymnax/CartPole-v1", "what the networks are for; --list_tasks lists"),
        Flag(
            "preset", str, "auto", "settings found for the task; explicit flags win; none, or auto"
        ),
        Flag("episodes", int, None, "episodes of one evaluation (control tasks)"),
        Flag("horizon", int, None, "steps after which an episode ends (control tasks)"),
        Flag("curriculum", int, None, "generations over which the horizon grows; 0 for none"),
        Flag("backend", str, None, "the physics, as spring; Brax's own is positional"),
        Flag("action_mode", str, None, "greedy or sample (control tasks)"),
        Flag("action_bounds", str, None, "clip or tanh: continuous actions (control tasks)"),
        Flag(
            "normalizer",
            str,
            None,
            "none, running, constant or per_policy; images have none and constant",
        ),
        Flag("normalizer_from", str, None, "artifact or .npz whose statistics stay (constant)"),
        Flag("eval_batch", int, None, "images of one evaluation; 0 for all (images)"),
        Flag("init", str, None, "where a search begins: mean, sample or zeros (images)"),
        Flag("data_dir", str, None, "folder with the images' files, instead of fetching them"),
        Flag("task_option", list, None, "further options of the task, as name=value,..."),
        Flag("list_tasks", bool, False, "print the names of all tasks and exit"),
    ),
)

NETWORK = Group(
    "Network",
    (
        Flag("network", str, "mlp", "mlp or conv"),
        Flag("width", int, 64, "units of a hidden dense layer"),
        Flag("depth", int, 2, "hidden dense layers"),
        Flag("activation", str, "tanh", "relu, tanh, gelu, silu or identity"),
        Flag("initializer", str, "lecun_normal", "distribution of the initial weights"),
        Flag("hidden_scale", float, 1.0, "factor on the hidden layers' initial weights"),
        Flag("output_scale", float, 1.0, "factor on the last layer's initial weights"),
        Flag("filters", tuple, [16], "channels of each convolution block (conv)"),
        Flag("kernel", int, 3, "side of the convolution kernels (conv)"),
        Flag("instance_norm", bool, False, "normalise in each convolution block (conv)"),
        Flag("average_pool", bool, False, "halve the image in each convolution block (conv)"),
        Flag("precision", str, "float32", "of products: float32, or the quicker bfloat16"),
    ),
)

INNER_LOOP = Group(
    "Inner loop: training a network on the synthetic examples",
    (
        Flag(
            "loss",
            str,
            "auto",
            "auto, cross_entropy, mean_squared_error or gaussian_negative_log_likelihood",
        ),
        Flag("inner_optimizer", str, "adam", "an optax optimiser by name"),
        Flag("inner_lr", float, 0.005, "learning rate, above 0"),
        Flag("inner_steps", int, 100, "full-batch gradient steps, at least 1"),
        Flag(
            "inner_epsilon", float, 0.0, "added to adam's denominators; 0 for the optimiser's own"
        ),
        Flag("inner_clip", float, 0.0, "largest global norm of a gradient; 0 clips nothing"),
        Flag("inner_schedule", str, "constant", "constant, linear or cosine"),
    ),
)

DISTILLATION = Group(
    "Distillation",
    (
        Flag("dataset_size", int, 4, "synthetic examples"),
        Flag("images_per_class", int, 0, "in place of dataset_size: so many of every class"),
        Flag("policy_init", str, "random", "random (HaDES-R) or fixed (HaDES-F) initialisations"),
        Flag("inits_per_candidate", int, 1, "initialisations each candidate trains a generation"),
        Flag(
            "vary",
            bool,
            False,
            "train each candidate on narrower, wider, shallower and deeper networks too",
        ),
        Flag("learn_labels", bool, None, "evolve the labels too; always so for continuous targets"),
        Flag("parametrization", str, "raw", "images evolve raw, coarse, or in dct or pca numbers"),
        Flag("resolution", int, 4, "coefficients or coarse pixels a side (dct, coarse)"),
        Flag("components", int, 64, "principal components of the real images (pca)"),
    ),
)

RUN = Group(
    "Run",
    (
        Flag("workdir", str, None, "the run's folder; under runs/ by default"),
        Flag(
            "evaluate_every",
            int,
            10,
            "generations between evaluations of the evolved mean; 0 for none",
        ),
        Flag("checkpoint_every", int, 50, "generations between checkpoints; 0 for one at the end"),
        Flag("score_networks", int, 32, "fresh networks that measure the result"),
        Flag("score_episodes", int, 8, "fresh episodes of each of them"),
    ),
)


def parse(groups: Iterable[Group], arguments: list[str], positional: str = "") -> Parsed:
    """Flag values from a command line.

    Args:
      groups: the command's flags.
      arguments: the command line without the program's name.
      positional: the flag that a first argument without dashes stands for, if there is one.

    Raises:
      FlagError: an unknown flag, a value of the wrong kind, or an argument that is no flag.
    """
    values = flags.FlagValues()
    table = [flag for group in groups for flag in group.flags]
    for flag in table:
        _define(values, flag)
    try:
        left = values(["hadax", *arguments])[1:]
    except flags.Error as error:
        raise FlagError(_plain(str(error))) from error
    if left and positional and not values[positional].present:
        values[positional].value = left.pop(0)
    if left:
        raise FlagError(f"{left[0]}: not a flag; write --name=value")
    return Parsed(
        values={flag.name: values[flag.name].value for flag in table},
        given=frozenset(flag.name for flag in table if values[flag.name].present),
    )


def _plain(message: str) -> str:
    """absl's message as one line like ours."""
    line = message.splitlines()[0].removeprefix("flag ")
    subject, found, _ = line.partition(": ('Non-boolean argument")
    return f"{subject}: must be true or false" if found else line


def help_text(program: str, summary: str, groups: Iterable[Group], positional: str = "") -> str:
    """What --help prints."""
    first = f"{positional.upper()} " if positional else ""
    lines = [summary, "", f"usage: {program} {first}[--flag=value ...]"]
    for group in groups:
        lines += ["", f"{group.title}:"]
        lines += [_help_line(flag) for flag in group.flags]
    return "\n".join(lines)


def _help_line(flag: Flag) -> str:
    default = flag.default
    if isinstance(default, list):
        default = ",".join(map(str, default))
    shown = (
        "" if default is None else f" [{str(default).lower() if flag.kind is bool else default}]"
    )
    return f"  --{flag.name:<21} {flag.help}{shown}"


class _Number(flags.ArgumentParser):  # type: ignore[type-arg]
    """Parses one number and says in words what one is."""

    def __init__(self, kind: type, expected: str, automatic: bool) -> None:
        super().__init__()
        self._kind, self._expected, self._automatic = kind, expected, automatic

    def parse(self, argument: Any) -> Any:
        if self._automatic and argument == "auto":
            return self._kind(0)
        try:
            return self._kind(argument)
        except ValueError as error:
            raise ValueError(self._expected) from error


class _Numbers(flags.ArgumentParser):  # type: ignore[type-arg]
    """Parses comma-separated whole numbers."""

    def parse(self, argument: Any) -> Any:
        if not isinstance(argument, str):
            return argument
        try:
            return [int(word) for word in argument.split(",")]
        except ValueError as error:
            raise ValueError("must be whole numbers, as 16,32") from error


def _define(values: flags.FlagValues, flag: Flag) -> None:
    name, default, text = flag.name, flag.default, flag.help
    if flag.kind is bool:
        flags.DEFINE_bool(name, default, text, flag_values=values)
    elif flag.kind is list:
        flags.DEFINE_list(name, default, text, flag_values=values)
    elif flag.kind is tuple:
        flags.DEFINE(_Numbers(), name, default, text, flag_values=values)
    elif flag.kind is str:
        flags.DEFINE_string(name, default, text, flag_values=values)
    else:
        expected = "must be a whole number" if flag.kind is int else "must be a number"
        expected += ", or auto" if flag.automatic else ""
        parser = _Number(flag.kind, expected, flag.automatic)
        flags.DEFINE(parser, name, default, text, flag_values=values)
