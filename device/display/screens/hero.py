"""The kiosk's face, large: in a ring while it looks at somebody, in a halo once it has told."""

import dataclasses
import math

from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer, Point
from device.display.kit.theme import Color, mix
from device.display.kit.widgets import Kit

# Of the head's radius: where the halo begins, and how far its bars reach.
HALO, REACH = 1.37, 0.27
# A part of a ring smaller than this would be a dot that stays.
LEAST = 0.005


@dataclasses.dataclass(frozen=True)
class Ring:
    """How far something has come. radius: of its middle, width: of its line, in pixels.

    share: how much of it is filled, 0 to 1, with ``color``.
    """

    radius: float
    width: float
    share: float
    color: Color


@dataclasses.dataclass(frozen=True)
class Hero:
    """The face at one moment. middle, radius: of the head, in pixels.

    around: the colour of the halo. ring: around it, or None. halo: how much of the halo is to be
    seen, level: how much it dances, 0 to 1.
    """

    middle: Point
    radius: float
    expression: faces.Expression
    color: Color
    around: Color
    ring: Ring | None = None
    halo: float = 0.0
    level: float = 0.0


def reach(hero: Hero) -> float:
    """Return how far from its middle ``hero`` goes, in pixels."""
    reach = hero.radius * 1.25
    if hero.halo > 0:
        reach = max(reach, hero.radius * (HALO + REACH + 0.03))
    return reach if hero.ring is None else max(reach, hero.ring.radius + hero.ring.width)


def draw(canvas: Canvas, kit: Kit, hero: Hero, now: float, gaze: Point = (0.0, 0.0)) -> None:
    """Draw ``hero``. now: what it moves by, in seconds; gaze: where it looks, -1 to 1."""
    now, ground, away = kit.beat(now), kit.colors.ink, reach(hero)
    # It stands between pixels, so that it glides where it moves slowly.
    left, top = (math.floor(value - away) for value in hero.middle)
    middle = (hero.middle[0] - left, hero.middle[1] - top)
    layer = Layer(*(math.ceil(value + away) for value in middle))
    if hero.halo > 0:
        color = mix(ground, hero.around, hero.halo)
        inner, longest = hero.radius * HALO, hero.radius * REACH
        faces.halo(layer, middle, inner, longest, color, now=now, level=hero.level)
    if (ring := hero.ring) is not None:
        if ring.share < 1:
            track = mix(ground, kit.colors.text, kit.colors.track)
            layer.arc(middle, ring.radius, ring.width, track, start=0, end=360)
        if ring.share > LEAST:
            end = -90 + 360 * min(1.0, ring.share)
            layer.arc(middle, ring.radius, ring.width, ring.color, start=-90, end=end)
    cups = kit.colors.text
    faces.draw(
        layer, middle, hero.radius, hero.expression, hero.color, now=now, gaze=gaze, cups=cups
    )
    canvas.blit(layer.surface(), (left, top))
