"""hadax-neuroevolve: evolve the weights of one network directly, with the same engine."""

from hadax.launch.commandline.command import Command, quiet_libraries, run_as_script
from hadax.launch.commandline.flags import NETWORK, RUN, SEARCH, TASK, Parsed


def main(parsed: Parsed) -> None:
    """Searches, measures the evolved policy on fresh episodes, and writes what came of it."""
    quiet_libraries()
    from hadax.launch.machine.compile_cache import keep_compiled
    from hadax.launch.machine.devices import describe_devices, use_every_core

    use_every_core()
    keep_compiled()
    from hadax.core.trees import to_named_arrays
    from hadax.launch.commandline.presets import NEUROEVOLVE
    from hadax.launch.commandline.settings import resolve
    from hadax.launch.search import loop as search
    from hadax.launch.search.build import build_engine, build_neuroevolution, build_task

    if search.list_tasks(parsed):
        return
    values = search.with_unused_defaults(resolve(parsed, NEUROEVOLVE))
    if search.already_done(values, NEUROEVOLVE, "policy"):
        return
    task = build_task(values)
    engine = build_engine(values, build_neuroevolution(values, task))
    workdir = search.open_workdir(values, NEUROEVOLVE)
    devices = describe_devices(engine.devices)
    print(
        f"neuroevolution: {values['task']}, {values['generations']} generations of"
        f" {values['population']} candidates (preset {values['preset']}, {devices})"
    )
    state = search.search(engine, values, workdir)
    weights = to_named_arrays(engine.mean(state), "weights")
    search.finish(values, workdir, task, "policy", weights, state)


COMMAND = Command(
    program="hadax-neuroevolve",
    summary=__doc__ or "",
    groups=(TASK, SEARCH, RUN, NETWORK),
    main=main,
    resumes=True,
)


def script() -> None:
    """The console script."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
