"""Frames as files: GIF and WebP by pillow, MP4 by ffmpeg where there is one."""

import importlib.util
import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hadax.core.errors import UsageError
from hadax.core.storage.files import ending_of, require_folder

FORMATS: tuple[str, ...] = (".gif", ".webp", ".mp4", ".html")
"""Endings of files that a film can be written to."""

_LAST_MILLISECONDS = 1500
_COLOURS = 128
_PALETTE_FRAMES = 6
_WEBP_QUALITY = 80


def require_place(path: Path) -> None:
    """Refuses a file that no film could be written to, before there is one.

    Raises:
      UsageError: an unknown ending, an .mp4 without ffmpeg, or no folder to write in.
    """
    if ending_of(path) not in FORMATS:
        raise UsageError(f"{path}: films are {', '.join(FORMATS)}")
    if ending_of(path) == ".mp4" and ffmpeg() is None:
        hint = "write a .gif or .webp, or pip install imageio-ffmpeg"
        raise UsageError(f"{path}: an .mp4 needs ffmpeg, which is not here; {hint}")
    require_folder(path)


def encoded(path: Path, frames: Sequence[Any], milliseconds: int) -> bytes:
    """A film as its file's ending says.

    Args:
      path: ends in .gif, .webp or .mp4.
      frames: pillow images of one size.
      milliseconds: of each.
    """
    encode = {".gif": as_gif, ".webp": as_webp, ".mp4": as_mp4}[ending_of(path)]
    return encode(frames, milliseconds)


def as_gif(frames: Sequence[Any], milliseconds: int) -> bytes:
    """An animated GIF, all frames of one palette, so that nothing flickers.

    Args:
      frames: pillow images of one size.
      milliseconds: of each but the last.
    """
    from PIL import Image

    places = np.linspace(0, len(frames) - 1, _PALETTE_FRAMES).round().astype(int)
    sample = np.concatenate([np.asarray(frames[place]) for place in places])
    palette = Image.fromarray(sample).quantize(_COLOURS)
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    return animated("GIF", flat, milliseconds)


def as_webp(frames: Sequence[Any], milliseconds: int) -> bytes:
    """An animated WebP, smaller than a GIF and in all colours.

    Args:
      frames: pillow images of one size.
      milliseconds: of each but the last.
    """
    return animated("WEBP", frames, milliseconds, quality=_WEBP_QUALITY, method=2)


def as_mp4(frames: Sequence[Any], milliseconds: int) -> bytes:
    """An H.264 film, by ffmpeg.

    Args:
      frames: pillow images of one size, both sides even.
      milliseconds: of each.

    Raises:
      UsageError: ffmpeg failed; its own last words.
    """
    width, height = frames[0].size
    program = ffmpeg() or "ffmpeg"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
        rate = ["-r", f"{1000 / milliseconds:.4f}", "-i", "-"]
        output = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
        content = b"".join(frame.tobytes() for frame in frames)
        command = [program, "-y", "-loglevel", "error", *raw, *rate, *output]
        done = subprocess.run(command, input=content, capture_output=True, check=False)
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise UsageError(f"ffmpeg: {words[-1] if words else 'failed'}")
        return path.read_bytes()


def ffmpeg() -> str | None:
    """The program that makes an .mp4: on the path, or of the package imageio-ffmpeg."""
    found = shutil.which("ffmpeg")
    if found is None and importlib.util.find_spec("imageio_ffmpeg") is not None:
        import imageio_ffmpeg

        try:
            return str(imageio_ffmpeg.get_ffmpeg_exe())
        except RuntimeError:
            return None
    return found


def animated(
    kind: str,
    frames: Sequence[Any],
    milliseconds: int,
    last: int = _LAST_MILLISECONDS,
    **options: int,
) -> bytes:
    """Frames as pillow writes an animation, which begins anew for ever.

    Args:
      kind: pillow's name of the format.
      frames: its images of one size.
      milliseconds: of each but the last.
      last: milliseconds of that.
      **options: of the format.
    """
    content = io.BytesIO()
    frames[0].save(
        content,
        format=kind,
        save_all=True,
        append_images=frames[1:],
        duration=[milliseconds] * (len(frames) - 1) + [last],
        loop=0,
        **options,
    )
    return content.getvalue()
