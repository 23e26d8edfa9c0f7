"""hadax-sweep: a grid of searches, or a list of them, and what they say together.

Every flag of hadax-distill (or, after `hadax-sweep neuroevolve`, of hadax-neuroevolve) may have
several values: --seed=0,1,2 --dataset_size=2,4. Flags that are lists themselves separate them by
semicolons. The same command runs what is missing. The exit status is 1 until all
searches are done: where one failed or, as --status may find, has not run yet.
"""

from hadax.core.errors import require_choice
from hadax.core.storage.files import expanded
from hadax.core.words.saying import on_stderr
from hadax.launch import distill, neuroevolve
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed
from hadax.launch.commandline.varied import read_list, values_of, varied_groups
from hadax.launch.search.config import DISTILL, NEUROEVOLVE

FAILED_STATUS = 1
"""Exit status when a search failed, or has not run yet."""

SEARCHES: dict[str, Command] = {DISTILL: distill.COMMAND, NEUROEVOLVE: neuroevolve.COMMAND}
"""The commands whose searches can be swept, by verb."""

SWEEP = Group(
    "Sweep",
    (
        Flag("verb", str, DISTILL, "which search: distill or neuroevolve"),
        Flag("workdir", str, None, "the sweep's folder; under sweeps/ by default"),
        Flag("each", str, None, "a .json or .csv file of settings; each row gets the whole grid"),
        Flag("slots", int, 1, "searches at a time, a process each; 1: in turn, in this process"),
        Flag("cluster", str, None, "submit the searches with submitit: slurm, or local to try it"),
        Flag("cluster_option", list, None, "submitit's parameters, as timeout_min=60,mem_gb=8,..."),
        Flag("status", bool, False, "run nothing, and tell what is there"),
    ),
)

_OWN = tuple(flag.name for flag in SWEEP.flags)


def main(parsed: Parsed) -> int:
    """Sweeps, prints the table, and gives the exit status."""
    from hadax.launch.search.resolve import options_from
    from hadax.launch.sweeps.cells import cells
    from hadax.launch.sweeps.folders import root_folder
    from hadax.launch.sweeps.python_api import launcher

    verb = parsed.text("verb") or DISTILL
    require_choice("verb", verb, tuple(SEARCHES))
    groups = SEARCHES[verb].groups
    given = {name: value for name, value in parsed.given.items() if name not in _OWN}
    values = values_of(groups, given)
    file = parsed.text("each")
    listed = [] if file is None else read_list(groups, expanded(file))
    fixed = {name: each[0] for name, each in values.items() if len(each) == 1}
    axes = {name: each for name, each in values.items() if len(each) > 1}
    found = cells(verb, fixed, axes, listed, file or "list")
    named = [cell.resolved.config.task.task for cell in found]
    root = root_folder("sweeps", parsed.text("workdir"), verb, named)
    options = options_from(parsed.values["cluster_option"], "cluster_option")
    slots, cluster = parsed.whole("slots"), parsed.text("cluster")
    # A machine that only looks need not be of the cluster.
    runs = not parsed.true("status")
    chosen = launcher(root, slots, cluster, options, progress=True) if runs else None
    from hadax.launch.sweeps.running import run_sweep

    sweep = run_sweep(found, root, chosen, on_stderr)
    print(sweep)
    return 0 if sweep.complete else FAILED_STATUS


COMMAND = Command(
    program="hadax-sweep",
    summary=__doc__ or "",
    groups=(SWEEP, *varied_groups(distill.COMMAND.groups, _OWN)),
    main=main,
    positional="verb",
    resumes=True,
)


def script() -> None:
    """The console script `hadax-sweep`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
