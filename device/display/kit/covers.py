"""Covers: a landscape whose nearest ridge is the melody, note by note from left to right.

Behind it lie the same melody upside down and, farther away, backwards, as in a canon. The emotion
gives the colours, valence how light they are, arousal how sharp the ridges stand; the second hue is
a matter of chance, drawn from the id. The same song always looks the same.
"""

from __future__ import annotations

import colorsys
import functools
import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np
import pygame

from data import contour
from device.display.kit.paint import Layer, rounded_mask
from device.display.kit.theme import ACCENTS, CHALK, NIGHT, Color, mix

if TYPE_CHECKING:
    from data.catalogue import Song

# Of a cover's height: the lowest and the highest point of the nearest ridge and of those behind it,
# how wide the bright line along it is, and the radius of the dot that runs on it, with its rim.
NEAR, MIDDLE, FAR = (0.88, 0.34), (0.70, 0.26), (0.50, 0.16)
CREST, DOT, RIM = 0.035, 0.055, 0.025
# Points from one step of the contour to the next. A melody that moves by fewer letters than LEAST
# is not made to look as if it moved by more.
FINE, LEAST = 4, 9


def cover(song: Song, size: int, radius: float) -> pygame.Surface:
    """Return the cover of ``song``: a square of ``size`` pixels with corners of ``radius``."""
    base, chance = ACCENTS[song.emotion], _chance(song)
    second = turned(base, float(chance.choice((-1, 1)) * chance.uniform(0.05, 0.09)))
    base = turned(base, chance.uniform(-0.02, 0.02))
    heights, dark = _heights(song), 0.72 - 0.22 * song.valence
    layer = Layer(size, size)
    layer.fill(mix(second, NIGHT, dark))
    _ridge(layer, _soft(heights[::-1], 14), FAR, mix(second, NIGHT, dark - 0.20))
    _ridge(layer, _soft(1 - heights, 8), MIDDLE, mix(base, NIGHT, dark - 0.22))
    crest = _ridge(layer, _crest(song), NEAR, mix(base, NIGHT, 0.10))
    layer.stroke(crest, max(1.5, CREST * size), mix(second, CHALK, 0.62))
    pixels = layer.pixels()
    pixels[..., 3] = rounded_mask(size, size, radius)
    return pygame.image.frombuffer(pixels, (size, size), "BGRA")


def dot(size: int) -> pygame.Surface:
    """Return the dot that runs along the melody on a cover of ``size`` pixels."""
    radius = (DOT + RIM) * size
    layer = Layer(2 * math.ceil(radius), 2 * math.ceil(radius))
    middle = (math.ceil(radius),) * 2
    layer.ellipse(middle, radius, radius, NIGHT)
    layer.ellipse(middle, DOT * size, DOT * size, CHALK)
    return layer.surface()


def spot(song: Song, share: float) -> tuple[float, float]:
    """Return where the dot is at ``share``, 0 to 1, of the song, in sizes of its cover."""
    crest = _crest(song)
    x = min(1 - DOT - RIM, max(DOT + RIM, share))
    height = float(np.interp(x, np.linspace(0, 1, len(crest)), crest))
    return x, NEAR[0] + (NEAR[1] - NEAR[0]) * height


def turned(color: Color, turn: float) -> Color:
    """Return ``color`` with its hue turned by ``turn`` of the circle."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in color))
    rgb = colorsys.hls_to_rgb((hue + turn) % 1, lightness, saturation)
    return tuple(round(channel * 255) for channel in rgb)


@functools.lru_cache(maxsize=16)
def _crest(song: Song) -> np.ndarray:
    """How high the nearest ridge stands, about 0 to 1, evenly from left to right."""
    return _soft(_heights(song), 1.5 + 2.5 * (1 - song.arousal))


def _heights(song: Song) -> np.ndarray:
    """The contour as heights from 0 to 1; where there is none, a line of chance."""
    if song.contour:
        levels = np.array([ord(letter) for letter in song.contour], float)
    else:
        levels = np.cumsum(_chance(song).integers(-3, 4, contour.STEPS)).astype(float)
    low, high = levels.min(), levels.max()
    return np.repeat((levels - (low + high) / 2) / max(high - low, LEAST) + 0.5, FINE)


def _soft(line: np.ndarray, width: float) -> np.ndarray:
    """``line`` smoothed by a bell curve whose deviation is ``width`` points."""
    reach = math.ceil(3 * width)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(np.pad(line, reach, "edge"), bell / bell.sum(), "valid")


def _ridge(layer: Layer, line: np.ndarray, ends: tuple[float, float], color: Color) -> np.ndarray:
    """Fill what lies beneath ``line``, which goes from end to end; return its points (N, 2)."""
    low, high = ends
    size = layer.size[0]
    x = np.linspace(0, 1, len(line))
    points = np.stack((x, low + (high - low) * line), 1) * size
    layer.polygon(np.concatenate((points, [[size, size], [0, size]])), color)
    return points


def _chance(song: Song) -> np.random.Generator:
    return np.random.default_rng(
        int.from_bytes(hashlib.sha256(song.id.encode()).digest()[:8], "big")
    )
