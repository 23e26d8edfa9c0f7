"""hadax-import: make an artifact of somebody else's dataset, an .npz of inputs and targets."""

from pathlib import Path

from hadax.launch.commandline.command import Command, quiet_libraries, run_as_script
from hadax.launch.commandline.flags import INNER_LOOP, NETWORK, TASK, Flag, Group, Parsed

IMPORT = Group(
    "Import",
    (
        Flag("data", str, None, "the .npz: inputs, targets, and perhaps obs_mean and obs_var"),
        Flag("workdir", str, None, "where the artifact goes; runs/import-<name> by default"),
        Flag("seed", int, 0, "decides the networks and episodes that measure it"),
        Flag("score_networks", int, 32, "fresh networks that measure it"),
        Flag("score_episodes", int, 8, "fresh episodes of each of them"),
    ),
)


def main(parsed: Parsed) -> None:
    """Fits the arrays to the task, measures them on fresh networks, and writes the artifact."""
    quiet_libraries()
    from hadax.core.artifact import Artifact
    from hadax.core.errors import MOST_ENTRIES, ConfigError, require_count
    from hadax.core.trees import to_named_arrays
    from hadax.distilled import importing
    from hadax.distilled.npz import read_npz
    from hadax.launch.commandline.presets import DISTILL
    from hadax.launch.commandline.settings import resolve
    from hadax.launch.machine.compile_cache import keep_compiled
    from hadax.launch.search.build import build_task, observation_key
    from hadax.launch.search.loop import list_tasks
    from hadax.launch.search.publish import describe, publish

    keep_compiled()
    if list_tasks(parsed):
        return
    if not parsed.values["data"]:
        raise ConfigError("data", "", "name the file: hadax-import data.npz --task=...")
    for name in ("score_networks", "score_episodes"):
        require_count(name, parsed.values[name], 1, MOST_ENTRIES)
    source = Path(parsed.values["data"])
    arrays = read_npz(source)
    resolved = resolve(parsed, DISTILL, default_preset="none")
    values = importing.with_normalizer(importing.without_search(resolved), arrays)
    task, key = build_task(values), observation_key(values["seed"])
    dataset = importing.fitted(source, arrays, values["task"], task)
    state = importing.task_state(source, task, arrays, key)
    # Only now, so that what is refused leaves no folder behind.
    path = output_path(values["workdir"], source)
    artifact = Artifact(
        describe(values, "dataset", task), {**dataset, **to_named_arrays(state, "task_state")}
    )
    if values["normalizer"] == "per_policy" and not importing.given_statistics(arrays):
        artifact = importing.with_observed_state(artifact, str(source), values)
    failure = f"{source}: networks trained on it are not finite; try a smaller inner_lr"
    publish(artifact, path, values, failure)


def output_path(workdir: str | None, source: Path) -> Path:
    """The artifact's place, its folder made.

    Raises:
      UsageError: the folder cannot be made, or holds a run or the import of another file.
    """
    from hadax.core.errors import UsageError
    from hadax.core.files import write_atomically

    folder = Path(workdir or f"runs/import-{source.stem}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--workdir={folder}: {error.strerror or error}") from error
    origin = folder / "imported_from.txt"
    named = f"{source.resolve()}\n"
    if any(folder.glob("*.safetensors")) and not (origin.exists() and origin.read_text() == named):
        raise UsageError(
            f"--workdir={folder}: holds another dataset already; choose another folder"
        )
    write_atomically(origin, named.encode())
    return folder / "dataset.safetensors"


COMMAND = Command(
    program="hadax-import",
    summary=__doc__ or "",
    groups=(IMPORT, TASK, NETWORK, INNER_LOOP),
    main=main,
    positional="data",
)


def script() -> None:
    """The console script."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
