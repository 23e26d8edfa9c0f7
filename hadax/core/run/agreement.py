"""What all processes of a search must know alike. Every function here is called by all of them.

In a search of one process each gives back what it was given. Several are several copies of this
program that must make the same decisions, or wait for each other for ever; what only one of them
can see (its files, its clock, a signal) goes through here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding

from hadax.core.errors import UsageError
from hadax.core.population.placement import SPLIT, mesh_of, process_count, replicated, writes
from hadax.core.types import Pytree

_Tree = TypeVar("_Tree", bound=Pytree)
_Done = TypeVar("_Done")

_WORKED, _REFUSED = b"+", b"-"


class ToldError(UsageError):
    """What the writing process refused, in the others: it has been said already."""


def told(tell: Callable[[], bytes]) -> bytes:
    """What the writing process finds, in every process; only there is it looked for.

    Args:
      tell: looks.

    Raises:
      UsageError: what `tell` raised; in the other processes a `ToldError` with the same words.
    """
    if process_count() == 1:
        return tell()
    refusal: UsageError | None = None
    answer = b""
    if writes():
        try:
            answer = _WORKED + tell()
        except UsageError as error:
            refusal, answer = error, _REFUSED + str(error).encode()
    answer = _broadcast(answer)
    if refusal is not None:
        raise refusal
    if answer.startswith(_REFUSED):
        raise ToldError(answer.removeprefix(_REFUSED).decode())
    return answer.removeprefix(_WORKED)


def by_writer(do: Callable[[], _Done]) -> _Done | None:
    """Does something in the writing process alone, and gives what comes of it there, else None.

    Args:
      do: what is done.

    Raises:
      UsageError: as `told`.
    """
    done: _Done | None = None

    def tell() -> bytes:
        nonlocal done
        done = do()
        return b""

    told(tell)
    return done


def same_arrays(tree: _Tree) -> _Tree:
    """The writing process's arrays in every process; all have the same shapes and types."""
    if process_count() == 1:
        return tree
    from jax.experimental import multihost_utils

    shared: _Tree = multihost_utils.broadcast_one_to_all(tree)
    return shared


def _broadcast(content: bytes) -> bytes:
    from jax.experimental import multihost_utils

    size = int(multihost_utils.broadcast_one_to_all(np.int32(len(content))))
    held = np.zeros(size, np.uint8)
    if writes():
        held = np.frombuffer(content, np.uint8)
    return np.asarray(multihost_utils.broadcast_one_to_all(held), np.uint8).tobytes()


@dataclass
class Poll:
    """Why a run ends, if it does: the largest of the processes' reasons, a generation late.

    Late, so that no process waits for the devices; a search of one process hears of it at once.

    Attributes:
      devices: of all processes, as many as the engine uses.
    """

    devices: int
    _asked: jax.Array | None = field(default=None, init=False)

    def ask(self, reason: int) -> int:
        """The largest reason of the generation before.

        Args:
          reason: this process's now, at least 0.
        """
        if process_count() == 1:
            return reason
        earlier, self._asked = self._asked, self._largest(reason)
        return 0 if earlier is None else int(earlier)

    def last(self, reason: int) -> int:
        """The largest reason now, when there is no generation to follow."""
        return reason if process_count() == 1 else int(self._largest(reason))

    def _largest(self, reason: int) -> jax.Array:
        spread = NamedSharding(mesh_of(self.devices), SPLIT)
        own = np.full(self.devices // process_count(), reason, np.int32)
        return _maximum(self.devices)(jax.make_array_from_process_local_data(spread, own))


@cache
def _maximum(devices: int) -> Callable[[jax.Array], jax.Array]:
    return jax.jit(jnp.max, out_shardings=replicated(devices))
