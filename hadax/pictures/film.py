"""A trained network at play: an episode as an animated picture, its return in the corner."""

import base64
import html as markup
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import Bodies
from hadax.core.storage.files import ending_of, expanded, write_atomically
from hadax.core.task import Task
from hadax.core.words.numbers import in_short
from hadax.distilled.abilities.playing import episode
from hadax.distilled.keys import Seed
from hadax.distilled.policy import TrainedPolicy
from hadax.pictures import encoding
from hadax.pictures.figures import require_plotting
from hadax.pictures.plain_frames import plain_frames
from hadax.pictures.scenes.raster import even, rasterised
from hadax.pictures.scenes.views import draws, frames_of

# Browsers show no more frames a second than this one in a GIF for certain.
_LEAST_MILLISECONDS = 40
_CLOCKLESS_MILLISECONDS = 80
_MOST_FRAMES = 400
_WIDTH = 480
_CAPTION_SIZE, _STRIP = 15, 24


@dataclass(frozen=True)
class Film:
    """An episode, drawn; notebooks show it by themselves.

    Attributes:
      frames: pillow images of one size.
      milliseconds: of each frame but the last, which stays longer.
      episode_return: summed reward of the episode.
      steps: of the episode.
      title: what is played.
      viewer: gives the simulator's own viewer of it, as HTML; None where it has none.
    """

    frames: tuple[Any, ...]
    milliseconds: int
    episode_return: float
    steps: int
    title: str
    viewer: Callable[[], str] | None = None

    def save(self, path: str | Path) -> Path:
        """Writes it as the file's ending says, .gif, .webp, .mp4 or .html, and gives its path.

        Raises:
          UsageError: another ending, an .mp4 without ffmpeg, or no folder to write in.
        """
        place = expanded(path)
        encoding.require_place(place)
        if ending_of(place) == ".html":
            write_atomically(place, (self.viewer or self._page)().encode())
        else:
            write_atomically(place, encoding.encoded(place, self.frames, self.milliseconds))
        return place

    @cached_property
    def webp(self) -> bytes:
        """The animation as WebP, which is a third of a GIF."""
        return encoding.as_webp(self.frames, self.milliseconds)

    def _page(self) -> str:
        title = markup.escape(self.title)
        return (
            f'<!doctype html><meta charset="utf-8"><title>{title}</title>'
            f'<body style="font-family:sans-serif;text-align:center"><h1>{title}</h1>'
            f"{self._repr_html_()}</body>"
        )

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.webp).decode()
        return f'<img alt="{markup.escape(self.title)}" src="data:image/webp;base64,{data}">'

    def __repr__(self) -> str:
        """What a terminal shows."""
        return f"<film of {self.title}: return {self.episode_return:g} in {self.steps} steps>"


def film(
    policy: TrainedPolicy,
    title: str,
    episode_seed: Seed = 0,
    frames: int = _MOST_FRAMES,
    width: int = _WIDTH,
    frozen_statistics: bool = False,
) -> Film:
    """A policy playing one episode, greedily.

    Args:
      policy: a trained network.
      title: what is played.
      episode_seed: decides the episode.
      frames: at most so many.
      width: in pixels; what is as high as wide has two thirds of it.
      frozen_statistics: normalise by the file's statistics alone, as `act` does it.

    Raises:
      UsageError: the task has no episodes, or matplotlib or pillow is not installed.
    """
    require_plotting()
    recording = episode(policy, episode_seed, title, frozen_statistics)
    length = int(recording.length)
    seen, returns = (np.asarray(each)[: length + 1] for each in (recording.seen, recording.returns))
    chosen, milliseconds = pace(length, recording.step_seconds, frames)
    drawn = _drawn(policy.task, seen[chosen], width)
    over = draws(policy.task.pose) and not policy.task.labels.channel_names
    captioned = [
        _captioned(frame, over, f"return {_told(returns[step])}", f"step {step}")
        for frame, step in zip(drawn, chosen, strict=True)
    ]
    viewer, pose = None, policy.task.pose
    if isinstance(pose, Bodies) and pose.page is not None:
        viewer = partial(pose.page, seen[chosen], _apart(chosen, recording.step_seconds))
    return Film(tuple(captioned), milliseconds, float(returns[-1]), length, title, viewer)


def pace(
    length: int, step_seconds: float | None, most: int = _MOST_FRAMES
) -> tuple[list[int], int]:
    """Which steps of an episode are frames, the first and last among them, and their milliseconds.

    Args:
      length: steps of the episode.
      step_seconds: of the simulated world in a step; None where it has no clock.
      most: frames at most, and the last.
    """
    natural = _natural(step_seconds)
    every = max(1, round(_LEAST_MILLISECONDS / natural), -(-length // most))
    # A film that leaves steps out to be short shows those that are left at the usual pace.
    milliseconds = min(max(_LEAST_MILLISECONDS, round(natural * every)), 100)
    return sorted({*range(0, length + 1, every), length}), milliseconds


def _apart(chosen: Sequence[int], step_seconds: float | None) -> float:
    """Seconds of the simulated world between frames, `chosen` as `pace` does; but for the last."""
    every = chosen[1] - chosen[0] if len(chosen) > 1 else 1
    return _natural(step_seconds) * every / 1000


def _natural(step_seconds: float | None) -> float:
    """Milliseconds of a step of the simulated world; a usual length where it has no clock."""
    return _CLOCKLESS_MILLISECONDS if step_seconds is None else 1000 * step_seconds


def _drawn(task: Task, seen: NDArray[Any], width: int) -> Iterator[Any]:
    """A pillow image for each frame of what is `seen`, [frames, ...]."""
    scenes = frames_of(task.pose, seen)
    if scenes is None:
        yield from plain_frames(task, seen, width)
        return
    for scene in scenes:
        yield rasterised(scene, even(2 * width / 3) if scene.window.aspect < 1.2 else width)


def _captioned(frame: Any, over: bool, *words: str) -> Any:
    """The frame with words in its upper left corner, or above it where it is a whole screen."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(_CAPTION_SIZE)
    if not over:
        taller = Image.new("RGB", (frame.width, frame.height + _STRIP), "#1c1c1c")
        taller.paste(frame, (0, _STRIP))
        ImageDraw.Draw(taller).text((8, 3), "    ".join(words), fill="#f2f3f4", font=font)
        return taller
    pen, text = ImageDraw.Draw(frame, "RGBA"), "\n".join(words)
    left, top, right, bottom = pen.multiline_textbbox((10, 8), text, font=font)
    pen.rounded_rectangle((left - 6, top - 5, right + 6, bottom + 5), 4, fill=(255, 255, 255, 215))
    pen.multiline_text((10, 8), text, fill="#1b2631", font=font)
    return frame


def _told(value: float) -> str:
    """A return as people write it."""
    if abs(value) < 0.1:
        return in_short(value)
    return f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.1f}"
