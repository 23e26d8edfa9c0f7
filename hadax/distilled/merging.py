"""From several distilled datasets to a merged one; its inner loop is chosen by measuring."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jax
import numpy as np

from hadax.core.errors import UsageError, require, require_choice
from hadax.core.jax_settings import in_usual_settings
from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.fields import Value
from hadax.core.settings.views import replaced
from hadax.core.streams import MERGED_SCORE_STREAM, TRIAL_STREAM
from hadax.core.types import Key
from hadax.distilled.distilled import Distilled
from hadax.distilled.files.header import Header
from hadax.distilled.files.versions import package_versions
from hadax.distilled.initialisations import fixed_keys
from hadax.distilled.keys import Seed, as_key, seed_number
from hadax.distilled.loading import load_dataset
from hadax.distilled.merged.dataset import Merged, merged_of, refuse_unused
from hadax.distilled.merged.header import KIND, SEED_KEY, Merge
from hadax.distilled.score import Score
from hadax.distilled.shares import random_score, share_of
from hadax.learners.config import DEFAULT_LEARNER, LearnerConfig
from hadax.learners.merged import INPUTS
from hadax.tasks.config import TaskConfig

_WIDE = 256
_DIVERGED = "networks trained on all of the data diverge; try a smaller inner_lr"


@dataclass(frozen=True)
class Tried:
    """One learner that was tried for all tasks.

    Attributes:
      learner: network and inner loop.
      scores: each task's, on the networks that choose between learners.
      shares: what each task kept of its single score.
      score: the mean share, its spread over networks.
    """

    learner: LearnerConfig
    scores: tuple[Score, ...]
    shares: tuple[float, ...]
    score: Score


@in_usual_settings
def merge(
    datasets: Sequence[str | Path | Distilled],
    *more: str | Path | Distilled,
    inputs: str = INPUTS[0],
    seed: Seed = None,
    networks: int = 8,
    episodes: int = 4,
    callback: Callable[[Tried], None] | None = None,
    **changes: Value,
) -> Merged:
    """Datasets of several tasks as one, on which one network learns them all; nothing is searched.

    Networks are wide, of one hidden layer or as many as the datasets' own. Their learners are tried
    one after the other with the most steps of any; that whose worst task keeps most is taken, and
    where there were several it is measured anew, on networks that chose none of them.

    Args:
      datasets: at least two, or where they are: files, or "zoo:" and an entry's name.
      more: refused, for whoever forgets that they are one list.
      inputs: how observations of several tasks are one network's: one of "apart", "coded" or
        "padded"; see hadax.learners.merged.INPUTS.
      seed: decides networks and episodes: those that inner loops are tried on, and others for the
        score; `evaluate` draws others again from the same one.
      networks: of each trial and of the score, at least 1.
      episodes: of each task and network.
      callback: is told of what was tried.
      **changes: settings of network and inner loop, in place of the datasets' own.

    Raises:
      UsageError: fewer than two datasets, a policy or a merged one among them, HaDES-F, a learner
        that is a plug-in or no network of dense layers, a dataset that scores no more than acting
        at random, or networks that all diverge.
      ConfigError: no such setting, or a value that it cannot have.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=1, score_networks=2, progress=False)
      >>> name = "analytic/linear_regression"
      >>> one, other = (hadax.distill(name, seed=seed, **small) for seed in (0, 1))
      >>> both = hadax.merge([one, other], networks=2)
      >>> both.names, both.dataset.size
      (('analytic/linear_regression', 'analytic/linear_regression#2'), 8)
      >>> both.fit(seed=0).for_task("analytic/linear_regression#2").act([0.5, 1.0, -1.0]).shape
      (2,)
    """
    require_choice("inputs", inputs, INPUTS)
    several = isinstance(datasets, Iterable) and not isinstance(datasets, str)
    expected = "must be a list of at least two: merge([one, other])"
    require(several and not more, "datasets", datasets, expected)
    parts = tuple(each if isinstance(each, Distilled) else load_dataset(each) for each in datasets)
    _check(parts)
    refuse_unused(changes)
    singles = tuple(_single(part, seed, networks, episodes).mean for part in parts)
    randoms = tuple(random_score(part, seed) for part in parts)
    section = Merge(_names(parts), inputs, singles, randoms)
    _check_gains(section)
    trial_key, score_key = (
        jax.random.fold_in(as_key(seed), stream) for stream in (TRIAL_STREAM, MERGED_SCORE_STREAM)
    )
    tried = [
        _tried(
            section.within(_header(config, seed)), parts, trial_key, networks, episodes, callback
        )
        for config in _candidates(parts, changes)
    ]
    best = max(tried, key=lambda each: min(each.shares))
    if not np.isfinite(best.score.mean):
        raise UsageError(_DIVERGED)
    made = merged_of(section.within(_header(best.learner, seed)), parts)
    if len(tried) == 1:
        # Nothing was chosen by it, so that no luck is in it.
        return _with_scores(made, section, best.score, best.scores)
    score, of_tasks = made.measure(score_key, networks, episodes)
    if not np.isfinite(score.mean):
        raise UsageError(_DIVERGED)
    return _with_scores(made, section, score, tuple(of_tasks.values()))


def _check(parts: tuple[Distilled, ...]) -> None:
    require(len(parts) >= 2, "datasets", len(parts), "at least two are merged")
    for part in parts:
        name, learner = part.header.task.task, part.header.learner
        if part.header.kind == KIND:
            raise UsageError("a merged dataset cannot be merged again: merge its parts")
        if fixed_keys(part.header) is not None:
            raise UsageError(f"{name}: a dataset of HaDES-F works from one initialisation")
        if learner.learner != DEFAULT_LEARNER:
            raise UsageError(f"{name}: a plug-in, {learner.learner}, cannot be merged")
        if learner.network.network != "mlp":
            raise UsageError(f"{name}: only networks of dense layers can be merged")


def _single(part: Distilled, seed: Seed, networks: int, episodes: int) -> Score:
    """What a dataset scores by itself: as it says, or measured.

    Raises:
      UsageError: that is no number, so that nothing of it can be kept.
    """
    score = part.score or part.evaluate(seed, networks, episodes)
    if not np.isfinite(score.mean):
        raise UsageError(f"{part.header.task.task}: networks trained on it by itself diverge")
    return score


def _check_gains(section: Merge) -> None:
    """Refuses datasets of whose scores no share could be kept.

    Raises:
      UsageError: one scores no more than acting at random; names its task and both scores.
    """
    for name, single, random in zip(section.names, section.singles, section.randoms, strict=True):
        if not single > random:
            raise UsageError(
                f"{name}: its dataset scores {single:g} by itself, acting at random {random:g};"
                f" what is merged must score more than that"
            )


def _names(parts: tuple[Distilled, ...]) -> tuple[str, ...]:
    """The tasks' names, told apart where several are of one task."""
    names: list[str] = []
    for part in parts:
        name = part.header.task.task
        count = sum(each.partition("#")[0] == name for each in names)
        names.append(f"{name}#{count + 1}" if count else name)
    return tuple(names)


