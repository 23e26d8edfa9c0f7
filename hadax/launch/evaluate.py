"""hadax-evaluate: retrain fresh networks from an artifact and measure them anew."""

from hadax.launch.command import Command, quiet_libraries, run_as_script
from hadax.launch.flags import Flag, Group, Parsed

EVALUATION = Group(
    "Evaluation",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors or policy.safetensors"),
        Flag("networks", int, 32, "fresh networks to train, at least 1"),
        Flag("episodes", int, 8, "fresh episodes of each, at least 1 (control tasks)"),
        Flag("seed", int, 0, "decides initialisations and episodes"),
        Flag("sweep", bool, False, "measure on twelve other learners too, a row each"),
        Flag("threshold", float, None, "with --sweep, count the rows at least as good as this"),
    ),
)

CHANGES = Group(
    "Another learner than the artifact's own",
    (
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
    from hadax.launch.build import evaluation_key
    from hadax.launch.distilled import Distilled, Evolved, load
    from hadax.launch.results import changed_versions, describe_score, describe_spread
    from hadax.launch.sweep import describe_change, sweep

    values = parsed.values
    if not values["dataset"]:
        raise ConfigError("dataset", "", "name the artifact: --dataset=dataset.safetensors")
    for name in ("networks", "episodes"):
        require_count(name, values[name], 1, MOST_ENTRIES)
    if not values["sweep"]:
        require(values["threshold"] is None, "threshold", values["threshold"], "needs --sweep")
    loaded = load(values["dataset"])
    description = loaded.artifact.description
    changes = {flag.name: values[flag.name] for flag in CHANGES.flags if flag.name in parsed.given}
    elsewhere = {
        flag.name: values[flag.name] for flag in ELSEWHERE.flags if flag.name in parsed.given
    }
    if isinstance(loaded, Evolved):
        for name in (*changes, *(("sweep",) if values["sweep"] else ())):
            raise ConfigError(name, values[name], "a policy's weights fit one network only")
    key = evaluation_key(values["seed"])
    settings = (values["networks"], values["episodes"])
    measured = loaded.with_task(**elsewhere)
    if isinstance(measured, Distilled):
        measured = measured.with_learner(**changes)

    print(f"{values['dataset']}: {description.kind} for {description.task}")
    if description.score is not None:
        print(f"as written: {describe_score(description.score)}")
    if note := changed_versions(description):
        print(f"note: {note}")
    for name, value in elsewhere.items():
        own = description.task_options.get(name)
        if value != own:
            print(f"note: made for {name} {own}, measured on {name} {value}")
    print(f"measured:   {describe_score(measured.evaluate(key, *settings))}", flush=True)
    if not values["sweep"] or not isinstance(measured, Distilled):
        return
    means = []
    for change in sweep(measured.config):
        score = measured.with_learner(**change).evaluate(key, *settings)
        means.append(score.mean)
        print(f"  {describe_change(change):<52} {describe_spread(score):>16}", flush=True)
    if values["threshold"] is not None:
        reached = sum(mean >= values["threshold"] for mean in means)
        print(f"{reached} of {len(means)} rows at {values['threshold']:g} or more")


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
