"""One search of those that a command begins: its engine, its folder, its way to a generation."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from hadax.core.generation.best_means import ValidatedMean
from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.objective import Objective
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.images import Components
from hadax.core.run.loop import Observer, run
from hadax.core.settings.budget import budget_of
from hadax.core.storage.files import write_atomically
from hadax.core.streams import run_key
from hadax.core.task import Task
from hadax.distilled.files.header import Header
from hadax.launch.observers.progress import Progress
from hadax.launch.observers.snapshots import Snapshots
from hadax.launch.search.build import build_header, build_objective
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.memory import in_chunks
from hadax.launch.search.run_folder.folder import Folder, member_folder
from hadax.launch.search.snapshots import shows_images, snapshots_of
from hadax.launch.search.watching import watched


@dataclass(frozen=True)
class Member:
    """One search.

    Attributes:
      config: its settings, its own seed among them.
      engine: what it runs.
      header: what its artifact says of it.
      folder: its own; None writes nothing.
      observers: told of every generation.
      progress: whether a bar (or lines) is shown on stderr.
      components: those that a dataset's inputs evolve in, if in any; the same for every seed.
    """

    config: SearchConfig
    engine: Engine
    header: Header
    folder: Folder | None
    observers: Sequence[Observer] = ()
    progress: bool = True
    components: Components | None = None

    def of_seed(self, seed: int, task: Task, root: Path | None) -> "Member":
        """The search of another seed, which runs the same compiled engine.

        Args:
          seed: its.
          task: what both are for.
          root: the folder that holds both of theirs; None writes nothing.
        """
        config = replace(self.config, seed=seed)
        engine = engine_for(self.engine, build_objective(config, task, self.components))
        header = build_header(config, task, asked=self.config)
        folder = None if root is None else Folder(member_path(root, config), config)
        return replace(self, config=config, engine=engine, header=header, folder=folder)

    def advanced(self, state: RunState | None, until: int) -> RunState:
        """The state after so many generations, everybody told on the way.

        Args:
          state: where it stands; None for the newest in its folder, or the beginning.
          until: generations in all.

        Raises:
          Interrupted: as `hadax.core.run.loop.run`.
        """
        pace = replace(self.config.pace, generations=until)
        observers, done = list(self.observers), 0 if state is None else int(state.generation)
        folder = self.folder
        with ExitStack() as stack:
            if folder is not None:
                done = folder.done
                if done and state is None:
                    print(f"{folder.path}: going on after generation {done}", file=sys.stderr)
                observers = [*observers, *self.snapshots]
            at = None if folder is None else folder.path
            seen = watched(stack, self.engine, self.config, at, done, self.progress)
            observers = [*seen.observers, *observers]
            if self.progress:
                seconds = budget_of(self.config.pace.budget).seconds
                shown = Progress(until, done, label=self.label, budget=seconds)
                observers.insert(0, stack.enter_context(closing(shown)))
            checkpoints = None if folder is None else folder.checkpoints
            key = run_key(self.config.seed)
            return run(
                self.engine, key, pace, observers, checkpoints, state, seen.step, seen.limits
            )

    @cached_property
    def snapshots(self) -> tuple[Snapshots, ...]:
        """Of a search for images, what keeps them on its way."""
        objective = self.engine.objective
        if self.folder is None or not shows_images(objective):
            return ()
        return (snapshots_of(objective, self.folder, self.config),)

    @property
    def label(self) -> str:
        """What progress calls it; "" where it is the only one."""
        return f"seed {self.config.seed}" if self.config.restarts.restarts > 1 else ""

    def finish(self, mean: ValidatedMean, generation: int) -> None:
        """Ends the pictures of a search for images with the mean that so many generations found."""
        for each in self.snapshots:
            each.finish(mean.candidate, generation)

    def hand_over(self, root: Folder) -> None:
        """Leaves its metrics in the folder that the command names, which is another."""
        if self.folder is not None and self.folder.metrics_path.is_file():
            write_atomically(root.metrics_path, self.folder.metrics_path.read_bytes())


def engine_for(engine: Engine, objective: Objective) -> Engine:
    """The engine for another objective of the same shapes, which compiles nothing anew."""
    own = engine.objective
    if isinstance(own, Distillation):
        objective = in_chunks(objective, own.network_chunk, own.evaluation_network_chunk)
    return replace(engine, objective=objective)


def member_path(root: Path, config: SearchConfig) -> Path:
    """The folder of the search with this config among those whose common folder is `root`."""
    return member_folder(root, config.seed) if config.restarts.restarts > 1 else root
