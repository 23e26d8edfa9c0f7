"""Control tasks from the simulators' libraries: one factory for all of them."""

from dataclasses import replace
from importlib import import_module

from hadax.tasks.rl.control import ControlTask


def make(
    library: str,
    environment: str,
    *,
    episodes: int = 4,
    horizon: int | None = None,
    curriculum: int = 0,
    backend: str | None = None,
    action_mode: str = "greedy",
    action_bounds: str = "clip",
    normalizer: str | None = None,
    early_exit: bool = True,
) -> ControlTask:
    """A library's environment as a control task.

    Args:
      library: a module beside this one, with `adapt(name, backend)` to an Environment and the
        NORMALIZER that suits its observations.
      environment: the library's own name, "CartPole-v1" or "hopper" say.
      episodes, curriculum, action_mode, action_bounds, early_exit: as in ControlTask.
      horizon: steps after which an episode ends; None for the environment's own time limit.
      backend: the physics, where the library has several; None for its first.
      normalizer: as in ControlTask; None for the library's.

    Raises:
      ConfigError: a value outside its range, a backend that the environment does not have, or a
        space that the adapter cannot hold.
      ImportError: the library is not installed.
    """
    module = import_module(f"hadax.tasks.rl.simulators.from_{library}")
    adapted = module.adapt(environment, backend)
    return ControlTask(
        environment=adapted if horizon is None else replace(adapted, horizon=horizon),
        episodes=episodes,
        action_mode=action_mode,
        action_bounds=action_bounds,
        normalizer=module.NORMALIZER if normalizer is None else normalizer,
        curriculum=curriculum,
        early_exit=early_exit,
    )
