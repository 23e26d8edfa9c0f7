"""hadax-distill: evolve a synthetic dataset such that any network trained on it does a task."""

from typing import Any

from hadax.launch.command import Command, quiet_libraries, run_as_script
from hadax.launch.flags import DISTILLATION, INNER_LOOP, NETWORK, RUN, SEARCH, TASK, Parsed


def main(parsed: Parsed) -> None:
    """Searches, measures the evolved dataset on fresh networks, and writes what came of it."""
    quiet_libraries()
    from hadax.launch import search
    from hadax.launch.build import build_distillation, build_engine, build_task
    from hadax.launch.presets import DISTILL
    from hadax.launch.settings import resolve

    if search.list_tasks(parsed):
        return
    values = resolve(parsed, DISTILL)
    if search.already_done(values, DISTILL, "dataset"):
        return
    task = build_task(values)
    objective = build_distillation(values, task)
    engine = build_engine(values, objective)
    workdir = search.open_workdir(values, DISTILL)
    print(_announcement(values, search.backend()))
    state = search.search(engine, values, workdir)
    dataset = objective.parametrization.decode(engine.mean(state))
    arrays = {"inputs": dataset.inputs, "targets": dataset.targets}
    search.finish(values, workdir, task, "dataset", arrays, state)


def _announcement(values: dict[str, Any], backend: str) -> str:
    form = "HaDES-R" if values["policy_init"] == "random" else "HaDES-F"
    return (
        f"{form}: {values['task']} into {values['dataset_size']} examples,"
        f" {values['generations']} generations of {values['population']} candidates"
        f" (preset {values['preset']}, {backend})"
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
