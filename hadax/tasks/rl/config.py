"""The options of control tasks; imports neither JAX nor a simulator."""

from collections.abc import Mapping
from dataclasses import dataclass

from hadax.core.errors import LARGEST, MOST_ENTRIES, MOST_STEPS, ConfigError, require
from hadax.core.settings.fields import Value, check, setting
from hadax.core.words.names import nearest

GREEDY = "greedy"
ACTION_MODES: tuple[str, ...] = (GREEDY, "sample")
"""The most probable action, or one drawn from the policy's distribution."""

ACTION_BOUNDS: tuple[str, ...] = ("clip", "tanh")
"""How continuous actions come to lie in [-1, 1]: cut off, or squashed."""

MOST_STICKY = 0.99
"""The largest share of a search's steps that repeat the action before: some are the policy's."""

MOST_RANDOM = 2**20
"""The most steps of random actions before an episode."""

PER_POLICY = "per_policy"
NORMALIZERS: tuple[str, ...] = ("none", "running", "constant", PER_POLICY)
"""Observation normalisers."""

BACKENDS: dict[str, tuple[str, ...]] = {
    "gymnax": (),
    "brax": ("positional", "spring", "generalized", "mjx"),
    "playground": ("jax", "warp"),
}
"""The physics of each library, its own first; a dataset is worth little on another."""

NO_SCHEDULES: Mapping[str, int | float] = {
    "curriculum": 0,
    "alive_bonus_until": 0,
    "alive_bonus_start": 0.0,
    "sticky_actions": 0.0,
    "random_start": 0,
    "worst_share": 1.0,
}
"""The options that hold in a search alone, and what they are wherever something is measured."""

_WIDEST_VIEW = 2**10

_BACKENDS_OF = {"brax/swimmer": ("generalized",)}


@dataclass(frozen=True)
class ControlOptions:
    """What decides a control task besides its environment.

    Raises:
      ConfigError: a value outside its range.
    """

    episodes: int = setting(
        4, "episodes of one evaluation (control tasks)", least=1, most=MOST_ENTRIES
    )
    horizon: int | None = setting(
        None,
        "steps after which an episode ends; the environment's own by default (control tasks)",
        least=1,
        most=MOST_STEPS,
    )
    curriculum: int = setting(
        0,
        "generations over which the horizon grows; 0 for none (control tasks)",
        least=0,
        most=MOST_STEPS,
    )
    alive_bonus_until: int = setting(
        0,
        "generations over which the reward for being alive grows; 0 for none (brax)",
        least=0,
        most=MOST_STEPS,
    )
    alive_bonus_start: float = setting(
        0.0, "its share in the first generation (brax)", least=0, most=1
    )
    sticky_actions: float = setting(
        0.0,
        "how likely a step of a search repeats the action before (control tasks)",
        least=0,
        most=MOST_STICKY,
    )
    random_start: int = setting(
        0,
        "steps of random actions before an episode of a search, at most (control tasks)",
        least=0,
        most=MOST_RANDOM,
    )
    worst_share: float = setting(
        1.0,
        "share of the episodes, the worst, whose mean is a search's fitness (control tasks)",
        above=0,
        most=1,
    )
    backend: str | None = setting(None, "the physics, as spring; Brax's own is positional")
    action_mode: str = setting(GREEDY, "of control tasks:", choices=ACTION_MODES)
    action_bounds: str = setting("clip", "of continuous actions:", choices=ACTION_BOUNDS)
    action_scale: float = setting(
        1.0,
        "what continuous actions are multiplied with before their bounds",
        above=0,
        most=LARGEST,
    )
    view: int = setting(
        0,
        "side of the window around the first channel's cell that a policy sees; 0 for all (games)",
        least=0,
        most=_WIDEST_VIEW,
    )
    normalizer: str | None = setting(
        None, "of observations; images have none and constant:", choices=NORMALIZERS
    )
    early_exit: bool = True

    def __post_init__(self) -> None:
        check(self)


def as_played(action_mode: str, normalizer: str) -> tuple[str, str]:
    """The action mode and the normaliser that a policy has when people use it.

    Actions are the best ones, and statistics the state's own, frozen: the running normaliser uses
    the state as it is, as preprocessing does.

    Args:
      action_mode: one of ACTION_MODES, in evaluations.
      normalizer: one of NORMALIZERS, in evaluations.
    """
    return GREEDY, "running" if normalizer == PER_POLICY else normalizer


def control_options(library: str, environment: str, **options: Value) -> ControlOptions:
    """The options of a library's environment.

    Args:
      library: one of BACKENDS.
      environment: the library's own name.
      **options: fields of ControlOptions.

    Raises:
      ConfigError: a value outside its range, or a backend that the environment does not have.
    """
    made = ControlOptions(**options)  # type: ignore[arg-type]
    if made.backend is not None:
        choose_backend(library, environment, made.backend)
    return made


def choose_backend(library: str, environment: str, backend: str | None) -> str | None:
    """The backend named, or the environment's first for None; None where there are none.

    Args:
      library: one of BACKENDS.
      environment: the library's own name.
      backend: what was asked for.

    Raises:
      ConfigError: the environment has no such backend; lists the near matches.
    """
    name = f"{library}/{environment}"
    choices = _BACKENDS_OF.get(name, BACKENDS[library])
    if backend is None:
        return choices[0] if choices else None
    require(bool(choices), "backend", backend, f"{name} has no backends")
    if backend not in choices:
        hint = nearest(backend.lower(), choices)
        raise ConfigError("backend", backend, f"{name} has {', '.join(choices)}{hint}")
    return backend
