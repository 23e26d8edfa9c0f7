"""Settings chosen by trial: each trial is a search of its own, and may end early."""

import csv
import io
import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.core.errors import UsageError
from hadax.core.settings.fields import Value
from hadax.core.storage.files import write_atomically
from hadax.core.words.saying import Say
from hadax.distilled.score import Score
from hadax.launch.search.call import quietly
from hadax.launch.search.run_folder.lock import lock
from hadax.launch.sweeps import optuna_study
from hadax.launch.sweeps.cells import Cell, Settings, cells, command_line
from hadax.launch.sweeps.failures import why
from hadax.launch.sweeps.outcomes import WITHOUT_EFFECT
from hadax.launch.sweeps.space import OneOf, Space, first_of, typed

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True)
class Trial:
    """Settings that were tried.

    Attributes:
      number: of the trial, and of its folder.
      state: "complete", "pruned" or "fail".
      score: of the result; None where there is none.
      chosen: the settings.
      folder: the search's, within the study's.
      reason: why it failed.
    """

    number: int
    state: str
    score: float | None
    chosen: dict[str, Value]
    folder: str
    reason: str = ""


@dataclass(frozen=True)
class Tuning:
    """What is tried, and where.

    Attributes:
      verb: which search.
      fixed: settings that all trials share.
      space: what the others may be.
      root: the study's folder.
      options: how the study goes.
      say: is given a line for each trial that is over.
    """

    verb: str
    fixed: Settings
    space: Space
    root: Path
    options: optuna_study.StudyOptions
    say: Say = field(repr=False)

    def run(self, trials: int) -> list[Trial]:
        """Tries until so many trials are over, and gives them all, the best first.

        Args:
          trials: those of earlier processes among them.

        Raises:
          UsageError: the folder is another study's, or cannot be used.
          KeyboardInterrupt: somebody stopped it; the same tuning goes on in the trial under way.
        """
        with ExitStack() as held:
            held.callback(lock(self.root))
            study = self._study()
            over = self._over(study)
            while len(over) < trials:
                self.say(self._told(self._try(study, study.ask())))
                over = self._over(study)
                self._write(over)
            self._write(over)
            return over

    def command(self, trial: Trial) -> str:
        """The command that searches with what a trial had."""
        words = command_line({**self.fixed, **trial.chosen})
        return shlex.join((f"hadax-{self.verb}", *words))

    def _study(self) -> "optuna.Study":
        # Without a value for what is chosen, the others may be no search.
        generations = self._cell(first_of(self.space)).resolved.config.pace.generations
        return optuna_study.open_study(self.root, self.options, generations, self._kept())

    def _kept(self) -> dict[str, str]:
        """What makes trials comparable, each setting as it is typed, by its name."""
        shared = {"verb": self.verb, **self.fixed}
        heeded = {name: each for name, each in shared.items() if name not in WITHOUT_EFFECT}
        kept = {name: word for name in heeded for word in command_line({name: heeded[name]})}
        for name, each in self.space.items():
            kept[f"space {name}"] = f"--space={typed(name, each)}"
        return kept

    def _try(self, study: "optuna.Study", trial: "optuna.Trial") -> Trial:
        import optuna

        states = optuna.trial.TrialState
        chosen = optuna_study.suggested(trial, self.space)
        folder = optuna_study.folder_of(study, trial)
        try:
            generations = self._cell(chosen).resolved.config.pace.generations
            pruning = optuna_study.Pruning(trial, generations)
            study.tell(trial, self._score(chosen, folder, pruning))
        except optuna.TrialPruned:
            study.tell(trial, state=states.PRUNED)
        except Exception as error:
            trial.set_user_attr(optuna_study.REASON, why(error))
            study.tell(trial, state=states.FAIL)
        return next(each for each in self._over(study) if each.folder == folder)

    def _score(self, chosen: dict[str, Value], folder: str, pruning: optuna_study.Pruning) -> float:
        """What a search with these settings scores on fresh networks."""
        cell = self._cell(chosen)
        # Several searches count their generations each from the first.
        observers = () if cell.resolved.config.restarts.restarts > 1 else (pruning,)
        place = self.root / "trials" / folder
        result = quietly(cell.resolved, place, progress=True, observers=observers)
        return rank_of(result.header.score)

    def _cell(self, chosen: Settings) -> Cell:
        """The search with these settings beside those that all trials share."""
        (cell,) = cells(self.verb, {**self.fixed, **chosen}, {})
        return cell

    def _over(self, study: "optuna.Study") -> list[Trial]:
        """The trials that are over, the best first; not those that an earlier process left."""
        found = [self._read(each) for each in study.get_trials(deepcopy=False)]
        ended = [each for each in found if each.state in ("complete", "pruned") or each.reason]
        return sorted(
            ended, key=lambda each: (each.score is None, -(each.score or 0.0), each.number)
        )

    def _read(self, trial: "optuna.trial.FrozenTrial") -> Trial:
        chosen: dict[str, Value] = {}
        for name, value in trial.params.items():
            each = self.space.get(name)
            chosen[name] = each.values[value] if isinstance(each, OneOf) else value
        state = trial.state.name.lower()
        return Trial(
            number=optuna_study.number_of(trial),
            state=state,
            score=trial.value if state == "complete" else None,
            chosen=chosen,
            folder=trial.user_attrs.get(optuna_study.FOLDER, ""),
            reason=trial.user_attrs.get(optuna_study.REASON, ""),
        )

    def _told(self, trial: Trial) -> str:
        settings = " ".join(command_line(trial.chosen)).replace("--", "")
        ending = f"score {trial.score:.5g}" if trial.score is not None else trial.state
        return f"trial {trial.number}: {settings}: {ending}{trial.reason and f': {trial.reason}'}"

    def _write(self, trials: list[Trial]) -> None:
        text = io.StringIO(newline="")
        names = list(self.space)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["trial", "state", "score", *names, "folder", "reason"])
        for each in trials:
            score = "" if each.score is None else repr(each.score)
            values = [str(each.chosen.get(name, "")) for name in names]
            writer.writerow([each.number, each.state, score, *values, each.folder, each.reason])
        write_atomically(self.root / "trials.csv", text.getvalue().encode())


def rank_of(score: Score | None) -> float:
    """What a trial is ranked by: the mean over its networks.

    Raises:
      UsageError: it was not measured, or some networks failed: else settings under which most do
        could win by the few that don't.
    """
    if score is None:
        raise UsageError("the result was not measured")
    if score.failed:
        raise UsageError(f"networks failed: {score}")
    return score.mean
