"""Results to look at: as a picture, as a table, at play; drawn by hadax.pictures when asked."""

from pathlib import Path
from typing import Any

from hadax.core.storage.files import expanded
from hadax.distilled.files.header import Header
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.policy import TrainedPolicy
from hadax.distilled.upward import FIGURE, FILM, HTML, REQUIRE_PLACE, resolved


class Playable:
    """Base of results that play in their environment, for people to watch.

    Attributes:
      header: names the task.
    """

    header: Header

    def player(self, seed: Seed) -> TrainedPolicy:
        """The network that plays.

        Raises:
          NotImplementedError: a subclass says which one it is.
        """
        raise NotImplementedError

    def play(
        self,
        path: str | Path | None = None,
        network_seed: Seed = 0,
        episode_seed: Seed = 0,
        frozen_statistics: bool = False,
    ) -> Any:
        """A film of one episode, greedy; a notebook shows it.

        Args:
          path: a .gif, .webp, .mp4 or .html file to write it to as well; None for none.
          network_seed: decides the network that is trained, where one is.
          episode_seed: decides the episode.
          frozen_statistics: normalise by the file's statistics alone, as `TrainedPolicy.act` does,
            and not by the episode's own where scores do so (`normalizer="per_policy"`).

        Raises:
          ConfigError: a seed that is none.
          UsageError: the task has no episodes, the file's ending is another one, it has no folder,
            or what draws is not installed (the extra `plot`).
        """
        if path is not None:
            resolved(REQUIRE_PLACE)(expanded(path))
        network = as_key(network_seed, "network_seed")
        episode = as_key(episode_seed, "episode_seed")
        found = resolved(FILM)(
            self.player(network),
            self.header.task.task,
            episode,
            frozen_statistics=frozen_statistics,
        )
        if path is not None:
            found.save(path)
        return found


class Viewed(Playable):
    """Base of datasets that can be looked at."""

    def show(self) -> Any:
        """A picture of the examples; shown where there is a notebook.

        Raises:
          UsageError: matplotlib is not installed.
        """
        return resolved(FIGURE)(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: task, score and the examples as a table."""
        return str(resolved(HTML)(self))
