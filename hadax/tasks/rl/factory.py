"""Control tasks from the simulators' libraries: one factory for all of them."""

from dataclasses import replace
from importlib import import_module

from hadax.tasks.rl.config import ControlOptions, choose_backend
from hadax.tasks.rl.control import ControlTask


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
    horizon = options.horizon
    return ControlTask(
        environment=adapted if horizon is None else replace(adapted, horizon=horizon),
        episodes=options.episodes,
        action_mode=options.action_mode,
        action_bounds=options.action_bounds,
        action_scale=options.action_scale,
        normalizer=options.normalizer or module.NORMALIZER,
        curriculum=options.curriculum,
        alive_bonus_until=options.alive_bonus_until,
        alive_bonus_start=options.alive_bonus_start,
        early_exit=options.early_exit,
    )
