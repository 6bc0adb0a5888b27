"""Nobody there: a face that listens to music by itself, an invitation and a promise."""

import math

import pygame

from data.emotions import EMOTIONS
from device.display import faces, theme
from device.display.icons import icon
from device.display.paint import Layer
from device.display.theme import BODY, CAPTION, DISPLAY, INK, MUTED, TEXT, mix
from device.display.view import Hit, View
from device.display.widgets import Kit, ease
from device.states import Press

SECONDS_A_MOOD = 6.0
CHANGE = 0.22


def draw(canvas: pygame.Surface, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; a touch anywhere wakes the kiosk."""
    area = canvas.get_rect()
    canvas.fill(INK)
    margin = kit.px(5)
    side = kit.px(44)
    if kit.theme.portrait:
        stage = pygame.Rect(0, 0, side, side).move_to(midtop=(area.centerx, kit.px(7)))
        words = pygame.Rect(margin, stage.bottom + kit.px(2), area.width - 2 * margin, 0)
    else:
        stage = pygame.Rect(0, 0, side, side).move_to(midleft=(kit.px(3), area.centery - kit.px(2)))
        left = stage.right + kit.px(3)
        words = pygame.Rect(left, 0, area.width - left - margin, 0)
    _listener(canvas, stage, view.now)

    headline = kit.text(kit.strings("attract.headline"), DISPLAY, TEXT, words.width, 3, 0.6)
    offer = kit.text(kit.strings("attract.offer"), BODY, MUTED, words.width, 2)
    gap = kit.px(2.5)
    top = words.top
    if not kit.theme.portrait:
        top = stage.centery - (headline.height + gap + offer.height) // 2
    canvas.blit(headline, (words.left, top))
    canvas.blit(offer, (words.left, top + headline.height + gap))
    _promise(canvas, kit, area, words.left if kit.theme.portrait else margin, margin)
    return [Hit(area, Press.TAP)]


def _promise(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, left: int, margin: int) -> None:
    sign = icon(kit, "shield", 3.5, theme.ACCENTS["neutral"])
    room = area.width - left - margin - sign.width - kit.px(1.5)
    promise = kit.text(kit.strings("attract.promise"), CAPTION, TEXT, room, 2)
    height = max(sign.height, promise.height)
    middle = area.bottom - kit.px(4) - height // 2
    canvas.blit(sign, sign.get_rect(midleft=(left, middle)))
    canvas.blit(promise, promise.get_rect(midleft=(left + sign.width + kit.px(1.5), middle)))


def _listener(canvas: pygame.Surface, stage: pygame.Rect, now: float) -> None:
    """The face in its halo, going through the moods one after the other."""
    turn = now / SECONDS_A_MOOD
    this, following = (EMOTIONS[(int(turn) + step) % len(EMOTIONS)] for step in (3, 4))
    share = ease((turn % 1 - (1 - CHANGE)) / CHANGE)
    color = mix(theme.accent(this), theme.accent(following), share)
    expression = faces.EXPRESSIONS[this].towards(faces.EXPRESSIONS[following], share)
    breath = math.sin(now * 1.3)
    side = stage.width
    layer = Layer(side, side, mix(INK, color, 0.5))
    faces.halo(
        layer, (side / 2, side / 2), side * 0.365, side * 0.10, mix(INK, color, 0.45), now, 0.75
    )
    gaze = (0.8 * math.sin(now * 0.61), 0.5 * math.sin(now * 0.43))
    middle = (side / 2, side / 2 + side * 0.006 * breath)
    faces.draw(layer, middle, side * (0.255 + 0.003 * breath), expression, color, now, gaze)
    canvas.blit(layer.surface(), stage)
