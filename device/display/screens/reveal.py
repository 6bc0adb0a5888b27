"""The way into the mood: face and mirror go to their places, and all else follows them.

They are the same things before and after, so they move, grow and change; only what is not on both
screens fades.
"""

import dataclasses
import math

import pygame

from device.actions import Press
from device.display.kit import paint, picture
from device.display.kit.canvas import Canvas
from device.display.kit.motion import Entry, Values, between
from device.display.kit.theme import Color, mix
from device.display.kit.widgets import Kit
from device.display.screens import hero, looking, menus, mood
from device.display.view import Hit, View
from device.states import Menu, Screen

# How long all of it takes, in seconds; the cards' own times are in ``mood`` and ``cards``.
SECONDS = 1.2
# After how many seconds something happens, and within how many: the ring closes while the brackets
# fade, what was on the screen before leaves, the mirror and the face move, and the halo lights up.
CLOSES, LEAVES, LIGHTS = (0.0, 0.15), (0.0, 0.22), (0.45, 0.4)
# The mirror goes ahead, and leaves the face its way.
SHRINKS, MOVES = (0.1, 0.38), (0.15, 0.45)


@dataclasses.dataclass(frozen=True)
class Scene:
    """What two screens have in common.

    ground: the colour behind everything; under: that behind the face. rest: where all the rest is.
    mirror: left, top, width, height and radius of the corners of the live picture, in pixels; or
    None where there is none.
    """

    face: hero.Hero
    mirror: Values | None
    ground: Color
    under: Color
    rest: pygame.Rect


def scene(kit: Kit, area: pygame.Rect, view: View, tile: str | None = None) -> Scene | None:
    """Return what ``view`` shows of it in ``area``, or None if it has no such face.

    tile: in the menu of moods, the one whose face it is, as in ``states.OFFERED``.
    """
    state = view.state
    ground = kit.colors.ink
    if state.menu is Menu.MOODS:
        face = menus.face(kit, menus.places(kit, area, view)[tile], tile)
        return Scene(face, None, ground, kit.colors.surface, area)
    if state.menu is not None:
        return None
    if state.screen is Screen.LOOKING:
        at = looking.places(kit, area)
        mirror = (*at.mirror, looking.CORNER * kit.theme.unit)
        face, rest = (
            looking.face(kit, at.ring, looking.settled(kit, view)),
            at.headline.union(at.hint),
        )
        return Scene(face, mirror, ground, ground, rest)
    if state.screen is not Screen.MOOD:
        return None
    stage = mood.places(kit, area, view).stage
    if stage is None:
        return None
    badge = mood.badge(stage)
    return Scene(mood.face(kit, stage, view), (*badge, badge.width / 2), ground, ground, area)


def mirror_at(start: Scene, end: Scene, passed: float) -> Values | None:
    """Return where the mirror is ``passed`` seconds after the beginning, as in ``Scene``."""
    if start.mirror is None or end.mirror is None:
        return None
    return between(start.mirror, end.mirror, Entry(passed).share(*SHRINKS))


def face_at(start: Scene, end: Scene, passed: float) -> hero.Hero:
    """Return the face ``passed`` seconds after the beginning."""
    entry, one, other = Entry(passed), start.face, end.face
    share = entry.share(*MOVES)
    x, y, radius = between((*one.middle, one.radius), (*other.middle, other.radius), share)
    halo = one.halo + (other.halo - one.halo) * entry.share(*LIGHTS)
    ring = None
    if one.ring is not None and share < 1:
        closed = entry.share(*CLOSES)
        ring = dataclasses.replace(
            one.ring,
            share=one.ring.share + (1 - one.ring.share) * closed,
            color=mix(one.ring.color, other.color, closed),
            # It widens to where the halo will be, and thins away.
            radius=one.ring.radius + (other.radius * hero.HALO - one.ring.radius) * share,
            width=one.ring.width * (1 - share),
        )
    return hero.Hero(
        (x, y),
        radius,
        one.expression.towards(other.expression, share),
        mix(one.color, other.color, share),
        mix(one.around, other.around, share),
        ring,
        halo,
        other.level * halo,
    )


