"""The kiosk's own face: round, in headphones, with expressions that flow into each other."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from device.display.kit.paint import Layer, Point
from device.display.kit.theme import CHALK, NIGHT, Color, mix

BARS = 60
# An eye of less than this height is closed; then its lid hangs so low. Both in radii.
CLOSED, LASHES = 0.035, 0.035


@dataclasses.dataclass(frozen=True)
class Expression:
    """What a face does. All measures are shares of the head's radius; down is positive.

    eye_width, eye_height: half axes of an eye. white: how far the white shows around it.
    lid: how much of the eye the upper lid covers, 0 to 1; lid_tilt: positive is cross.
    brow: height above the eye; brow_tilt: positive is cross; brow_skew: how much higher one is.
    mouth: height of the mouth; mouth_width: half of it; curve: how far its corners rise.
    open: how far it opens; round: the share of that which goes up, 0 for a grin, 0.5 for an O.
    wave: how much it trembles; skew: how much higher one corner is.
    wrinkle: how much the nose is wrinkled, 0 to 1; tongue: how far it hangs out.
    blush: 0 to 1.
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
    round: float = 0.0
    wave: float = 0.0
    skew: float = 0.0
    wrinkle: float = 0.0
    tongue: float = 0.0
    blush: float = 0.0

    def towards(self, other: Expression, share: float) -> Expression:
        """Return the expression on the way to ``other``, 0 to 1."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in _MEASURES)
        return Expression(**{name: a + (b - a) * share for name, a, b in pairs})


_MEASURES = tuple(field.name for field in dataclasses.fields(Expression))

EXPRESSIONS: dict[str, Expression] = {
    "angry": Expression(
        eye_height=0.13,
        lid=0.40,
        lid_tilt=0.45,
        brow=0.21,
        brow_tilt=0.075,
        mouth=0.45,
        mouth_width=0.24,
        curve=-0.07,
    ),
    "disgust": Expression(
        eye_width=0.11,
        eye_height=0.12,
        lid=0.42,
        lid_tilt=0.30,
        brow=0.19,
        brow_tilt=0.05,
        brow_skew=0.03,
        mouth=0.36,
        mouth_width=0.26,
        curve=-0.10,
        open=0.13,
        round=0.12,
        skew=0.03,
        wrinkle=1.0,
        tongue=0.17,
    ),
    "fear": Expression(
        eye_width=0.07,
        eye_height=0.08,
        white=0.10,
        brow=0.36,
        brow_tilt=-0.06,
        mouth=0.44,
        mouth_width=0.24,
        wave=0.045,
    ),
    "happy": Expression(
        eye_height=0.15,
        brow=0.31,
        mouth=0.26,
        mouth_width=0.36,
        curve=0.05,
        open=0.30,
        blush=1.0,
    ),
    "sad": Expression(
        eye_height=0.13,
        lid=0.30,
        lid_tilt=-0.35,
        brow=0.30,
        brow_tilt=-0.065,
        mouth=0.48,
        mouth_width=0.20,
        curve=-0.075,
    ),
    "surprise": Expression(
        eye_width=0.12,
        eye_height=0.17,
        brow=0.40,
        mouth=0.46,
        mouth_width=0.13,
        open=0.32,
        round=0.5,
    ),
    "neutral": Expression(curve=0.015),
}
CURIOUS = Expression(eye_height=0.16, brow=0.34, brow_skew=0.07, curve=0.05, mouth_width=0.18)
ASLEEP = Expression(eye_width=0.12, eye_height=0.0, brow=0.27, curve=0.04, mouth_width=0.16)
CONTENT = Expression(brow=0.31, mouth=0.34, mouth_width=0.30, curve=0.09, blush=0.7)
PUZZLED = Expression(
    lid=0.15, brow=0.31, brow_tilt=-0.04, brow_skew=0.06, mouth=0.44, mouth_width=0.18, curve=-0.04
)


def draw(
    layer: Layer,
    center: Point,
    radius: float,
    expression: Expression,
    color: Color,
    *,
    now: float,
    gaze: Point = (0.0, 0.0),
    cups: Color = CHALK,
) -> None:
    """Draw the face. radius: of the head, in pixels; it needs 1.25 of it to all sides.

    gaze: where it looks, -1 to 1 to the right and down. now: in seconds; makes it blink.
    cups: the colour of its headphones, which should stand out from the ground.
    """
    _Face(layer, center, radius, expression, color, gaze, blinking(now), cups).draw()


def blinking(now: float) -> float:
    """Return how far the eyes are open, 0 to 1; they blink for 0.2 s every few seconds."""
    moment = now % 4.1
    return abs(moment - 2.0) / 0.1 if 1.9 < moment < 2.1 else 1.0


def halo(
    layer: Layer,
    center: Point,
    inner: float,
    reach: float,
    color: Color,
    *,
    now: float,
    level: float,
) -> None:
    """Draw a ring of bars that move like music.

    inner: radius at which they begin; reach: length of the longest; level: 0 (still) to 1.
    """
    turn = np.arange(BARS) * 2 * np.pi / BARS
    swing = (
        0.5
        + 0.22 * np.sin(3 * turn + now * 1.7)
        + 0.18 * np.sin(5 * turn - now * 2.3)
        + 0.10 * np.sin(11 * turn + now * 3.1)
    )
    length = reach * (0.10 + 0.90 * np.clip(swing, 0, 1) * level)
    along = np.stack((np.cos(turn), np.sin(turn)), 1)[:, None]
    across = np.stack((-np.sin(turn), np.cos(turn)), 1)[:, None]
    half = inner * np.pi / BARS * 0.42
    cap = np.linspace(-np.pi / 2, np.pi / 2, 7)[None, :, None]
    out, aside = np.cos(cap) * half, np.sin(cap) * half
    ends = (inner + length[:, None, None] + out) * along + aside * across
    starts = (inner - out) * along - aside * across
    layer.polygons(np.concatenate((ends, starts), 1) + center, color)


@dataclasses.dataclass(frozen=True, eq=False)
class _Face:
    layer: Layer
    center: Point
    radius: float
    e: Expression
    skin: Color
    gaze: Point
    open_eyes: float
    cups: Color

    def at(self, x: float, y: float) -> Point:
        return self.center[0] + x * self.radius, self.center[1] + y * self.radius

    def ellipse(self, x: float, y: float, rx: float, ry: float, color: Color) -> None:
        self.layer.ellipse(self.at(x, y), rx * self.radius, ry * self.radius, color)

    def stroke(self, points: np.ndarray | list[Point], width: float, color: Color) -> None:
        points = np.asarray(points) * self.radius + self.center
        self.layer.stroke(points, width * self.radius, color)

    def draw(self) -> None:
        dark = mix(NIGHT, self.skin, 0.10)
        white = mix(CHALK, self.skin, 0.06)
        pad = mix(self.skin, NIGHT, 0.70)
        self.layer.arc(self.center, self.radius * 1.10, self.radius * 0.10, pad, start=188, end=352)
        self.ellipse(0, 0, 1, 1, self.skin)
        for side in (-1, 1):
            self.stroke([(side * 1.06, -0.09), (side * 1.06, 0.21)], 0.30, self.cups)
            self.stroke([(side * 0.955, -0.205), (side * 0.955, 0.325)], 0.15, pad)

        # The features move with the gaze, the nearer the middle the more, as on a ball.
        dx, dy = self.gaze[0] * 0.10, self.gaze[1] * 0.07
        for side in (-1, 1):
            x, y = side * 0.36 + dx, dy - 0.10
            if self.e.blush > 0.01:
                flush = mix(self.skin, (255, 112, 112), 0.5 * self.e.blush)
                self.ellipse(side * 0.60 + dx * 0.6, 0.22 + dy, 0.13, 0.08, flush)
            self._eye(x, y, side, dark, white)
            self._brow(x, y, side, dark)
        self._nose(dx, dy, dark)
        self._mouth(dx * 0.7, dy * 0.7, dark)

    def _eye(self, x: float, y: float, side: int, dark: Color, white: Color) -> None:
        e = self.e
        width, height = e.eye_width, e.eye_height * self.open_eyes
        if height < CLOSED:
            along = np.linspace(-1, 1, 9)
            lid = np.stack((x + 0.11 * along, y + LASHES * (1 - along**2)), 1)
            self.stroke(lid, 0.06, dark)
            return
        if e.white > 0.005:
            self.ellipse(x, y, width + e.white, height + e.white * self.open_eyes, white)
            x, y = x + self.gaze[0] * e.white * 0.6, y + self.gaze[1] * e.white * 0.6
        self.ellipse(x, y, width, height, dark)
        self.ellipse(x + width * 0.32, y - height * 0.36, width * 0.3, width * 0.3, white)
        if e.lid > 0.02:
            edge = y - height + 2 * height * e.lid
            tilt = e.lid_tilt * width * side
            reach, above = 1.4 * width, y - 1.4 * height
            corners = [
                (x - reach, above),
                (x + reach, above),
                (x + reach, edge - tilt),
                (x - reach, edge + tilt),
            ]
            self.layer.polygon(np.array(corners) * self.radius + self.center, self.skin)

    def _brow(self, x: float, y: float, side: int, dark: Color) -> None:
        y -= self.e.brow + (self.e.brow_skew if side > 0 else 0.0)
        along = np.linspace(-1, 1, 9)
        rise = 0.03 * (1 - along**2) + self.e.brow_tilt * side * along
        self.stroke(np.stack((x + 0.15 * along, y - rise), 1), 0.07, dark)

    def _nose(self, dx: float, dy: float, dark: Color) -> None:
        """Wrinkles on the bridge of the nose, which is not drawn otherwise."""
        if self.e.wrinkle < 0.05:
            return
        color = mix(self.skin, dark, 0.75 * self.e.wrinkle)
        along = np.linspace(-1, 1, 9)
        for y, half in ((-0.02, 0.085), (0.07, 0.115)):
            line = dy + y - 0.05 * self.e.wrinkle * (1 - along**2)
            self.stroke(np.stack((dx + half * along, line), 1), 0.045, color)

    def _mouth(self, dx: float, dy: float, dark: Color) -> None:
        e = self.e
        x = np.linspace(-1, 1, 33)
        line = e.curve * (1 - 2 * x**2) + e.wave * np.sin(2.5 * math.pi * x) - e.skew * x
        across, line = dx + e.mouth_width * x, dy + e.mouth + line
        gap = e.open * np.sqrt(1 - x**2)
        upper = np.stack((across, line - gap * e.round), 1)
        lower = np.stack((across, line + gap * (1 - e.round)), 1)
        outline = np.concatenate((upper, lower[::-1]))
        if e.open > 0.01:
            self.layer.polygon(outline * self.radius + self.center, dark)
        self.stroke(outline, 0.07, dark)
        if e.open > 0.15:
            low = dy + e.mouth + e.open * (1 - e.round)
            tongue = mix(self.skin, (255, 86, 96), 0.65)
            size = min(e.open * 0.28, e.mouth_width * 0.5)
            self.ellipse(dx, low + e.curve - size * 0.8, e.mouth_width * 0.5, size, tongue)
        if e.tongue > 0.02:
            self._tongue_out(dx, dy + e.mouth + e.curve * 0.6, dark)

    def _tongue_out(self, x: float, y: float, dark: Color) -> None:
        """Out of the middle of the mouth, with its furrow."""
        color = mix(self.skin, (255, 86, 96), 0.8)
        tip = y + self.e.tongue
        half = min(0.12, self.e.mouth_width * 0.45)
        self.stroke([(x, y + half), (x, tip)], 2 * half + 0.06, dark)
        self.stroke([(x, y + half), (x, tip)], 2 * half, color)
        self.stroke([(x, y + half * 0.6), (x, tip - half * 0.3)], 0.03, mix(color, dark, 0.5))
