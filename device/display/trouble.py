"""Something is wrong: what it is, in plain words, and that the kiosk keeps trying."""

import math

import pygame

from device.display import faces, theme
from device.display.paint import Layer
from device.display.theme import BODY, CAPTION, HEADING, INK, MUTED, RAISED, TEXT, mix
from device.display.view import Hit, View
from device.display.widgets import Kit
from device.states import Press


def draw(canvas: pygame.Surface, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; there is nothing to touch on it."""
    canvas.fill(INK)
    area = canvas.get_rect()
    trouble = view.state.trouble
    margin = kit.px(6)
    side = kit.px(24)
    gap = kit.px(5)
    beside = 0 if kit.theme.portrait else side + gap
    width = area.width - 2 * margin - beside
    headline = kit.text(kit.strings("trouble.headline"), HEADING, TEXT, width, 2)
    text = kit.text(trouble.text, BODY, TEXT, width, 6)
    again = kit.text(kit.strings("trouble.again"), CAPTION, MUTED)
    code = kit.text(kit.strings("trouble.code", code=trouble.code), CAPTION, TEXT, width)
    step = kit.px(2)
    height = headline.height + text.height + again.height + code.height + kit.px(1) + 4 * step
    if kit.theme.portrait:
        top = area.centery - (side + gap + height) // 2
        stage = pygame.Rect(margin, top, side, side)
        left, top = margin, stage.bottom + gap
    else:
        stage = pygame.Rect(margin, area.centery - side // 2, side, side)
        left, top = stage.right + gap, area.centery - height // 2
    _puzzled(canvas, stage, view.now)
    canvas.blit(headline, (left, top))
    top += headline.height + step
    canvas.blit(text, (left, top))
    top += text.height + 2 * step
    _waiting(canvas, kit, (left, top + again.height // 2), view.now)
    canvas.blit(again, (left + kit.px(6), top))
    top += again.height + step
    pill = pygame.Rect(left, top, code.width + kit.px(3), code.height + kit.px(1))
    canvas.blit(kit.panel(pill.size, 100, RAISED), pill)
    canvas.blit(code, code.get_rect(center=pill.center))
    return [Hit(area, Press.TAP)]


def _puzzled(canvas: pygame.Surface, area: pygame.Rect, now: float) -> None:
    layer = Layer(area.width, area.height, theme.IDLE)
    middle = (area.width / 2, area.height / 2)
    gaze = (math.sin(now * 1.1), -0.3)
    faces.draw(layer, middle, area.width * 0.40, faces.PUZZLED, theme.IDLE, now=now, gaze=gaze)
    canvas.blit(layer.surface(), area)


def _waiting(canvas: pygame.Surface, kit: Kit, left: tuple[int, int], now: float) -> None:
    """Three dots that swell one after the other."""
    layer = Layer(kit.px(6), kit.px(2), theme.IDLE)
    for index in range(3):
        swell = max(0.0, math.sin(now * 3 - index * 0.9))
        color = mix(RAISED, theme.IDLE, 0.3 + 0.7 * swell)
        radius = kit.theme.unit * (0.45 + 0.25 * swell)
        layer.ellipse(
            (kit.theme.unit * (1 + 1.7 * index), layer.size[1] / 2), radius, radius, color
        )
    canvas.blit(layer.surface(), (left[0], left[1] - kit.px(1)))
