"""The mood is told: its word and face, and five songs to choose from."""

import pygame

from data.emotions import EMOTIONS
from device.actions import Press
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.paint import Layer
from device.display.kit.theme import BODY, CAPTION, DISPLAY, LABEL, LONG_WORD, mix
from device.display.kit.widgets import Kit
from device.display.screens import cards, code
from device.display.screens.controls import ROUND, SIDE, button, globe
from device.display.view import Hit, View

# A mood's word may shrink to this share of its size; one that is longer still takes two lines.
SMALLEST_WORD = 0.6
# What means nothing while no song is chosen, on the end card.
OF_A_SONG = (Press.NEXT, Press.LIKE)


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; the cards and the buttons can be touched."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    margin, gap, side = kit.px(3), kit.px(3), kit.px(SIDE)
    inner = area.inflate(-2 * margin, -2 * margin)
    rows = 2 * side + kit.px(1)
    if kit.theme.portrait:
        tall = 32 if view.state.bars else 27 if _link(view) else 18
        head = pygame.Rect(inner.topleft, (inner.width, kit.px(tall)))
        buttons = pygame.Rect(inner.left, inner.bottom - rows, inner.width, rows)
        songs = pygame.Rect(inner.left, head.bottom + kit.px(2), inner.width, 0)
        songs.height = buttons.top - kit.px(2) - songs.top
        tell = _head_portrait
    else:
        head = pygame.Rect(inner.topleft, (kit.px(29), inner.height))
        buttons = pygame.Rect(head.left, head.bottom - rows, head.width, rows)
        songs = pygame.Rect(head.right + gap, inner.top, 0, inner.height)
        songs.width = inner.right - songs.left
        head.height = buttons.top - kit.px(1) - head.top
        tell = _head_landscape
    hits = _code(canvas, kit, head, view) if _link(view) else tell(canvas, kit, head, view)
    return hits + cards.draw(canvas, kit, songs, view) + _buttons(canvas, kit, buttons, view)


def note(kit: Kit, view: View) -> tuple[str, str | None]:
    """Return what there is to say beneath the emotion, and the sign that goes before it."""
    if view.playback.silent_because is not None:
        return kit.strings("mood.silent"), "silent"
    if not view.state.songs:
        return kit.strings("mood.searching"), None
    if view.state.ended_at is not None:
        return kit.strings("mood.ended"), None
    if view.playback.volume == 0:
        return kit.strings("mood.volume_off"), "silent"
    return "", None


def _link(view: View) -> str | None:
    """What the QR code is to say, where one is wanted: at the end of its own accord."""
    state = view.state
    wanted = state.link
    song = state.song
    if state.ended_at is not None:
        wanted = True
        song = next((one for one in state.songs if one.id in state.liked), state.songs[-1])
    return code.link(view.link, song) if wanted and view.link and song else None


