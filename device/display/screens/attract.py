"""Nobody there: a face that listens to music by itself, an invitation and a promise."""

import dataclasses
import math

import pygame

from data.emotions import EMOTIONS
from device.actions import Press, Speak
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.motion import between, ease
from device.display.kit.paint import Layer
from device.display.kit.theme import CALL, CHALK, NIGHT, OFFER, PROMISE, Color, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import SIDE, globe
from device.display.strings import Strings
from device.display.view import Hit, View

SECONDS_A_MOOD = SECONDS_A_LANGUAGE = 6.0
# The share of them in which one mood flows into the next.
CHANGE = 0.22
# The moods that go with an invitation; None is a curious look.
SHOWN = (None, "happy", "surprise", "neutral")
# A smile is returned from this probability on. Gaze and smile go most of their way in so long.
SMILE, FOLLOWS = 0.5, 0.2
# Seconds of a sleeping face's breath, and how much its head swells with it.
BREATH, SWELL = 7.0, 0.03
# Of its colours, how much is left where it sleeps.
NIGHTLY = 0.75


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; a touch anywhere wakes the kiosk."""
    area = canvas.get_rect()
    if view.light == 0:
        canvas.fill((0, 0, 0))
        return [Hit(area, Press.TAP)]
    # First the words go, then the face takes their place.
    gone, repose = ease(2 * view.repose), ease(2 * view.repose - 1)
    now = kit.beat(view.now)
    look = _smiling(kit, _look(kit, kit.beat(view.now - view.state.since)), view)
    canvas.fill(mix(look.ground, (0, 0, 0), gone))
    margin, gap = kit.px(5), kit.px(2.5)
    corner = (area.right - kit.px(4), area.top + kit.px(4))
    sign, promise = _promise(kit, area.width - 2 * margin)
    # The promise stands at least as far from the offer as that from the headline.
    free = area.height - max(sign.height, promise.height) - 2 * margin
    if kit.theme.portrait:
        side = kit.px(40)
        width = area.width - 2 * margin
    else:
        side = kit.px(42)
        width = area.width - 2 * margin - side - gap
    spoken = _spoken(kit, view)
    headline = kit.text(spoken("attract.headline"), CALL, kit.colors.text, width, 3, 0.5)
    offer = kit.text(spoken("attract.offer"), OFFER, kit.colors.muted, width, 3)
    apart = gap
    words = headline.height + apart + offer.height
    if kit.theme.portrait:
        free -= gap
        side = min(side, free - words - gap)
        top = area.top + margin + (free - side - words - gap) // 2
        stage = pygame.Rect(area.centerx - side // 2, top, side, side)
        left, top = margin, stage.bottom + gap
    else:
        middle = margin + free // 2
        stage = pygame.Rect(margin - kit.px(1), middle - side // 2, side, side)
        left = stage.right + gap
        top = min(middle - words // 2, area.top + margin + free - gap - words)
        beneath = corner[1] + kit.px(SIDE + 1.2) - kit.inked(headline).top
        if left + headline.width > corner[0] - kit.px(SIDE) and top < beneath:
            # Below the globe, and closer together for that.
            apart, top = gap // 3, beneath
    if gone < 1:
        with canvas.coming(1 - gone):
            _glow(canvas, kit, stage, look)
    _listener(canvas, kit, _bed(stage, area, repose, now), look, gone, repose, view)
    hits = []
    if gone < 1:
        with canvas.coming(1 - gone):
            canvas.blit(headline, (left, top))
            canvas.blit(offer, (left, top + headline.height + apart))
            low = area.bottom - margin - max(sign.height, promise.height) // 2
            canvas.blit(sign, sign.get_rect(midleft=(margin, low)))
            beside = margin + sign.width + kit.px(1.5)
            canvas.blit(promise, promise.get_rect(midleft=(beside, low)))
            hits = globe(canvas, kit, corner)
    if spoken is not kit.strings:
        words_area = pygame.Rect(left, top, max(headline.width, offer.width), words)
        hits.append(Hit(words_area, Speak(spoken.language)))
    if view.light < 1:
        canvas.fill((round(255 * view.light),) * 3, special_flags=pygame.BLEND_MULT)
    return [*hits, Hit(area, Press.TAP)] if gone == 0 else [Hit(area, Press.TAP)]


@dataclasses.dataclass(frozen=True)
class _Look:
    """The face between two moods. share: how far it is from the first to the second.

    around: the colour of its halo.
    """

    moods: tuple[str | None, str | None]
    share: float
    expression: faces.Expression
    color: Color
    around: Color
    ground: Color


def _look(kit: Kit, passed: float) -> _Look:
    turn = passed / SECONDS_A_MOOD
    moods = tuple(SHOWN[(int(turn) + step) % len(SHOWN)] for step in (0, 1))
    share = ease((turn % 1 - (1 - CHANGE)) / CHANGE)
    this, following = (faces.EXPRESSIONS.get(mood, faces.CURIOUS) for mood in moods)
    color = mix(*(kit.colors.accent(mood) for mood in moods), share)
    rooms = [kit.palette.lit(mood) for mood in moods]
    around = mix(*(room.around(mood) for room, mood in zip(rooms, moods, strict=True)), share)
    ground = mix(*(room.ink for room in rooms), share)
    return _Look(moods, share, this.towards(following, share), color, around, ground)


def _smiling(kit: Kit, look: _Look, view: View) -> _Look:
    """The look of a face that returns a smile."""
    mood = view.snapshot.mood
    smiles = mood is not None and mood.probabilities[EMOTIONS.index("happy")] > SMILE
    share = kit.motion.follow("smile", (float(smiles),), view.now, FOLLOWS)[0]
    happy = faces.EXPRESSIONS["happy"]
    return dataclasses.replace(look, expression=look.expression.towards(happy, share))


def _gaze(kit: Kit, view: View) -> tuple[float, ...]:
    """Where the face looks, -1 to 1: at whoever is there, as a mirror shows them, or about."""
    now, seen = kit.beat(view.now), view.snapshot
    gaze = (0.8 * math.sin(now * 0.61), 0.5 * math.sin(now * 0.43))
    if seen.face is not None and seen.frame is not None and not kit.still:
        height, width = seen.frame.image.shape[:2]
        x, y, side, _ = seen.face.box
        gaze = (1 - 2 * (x + side / 2) / width, 2 * (y + side / 2) / height - 1)
    return kit.motion.follow("gaze", gaze, view.now, FOLLOWS)


def _bed(stage: pygame.Rect, area: pygame.Rect, repose: float, now: float) -> pygame.FRect:
    """Where the face is on its way from ``stage`` to where it sleeps.

    That is the middle, about which it drifts, so that nothing burns in.
    """
    side = stage.width * (1 - 0.3 * repose)
    bed = pygame.FRect(0, 0, side, side)
    x = area.centerx + 0.14 * area.width * math.sin(now / 41)
    y = area.centery + 0.10 * area.height * math.sin(now / 29)
    bed.center = between(stage.center, (x, y), repose)
    return bed


def _spoken(kit: Kit, view: View) -> Strings:
    """The language of the sentence: the kiosk's own, and in turn each of the others."""
    own, others = kit.strings, kit.languages
    turn = int((view.now - view.state.since) / SECONDS_A_LANGUAGE) % max(1, len(others))
    if not turn or len(kit.languages) < 2:
        return own
    return [each for each in others.values() if each.language != own.language][turn - 1]


