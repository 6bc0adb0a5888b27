"""Smooth shapes: pygame's own are jagged, OpenCV's are not.

A ``Layer`` is an uint8 BGRA array (height, width, 4) that OpenCV draws on and pygame blits. All
coordinates are float pixels from its upper left corner; angles are degrees, clockwise from the
right, as the screen shows them.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import pygame

from device.display.theme import Color

Point = tuple[float, float]

_SHIFT = 4
_SCALE = 1 << _SHIFT


class Layer:
    """A transparent picture to draw on. color: what the first shape has, so its edge is clean."""

    def __init__(self, width: int, height: int, color: Color = (0, 0, 0)) -> None:
        self.pixels = np.empty((height, width, 4), np.uint8)
        self.pixels[:] = (*color[::-1], 0)

    def surface(self) -> pygame.Surface:
        """Return the layer as a surface with alpha; it shares the layer's memory."""
        height, width = self.pixels.shape[:2]
        return pygame.image.frombuffer(self.pixels, (width, height), "BGRA")

    def ellipse(self, center: Point, rx: float, ry: float, color: Color) -> None:
        """Fill an ellipse with half axes ``rx`` and ``ry``."""
        if rx <= 0 or ry <= 0:
            return
        turn = np.linspace(0, 2 * np.pi, max(24, int(3 * max(rx, ry))), endpoint=False)
        points = np.stack((center[0] + rx * np.cos(turn), center[1] + ry * np.sin(turn)), 1)
        self.polygon(points, color)

    def arc(
        self, center: Point, radius: float, width: float, color: Color, start: float, end: float
    ) -> None:
        """Draw the part of a ring from ``start`` to ``end``; ``radius`` is that of its middle."""
        if end <= start:
            return
        steps = max(2, int(radius * math.radians(end - start)))
        turn = np.radians(np.linspace(start, end, steps))
        around = np.stack((np.cos(turn), np.sin(turn)), 1)
        outer, inner = radius + width / 2, radius - width / 2
        if end - start >= 360:
            self._fill([around * outer + center, around * inner + center], color)
            return
        self._fill([np.concatenate((around * outer, around[::-1] * inner)) + center], color)
        for way in (around[0], around[-1]):
            self.ellipse(tuple(way * radius + center), width / 2, width / 2, color)

    def polygon(self, points: Sequence[Point] | np.ndarray, color: Color) -> None:
        """Fill the polygon through ``points`` (N, 2)."""
        self._fill([np.asarray(points, float)], color)

    def polygons(self, points: np.ndarray, color: Color) -> None:
        """Fill many polygons (M, N, 2) at once; where two overlap, there is a hole."""
        self._fill(list(points), color)

    def stroke(self, points: Sequence[Point] | np.ndarray, width: float, color: Color) -> None:
        """Draw a line with round ends through ``points`` (N, 2)."""
        points = np.asarray(points, float)
        along = np.gradient(points, axis=0)
        along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-6)
        across = np.stack((-along[:, 1], along[:, 0]), 1) * width / 2
        self._fill([np.concatenate((points + across, (points - across)[::-1]))], color)
        for end in (points[0], points[-1]):
            self.ellipse(tuple(end), width / 2, width / 2, color)

    def _fill(self, outlines: list[np.ndarray], color: Color) -> None:
        # OpenCV counts from the middle of the first pixel, everything here from its corner.
        fixed = [np.rint((outline - 0.5) * _SCALE).astype(np.int32) for outline in outlines]
        cv2.fillPoly(self.pixels, fixed, (*color[::-1], 255), cv2.LINE_AA, _SHIFT)


def rounded_mask(width: int, height: int, radius: float) -> np.ndarray:
    """Return the coverage, float32 0 to 1 (height, width), of a rectangle with round corners."""
    radius = min(radius, width / 2, height / 2)
    x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - radius)
    y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - radius)
    x, y = np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None]
    return np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)


def rounded(
    width: int, height: int, radius: float, fill: Color, edge: Color | None = None, line: float = 0
) -> pygame.Surface:
    """Return a rectangle with round corners, with an edge of ``line`` pixels inside of it."""
    layer = Layer(width, height, fill)
    mask = rounded_mask(width, height, radius)
    if edge is not None and line > 0:
        inset = max(1, round(line))
        inner = np.zeros_like(mask)
        inner[inset:-inset, inset:-inset] = rounded_mask(
            width - 2 * inset, height - 2 * inset, max(0, radius - inset)
        )
        shares = inner[..., None]
        colors = shares * np.array(fill[::-1]) + (1 - shares) * np.array(edge[::-1])
        layer.pixels[..., :3] = np.rint(colors)
    layer.pixels[..., 3] = np.rint(mask * 255)
    return layer.surface()
