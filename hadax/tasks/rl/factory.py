"""Control tasks from the simulators' libraries: one factory for all of them."""

from dataclasses import replace
from importlib import import_module

from hadax.core.specification import NO_LEVELS
from hadax.tasks.rl.config import ControlOptions, choose_backend
from hadax.tasks.rl.control import TASK_OPTIONS, ControlTask
from hadax.tasks.rl.view import with_view


def make(options: ControlOptions, library: str, environment: str) -> ControlTask:
    """A library's environment as a control task.

    Args:
      options: what decides it besides; a normaliser of None is the library's.
      library: a module of simulators/, with `adapt(name, backend)` to an Environment and the
        NORMALIZER that suits its observations.
      environment: the library's own name, "CartPole-v1" or "hopper" say.

    Raises:
      ConfigError: a value outside its range, a backend that the environment does not have, or a
        space that the adapter cannot hold.
      ImportError: the library is not installed.
    """
    module = import_module(f"hadax.tasks.rl.simulators.from_{library}")
    backend = choose_backend(library, environment, options.backend)
    adapted = module.adapt(environment, backend)
    if options.horizon not in (None, adapted.horizon):
        # What solves it and what chance earns are known of whole episodes alone.
        adapted = replace(adapted, horizon=options.horizon, levels=NO_LEVELS)
    chosen = {each.name: getattr(options, each.name) for each in TASK_OPTIONS}
    chosen["normalizer"] = options.normalizer or module.NORMALIZER
    return ControlTask(environment=with_view(adapted, options.view), **chosen)
