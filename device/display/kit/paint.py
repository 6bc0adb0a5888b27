"""Smooth shapes: pygame's own are jagged.

A ``Layer`` is drawn on at several times its size by OpenCV and then scaled down, which gives every
edge its shades. All coordinates are float pixels of the finished layer from its upper left corner;
angles are degrees, clockwise from the right, as the screen shows them.
"""

import functools
import math
from collections.abc import Sequence

import cv2
import numpy as np
import pygame

from device.display.kit.theme import Color

Point = tuple[float, float]

_SHIFT = 4
# How many times its size a layer is drawn, by its longer side. Small layers get more shades an
# edge; large ones are seen from farther away, and cost more.
_DETAIL = ((110, 4),)
# OpenCV approximates ellipses in steps of 5 degrees; beyond this radius the corners would show.
_OPENCV_ROUND = 150
# The opacity of a glow in its middle.
GLOW = 0.16


class Layer:
    """A transparent picture to draw on, width and height in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.detail = next((detail for side, detail in _DETAIL if max(self.size) <= side), 2)
        # Premultiplied, so that what scales down takes no colour from where nothing is.
        self._pixels = np.zeros((height * self.detail, width * self.detail, 4), np.uint8)

    def fill(self, color: Color) -> None:
        """Cover all of the layer."""
        self._pixels = _filled(*self._pixels.shape[1::-1], color, 255)

    def pixels(self) -> np.ndarray:
        """Return the finished layer, uint8 BGRA (height, width, 4)."""
        return _straight(cv2.resize(self._pixels, self.size, interpolation=cv2.INTER_AREA))

    def surface(self) -> pygame.Surface:
        """Return the finished layer as a surface with alpha."""
        return pygame.image.frombuffer(self.pixels(), self.size, "BGRA")

    def ellipse(self, center: Point, rx: float, ry: float, color: Color) -> None:
        """Fill an ellipse with half axes ``rx`` and ``ry``."""
        if rx <= 0 or ry <= 0:
            return
        if max(rx, ry) > _OPENCV_ROUND:
            self.polygon(_circle(240) * (rx, ry) + center, color)
            return
        scale = self.detail << _SHIFT
        middle, axes = self._fixed(np.array(center)), (round(rx * scale), round(ry * scale))
        paint = (*color[::-1], 255)
        cv2.ellipse(
            self._pixels, middle.tolist(), axes, 0, 0, 360, paint, cv2.FILLED, cv2.LINE_AA, _SHIFT
        )

    def arc(
        self, center: Point, radius: float, width: float, color: Color, *, start: float, end: float
    ) -> None:
        """Draw the part of a ring from ``start`` to ``end``; ``radius`` is that of its middle."""
        if end <= start:
            return
        steps = max(8, int(radius * math.radians(end - start) / 3))
        turn = np.radians(np.linspace(start, end, steps))
        way = np.stack((np.cos(turn), np.sin(turn)), 1)
        edges = np.stack((way * (radius + width / 2), way * (radius - width / 2))) + center
        if end - start >= 360:
            self.polygons(edges, color)
            return
        # The polygon is smooth at every size, which OpenCV's thick lines are not.
        self.polygon(np.concatenate((edges[0], edges[1][::-1])), color)
        for angle in (turn[0], turn[-1]):
            tip = (center[0] + radius * math.cos(angle), center[1] + radius * math.sin(angle))
            self.ellipse(tip, width / 2, width / 2, color)

    def polygon(self, points: Sequence[Point] | np.ndarray, color: Color) -> None:
        """Fill the polygon through ``points`` (N, 2)."""
        self.polygons(np.asarray(points, float)[None], color)

    def polygons(self, points: np.ndarray, color: Color) -> None:
        """Fill many polygons (M, N, 2) at once; where two overlap, there is a hole."""
        outlines = list(self._fixed(points))
        cv2.fillPoly(self._pixels, outlines, (*color[::-1], 255), cv2.LINE_AA, _SHIFT)

    def stroke(self, points: Sequence[Point] | np.ndarray, width: float, color: Color) -> None:
        """Draw a line with round ends through ``points`` (N, 2)."""
        line = self._fixed(np.asarray(points, float))
        thickness = max(1, round(width * self.detail))
        paint = (*color[::-1], 255)
        cv2.polylines(self._pixels, [line], False, paint, thickness, cv2.LINE_AA, _SHIFT)

    def _fixed(self, points: np.ndarray) -> np.ndarray:
        # OpenCV counts from the middle of the first pixel, everything here from its corner.
        return np.rint((points * self.detail - 0.5) * (1 << _SHIFT)).astype(np.int32)


def rounded(width: int, height: int, radius: float, fill: Color) -> pygame.Surface:
    """Return a filled rectangle with round corners; all in pixels."""
    pixels = _filled(width, height, fill, 255)
    pixels[..., 3] = rounded_mask(width, height, radius)
    return pygame.image.frombuffer(pixels, (width, height), "BGRA")


def ring(width: int, height: int, radius: float, line: int, color: Color) -> pygame.Surface:
    """Return the edge, ``line`` wide, of a rectangle with round corners; all in pixels."""
    pixels = _filled(width, height, color, 255)
    opacity = rounded_mask(width, height, radius)
    inside = rounded_mask(width - 2 * line, height - 2 * line, radius - line)
    opacity[line:-line, line:-line] -= inside
    pixels[..., 3] = opacity
    return pygame.image.frombuffer(pixels, (width, height), "BGRA")


def rounded_mask(width: int, height: int, radius: float) -> np.ndarray:
    """Return the opacity, uint8 (height, width), of a rectangle with round corners."""
    mask = np.full((height, width), 255, np.uint8)
    _round_corners(mask, radius)
    return mask


def round_off(pixels: np.ndarray, radius: float) -> None:
    """Take the corners off opaque BGRA ``pixels``, uint8 (height, width, 4), in place.

    radius: in pixels. No other pixel is touched, which matters for a large picture.
    """
    _round_corners(pixels[..., 3], radius)


def _round_corners(mask: np.ndarray, radius: float) -> None:
    height, width = mask.shape
    radius = max(0.0, min(radius, width / 2, height / 2))
    side = math.ceil(radius)
    if not side:
        return
    away = radius - np.minimum(np.arange(side) + 0.5, radius)
    corner = np.clip(radius + 0.5 - np.hypot(away[None], away[:, None]), 0, 1)
    corner = np.rint(corner * 255).astype(np.uint8)
    mask[:side, :side] = corner
    mask[:side, -side:] = corner[:, ::-1]
    mask[-side:, :side] = corner[::-1]
    mask[-side:, -side:] = corner[::-1, ::-1]


def glow(radius: int, color: Color, share: float = 1.0) -> pygame.Surface:
    """Return a round light, brightest in the middle, that fades to nothing at ``radius`` pixels.

    share: how bright it is; 1 is right on a dark ground.
    """
    pixels = _filled(2 * radius, 2 * radius, color, 0)
    pixels[..., 3] = _glow_opacity(radius, share)
    return pygame.image.frombuffer(pixels, (2 * radius, 2 * radius), "BGRA")


@functools.lru_cache(maxsize=4)
def _glow_opacity(radius: int, share: float) -> np.ndarray:
    away = (np.arange(2 * radius, dtype=np.float32) + 0.5) / radius - 1
    fall = np.clip(1 - np.hypot(away[None], away[:, None]), 0, 1)
    # Noise of less than one step hides the steps, which show as rings on a dark ground.
    noise = np.random.default_rng(0).random(fall.shape, np.float32)
    light = fall * fall * (3 - 2 * fall) * (255 * GLOW * share)
    return (light + noise * (fall > 0)).astype(np.uint8)


def _straight(pixels: np.ndarray) -> np.ndarray:
    """Turn premultiplied BGRA into straight BGRA, in place; only edges differ."""
    # Many times as fast as NumPy on every fourth byte.
    edges = np.flatnonzero(cv2.inRange(cv2.extractChannel(pixels, 3), 1, 254) > 0)
    flat = pixels.view(np.uint32).reshape(-1)
    some = flat[edges].view(np.uint8).reshape(-1, 4)
    share = np.float32(255) / some[:, 3:]
    some[:, :3] = np.minimum(255, some[:, :3] * share + np.float32(0.5))
    flat[edges] = some.view(np.uint32)[:, 0]
    return pixels


def _filled(width: int, height: int, color: Color, alpha: int) -> np.ndarray:
    """An array of one colour; whole pixels are written many times faster than single channels."""
    pixel = np.array([*color[::-1], alpha], np.uint8).view(np.uint32)[0]
    return np.full((height, width), pixel, np.uint32).view(np.uint8).reshape(height, width, 4)


@functools.lru_cache(maxsize=4)
def _circle(count: int) -> np.ndarray:
    turn = np.arange(count) * 2 * np.pi / count
    return np.stack((np.cos(turn), np.sin(turn)), 1)
