"""Somebody is there: the live picture, the face in it, and how far the mood has settled."""

import dataclasses
import math

import numpy as np
import pygame

from device.actions import Press
from device.contracts import Hindrance, Snapshot
from device.display.kit import faces, paint, picture
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import BODY, CHALK, HEADING, NIGHT, mix
from device.display.kit.widgets import Kit
from device.display.screens import hero
from device.display.screens.controls import globe
from device.display.view import Hit, View

# A mood that has not settled after so many seconds needs a clearer face.
UNSURE_AFTER = 4.0
# Lines of the longest hint.
HINT_LINES = 4
# Another hint must have been wanted for so long, in seconds, and comes within so long.
HINT_HELD, HINT_FADE = 0.8, 0.25
# In so many seconds the brackets go most of the way to the face, and the ring to its share.
FACE_FOLLOWED = RING_FOLLOWED = 0.15
# The corners of the mirror, in units, and how much its rim stands out, 0 to 1.
CORNER, EDGE = 3, 0.3


def hint(snapshot: Snapshot, waited: float, dropped: bool = False) -> str:
    """Return the key of what helps the visitor most, after ``waited`` seconds on this screen.

    dropped: it is no visitor but a picture that is looked at.
    """
    if snapshot.face is None or snapshot.frame is None:
        return "looking.faceless" if dropped else "looking.nobody"
    hindrance = snapshot.hindrance
    if waited > UNSURE_AFTER and hindrance in (None, Hindrance.SEVERAL):
        return "looking.unsure"
    return f"looking.{hindrance or 'calm'}"


@dataclasses.dataclass(frozen=True)
class Places:
    """Where what is on the screen stands, whatever it says; in pixels."""

    mirror: pygame.Rect
    ring: pygame.Rect
    headline: pygame.Rect
    hint: pygame.Rect


def places(kit: Kit, area: pygame.Rect) -> Places:
    """Return the places in ``area``, that of the window."""
    margin = gap = kit.px(3)
    inner = area.inflate(-2 * margin, -2 * margin)
    if kit.theme.portrait:
        mirror = pygame.Rect(inner.topleft, (inner.width, round(inner.height * 0.62)))
        side = kit.px(18)
        top, left = mirror.bottom + gap, inner.left + side + gap
        words = pygame.Rect(left, top, inner.right - left, inner.bottom - top)
    else:
        side = kit.px(22)
        mirror = pygame.Rect(inner.topleft, (inner.width - kit.px(29) - gap, inner.height))
        words = pygame.Rect(mirror.right + gap, inner.top, kit.px(29), inner.height)
    headline = pygame.Rect(words.topleft, (words.width, _headline(kit, words.width).height))
    # There is room for the longest hint, so that nothing moves when another one comes.
    hint = pygame.Rect(
        words.topleft, (words.width, round(HINT_LINES * kit.size(BODY) * BODY.leading))
    )
    height = headline.height + kit.px(1.5) + hint.height
    if kit.theme.portrait:
        ring = pygame.Rect(0, 0, side, side).move_to(midleft=(inner.left, words.centery))
        headline.top = words.centery - height // 2
    else:
        top = words.centery - (side + gap + height) // 2
        ring = pygame.Rect(words.left, top, side, side)
        headline.top = ring.bottom + gap
    hint.top = headline.bottom + kit.px(1.5)
    return Places(mirror, ring, headline, hint)


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; only the language can be touched on it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    at = places(kit, area)
    gaze = _mirror(canvas, kit, at.mirror, view)
    hero.draw(canvas, kit, face(kit, at.ring, settled(kit, view)), view.now, gaze)
    canvas.blit(_headline(kit, at.headline.width), at.headline)
    _hint(canvas, kit, at.hint, view)
    return [*over_mirror(canvas, kit, at.mirror), Hit(area, Press.TAP)]


def over_mirror(canvas: Canvas, kit: Kit, mirror: pygame.Rect) -> list[Hit]:
    """Draw what can be touched on the mirror."""
    return globe(canvas, kit, (mirror.right - kit.px(1.5), mirror.top + kit.px(1.5)))


def _headline(kit: Kit, width: int) -> pygame.Surface:
    text = kit.strings("looking.headline")
    return kit.text(text, HEADING, kit.colors.text, width, 3, 0.7)