def _code(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    """The QR code in place of the emotion; touching it closes it, while a song plays."""
    side = min(area.size)
    square = pygame.Rect(area.topleft, (side, side))
    if kit.theme.portrait:
        left = square.right + kit.px(2)
        told = pygame.Rect(left, area.top, area.right - left, side)
    else:
        told = pygame.Rect(area.left, square.bottom + kit.px(1), area.width, 0)
    code.draw(canvas, kit, square, told, _link(view))
    return [] if view.state.song is None else [Hit(square, Press.TOGGLE_LINK, 1)]


def _head_landscape(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    kicker, emotion = _told(kit, view, area.width)
    if view.state.bars:
        canvas.blit(kicker, area)
        canvas.blit(emotion, (area.left, area.top + kicker.height))
        top = area.top + kicker.height + emotion.height + kit.px(1)
        _bars(canvas, kit, pygame.Rect(area.left, top, area.width, area.bottom - top), view)
        return []
    side = kit.px(20.5)
    stage = pygame.Rect(area.left - kit.px(1), area.top - kit.px(1), side, side)
    _hero(canvas, kit, stage, view)
    top = stage.bottom + kit.px(0.5)
    canvas.blit(kicker, (area.left, top))
    canvas.blit(emotion, (area.left, top + kicker.height))
    top += kicker.height + emotion.height
    below = pygame.Rect(area.left, top, area.width, area.bottom - top)
    return globe(canvas, kit, area.topright) + _below(canvas, kit, below, view)


def _head_portrait(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    side = kit.px(18)
    stage = pygame.Rect(area.left - kit.px(1), area.top, side, side)
    _hero(canvas, kit, stage, view)
    left = stage.right + kit.px(2)
    width = area.right - left
    kicker, emotion = _told(kit, view, width)
    if view.state.bars:
        canvas.blit(kicker, (left, area.top))
        canvas.blit(emotion, (left, area.top + kicker.height))
        top = area.top + kicker.height + emotion.height
        _bars(canvas, kit, pygame.Rect(left, top, width, area.bottom - top), view)
        return []
    more = view.state.offer is not None or bool(note(kit, view)[0])
    room = kit.px(7) if more else 0
    top = area.centery - (kicker.height + emotion.height + room) // 2
    canvas.blit(kicker, (left, top))
    canvas.blit(emotion, (left, top + kicker.height))
    top += kicker.height + emotion.height + kit.px(0.5)
    return _below(canvas, kit, pygame.Rect(left, top, width, area.bottom - top), view)


def _told(kit: Kit, view: View, width: int) -> tuple[pygame.Surface, pygame.Surface]:
    """The sentence that tells the mood: its beginning, and the word that matters."""
    kicker = kit.text(kit.strings("mood.kicker"), BODY, kit.colors.muted, width, 1, 0.7)
    word, color = kit.strings(f"mood.{view.state.emotion}"), kit.colors.word(view.state.emotion)
    least = kit.px(DISPLAY.size * SMALLEST_WORD)
    if kit.wrap(word, DISPLAY.weight, least, width, 1)[1]:
        return kicker, kit.text(word, DISPLAY, color, width, 1, SMALLEST_WORD)
    return kicker, kit.text(word, LONG_WORD, color, width, 2, SMALLEST_WORD)


def _below(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    """Beneath the emotion: songs for another one to be had with a touch, or what there is to say.

    An offer is as high as a button, whatever is left of ``area``.
    """
    if view.state.offer is not None:
        spot = pygame.Rect(area.left, 0, area.width, kit.px(SIDE))
        spot.bottom = max(area.bottom, area.top + spot.height)
        label = kit.strings("mood.offer", emotion=kit.strings(f"mood.{view.state.offer}"))
        color = kit.colors.word(view.state.offer)
        return [button(canvas, kit, spot, Press.ACCEPT, label=label, color=color)]
    text, sign = note(kit, view)
    if not text:
        return []
    left = area.left
    if sign is not None:
        drawn = icon(kit, sign, 2.6, kit.colors.text)
        canvas.blit(drawn, (left, area.top))
        left += drawn.width + kit.px(1)
    lines = max(1, int((area.height + kit.px(0.6)) // (kit.px(CAPTION.size) * CAPTION.leading)))
    room = area.right - left
    said = kit.text(text, CAPTION, kit.colors.text, room, min(3, lines), 0.8)
    canvas.blit(said, (left, area.top))
    return []


def _bars(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> None:
    """A bar for each of the seven probabilities; the word, not the colour, says which."""
    mood = view.snapshot.mood
    values = (0.0,) * len(EMOTIONS) if mood is None else mood.probabilities
    step = min(kit.px(4), area.height / len(EMOTIONS))
    percent_width = kit.px(4.5)
    label_width = round(area.width * 0.44)
    for index, (emotion, value) in enumerate(zip(EMOTIONS, values, strict=True)):
        middle = round(area.top + step * (index + 0.5))
        told = emotion == view.state.emotion
        color = kit.colors.text if told else kit.colors.muted
        style = LABEL if told else CAPTION
        label = kit.text(
            kit.strings(f"label.{emotion}"), style, color, label_width - kit.px(1), 1, 0.7
        )
        canvas.blit(label, label.get_rect(midleft=(area.left, middle)))
        bar = pygame.Rect(area.left + label_width, 0, 0, max(4, kit.px(0.9)))
        bar.width, bar.centery = area.right - percent_width - bar.left, middle
        track = mix(kit.colors.ink, kit.colors.muted, 0.3)
        kit.progress(canvas, bar, value, kit.colors.word(emotion), track)
        percent = kit.text(f"{value:.0%}", CAPTION, color)
        canvas.blit(percent, percent.get_rect(midright=(area.right, middle)))


def _hero(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> None:
    """The emotion, drawn, with the live picture beside it, as small as a badge."""
    side, now = area.width, kit.beat(view.now)
    color = kit.colors.accent(view.state.emotion)
    kit.glow(canvas, area.center, round(side * 0.75), color)
    layer = Layer(side, side, color)
    middle = (side / 2, side / 2)
    halo = mix(kit.colors.ink, color, 0.5)
    level = 0.9 if cards.is_heard(view) else 0.0
    faces.halo(layer, middle, side * 0.405, side * 0.08, halo, now=now, level=level)
    expression, cups = faces.EXPRESSIONS[view.state.emotion], kit.colors.text
    faces.draw(layer, middle, side * 0.295, expression, color, now=now, cups=cups)
    canvas.blit(layer.surface(), area)
    if view.snapshot.frame is None:
        return
    size = round(side * 0.36)
    rim = kit.px(0.5)
    place = pygame.Rect(0, 0, size, size).move_to(bottomright=area.bottomright)
    back = kit.panel((size + 2 * rim, size + 2 * rim), ROUND, kit.colors.ink)
    canvas.blit(back, place.move(-rim, -rim))
    face = view.snapshot.face
    picture, _ = kit.live.surface(
        view.snapshot.frame.image, place.size, size / 2, None if face is None else face.box
    )
    canvas.blit(picture, place)


def _buttons(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    """Two rows: signs, and among them a sentence that says that the mood is another one."""
    song, off = view.state.song, view.playback.volume == 0
    liked = song is not None and song.id in view.state.liked
    heart = kit.colors.word(view.state.emotion) if liked else None
    faint = mix(kit.colors.raised, kit.colors.muted, 0.35)
    signs = [
        ("play" if view.playback.paused or song is None else "pause", _play(view), None),
        ("next", Press.NEXT, None),
        ("liked" if liked else "heart", Press.LIKE, heart),
        ("silent" if off else "sound", Press.SHOW_VOLUME, None),
        ("bars", Press.TOGGLE_BARS, None),
        ("globe", Press.LANGUAGES, None),
        ("done", Press.DONE, None),
    ]
    gap, side = kit.px(1), kit.px(SIDE)
    if not (kit.theme.portrait and len(kit.languages) > 1):
        signs = [sign for sign in signs if sign[0] != "globe"]  # in landscape it has a corner
    columns = len(signs) if kit.theme.portrait else 4
    width = (area.width - (columns - 1) * gap) // columns
    places = [
        pygame.Rect(area.left + index * (width + gap), area.top, width, side)
        for index in range(columns)
    ]
    sentence = pygame.Rect(area.left, area.top + side + gap, area.width, side)
    if not kit.theme.portrait:
        places += [place.move(0, side + gap) for place in places[2:]]
        sentence.width = 2 * width + gap
    hits = []
    for place, (sign, action, color) in zip(places, signs, strict=True):
        idle = song is None and action in OF_A_SONG
        hit = button(canvas, kit, place, action, sign=sign, color=faint if idle else color)
        hits += [] if idle else [hit]
    label = kit.strings("mood.not_me")
    return [*hits, button(canvas, kit, sentence, Press.NOT_ME, label=label)]


def _play(view: View) -> Press:
    """What the first button does; on the end card it begins anew."""
    return Press.TOGGLE_PAUSE if view.state.ended_at is None else Press.AGAIN
