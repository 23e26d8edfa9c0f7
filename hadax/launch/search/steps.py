"""Environment steps that a search takes, every episode counted at its full horizon."""

from hadax.core.task import Task
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.learners.variations import learner_configs
from hadax.tasks.rl.control import ControlTask


def steps_a_generation(config: SearchConfig, task: Task) -> int:
    """Environment steps of a generation at most; 0 for tasks without episodes.

    The evaluations of the evolved mean, one network's episodes each, are not among them.

    Args:
      config: the search.
      task: what it searches for.
    """
    if not isinstance(task, ControlTask):
        return 0
    distillation, networks = config.distillation, 1
    if config.verb == DISTILL:
        learners = learner_configs(distillation, config.learner)
        networks = len(learners) * distillation.inits_per_candidate
    return config.strategy.population * networks * task.episodes * task.environment.horizon