def _hint(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> None:
    """What helps most; it gives way to another one only after a while, and fades into it."""
    wanted = hint(view.snapshot, view.now - view.state.since, view.state.dropped)
    held = kit.motion.hold("hint", wanted, view.now, HINT_HELD)
    share = (view.now - held.since) / HINT_FADE
    # One after the other, since two texts over each other can be read by nobody.
    for key, alpha in ((held.before, 1 - 2 * share), (held.shown, 2 * share - 1)):
        if key is not None and alpha > 0:
            text = kit.text(kit.strings(key), BODY, kit.colors.muted, area.width, HINT_LINES)
            canvas.blit(text, area, alpha=round(255 * min(1.0, alpha)))


def _mirror(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> tuple[float, float]:
    """Draw the live picture; return where the face is in it, -1 to 1 to the right and down."""
    snapshot = view.snapshot
    if snapshot.frame is None:
        canvas.blit(kit.panel(area.size, 3, kit.colors.surface, kit.colors.edge), area)
        return 0.0, 0.0
    surface, crop = kit.live.surface(snapshot.frame.image, area.size, CORNER * kit.theme.unit)
    canvas.blit(surface, area)
    edge(canvas, kit, area)
    return marks(canvas, kit, area, crop, view)


def edge(canvas: Canvas, kit: Kit, area: pygame.Rect) -> None:
    """Draw the rim of the mirror, without which a dark room ends nowhere."""
    line, corner = max(2, kit.px(0.25)), kit.px(CORNER)
    color = mix(kit.colors.ink, kit.colors.text, EDGE)
    ring = kit.cache.get(
        ("mirror", area.size, color),
        lambda: paint.ring(*area.size, CORNER * kit.theme.unit, line, color),
    )
    # Its middle is empty, and would cost most.
    inner = ring.get_rect().inflate(-2 * corner, -2 * corner)
    for part in (
        (0, 0, ring.width, corner),
        (0, inner.bottom, ring.width, corner),
        (0, corner, line, inner.height),
        (ring.width - line, corner, line, inner.height),
    ):
        canvas.blit(ring, (area.left + part[0], area.top + part[1]), part)


def marks(
    canvas: Canvas, kit: Kit, area: pygame.Rect, crop: picture.Crop, view: View
) -> tuple[float, float]:
    """Mark the faces in the mirror; return where the visitor's is, as ``_mirror`` does.

    area: of the mirror; crop: the part of the frame that is shown in it.
    """
    canvas.set_clip(area)
    for other in view.snapshot.others:
        _mark(canvas, kit, picture.place(other.box, crop, area.size).move(area.topleft), False)
    gaze = (0.0, 0.0)
    if view.snapshot.face is not None:
        box = kit.motion.follow("face", view.snapshot.face.box, view.now, FACE_FOLLOWED)
        place = picture.place(box, crop, area.size)
        gaze = (2 * place.centerx / area.width - 1, 2 * place.centery / area.height - 1)
        _mark(canvas, kit, place.move(area.topleft), True)
    canvas.set_clip(None)
    return gaze


def _mark(canvas: Canvas, kit: Kit, place: pygame.FRect, chosen: bool) -> None:
    """Four round corners around a face; thin ones for the faces that are not looked at."""
    width, height = place.size
    if width < 8 or height < 8:
        return
    line = max(2.0, (0.55 if chosen else 0.25) * kit.theme.unit)
    color = CHALK if chosen else mix(CHALK, NIGHT, 0.3)
    # It stands between pixels, so that it glides where the face moves slowly.
    corner = (math.floor(place.left - line), math.floor(place.top - line))
    left, top = place.left - corner[0], place.top - corner[1]
    layer = Layer(math.ceil(left + width + line), math.ceil(top + height + line))
    radius = min(width, height) * 0.18
    arm = min(width, height) * 0.10
    for x, flip_x in ((left, 1), (left + width, -1)):
        for y, flip_y in ((top, 1), (top + height, -1)):
            turn = np.radians(np.linspace(180, 270, 16))
            bend = np.stack((radius + radius * np.cos(turn), radius + radius * np.sin(turn)), 1)
            path = np.concatenate(([[0, radius + arm]], bend, [[radius + arm, 0]]))
            layer.stroke(path * (flip_x, flip_y) + (x, y), line, color)
    canvas.blit(layer.surface(), corner)


def face(kit: Kit, ring: pygame.Rect, share: float) -> hero.Hero:
    """Return the face in ``ring``, which is filled up to ``share``, 0 to 1."""
    width = kit.px(1.0)
    around = hero.Ring(ring.width / 2 - width, width, share, kit.colors.text)
    color, halo = kit.colors.idle, kit.colors.around(None)
    return hero.Hero(ring.center, ring.width * 0.28, faces.CURIOUS, color, halo, ring=around)


def settled(kit: Kit, view: View) -> float:
    """Return how much of the ring is filled, which follows how far the mood has settled."""
    mood = view.snapshot.mood
    share = 0.0 if mood is None else mood.settled
    return kit.motion.follow("ring", (share,), view.now, RING_FOLLOWED)[0]
