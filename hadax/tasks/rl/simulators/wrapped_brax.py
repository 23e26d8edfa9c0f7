"""What an environment of Brax that wraps another leaves as it is."""

from dataclasses import dataclass
from typing import Any

from hadax.core.types import Key


@dataclass(frozen=True)
class WrappedBrax:
    """An environment that is another's but for its `step`, and its `reset` where it has one.

    Attributes:
      current: the other one.
    """

    current: Any

    @property
    def sys(self) -> Any:
        """Brax's system: links, joints and geoms."""
        return self.current.sys

    @property
    def dt(self) -> float:
        """Seconds of a step."""
        return float(self.current.dt)

    @property
    def action_size(self) -> int:
        """Entries of an action."""
        return int(self.current.action_size)

    def reset(self, key: Key) -> Any:
        """The first state."""
        return self.current.reset(key)