class Reveal:
    """One way into the mood. ``begin`` makes it."""

    def __init__(self, start: Scene, end: Scene, began: float, leaving: pygame.Surface) -> None:
        self.start, self.end = start, end
        self._began = began
        self._leaving = leaving

    def over(self, kit: Kit, area: pygame.Rect, view: View) -> bool:
        """Whether the mood's screen is to be drawn by itself, as when its face gives way."""
        underway = 0 <= view.now - self._began < SECONDS
        return not underway or mood.places(kit, area, view).stage is None

    def draw(self, canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
        """Draw the moment of ``view``; nothing can be touched before it is in its place."""
        passed = view.now - self._began
        entry = Entry(passed)
        share = entry.share(*MOVES)
        area = canvas.get_rect()
        at = mood.places(kit, area, view)
        canvas.fill(mix(self.start.ground, self.end.ground, share))
        with canvas.coming(1 - entry.share(*LEAVES)):
            canvas.blit(self._leaving, self.start.rest)
        with canvas.coming(entry.share(*LIGHTS)):
            mood.glow(canvas, kit, at.stage, view)
        hits = mood.furnish(canvas, kit, view, at, entry)
        hero.draw(canvas, kit, face_at(self.start, self.end, passed), view.now)
        self._mirror(canvas, kit, view, at, entry)
        return hits if share == 1 else [Hit(area, Press.TAP)]

    def _mirror(self, canvas: Canvas, kit: Kit, view: View, at: mood.Places, entry: Entry) -> None:
        place = mirror_at(self.start, self.end, entry.passed)
        if place is None:
            with canvas.coming(entry.share(*LIGHTS)):
                mood.mirror(canvas, kit, mood.badge(at.stage), view)
            return
        if view.snapshot.frame is None:
            return
        share = entry.share(*SHRINKS)
        area, corner = pygame.Rect(*map(round, place[:4])), place[4]
        if rim := round(kit.px(mood.RIM) * share):
            _rim(canvas, area.inflate(2 * rim, 2 * rim), corner + rim, kit.colors.ink)
        image, face = view.snapshot.frame.image, view.snapshot.face
        crop = picture.cover((image.shape[1], image.shape[0]), area.size)
        if face is not None:
            crop = between(crop, picture.close_up(face.box, crop, picture.ROOM), share)
        pixels = picture.mirrored(image, crop, area.size, corner, kit.live.lift())
        canvas.blit(pygame.image.frombuffer(pixels, area.size, "BGRA"), area)
        gone = entry.share(*CLOSES)
        if self.start.face.ring is not None and gone < 1:
            with canvas.coming(1 - gone):
                looking.marks(canvas, kit, area, crop, view)
                looking.over_mirror(canvas, kit, area)


def _rim(canvas: Canvas, area: pygame.Rect, radius: float, color: Color) -> None:
    """Draw a rectangle with round corners, of which only the edge will be seen.

    The corners alone are painted, since all of it would cost more than the picture within.
    """
    side = min(math.ceil(radius), *(length // 2 for length in area.size))
    round_part = paint.rounded(2 * side, 2 * side, radius, color)
    for x, left in ((0, area.left), (side, area.right - side)):
        for y, top in ((0, area.top), (side, area.bottom - side)):
            canvas.blit(round_part, (left, top), (x, y, side, side))
    inner = area.inflate(-2 * side, -2 * side)
    for top in (area.top, inner.bottom):
        canvas.fill(color, pygame.Rect(inner.left, top, inner.width, side))
    for left in (area.left, inner.right):
        canvas.fill(color, pygame.Rect(left, inner.top, side, inner.height))


def begin(canvas: Canvas, kit: Kit, before: View, view: View) -> Reveal | None:
    """Return the way from ``before``, which was drawn last, to the mood of ``view``.

    None where it is no such way, or where the two have no face in common.
    """
    to_mood = view.state.screen is Screen.MOOD and view.state.menu is None
    if not to_mood or before.state.emotion == view.state.emotion:
        return None
    area = canvas.get_rect()
    told = before.state.emotion if before.state.screen is Screen.MOOD else None
    kit.light(told)
    chosen = None if view.state.unsaid else view.state.emotion
    start = scene(kit, area, before, chosen)
    kit.light(view.state.emotion)
    end = scene(kit, area, view)
    if start is None or end is None:
        return None
    leaving = canvas.copy(start.rest)
    left, top = start.rest.topleft
    around = pygame.Rect(0, 0, *(2 * hero.reach(start.face),) * 2)
    around.center = start.face.middle
    leaving.fill(start.under, around.move(-left, -top))
    if start.mirror is not None:
        leaving.fill(start.ground, pygame.Rect(*map(round, start.mirror[:4])).move(-left, -top))
    return Reveal(start, end, view.now, leaving)
