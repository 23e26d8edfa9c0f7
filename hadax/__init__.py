"""hadax: squeezes what a network must learn into a handful of synthetic examples (HaDES).

Everything that people use is here, and imported when it is first asked for: JAX comes with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax import tasks as tasks
    from hadax import zoo as zoo
    from hadax.core.base_task import BaseTask as BaseTask
    from hadax.core.dataset import Dataset as Dataset
    from hadax.core.errors import ArtifactError as ArtifactError
    from hadax.core.errors import ConfigError as ConfigError
    from hadax.core.errors import HadaxWarning as HadaxWarning
    from hadax.core.errors import UsageError as UsageError
    from hadax.core.evaluation import Evaluation as Evaluation
    from hadax.core.generation.engine import Engine as Engine
    from hadax.core.generation.strategy import Strategy as Strategy
    from hadax.core.learner import BaseLearner as BaseLearner
    from hadax.core.learner import Learner as Learner
    from hadax.core.objective import Objective as Objective
    from hadax.core.objectives.distillation import Distillation as Distillation
    from hadax.core.objectives.neuroevolution import Neuroevolution as Neuroevolution
    from hadax.core.run.loop import Report as Report
    from hadax.core.settings.pace import Pace as Pace
    from hadax.core.specification import Continuous as Continuous
    from hadax.core.specification import Discrete as Discrete
    from hadax.core.task import Task as Task
    from hadax.distilled.distilled import Distilled as Distilled
    from hadax.distilled.evolved import Evolved as Evolved
    from hadax.distilled.in_episode import EpisodePolicy as EpisodePolicy
    from hadax.distilled.loading import load as load
    from hadax.distilled.loading import load_dataset as load_dataset
    from hadax.distilled.loading import load_policy as load_policy
    from hadax.distilled.merged.dataset import Merged as Merged
    from hadax.distilled.merging import merge as merge
    from hadax.distilled.policy import TrainedPolicy as TrainedPolicy
    from hadax.distilled.score import Quantiles as Quantiles
    from hadax.distilled.score import Score as Score
    from hadax.launch.search.python_api import distill as distill
    from hadax.launch.search.python_api import neuroevolve as neuroevolve
    from hadax.launch.sweeps.python_api import sweep as sweep
    from hadax.launch.sweeps.running import Sweep as Sweep
    from hadax.learners.config import InnerLoop as InnerLoop
    from hadax.learners.config import LearnerConfig as LearnerConfig
    from hadax.learners.config import NetworkConfig as NetworkConfig
    from hadax.learners.registry import make_learner as make_learner
    from hadax.learners.registry import register_learner as register_learner
    from hadax.tasks import make as make
    from hadax.tasks import register as register
    from hadax.tasks.rl.control import ControlTask as ControlTask
    from hadax.tasks.rl.environment import Environment as Environment
    from hadax.tasks.rl.view import centred as centred

__version__ = "0.2.0"

_PLACES: dict[str, str] = {
    "ArtifactError": "hadax.core.errors",
    "BaseLearner": "hadax.core.learner",
    "BaseTask": "hadax.core.base_task",
    "ConfigError": "hadax.core.errors",
    "Continuous": "hadax.core.specification",
    "ControlTask": "hadax.tasks.rl.control",
    "Dataset": "hadax.core.dataset",
    "Discrete": "hadax.core.specification",
    "Distillation": "hadax.core.objectives.distillation",
    "Distilled": "hadax.distilled.distilled",
    "Engine": "hadax.core.generation.engine",
    "Environment": "hadax.tasks.rl.environment",
    "EpisodePolicy": "hadax.distilled.in_episode",
    "Evaluation": "hadax.core.evaluation",
    "Evolved": "hadax.distilled.evolved",
    "HadaxWarning": "hadax.core.errors",
    "InnerLoop": "hadax.learners.config",
    "Learner": "hadax.core.learner",
    "LearnerConfig": "hadax.learners.config",
    "NetworkConfig": "hadax.learners.config",
    "Merged": "hadax.distilled.merged.dataset",
    "Neuroevolution": "hadax.core.objectives.neuroevolution",
    "Objective": "hadax.core.objective",
    "Pace": "hadax.core.settings.pace",
    "Quantiles": "hadax.distilled.score",
    "Report": "hadax.core.run.loop",
    "Score": "hadax.distilled.score",
    "Strategy": "hadax.core.generation.strategy",
    "Sweep": "hadax.launch.sweeps.running",
    "Task": "hadax.core.task",
    "TrainedPolicy": "hadax.distilled.policy",
    "UsageError": "hadax.core.errors",
    "centred": "hadax.tasks.rl.view",
    "distill": "hadax.launch.search.python_api",
    "load": "hadax.distilled.loading",
    "load_dataset": "hadax.distilled.loading",
    "load_policy": "hadax.distilled.loading",
    "make": "hadax.tasks",
    "make_learner": "hadax.learners.registry",
    "merge": "hadax.distilled.merging",
    "neuroevolve": "hadax.launch.search.python_api",
    "register": "hadax.tasks",
    "register_learner": "hadax.learners.registry",
    "sweep": "hadax.launch.sweeps.python_api",
    "tasks": "hadax",
    "zoo": "hadax",
}

__all__ = [
    "__version__",
    *_PLACES,
]


def __getattr__(name: str) -> Any:
    """What is exported here, imported when it is first asked for."""
    if _PLACES.get(name) == "hadax":
        return import_module(f"hadax.{name}")
    if name not in _PLACES:
        raise AttributeError(f"module 'hadax' has no attribute '{name}'")
    found = vars(import_module(_PLACES[name]))[name]
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """All that is exported, whether imported yet or not."""
    return sorted({*globals(), *__all__})
