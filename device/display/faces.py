"""The kiosk's own face: round, in headphones, with seven expressions that flow into each other.

All measures of an expression are shares of the head's radius, from the middle of the head.
"""

import dataclasses
import math

import numpy as np

from device.display.paint import Layer, Point
from device.display.theme import INK, TEXT, Color, mix


@dataclasses.dataclass(frozen=True)
class Expression:
    """What a face does.

    eye_width, eye_height: half axes. white: how far the white of the eye shows around it.
    lid: how much of the eye the upper lid covers, 0 to 1. lid_tilt: its slope; positive is cross.
    brow: height over the eye; brow_tilt: its slope; positive is cross. brow_skew: one brow higher.
    mouth: height; mouth_width: half of it; curve: how far its corners rise; open: how far it opens;
    wave: how much it trembles; skew: how much higher one corner is. blush: 0 to 1.
    """

    eye_width: float = 0.10
    eye_height: float = 0.14
    white: float = 0.0
    lid: float = 0.0
    lid_tilt: float = 0.0
    brow: float = 0.30
    brow_tilt: float = 0.0
    brow_skew: float = 0.0
    mouth: float = 0.40
    mouth_width: float = 0.26
    curve: float = 0.0
    open: float = 0.0
    wave: float = 0.0
    skew: float = 0.0
    blush: float = 0.0

    def towards(self, other: "Expression", share: float) -> "Expression":
        """Return the expression on the way to ``other``, 0 to 1."""
        mine, theirs = dataclasses.astuple(self), dataclasses.astuple(other)
        return Expression(*(a + (b - a) * share for a, b in zip(mine, theirs, strict=True)))


EXPRESSIONS: dict[str, Expression] = {
    "angry": Expression(
        eye_height=0.13, lid=0.38, lid_tilt=0.5, brow=0.22, brow_tilt=0.42, mouth=0.46, curve=-0.13
    ),
    "disgust": Expression(
        eye_height=0.12, lid=0.45, lid_tilt=0.15, brow=0.24, brow_tilt=0.16, brow_skew=0.10,
        mouth=0.43, mouth_width=0.24, curve=-0.10, wave=0.035, skew=0.07,
    ),
    "fear": Expression(
        eye_width=0.075, eye_height=0.085, white=0.10, brow=0.38, brow_tilt=-0.34,
        mouth=0.46, mouth_width=0.25, curve=-0.04, wave=0.05,
    ),
    "happy": Expression(
        eye_height=0.15, brow=0.33, mouth=0.28, mouth_width=0.37, curve=0.16, open=0.22, blush=1.0
    ),
    "sad": Expression(
        eye_height=0.13, lid=0.30, lid_tilt=-0.35, brow=0.32, brow_tilt=-0.36,
        mouth=0.50, mouth_width=0.22, curve=-0.13,
    ),
    "surprise": Expression(
        eye_width=0.12, eye_height=0.17, brow=0.42, mouth=0.40, mouth_width=0.14, open=0.30,
        curve=0.02,
    ),
    "neutral": Expression(curve=0.03),
}  # fmt: skip
CURIOUS = Expression(eye_height=0.16, brow=0.36, brow_skew=0.08, curve=0.07, mouth_width=0.18)
CONTENT = Expression(lid=0.0, curve=0.14, mouth_width=0.30, mouth=0.34, blush=0.7)


def draw(
    layer: Layer,
    center: Point,
    radius: float,
    expression: Expression,
    color: Color,
    now: float,
    gaze: Point = (0.0, 0.0),
    blink: float | None = None,
) -> None:
    """Draw the face. radius: of the head, in pixels; it needs 1.25 of it to all sides.

    gaze: where it looks, -1 to 1 to the right and down. blink: 0 closed to 1 open; by itself it
    blinks now and then.
    """
    open_eyes = blinking(now) if blink is None else blink
    dark = mix(INK, color, 0.10)
    white = mix(TEXT, color, 0.06)
    pad = mix(color, INK, 0.70)

    def at(x: float, y: float) -> Point:
        return center[0] + x * radius, center[1] + y * radius

    layer.arc(center, radius * 1.10, radius * 0.10, pad, 188, 352)
    layer.ellipse(center, radius, radius, color)
    for side in (-1, 1):
        _pill(layer, at(side * 1.06, 0.06), radius * 0.15, radius * 0.30, white)
        _pill(layer, at(side * 0.955, 0.06), radius * 0.075, radius * 0.34, pad)

    look_x, look_y = gaze[0] * 0.10, gaze[1] * 0.07
    e = expression
    for side in (-1, 1):
        x, y = side * 0.36 + look_x, -0.10 + look_y
        if e.blush > 0.01:
            flush = mix(color, (255, 92, 92), 0.38 * e.blush)
            layer.ellipse(at(side * 0.58 + look_x * 0.6, 0.20 + look_y), *_scaled(
                radius, 0.13, 0.08), flush)  # fmt: skip
        _eye(layer, at(x, y), radius, e, side, open_eyes, color, dark, white, gaze)
        brow_y = y - e.brow - (e.brow_skew if side > 0 else 0) - 0.02 * (1 - open_eyes)
        tilt = e.brow_tilt * 0.16
        ends = [(x - side * 0.15, brow_y + tilt), (x, brow_y - 0.02), (x + side * 0.15,
                brow_y - tilt)]  # fmt: skip
        layer.stroke(_bend([at(*end) for end in ends]), radius * 0.07, dark)
    _mouth(layer, at, e, look_x * 0.7, look_y * 0.7, radius, dark, mix(color, (255, 86, 96), 0.6))


