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


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; the language can be touched on it."""
    area = canvas.get_rect()
    if view.light == 0:
        canvas.fill((0, 0, 0))
        return [Hit(area, Press.TAP)]
    canvas.fill(kit.colors.ink)
    trouble = view.state.trouble
    margin = kit.px(6)
    side = kit.px(24)
    gap = kit.px(5)
    beside = 0 if kit.theme.portrait else side + gap
    width = area.width - 2 * margin - beside
    headline = kit.text(kit.strings("trouble.headline"), HEADING, kit.colors.text, width, 2)
    told = kit.strings(f"trouble.{trouble.code.lower()}")
    text = kit.text(told, BODY, kit.colors.text, width, 6)
    whom = kit.text(view.contact, BODY, kit.colors.text, width, 3) if view.contact else None
    again = kit.text(kit.strings("trouble.again"), CAPTION, kit.colors.muted)
    code = kit.text(kit.strings("trouble.code", code=trouble.code), CAPTION, kit.colors.text, width)
    step = kit.px(2)
    height = headline.height + text.height + again.height + code.height + kit.px(1) + 4 * step
    if whom is not None:
        height += whom.height + step
    if kit.theme.portrait:
        top = area.centery - (side + gap + height) // 2
        stage = pygame.Rect(margin, top, side, side)
        left, top = margin, stage.bottom + gap
    else:
        stage = pygame.Rect(margin, area.centery - side // 2, side, side)
        left, top = stage.right + gap, area.centery - height // 2
    _puzzled(canvas, kit, stage, kit.beat(view.now))
    canvas.blit(headline, (left, top))
    top += headline.height + step
    canvas.blit(text, (left, top))
    top += text.height + step
    if whom is not None:
        canvas.blit(whom, (left, top))
        top += whom.height + step
    top += step
    _waiting(canvas, kit, (left, top + again.height // 2), kit.beat(view.now))
    canvas.blit(again, (left + kit.px(6), top))
    top += again.height + step
    pill = pygame.Rect(left, top, code.width + kit.px(3), code.height + kit.px(1))
    canvas.blit(kit.panel(pill.size, 100, kit.colors.raised, kit.colors.edge), pill)
    canvas.blit(code, code.get_rect(center=pill.center))
    hits = globe(canvas, kit, (area.right - kit.px(4), area.top + kit.px(4)))
    if view.light < 1:
        canvas.fill((round(255 * view.light),) * 3, special_flags=pygame.BLEND_MULT)
    return [*hits, Hit(area, Press.TAP)]


def _puzzled(canvas: Canvas, kit: Kit, area: pygame.Rect, now: float) -> None:
    layer = Layer(area.width, area.height, kit.colors.idle)
    middle = (area.width / 2, area.height / 2)
    gaze = (math.sin(now * 1.1), -0.3)
    color, cups = kit.colors.idle, kit.colors.text
    radius = area.width * 0.40
    faces.draw(layer, middle, radius, faces.PUZZLED, color, now=now, gaze=gaze, cups=cups)
    canvas.blit(layer.surface(), area)


def _waiting(canvas: Canvas, kit: Kit, left: tuple[int, int], now: float) -> None:
    """Three dots that swell one after the other."""
    layer = Layer(kit.px(6), kit.px(2), kit.colors.idle)
    for index in range(3):
        swell = max(0.0, math.sin(now * 3 - index * 0.9))
        color = mix(kit.colors.raised, kit.colors.idle, 0.45 + 0.55 * swell)
        radius = kit.theme.unit * (0.45 + 0.25 * swell)
        layer.ellipse(
            (kit.theme.unit * (1 + 1.7 * index), layer.size[1] / 2), radius, radius, color
        )
    canvas.blit(layer.surface(), (left[0], left[1] - kit.px(1)))