def _promise(kit: Kit, width: int) -> tuple[pygame.Surface, pygame.Surface]:
    """The promise, ``width`` pixels wide at most with the sign before it."""
    sign = icon(kit, "shield", 4, kit.colors.word("neutral"))
    room = width - sign.width - kit.px(1.5)
    return sign, kit.text(kit.strings("attract.promise"), PROMISE, kit.colors.text, room, 3)


def _glow(canvas: Canvas, kit: Kit, stage: pygame.Rect, look: _Look) -> None:
    """The light of one mood behind the face, and over it that of the next."""
    for mood, share in zip(look.moods, (1 - look.share, look.share), strict=True):
        if share > 0:
            with canvas.coming(share):
                kit.glow(canvas, stage.center, round(stage.width * 0.66), kit.colors.accent(mood))


def _listener(
    canvas: Canvas,
    kit: Kit,
    place: pygame.FRect,
    look: _Look,
    gone: float,
    repose: float,
    view: View,
) -> None:
    """The face in its halo, which is ``gone`` as far as that, and asleep as far as ``repose``."""
    side, now = place.width, kit.beat(view.now)
    breath = math.sin(now * 2 * math.pi / BREATH)
    color = mix(look.color, NIGHT, repose * (1 - NIGHTLY * (0.9 + 0.1 * breath)))
    left, top = math.floor(place.left), math.floor(place.top)
    middle = (place.centerx - left, place.centery - top)
    layer = Layer(math.ceil(side) + 1, math.ceil(side) + 1)
    if gone < 1:
        halo = mix(look.ground, look.around, 1 - gone)
        level = 0.75 * (1 - gone)
        faces.halo(layer, middle, side * 0.375, side * 0.11, halo, now=now, level=level)
    awake = side * (0.265 + 0.003 * math.sin(now * 1.3))
    radius = awake + (side * 0.3 * (1 + SWELL * breath) - awake) * repose
    gaze = tuple((1 - repose) * way for way in _gaze(kit, view))
    expression = look.expression.towards(faces.ASLEEP, repose)
    cups = mix(kit.colors.text, mix(CHALK, NIGHT, 1 - NIGHTLY), repose)
    faces.draw(layer, middle, radius, expression, color, now=now, gaze=gaze, cups=cups)
    canvas.blit(layer.surface(), (left, top))
