"""Nobody there: a face that listens to music by itself, an invitation and a promise."""

import math

import pygame

from data.emotions import EMOTIONS
from device.actions import Press, Speak
from device.display import strings
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.motion import ease
from device.display.kit.paint import Layer
from device.display.kit.theme import CALL, OFFER, PROMISE, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import globe
from device.display.strings import Strings
from device.display.view import Hit, View

SECONDS_A_MOOD = SECONDS_A_LANGUAGE = 6.0
# The share of them in which one mood flows into the next.
CHANGE = 0.22


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; a touch anywhere wakes the kiosk."""
    area = canvas.get_rect()
    if view.light == 0:
        canvas.fill((0, 0, 0))
        return [Hit(area, Press.TAP)]
    canvas.fill(kit.colors.ink)
    margin, gap = kit.px(5), kit.px(2.5)
    promise_height = _promise(canvas, kit, area.inflate(-2 * margin, -2 * margin))
    free = area.height - promise_height - 2 * margin
    if kit.theme.portrait:
        side = kit.px(40)
        width = area.width - 2 * margin
    else:
        side = kit.px(42)
        width = area.width - 2 * margin - side - gap
    spoken = _spoken(kit, view)
    headline = kit.text(spoken("attract.headline"), CALL, kit.colors.text, width, 3, 0.5)
    offer = kit.text(spoken("attract.offer"), OFFER, kit.colors.muted, width, 3)
    words = headline.height + gap + offer.height
    if kit.theme.portrait:
        top = area.top + margin + (free - side - words - gap) // 2
        stage = pygame.Rect(area.centerx - side // 2, top, side, side)
        left, top = margin, stage.bottom + gap
    else:
        middle = margin + free // 2
        stage = pygame.Rect(margin - kit.px(1), middle - side // 2, side, side)
        left, top = stage.right + gap, middle - words // 2
    _listener(canvas, kit, stage, kit.beat(view.now))
    canvas.blit(headline, (left, top))
    canvas.blit(offer, (left, top + headline.height + gap))
    hits = globe(canvas, kit, (area.right - kit.px(4), area.top + kit.px(4)))
    if spoken is not kit.strings:
        words_area = pygame.Rect(left, top, max(headline.width, offer.width), words)
        hits.append(Hit(words_area, Speak(spoken.language)))
    hits.append(Hit(area, Press.TAP))
    if view.light < 1:
        canvas.fill((round(255 * view.light),) * 3, special_flags=pygame.BLEND_MULT)
    return hits


def _spoken(kit: Kit, view: View) -> Strings:
    """The language of the sentence: the kiosk's own, and in turn each of the others."""
    own, others = kit.strings, strings.writable()
    turn = int((view.now - view.state.since) / SECONDS_A_LANGUAGE) % max(1, len(others))
    if not turn or len(kit.languages) < 2:
        return own
    return [each for each in others.values() if each.language != own.language][turn - 1]


def _promise(canvas: Canvas, kit: Kit, area: pygame.Rect) -> int:
    """Set the promise at the foot of ``area``; return its height."""
    sign = icon(kit, "shield", 4, kit.colors.word("neutral"))
    left = area.left + sign.width + kit.px(1.5)
    text = kit.strings("attract.promise")
    promise = kit.text(text, PROMISE, kit.colors.text, area.right - left, 3)
    height = max(sign.height, promise.height)
    middle = area.bottom - height // 2
    canvas.blit(sign, sign.get_rect(midleft=(area.left, middle)))
    canvas.blit(promise, promise.get_rect(midleft=(left, middle)))
    return height


def _listener(canvas: Canvas, kit: Kit, stage: pygame.Rect, now: float) -> None:
    """The face in its halo, going through the moods one after the other."""
    turn = now / SECONDS_A_MOOD
    this, following = (EMOTIONS[(int(turn) + step) % len(EMOTIONS)] for step in (3, 4))
    share = ease((turn % 1 - (1 - CHANGE)) / CHANGE)
    color = mix(kit.colors.accent(this), kit.colors.accent(following), share)
    expression = faces.EXPRESSIONS[this].towards(faces.EXPRESSIONS[following], share)
    kit.glow(canvas, stage.center, round(stage.width * 0.66), kit.colors.idle)
    side = stage.width
    layer = Layer(side, side, color)
    middle = (side / 2, side / 2)
    faces.halo(
        layer,
        middle,
        side * 0.375,
        side * 0.11,
        mix(kit.colors.ink, color, 0.45),
        now=now,
        level=0.75,
    )
    radius = side * (0.265 + 0.003 * math.sin(now * 1.3))
    gaze = (0.8 * math.sin(now * 0.61), 0.5 * math.sin(now * 0.43))
    faces.draw(layer, middle, radius, expression, color, now=now, gaze=gaze, cups=kit.colors.text)
    canvas.blit(layer.surface(), stage)
