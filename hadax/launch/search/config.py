"""Everything that decides a search, as one value; imports no JAX.

Flags, presets, keyword arguments, `config.json` and an artifact's header are views of it.
"""

from dataclasses import dataclass, field

from hadax.core.errors import require, require_choice
from hadax.core.settings.config import (
    MOST_SEEDS,
    DistillationConfig,
    MeasuringConfig,
    PlacementConfig,
    StrategyConfig,
)
from hadax.core.settings.fields import check, setting
from hadax.core.settings.halving import RestartsConfig
from hadax.core.settings.pace import Pace
from hadax.core.settings.validation import ValidationConfig
from hadax.core.settings.views import flat
from hadax.launch.observers.config import MonitoringConfig
from hadax.learners.config import InnerLoop, LearnerConfig
from hadax.tasks.config import TaskConfig

DISTILL = "distill"
NEUROEVOLVE = "neuroevolve"

VERBS = (DISTILL, NEUROEVOLVE)
"""What can evolve."""

DISTILLATION_ONLY = frozenset((*flat(DistillationConfig()), *flat(InnerLoop())))
"""Settings of what a dataset is, and of how it is learned: of no meaning where weights evolve."""


@dataclass(frozen=True)
class SearchConfig:
    """A search.

    Attributes:
      verb: DISTILL or NEUROEVOLVE: what evolves.
      task: what the networks are for.
      learner: the network and its training.
      distillation: what a candidate dataset is; of no meaning to neuroevolution.
      strategy: the evolution strategy.
      placement: devices and chunks.
      pace: length and rhythm.
      restarts: how many such searches begin, and how soon half of them ends.
      validation: how evolved means are judged on the way, and which is the result.
      measuring: how the result is measured.
      monitoring: what is kept of every generation.
      fingerprint: what a Task object holds that no name made, as `fingerprint_of` has it; None for
        a task that its name and options make.

    Raises:
      ConfigError: a value outside its range.
    """

    verb: str = DISTILL
    seed: int = setting(0, "decides everything random", least=0, most=MOST_SEEDS - 1)
    init_from: str | None = setting(
        None, "artifact, .npz or .csv to start from; its examples fill slots, or are split"
    )
    task: TaskConfig = field(default_factory=TaskConfig)
    learner: LearnerConfig = field(default_factory=LearnerConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    strategy: StrategyConfig = field(default_factory=StrategyConfig)
    placement: PlacementConfig = field(default_factory=PlacementConfig)
    pace: Pace = field(default_factory=Pace)
    restarts: RestartsConfig = field(default_factory=RestartsConfig)
    validation: ValidationConfig = field(default_factory=ValidationConfig)
    measuring: MeasuringConfig = field(default_factory=MeasuringConfig)
    monitoring: MonitoringConfig = field(default_factory=MonitoringConfig)
    fingerprint: str | None = None

    def __post_init__(self) -> None:
        check(self)
        require_choice("verb", self.verb, VERBS)
        self.restarts.require_room(self.pace)
        # Schedules of the task that a search would not see the end of.
        expected = f"must be over by generation {self.pace.generations}, to end with the true task"
        for name in ("curriculum", "alive_bonus_until"):
            until = self.task.options.get(name)
            over = not isinstance(until, int) or until <= self.pace.generations
            require(over, name, until, expected)