def blinking(now: float) -> float:
    """Return how far the eyes are open, 0 to 1; they blink for 0.2 s every few seconds."""
    moment = now % 4.1
    return min(1.0, abs(moment - 2.0) / 0.1) if 1.9 < moment < 2.1 else 1.0


def halo(
    layer: Layer, center: Point, inner: float, reach: float, color: Color, now: float, level: float
) -> None:
    """Draw a ring of bars that move like music. level: 0 (still) to 1; reach: of the longest."""
    count = 60
    turn = np.arange(count) * 2 * np.pi / count
    swing = (
        0.5
        + 0.22 * np.sin(3 * turn + now * 1.7)
        + 0.18 * np.sin(5 * turn - now * 2.3)
        + 0.10 * np.sin(11 * turn + now * 3.1)
    )
    length = reach * (0.10 + 0.90 * np.clip(swing, 0, 1) * level)
    half = inner * np.pi / count * 0.42
    along = np.stack((np.cos(turn), np.sin(turn)), 1)[:, None, :]
    across = np.stack((-np.sin(turn), np.cos(turn)), 1)[:, None, :]
    cap = np.linspace(-np.pi / 2, np.pi / 2, 7)
    outward = np.stack((np.cos(cap), np.sin(cap)), 1) * half
    ends = (inner + length[:, None, None] + outward[None, :, :1]) * along + outward[
        None, :, 1:
    ] * across
    starts = (inner - outward[None, :, :1]) * along - outward[None, :, 1:] * across
    layer.polygons(np.concatenate((ends, starts), 1) + np.asarray(center), color)


def _scaled(radius: float, *shares: float) -> tuple[float, ...]:
    return tuple(radius * share for share in shares)


def _pill(layer: Layer, center: Point, half_width: float, half_height: float, color: Color) -> None:
    top = (center[0], center[1] - half_height + half_width)
    bottom = (center[0], center[1] + half_height - half_width)
    layer.stroke([top, bottom], 2 * half_width, color)


def _bend(points: list[Point], steps: int = 12) -> np.ndarray:
    """A smooth line from the first to the last of three points, drawn towards the middle one."""
    t = np.linspace(0, 1, steps)[:, None]
    first, middle, last = (np.array(point) for point in points)
    pull = 2 * middle - (first + last) / 2
    return (1 - t) ** 2 * first + 2 * t * (1 - t) * pull + t**2 * last


def _eye(
    layer: Layer,
    center: Point,
    radius: float,
    e: Expression,
    side: int,
    open_eyes: float,
    skin: Color,
    dark: Color,
    white: Color,
    gaze: Point,
) -> None:
    width, height = e.eye_width * radius, e.eye_height * radius
    if open_eyes < 0.25:
        line = [(center[0] - width * 1.2, center[1]), (center[0] + width * 1.2, center[1])]
        layer.stroke(line, radius * 0.06, dark)
        return
    if e.white > 0.005:
        rim = e.white * radius
        layer.ellipse(center, width + rim, (height + rim) * open_eyes, white)
        center = (center[0] + gaze[0] * rim * 0.6, center[1] + gaze[1] * rim * 0.6)
    layer.ellipse(center, width, height * open_eyes, dark)
    shine = (center[0] + width * 0.32, center[1] - height * 0.36 * open_eyes)
    if e.lid < 0.2:
        layer.ellipse(shine, width * 0.30, width * 0.30 * open_eyes, white)
    if e.lid > 0.02:
        reach = 1.5 * width
        edge = center[1] - height + 2 * height * e.lid * open_eyes
        tilt = e.lid_tilt * width * side
        layer.polygon(
            [
                (center[0] - reach, center[1] - 1.4 * height),
                (center[0] + reach, center[1] - 1.4 * height),
                (center[0] + reach, edge - tilt),
                (center[0] - reach, edge + tilt),
            ],
            skin,
        )


def _mouth(layer, at, e, dx, dy, radius, dark, tongue) -> None:
    x = np.linspace(-1, 1, 33)
    bow = e.curve * (1 - 2 * x**2) + e.wave * np.sin(2.5 * math.pi * x) - e.skew * x
    top = np.array(
        [at(dx + a * e.mouth_width, dy + e.mouth + b) for a, b in zip(x, bow, strict=True)]
    )
    if e.open > 0.02:
        drop = e.open * np.sqrt(np.maximum(0, 1 - x**2)) * radius
        bottom = top + np.stack((np.zeros_like(drop), drop), 1)
        layer.polygon(np.concatenate((top, bottom[::-1])), dark)
    layer.stroke(top, radius * 0.075, dark)
