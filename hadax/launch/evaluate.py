"""hadax-evaluate: retrain fresh networks from an artifact and measure them anew."""

from typing import TYPE_CHECKING, Any

from hadax.launch.commandline.command import Command, quiet_libraries, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed

if TYPE_CHECKING:
    from hadax.core.types import Key
    from hadax.distilled.distilled import Distilled, Evolved

EVALUATION = Group(
    "Evaluation",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors or policy.safetensors"),
        Flag("networks", int, 32, "fresh networks to train, at least 1"),
        Flag("episodes", int, 8, "fresh episodes of each, at least 1 (control tasks)"),
        Flag("seed", int, 0, "decides initialisations and episodes"),
        Flag("data_dir", str, None, "folder with the images' files, instead of fetching them"),
        Flag("real", bool, False, "measure as many real images, drawn at random, too (images)"),
        Flag("architectures", bool, False, "a row for each network of --network, real images too"),
        Flag("sweep", bool, False, "measure on twelve other learners too, a row each"),
        Flag(
            "threshold",
            float,
            None,
            "with --sweep, count the rows that reach this",
        ),
    ),
)

CHANGES = Group(
    "Another learner than the artifact's own",
    (
        Flag("network", str, None, "mlp, conv or convnet3, with its own inner settings (images)"),
        Flag("width", int, None, "units of a hidden dense layer"),
        Flag("depth", int, None, "hidden dense layers"),
        Flag("activation", str, None, "relu, tanh, gelu, silu or identity"),
        Flag("inner_lr", float, None, "learning rate of the inner loop"),
        Flag("inner_steps", int, None, "full-batch gradient steps"),
    ),
)

ELSEWHERE = Group(
    "Another task than the artifact's own",
    (
        Flag("backend", str, None, "other physics (brax, playground)"),
        Flag("horizon", int, None, "steps after which an episode ends (control tasks)"),
    ),
)


def main(parsed: Parsed) -> None:
    """Prints the artifact's own score beside what is measured now."""
    quiet_libraries()
    from hadax.core.errors import MOST_ENTRIES, ConfigError, require, require_count
    from hadax.distilled.distilled import Distilled, Evolved, load
    from hadax.launch.machine.compile_cache import keep_compiled
    from hadax.launch.search.publish import changed_versions, describe_score

    keep_compiled()
    values = parsed.values
    if not values["dataset"]:
        raise ConfigError("dataset", "", "name the artifact: --dataset=dataset.safetensors")
    for name in ("networks", "episodes"):
        require_count(name, values[name], 1, MOST_ENTRIES)
    if not values["sweep"]:
        require(values["threshold"] is None, "threshold", values["threshold"], "needs --sweep")
    loaded = load(values["dataset"])
    description = loaded.artifact.description
    elsewhere = _given(parsed, ELSEWHERE)
    measured: Distilled | Evolved = loaded.with_task(**elsewhere, **_location(values, loaded))
    if isinstance(measured, Distilled):
        measured = measured.with_learner(**_changes(parsed, measured))
    else:
        asked = [name for name in ("real", "architectures", "sweep") if values[name]]
        for name in (*_given(parsed, CHANGES), *asked):
            raise ConfigError(name, values[name], "a policy's weights fit one network only")

    key = _key(values)
    print(f"{values['dataset']}: {description.kind} for {description.task}")
    if description.score is not None:
        print(f"as written: {describe_score(description.score)}")
    if note := changed_versions(description):
        print(f"note: {note}")
    for name, value in elsewhere.items():
        own = description.task_options.get(name)
        if value != own:
            print(f"note: made for {name} {own}, measured on {name} {value}")
    score = measured.evaluate(key, values["networks"], values["episodes"])
    print(f"measured:   {describe_score(score)}", flush=True)
    if isinstance(measured, Distilled):
        _print_more(values, measured)


def _print_more(values: dict[str, Any], measured: "Distilled") -> None:
    """The tables that the flags ask for."""
    from hadax.distilled.baselines import measure_real
    from hadax.launch.search.publish import describe_score

    if values["real"]:
        real = measure_real(measured, _key(values), values["networks"])
        print(f"real:       {describe_score(real)}, as many real images", flush=True)
    if values["architectures"]:
        _print_architectures(values, measured)
    if values["sweep"]:
        _print_sweep(values, measured)


def _print_architectures(values: dict[str, Any], measured: "Distilled") -> None:
    """A row for each architecture: this dataset, and as many real images."""
    from hadax.distilled.architectures import ARCHITECTURES
    from hadax.distilled.baselines import measure_real
    from hadax.launch.search.publish import describe_spread

    print(f"  {'network':<10} {'this dataset':>18} {'real images':>18}")
    for name, change in ARCHITECTURES.items():
        other = measured.with_learner(**change)
        score = other.evaluate(_key(values), values["networks"])
        real = measure_real(other, _key(values), values["networks"])
        print(f"  {name:<10} {describe_spread(score):>18} {describe_spread(real):>18}", flush=True)


def _print_sweep(values: dict[str, Any], measured: "Distilled") -> None:
    """A row for each learner around the artifact's own, and how many reach the threshold."""
    from hadax.distilled.transfer import describe_change, sweep
    from hadax.launch.search.publish import describe_spread

    means = []
    for change in sweep(measured.config):
        other = measured.with_learner(**change)
        score = other.evaluate(_key(values), values["networks"], values["episodes"])
        means.append(score.mean)
        print(f"  {describe_change(change):<52} {describe_spread(score):>16}", flush=True)
    if values["threshold"] is not None:
        reached = sum(mean >= values["threshold"] for mean in means)
        print(f"{reached} of {len(means)} rows at {values['threshold']:g} or more")


def _changes(parsed: Parsed, measured: "Distilled") -> dict[str, Any]:
    """The learner's fields that the flags change; a named network brings its own inner settings.

    Raises:
      ConfigError: an unknown network, or what needs real images of a task without them.
    """
    from hadax.core.errors import require, require_choice
    from hadax.distilled.architectures import ARCHITECTURES

    given = _given(parsed, CHANGES)
    network = given.pop("network", None)
    if network is not None:
        require_choice("network", network, tuple(ARCHITECTURES))
    task = measured.artifact.description.task
    for name in ("network", "architectures", "real"):
        value = parsed.values[name]
        expected = f"needs a task of real images, which {task} is not"
        require(not value or measured.task.has_real_examples, name, value, expected)
    return {**(ARCHITECTURES[network] if network else {}), **given}


def _location(values: dict[str, Any], loaded: "Distilled | Evolved") -> dict[str, Any]:
    """Where the task's data lies, when it is said.

    Raises:
      ConfigError: the task has no data.
    """
    from hadax import tasks
    from hadax.core.errors import require

    if values["data_dir"] is None:
        return {}
    name = loaded.artifact.description.task
    located = "data_dir" in tasks.options_of(name)
    require(located, "data_dir", values["data_dir"], f"{name} reads no files")
    return {"data_dir": values["data_dir"]}


def _given(parsed: Parsed, group: Group) -> dict[str, Any]:
    """The flags of a group that are on the command line."""
    names = [flag.name for flag in group.flags if flag.name in parsed.given]
    return {name: parsed.values[name] for name in names}


def _key(values: dict[str, Any]) -> "Key":
    from hadax.launch.search.build import evaluation_key

    return evaluation_key(values["seed"])


COMMAND = Command(
    program="hadax-evaluate",
    summary=__doc__ or "",
    groups=(EVALUATION, CHANGES, ELSEWHERE),
    main=main,
)


def script() -> None:
    """The console script."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
