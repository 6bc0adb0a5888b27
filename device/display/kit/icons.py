"""The few signs the kiosk needs, drawn so that they are sharp at every size."""

import itertools

import numpy as np
import pygame

from device.display.kit.paint import Layer
from device.display.kit.theme import Color
from device.display.kit.widgets import Kit


def icon(kit: Kit, name: str, size: float, color: Color) -> pygame.Surface:
    """Return the sign ``name``, a key of ``SIGNS``. size: of its sides, in units."""
    pixels = kit.px(size)

    def make() -> pygame.Surface:
        layer = Layer(pixels, pixels)
        SIGNS[name](layer, pixels, color)
        return layer.surface()

    return kit.cache.get(("icon", name, pixels, color), make)


def _play(layer: Layer, s: float, color: Color) -> None:
    layer.polygon([(0.30 * s, 0.20 * s), (0.30 * s, 0.80 * s), (0.80 * s, 0.50 * s)], color)
    _outline(layer, s, color, (0.30, 0.20), (0.30, 0.80), (0.80, 0.50), (0.30, 0.20))


def _pause(layer: Layer, s: float, color: Color) -> None:
    for x in (0.34, 0.66):
        layer.stroke([(x * s, 0.26 * s), (x * s, 0.74 * s)], 0.17 * s, color)


def _next(layer: Layer, s: float, color: Color) -> None:
    layer.polygon([(0.24 * s, 0.24 * s), (0.24 * s, 0.76 * s), (0.66 * s, 0.50 * s)], color)
    _outline(layer, s, color, (0.24, 0.24), (0.24, 0.76), (0.66, 0.50), (0.24, 0.24))
    layer.stroke([(0.78 * s, 0.24 * s), (0.78 * s, 0.76 * s)], 0.11 * s, color)


def _speaker(layer: Layer, s: float, color: Color) -> None:
    body = [(0.12, 0.38), (0.28, 0.38), (0.48, 0.20), (0.48, 0.80), (0.28, 0.62), (0.12, 0.62)]
    layer.polygon([(x * s, y * s) for x, y in body], color)


def _sound(layer: Layer, s: float, color: Color) -> None:
    _speaker(layer, s, color)
    for radius in (0.18, 0.34):
        layer.arc((0.52 * s, 0.50 * s), radius * s, 0.08 * s, color, start=-48, end=48)


def _silent(layer: Layer, s: float, color: Color) -> None:
    _speaker(layer, s, color)
    for slope in (-1, 1):
        ends = [(0.62 * s, (0.5 - 0.14 * slope) * s), (0.88 * s, (0.5 + 0.14 * slope) * s)]
        layer.stroke(ends, 0.08 * s, color)


def _shield(layer: Layer, s: float, color: Color) -> None:
    down = np.linspace(0, 1, 16)
    right = 0.5 + 0.34 * np.sqrt(1 - down**2.2)
    side = np.stack((right, 0.24 + 0.68 * down), 1)
    outline = np.concatenate(([[0.5, 0.10]], side, (side * (-1, 1) + (1, 0))[::-1], [[0.5, 0.10]]))
    layer.stroke(outline * s, 0.07 * s, color)
    layer.stroke(np.array([(0.36, 0.50), (0.46, 0.60)]) * s, 0.07 * s, color)
    layer.stroke(np.array([(0.46, 0.60), (0.65, 0.40)]) * s, 0.07 * s, color)


def _heart_outline(s: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 60)
    across = 16 * np.sin(turn) ** 3
    down = -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn))
    return (np.stack((across, down - 2.5), 1) / 42 + 0.5) * s


def _heart(layer: Layer, s: float, color: Color) -> None:
    layer.stroke(_heart_outline(s), 0.08 * s, color)


def _liked(layer: Layer, s: float, color: Color) -> None:
    layer.polygon(_heart_outline(s), color)
    _heart(layer, s, color)


def _bars(layer: Layer, s: float, color: Color) -> None:
    for y, length in ((0.26, 0.56), (0.50, 0.34), (0.74, 0.46)):
        layer.stroke([(0.20 * s, y * s), ((0.20 + length) * s, y * s)], 0.12 * s, color)


def _globe(layer: Layer, s: float, color: Color) -> None:
    turn = np.linspace(0, 2 * np.pi, 60)
    round_ = np.stack((np.cos(turn), np.sin(turn)), 1)
    for width in (0.36, 0.15):
        layer.stroke((round_ * (width, 0.36) + 0.5) * s, 0.07 * s, color)
    layer.stroke([(0.14 * s, 0.50 * s), (0.86 * s, 0.50 * s)], 0.07 * s, color)


def _minus(layer: Layer, s: float, color: Color) -> None:
    layer.stroke([(0.24 * s, 0.50 * s), (0.76 * s, 0.50 * s)], 0.11 * s, color)


def _plus(layer: Layer, s: float, color: Color) -> None:
    _minus(layer, s, color)
    layer.stroke([(0.50 * s, 0.24 * s), (0.50 * s, 0.76 * s)], 0.11 * s, color)


def _close(layer: Layer, s: float, color: Color) -> None:
    for slope in (-1, 1):
        ends = [(0.28 * s, (0.5 - 0.22 * slope) * s), (0.72 * s, (0.5 + 0.22 * slope) * s)]
        layer.stroke(ends, 0.10 * s, color)


def _done(layer: Layer, s: float, color: Color) -> None:
    tick = [(0.20 * s, 0.54 * s), (0.42 * s, 0.74 * s), (0.80 * s, 0.28 * s)]
    layer.stroke(tick[:2], 0.11 * s, color)
    layer.stroke(tick[1:], 0.11 * s, color)


def _code(layer: Layer, s: float, color: Color) -> None:
    """Three finder patterns and some modules, as of a QR code."""
    for x, y in ((0.29, 0.29), (0.71, 0.29), (0.29, 0.71)):
        _outline(layer, s, color, *((x + 0.15 * i, y + 0.15 * j) for i, j in _CORNERS))
        layer.polygon([((x + 0.05 * i) * s, (y + 0.05 * j) * s) for i, j in _CORNERS[1:]], color)
    for x, y in ((0.60, 0.60), (0.82, 0.60), (0.71, 0.71), (0.60, 0.82), (0.82, 0.82)):
        layer.polygon([((x + 0.05 * i) * s, (y + 0.05 * j) * s) for i, j in _CORNERS[1:]], color)


def _outline(layer: Layer, s: float, color: Color, *corners: tuple[float, float]) -> None:
    for start, end in itertools.pairwise(corners):
        layer.stroke(np.array([start, end]) * s, 0.08 * s, color)


_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))

SIGNS = {
    "play": _play,
    "pause": _pause,
    "next": _next,
    "sound": _sound,
    "silent": _silent,
    "shield": _shield,
    "heart": _heart,
    "liked": _liked,
    "bars": _bars,
    "globe": _globe,
    "minus": _minus,
    "plus": _plus,
    "close": _close,
    "done": _done,
    "code": _code,
}
