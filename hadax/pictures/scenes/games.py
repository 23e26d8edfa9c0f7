"""MinAtar's games: a colour for each channel, those that MinAtar itself gives them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hadax.pictures.scenes.scene import Cells, Observation, Scene, Window

Colours = NDArray[np.float64]


def game(observation: Observation, arrows: bool) -> Scene:
    """The screen: each square in the colour of the channel that is strongest there.

    Args:
      observation: [height, width, channels]; a value below 1 is that much darker.
      arrows: passed over; a screen shows no velocities.
    """
    del arrows
    height, width, channels = observation.shape
    # As MinAtar has it: where several channels are on, the last is seen.
    values = np.clip(np.asarray(observation, np.float64), 0, 1)
    order = values + 1e-6 * np.arange(channels)
    strongest = np.argmax(order, axis=-1)
    brightness = np.max(values, axis=-1)
    colours = colours_of(channels)[strongest] * brightness[..., None]
    return Scene((Cells(colours),), Window(0, 0, width, height))


@cache
def colours_of(channels: int) -> Colours:
    """MinAtar's colours of so many channels, [channels, 3] in [0, 1].

    Those of seaborn's palette "cubehelix": D. A. Green, "A colour scheme for the display of
    astronomical intensity images", 2011, https://arxiv.org/abs/1108.5083.
    """
    light = np.linspace(0, 1, channels + 2)[1:-1]
    angle = 2 * np.pi * (0.5 / 3 + 1 - 1.5 * light)
    amplitude = light * (1 - light) / 2
    weights = np.array([[-0.14861, 1.78277], [-0.29227, -0.90649], [1.97294, 0.0]])
    turned = weights @ np.stack([np.cos(angle), np.sin(angle)])
    return np.clip(light + amplitude * turned, 0, 1).T
