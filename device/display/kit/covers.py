"""Covers: every song gets a picture of its own, drawn from its id and its mood.

The id picks the motif and its chances, the emotion the colours; valence turns them lighter, arousal
makes the motif busier. The same song always looks the same.
"""

from __future__ import annotations

import colorsys
import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pygame

from device.display.kit.paint import Layer, rounded_mask
from device.display.kit.theme import ACCENTS, CHALK, NIGHT, Color, mix

if TYPE_CHECKING:
    from data.catalogue import Song


def cover(song: Song, size: int, radius: float) -> pygame.Surface:
    """Return the cover of ``song``: a square of ``size`` pixels with corners of ``radius``."""
    chance = np.random.default_rng(
        int.from_bytes(hashlib.sha256(song.id.encode()).digest()[:8], "big")
    )
    base = ACCENTS[song.emotion]
    ground = mix(turned(base, chance.uniform(-0.03, 0.03)), NIGHT, 0.62 - 0.25 * song.valence)
    colors = (
        mix(base, ground, 0.30),
        turned(base, chance.uniform(-0.07, 0.03)),
        mix(turned(base, chance.uniform(-0.05, 0.05)), CHALK, 0.62),
    )
    layer = Layer(size, size, ground)
    layer.fill(ground)
    MOTIFS[int(chance.integers(len(MOTIFS)))](layer, size, colors, song.arousal, chance)
    pixels = layer.pixels()
    pixels[..., 3] = rounded_mask(size, size, radius)
    return pygame.image.frombuffer(pixels, (size, size), "BGRA")


def turned(color: Color, turn: float) -> Color:
    """Return ``color`` with its hue turned by ``turn`` of the circle."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in color))
    rgb = colorsys.hls_to_rgb((hue + turn) % 1, lightness, saturation)
    return tuple(round(channel * 255) for channel in rgb)


def _rings(layer, size, colors, arousal, chance) -> None:
    """A record, seen from near."""
    center = tuple(chance.choice([0.0, 0.25, 0.75, 1.0], 2) * size)
    count = 3 + round(4 * arousal)
    for index in range(count, 0, -1):
        radius = size * 1.05 * index / count
        layer.ellipse(center, radius, radius, colors[index % 3])


def _waves(layer, size, colors, arousal, chance) -> None:
    """Hills or a rough sea, as the music moves."""
    x = np.linspace(-0.1, 1.1, 60)
    for index in range(3):
        height = 0.42 + 0.20 * index
        swell = (0.05 + 0.09 * arousal) * np.sin(
            2 * np.pi * (x * (0.8 + 1.6 * arousal + 0.3 * index) + chance.uniform())
        )
        line = np.stack((x, height + swell), 1)
        layer.polygon(np.concatenate((line, [[1.1, 1.2], [-0.1, 1.2]])) * size, colors[index])
    sun = (chance.uniform(0.25, 0.75) * size, 0.22 * size)
    layer.ellipse(sun, 0.11 * size, 0.11 * size, colors[2])


def _petals(layer, size, colors, arousal, chance) -> None:
    """A flower of overlapping leaves."""
    count = 5 + round(5 * arousal)
    start = chance.uniform(0, 2 * np.pi)
    middle = np.array([size / 2, size / 2])
    turn = np.linspace(0, 2 * np.pi, 40)
    leaf = np.stack((0.24 + 0.22 * np.cos(turn), (0.13 - 0.05 * arousal) * np.sin(turn)), 1)
    for index in range(count):
        angle = start + 2 * np.pi * index / count
        spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        layer.polygon(leaf @ spin * size + middle, colors[index % 2])
    layer.ellipse(tuple(middle), size * 0.11, size * 0.11, colors[2])


def _tiles(layer, size, colors, arousal, chance) -> None:
    """Quarter circles on a grid, each turned by chance."""
    count = 2 + round(2 * arousal)
    side = size / count
    for row in range(count):
        for column in range(count):
            corner = np.array([column + chance.integers(2), row + chance.integers(2)]) * side
            color = colors[int(chance.integers(3))]
            turn = np.linspace(0, 2 * np.pi, 80)
            arc = corner + side * np.stack((np.cos(turn), np.sin(turn)), 1)
            low = np.array([column, row]) * side
            layer.polygon(np.clip(arc, low, low + side), color)


def _bars(layer, size, colors, arousal, chance) -> None:
    """Sound as bars around the middle line."""
    count = 5 + 2 * round(2 * arousal)
    step = size / (count + 1)
    for index in range(count):
        half = size * (0.10 + 0.30 * chance.uniform(0.2, 0.5 + 0.5 * arousal))
        x = step * (index + 1)
        ends = [(x, size / 2 - half), (x, size / 2 + half)]
        layer.stroke(ends, step * 0.56, colors[index % 3])


MOTIFS = (_rings, _waves, _petals, _tiles, _bars)
