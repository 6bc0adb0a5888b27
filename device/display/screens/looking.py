"""Somebody is there: the live picture, the face in it, and how far the mood has settled."""

import numpy as np
import pygame

from device.actions import Press
from device.contracts import Snapshot
from device.display.kit import faces, picture
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import BODY, CHALK, HEADING, NIGHT, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import globe
from device.display.view import Hit, View

# A face narrower than this share of the picture's width gives the model few pixels to read.
NARROW = 0.13
# Mean grey level, 0 to 255, under which a face is mostly noise.
DARK = 40
# A mood that has not settled after so many seconds needs a clearer face.
UNSURE_AFTER = 4.0


def hint(snapshot: Snapshot, waited: float) -> str:
    """Return the key of what helps the visitor most, after ``waited`` seconds on this screen."""
    if snapshot.face is None or snapshot.frame is None:
        return "looking.nobody"
    image = snapshot.frame.image
    if np.mean(image[::16, ::16]) < DARK:
        return "looking.dark"
    if snapshot.face.box[2] < NARROW * image.shape[1]:
        return "looking.closer"
    if waited > UNSURE_AFTER:
        return "looking.unsure"
    return "looking.several" if snapshot.others else "looking.calm"


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; only the language can be touched on it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    margin = kit.px(3)
    inner = area.inflate(-2 * margin, -2 * margin)
    gap = kit.px(3)
    if kit.theme.portrait:
        mirror = pygame.Rect(inner.topleft, (inner.width, round(inner.height * 0.62)))
        side = kit.px(20)
        words = pygame.Rect(inner.left, mirror.bottom + gap, inner.width, 0)
        words.height = inner.bottom - words.top
        words.left, words.width = inner.left + side + gap, inner.width - side - gap
    else:
        side = kit.px(22)
        mirror = pygame.Rect(inner.topleft, (inner.width - kit.px(29) - gap, inner.height))
        words = pygame.Rect(mirror.right + gap, inner.top, kit.px(29), inner.height)

    headline = kit.text(
        kit.strings("looking.headline"), HEADING, kit.colors.text, words.width, 3, 0.7
    )
    help_text = kit.text(
        kit.strings(hint(view.snapshot, view.now - view.state.since)),
        BODY,
        kit.colors.muted,
        words.width,
        4,
    )
    height = headline.height + kit.px(1.5) + help_text.height
    if kit.theme.portrait:
        top = words.centery - height // 2
        ring = pygame.Rect(0, 0, side, side).move_to(midleft=(inner.left, words.centery))
    else:
        top = words.centery - (side + gap + height) // 2 + side + gap
        ring = pygame.Rect(words.left, top - gap - side, side, side)
    gaze = _mirror(canvas, kit, mirror, view.snapshot)
    _ring(canvas, kit, ring, view, gaze)
    canvas.blit(headline, (words.left, top))
    canvas.blit(help_text, (words.left, top + headline.height + kit.px(1.5)))
    corner = (mirror.right - kit.px(1.5), mirror.top + kit.px(1.5))
    return [*globe(canvas, kit, corner), Hit(area, Press.TAP)]


def _mirror(canvas: Canvas, kit: Kit, area: pygame.Rect, snapshot: Snapshot) -> tuple[float, float]:
    """Draw the live picture; return where the face is in it, -1 to 1 to the right and down."""
    radius = 3 * kit.theme.unit
    if snapshot.frame is None:
        canvas.blit(kit.panel(area.size, 3, kit.colors.surface, kit.colors.edge), area)
        return 0.0, 0.0
    surface, crop = kit.live.surface(snapshot.frame.image, area.size, radius)
    canvas.blit(surface, area)
    canvas.set_clip(area)
    for other in snapshot.others:
        _mark(canvas, kit, picture.place(other.box, crop, area.size).move(area.topleft), False)
    gaze = (0.0, 0.0)
    if snapshot.face is not None:
        place = picture.place(snapshot.face.box, crop, area.size)
        gaze = (2 * place.centerx / area.width - 1, 2 * place.centery / area.height - 1)
        _mark(canvas, kit, place.move(area.topleft), True)
    canvas.set_clip(None)
    return gaze


def _mark(canvas: Canvas, kit: Kit, place: pygame.FRect, chosen: bool) -> None:
    """Four round corners around a face; thin ones for the faces that are not looked at."""
    width, height = round(place.width), round(place.height)
    if width < 8 or height < 8:
        return
    line = max(2.0, (0.55 if chosen else 0.25) * kit.theme.unit)
    color = CHALK if chosen else mix(CHALK, NIGHT, 0.3)
    pad = round(line)
    layer = Layer(width + 2 * pad, height + 2 * pad, color)
    radius = min(width, height) * 0.18
    arm = min(width, height) * 0.10
    for x, flip_x in ((pad, 1), (width + pad, -1)):
        for y, flip_y in ((pad, 1), (height + pad, -1)):
            turn = np.radians(np.linspace(180, 270, 16))
            bend = np.stack((radius + radius * np.cos(turn), radius + radius * np.sin(turn)), 1)
            path = np.concatenate(([[0, radius + arm]], bend, [[radius + arm, 0]]))
            layer.stroke(path * (flip_x, flip_y) + (x, y), line, color)
    canvas.blit(layer.surface(), (place.left - pad, place.top - pad))


def _ring(
    canvas: Canvas, kit: Kit, area: pygame.Rect, view: View, gaze: tuple[float, float]
) -> None:
    mood = view.snapshot.mood
    settled = 0.0 if mood is None else mood.settled
    color = kit.colors.idle
    side = area.width
    width = kit.px(1.0)
    radius = side / 2 - width
    layer = Layer(side, side, color)
    middle = (side / 2, side / 2)
    layer.arc(middle, radius, width, mix(kit.colors.ink, color, 0.22), start=0, end=360)
    layer.arc(middle, radius, width, kit.colors.text, start=-90, end=-90 + 360 * min(1.0, settled))
    now, cups = kit.beat(view.now), kit.colors.text
    radius = side * 0.28
    faces.draw(layer, middle, radius, faces.CURIOUS, color, now=now, gaze=gaze, cups=cups)
    canvas.blit(layer.surface(), area)
