"""Something is wrong: what it is, in plain words, and that the kiosk keeps trying.

What exactly the operator has to know stands in the log and among the figures (F1).
"""

import math

import pygame

from device.actions import Press
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import BODY, CAPTION, HEADING, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import globe
from device.display.view import Hit, View

# The room of the dots that tell of waiting, in units.
DOTS = 6


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; the language can be touched on it."""
    area = canvas.get_rect()
    if view.light == 0:
        canvas.fill((0, 0, 0))
        return [Hit(area, Press.TAP)]
    canvas.fill(kit.colors.ink)
    margin, gap, side = kit.px(6), kit.px(5), kit.px(24)
    told = area.inflate(-2 * margin, 0)
    if not kit.theme.portrait:
        told.width, told.left = told.width - side - gap, margin + side + gap
    texts = _texts(kit, view, told.width)
    step = kit.px(2)
    height = sum(text.height + step for text in texts) + kit.px(1)
    stage = pygame.Rect(0, 0, side, side)
    if kit.theme.portrait:
        told.top = area.centery - (side + gap + height) // 2 + side + gap
        stage.midbottom = (area.centerx, told.top - gap)
    else:
        told.top = area.centery - height // 2
        stage.midleft = (margin, area.centery)
    _puzzled(canvas, kit, stage, kit.beat(view.now))
    *sentences, again, code = texts
    for text in sentences:
        canvas.blit(text, _placed(kit, told, text.size))
        told.top += text.height + step
    told.top += step // 2
    row = _placed(kit, told, (again.width + kit.px(DOTS), again.height))
    _waiting(canvas, kit, row.midleft, kit.beat(view.now))
    canvas.blit(again, again.get_rect(midright=row.midright))
    told.top = row.bottom + step
    pill = _placed(kit, told, (code.width + kit.px(3), code.height + kit.px(1)))
    canvas.blit(kit.panel(pill.size, 100, kit.colors.raised, kit.colors.edge), pill)
    canvas.blit(code, code.get_rect(center=pill.center))
    hits = globe(canvas, kit, (area.right - kit.px(4), area.top + kit.px(4)))
    if view.light < 1:
        canvas.fill((round(255 * view.light),) * 3, special_flags=pygame.BLEND_MULT)
    return [*hits, Hit(area, Press.TAP)]


def _texts(kit: Kit, view: View, width: int) -> list[pygame.Surface]:
    """What has happened, whom to tell, that the kiosk tries again, and the trouble's code."""
    code, ink = view.state.trouble.code, kit.colors.text
    centered = kit.theme.portrait
    happened = kit.strings(f"trouble.{code.lower()}")
    texts = [
        kit.text(kit.strings("trouble.headline"), HEADING, ink, width, 2, 0.8, centered),
        kit.text(happened, BODY, ink, width, 6, 1, centered),
    ]
    if view.contact:
        texts.append(kit.text(view.contact, BODY, ink, width, 3, 1, centered))
    again = kit.text(kit.strings("trouble.again"), CAPTION, kit.colors.muted, width - kit.px(DOTS))
    return [*texts, again, kit.text(kit.strings("trouble.code", code=code), CAPTION, ink, width)]


def _placed(kit: Kit, told: pygame.Rect, size: tuple[int, int]) -> pygame.Rect:
    """Where what is so large stands at the top of ``told``: on the left, in portrait centred."""
    place = pygame.Rect(told.topleft, size)
    if kit.theme.portrait:
        place.centerx = told.centerx
    return place


def _puzzled(canvas: Canvas, kit: Kit, area: pygame.Rect, now: float) -> None:
    layer = Layer(area.width, area.height)
    middle = (area.width / 2, area.height / 2)
    gaze = (math.sin(now * 1.1), -0.3)
    color, cups = kit.colors.idle, kit.colors.text
    radius = area.width * 0.40
    faces.draw(layer, middle, radius, faces.PUZZLED, color, now=now, gaze=gaze, cups=cups)
    canvas.blit(layer.surface(), area)


def _waiting(canvas: Canvas, kit: Kit, left: tuple[int, int], now: float) -> None:
    """Three dots that swell one after the other."""
    layer = Layer(kit.px(DOTS), kit.px(2))
    for index in range(3):
        swell = max(0.0, math.sin(now * 3 - index * 0.9))
        color = mix(kit.colors.raised, kit.colors.idle, 0.45 + 0.55 * swell)
        radius = kit.theme.unit * (0.45 + 0.25 * swell)
        layer.ellipse(
            (kit.theme.unit * (1 + 1.7 * index), layer.size[1] / 2), radius, radius, color
        )
    canvas.blit(layer.surface(), (left[0], left[1] - kit.px(1)))