def _candidates(
    parts: tuple[Distilled, ...], changes: dict[str, Value]
) -> tuple[LearnerConfig, ...]:
    """The parts' own learners, wide, in one layer and in as many as they have, most steps of any.

    The wider a network, the less do its tasks change each other's features (docs/merging.md).
    """
    own = [part.header.learner for part in parts]
    common: dict[str, Value] = {
        "width": max(_WIDE, *(learner.network.width for learner in own)),
        "inner_steps": max(learner.inner_loop.inner_steps for learner in own),
        "loss": "auto",
        **changes,
    }
    found = [
        replaced(learner, {"depth": depth, **common})
        for depth in dict.fromkeys((1, *(learner.network.depth for learner in own)))
        for learner in own
    ]
    return tuple(dict.fromkeys(found))


def _header(config: LearnerConfig, seed: Seed) -> Header:
    number = seed_number(seed)
    return Header(
        KIND,
        TaskConfig(KIND),
        config,
        DistillationConfig(),
        # Where a key was given, its words stand beside a seed that decided nothing.
        seed=number or 0,
        further={}
        if number is not None
        else {SEED_KEY: jax.random.key_data(as_key(seed)).tolist()},
        versions=package_versions(),
    )


def _tried(
    header: Header,
    parts: tuple[Distilled, ...],
    key: Key,
    networks: int,
    episodes: int,
    callback: Callable[[Tried], None] | None,
) -> Tried:
    """One learner, measured on every task."""
    merged, section = merged_of(header, parts), Merge.of(header)
    score, of_tasks = merged.measure(key, networks, episodes)
    scores = tuple(of_tasks.values())
    shares = tuple(
        share_of(score, single, random) if np.isfinite(score.mean) else float("-inf")
        for score, single, random in zip(scores, section.singles, section.randoms, strict=True)
    )
    tried = Tried(header.learner, scores, shares, score)
    if callback is not None:
        callback(tried)
    return tried


def _with_scores(made: Merged, section: Merge, score: Score, scores: tuple[Score, ...]) -> Merged:
    """The merged dataset with what was measured when it was made, of each task and of all."""
    documents = tuple(part.to_artifact().document for part in made.parts)
    section = replace(section, scores=scores, documents=documents)
    return replace(made, header=replace(section.within(made.header), score=score))
