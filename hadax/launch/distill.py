"""hadax-distill: evolve a synthetic dataset such that any network trained on it does a task."""

from typing import TYPE_CHECKING, Any

from hadax.launch.commandline.command import Command, quiet_libraries, run_as_script
from hadax.launch.commandline.flags import (
    DISTILLATION,
    INNER_LOOP,
    NETWORK,
    RUN,
    SEARCH,
    TASK,
    Parsed,
)

if TYPE_CHECKING:
    from hadax.core.objective import Distillation
    from hadax.launch.observers.snapshots import Snapshots
    from hadax.launch.search.folder import Workdir


def main(parsed: Parsed) -> None:
    """Searches, measures the evolved dataset on fresh networks, and writes what came of it."""
    quiet_libraries()
    from hadax.launch.machine.compile_cache import keep_compiled
    from hadax.launch.machine.devices import describe_devices, use_every_core

    use_every_core()
    keep_compiled()
    from hadax.launch.commandline.presets import DISTILL
    from hadax.launch.commandline.settings import resolve
    from hadax.launch.search import loop as search
    from hadax.launch.search.build import build_distillation, build_engine, build_task

    if search.list_tasks(parsed):
        return
    values = resolve(parsed, DISTILL)
    if search.already_done(values, DISTILL, "dataset"):
        return
    task = build_task(values)
    objective = build_distillation(values, task)
    engine = build_engine(values, objective)
    workdir = search.open_workdir(values, DISTILL)
    print(_announcement(values, objective.initial.size, describe_devices(engine.devices)))
    observers = _observers(values, objective, workdir)
    state = search.search(engine, values, workdir, observers)
    dataset = objective.parametrization.decode(engine.mean(state))
    for observer in observers:
        observer.keep(values["generations"], dataset)
    arrays = {"inputs": dataset.inputs, "targets": dataset.targets}
    search.finish(values, workdir, task, "dataset", arrays, state)


def _observers(
    values: dict[str, Any], objective: "Distillation", workdir: "Workdir"
) -> "tuple[Snapshots, ...]":
    """Those of a search for images: one that keeps what they look like on the way."""
    from hadax.launch.observers.snapshots import Snapshots
    from hadax.pictures.datasets import is_image

    if not is_image(objective.task.input_shape):
        return ()
    decode, done = objective.parametrization.decode, workdir.done
    snapshots = Snapshots(workdir.snapshots_path, decode, values["generations"], done)
    if not done:
        snapshots.keep(0, decode(objective.parametrization.encode(objective.initial)))
    return (snapshots,)


def _announcement(values: dict[str, Any], size: int, devices: str) -> str:
    form = "HaDES-R" if values["policy_init"] == "random" else "HaDES-F"
    return (
        f"{form}: {values['task']} into {size} examples,"
        f" {values['generations']} generations of {values['population']} candidates"
        f" (preset {values['preset']}, {devices})"
    )


COMMAND = Command(
    program="hadax-distill",
    summary=__doc__ or "",
    groups=(TASK, DISTILLATION, SEARCH, RUN, NETWORK, INNER_LOOP),
    main=main,
    resumes=True,
)


def script() -> None:
    """The console script."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
