"""`hadax VERB ...`: all commands under one name."""

import sys
from importlib import import_module

import hadax
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.machine.status import USAGE_STATUS

VERBS: dict[str, tuple[str, str]] = {
    "distill": ("distill", "evolve a synthetic dataset that teaches any network a task"),
    "neuroevolve": ("neuroevolve", "evolve the weights of one network directly"),
    "sweep": ("sweep", "run a grid of searches, and put their scores together"),
    "tune": ("tune", "let Optuna choose a search's settings"),
    "evaluate": ("evaluate", "retrain fresh networks from an artifact and measure them"),
    "import": ("import_dataset", "make an artifact of somebody else's dataset"),
    "merge": ("merge", "put datasets of several tasks into one that a single network learns"),
    "export": ("export", "write a dataset for other tools: arrays, tables, Hugging Face"),
    "play": ("play", "film a trained network in its environment"),
    "show": ("show", "look at a dataset: as a picture, or on the terminal"),
    "report": ("report", "one page of all that is known of a run or an artifact"),
    "zoo": ("zoo", "list, show and verify the datasets that come with hadax"),
}
"""Each verb's module in hadax.launch, and what it does."""


def command_of(verb: str) -> Command:
    """The command of one of VERBS; its program is `hadax-VERB`."""
    command: Command = vars(import_module(f"hadax.launch.{VERBS[verb][0]}"))["COMMAND"]
    return command


def overview() -> str:
    """What `hadax --help` prints."""
    lines = [f"hadax {hadax.__version__}", "", "usage: hadax VERB [--flag=value ...]", ""]
    lines += [f"  {verb:<12} {what}" for verb, (_, what) in VERBS.items()]
    return "\n".join([*lines, "", "hadax VERB --help explains a verb's flags."])


def script() -> None:
    """The console script `hadax`."""
    verb = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if verb in VERBS:
        del sys.argv[1]
        run_as_script(command_of(verb))
    if verb in ("--version", "version"):
        print(f"hadax {hadax.__version__}")
        sys.exit(0)
    if verb in ("--help", "-h", "help"):
        print(overview())
        sys.exit(0)
    print(f"hadax: {verb}: no such verb; there are {', '.join(VERBS)}", file=sys.stderr)
    sys.exit(USAGE_STATUS)
