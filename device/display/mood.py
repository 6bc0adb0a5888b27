"""The mood is told: its word and face, and five songs to choose from."""

import pygame

from device.display import faces, theme
from device.display.covers import cover
from device.display.icons import icon
from device.display.paint import Layer
from device.display.theme import (
    BODY,
    CAPTION,
    DISPLAY,
    INK,
    MUTED,
    RAISED,
    SURFACE,
    TEXT,
    TITLE,
    mix,
)
from device.display.view import Hit, View
from device.display.widgets import Kit
from device.states import Choose, Press

CARDS = 5


def draw(canvas: pygame.Surface, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; the cards and the buttons can be touched."""
    canvas.fill(INK)
    area = canvas.get_rect()
    margin = kit.px(3)
    inner = area.inflate(-2 * margin, -2 * margin)
    gap = kit.px(3)
    if kit.theme.portrait:
        head = pygame.Rect(inner.topleft, (inner.width, kit.px(18)))
        buttons = pygame.Rect(inner.left, inner.bottom - kit.px(7), inner.width, kit.px(7))
        cards = pygame.Rect(inner.left, head.bottom + gap, inner.width, 0)
        cards.height = buttons.top - kit.px(2) - cards.top
        _head_portrait(canvas, kit, head, view)
    else:
        column = pygame.Rect(inner.topleft, (kit.px(29), inner.height))
        buttons = pygame.Rect(column.left, column.bottom - kit.px(7), column.width, kit.px(7))
        cards = pygame.Rect(column.right + gap, inner.top, 0, inner.height)
        cards.width = inner.right - cards.left
        column.height = buttons.top - kit.px(2) - column.top
        _head_landscape(canvas, kit, column, view)
    return _cards(canvas, kit, cards, view) + _buttons(canvas, kit, buttons, view)


def word(kit: Kit, view: View) -> str:
    """Return the emotion as the visitor reads it, with a capital."""
    text = kit.strings(f"mood.{view.state.emotion}")
    return text[:1].upper() + text[1:]


def note(kit: Kit, view: View) -> tuple[str, str | None]:
    """Return what there is to say beneath the emotion, and the sign that goes before it."""
    if view.playback.silent_because is not None:
        return kit.strings("mood.silent", reason=view.playback.silent_because), "silent"
    if view.state.upcoming is not None:
        emotion = kit.strings(f"mood.{view.state.upcoming}")
        return kit.strings("mood.upcoming", emotion=emotion), None
    if not view.state.songs:
        return kit.strings("mood.searching"), None
    if view.playback.volume == 0:
        return kit.strings("mood.volume_off"), "silent"
    return "", None


def _head_landscape(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> None:
    side = kit.px(24)
    stage = pygame.Rect(area.left - kit.px(1), area.top - kit.px(1), side, side)
    _hero(canvas, kit, stage, view)
    top = stage.bottom + kit.px(0.5)
    kicker = kit.text(kit.strings("mood.kicker"), BODY, MUTED)
    emotion = kit.text(word(kit, view), DISPLAY, _accent(view), area.width, 1, 0.6)
    canvas.blit(kicker, (area.left, top))
    canvas.blit(emotion, (area.left, top + kicker.height))
    top += kicker.height + emotion.height + kit.px(0.5)
    _note(canvas, kit, pygame.Rect(area.left, top, area.width, area.bottom - top), view)


def _head_portrait(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> None:
    stage = pygame.Rect(area.left - kit.px(1), area.top, area.height, area.height)
    _hero(canvas, kit, stage, view)
    left = stage.right + kit.px(2)
    width = area.right - left
    kicker = kit.text(kit.strings("mood.kicker"), BODY, MUTED)
    emotion = kit.text(word(kit, view), DISPLAY, _accent(view), width, 1, 0.6)
    has_note = bool(note(kit, view)[0])
    room = kit.px(6) if has_note else 0
    top = area.centery - (kicker.height + emotion.height + room) // 2
    canvas.blit(kicker, (left, top))
    canvas.blit(emotion, (left, top + kicker.height))
    top += kicker.height + emotion.height + kit.px(0.5)
    _note(canvas, kit, pygame.Rect(left, top, width, area.bottom - top), view)


def _note(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> None:
    text, sign = note(kit, view)
    if not text:
        return
    left = area.left
    if sign is not None:
        drawn = icon(kit, sign, 2.6, TEXT)
        canvas.blit(drawn, (left, area.top))
        left += drawn.width + kit.px(1)
    lines = max(1, int(area.height // kit.px(CAPTION.size * 1.3)))
    canvas.blit(kit.text(text, CAPTION, TEXT, area.right - left, min(4, lines)), (left, area.top))


def _hero(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> None:
    """The emotion, drawn, with the live picture beside it, as small as a badge."""
    side = area.width
    color = _accent(view)
    layer = Layer(side, side, color)
    middle = (side / 2, side / 2)
    sounds = view.playback.song_id is not None and not view.playback.paused
    faces.halo(
        layer, middle, side * 0.405, side * 0.08, mix(INK, color, 0.5), view.now,
        0.9 if sounds else 0.0,
    )  # fmt: skip
    expression = faces.EXPRESSIONS[view.state.emotion]
    faces.draw(layer, middle, side * 0.295, expression, color, view.now)
    canvas.blit(layer.surface(), area)
    frame = view.snapshot.frame
    if frame is not None:
        size = round(side * 0.36)
        rim = kit.px(0.5)
        place = pygame.Rect(0, 0, size, size).move_to(bottomright=area.bottomright)
        back = place.inflate(2 * rim, 2 * rim)
        canvas.blit(kit.panel(back.size, 100, INK), back)
        surface, _ = kit.live.surface(frame.image, place.size, size / 2)
        canvas.blit(surface, place)


def _cards(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    gap = kit.px(1)
    height = (area.height - (CARDS - 1) * gap) // CARDS
    hits = []
    for index in range(CARDS):
        top = area.top + index * (height + gap)
        place = pygame.Rect(area.left, top, area.width, height)
        if index >= len(view.state.songs):
            canvas.blit(kit.panel(place.size, 1.75, mix(INK, SURFACE, 0.6)), place)
            continue
        song = view.state.songs[index]
        playing = index == view.state.chosen
        key = ("card", song.id, song.title, place.size, playing, view.playback.paused and playing)
        canvas.blit(
            kit.cache.get(key, lambda p=place, s=song, i=index: _card(kit, p, s, i, view)), place
        )
        if playing:
            _progress(canvas, kit, place, view)
        hits.append(Hit(place, Choose(index)))
    return hits


def _card(kit: Kit, place: pygame.Rect, song, index: int, view: View) -> pygame.Surface:
    playing = index == view.state.chosen
    color = theme.accent(song.emotion)
    fill = mix(SURFACE, color, 0.16) if playing else SURFACE
    card = kit.panel(place.size, 1.75, fill, color if playing else None, 0.3).copy()
    pad = kit.px(1)
    side = place.height - 2 * pad
    picture = kit.cache.get(
        ("cover", song.id, side), lambda: cover(song, side, 1.0 * kit.theme.unit)
    )
    card.blit(picture, (pad, pad))
    left = pad + side + kit.px(1.75)
    right = place.width - kit.px(2)
    length = kit.text(
        f"{int(song.duration_s) // 60}:{int(song.duration_s) % 60:02d}", CAPTION, MUTED
    )
    card.blit(length, length.get_rect(midright=(right, place.height // 2)))
    room = right - length.width - kit.px(1.5) - left
    title = kit.text(song.title, TITLE, TEXT, room, 1, 0.8)
    line = song.artist if not song.year else f"{song.artist} · {song.year}"
    artist = kit.text(line, CAPTION, MUTED, room)
    bottom_room = kit.px(1.4) if playing else 0
    top = (place.height - title.height - artist.height - bottom_room) // 2
    card.blit(title, (left, top))
    card.blit(artist, (left, top + title.height))
    if playing:
        sign = icon(kit, "pause" if view.playback.paused else "play", 3.2, INK)
        disc = kit.panel((kit.px(5), kit.px(5)), 100, color)
        spot = disc.get_rect(center=(pad + side // 2, pad + side // 2))
        card.blit(disc, spot)
        card.blit(sign, sign.get_rect(center=spot.center))
    return card


def _progress(canvas: pygame.Surface, kit: Kit, place: pygame.Rect, view: View) -> None:
    playback = view.playback
    share = playback.position_s / playback.length_s if playback.length_s > 0 else 0.0
    left = place.left + place.height + kit.px(0.75)
    bar = pygame.Rect(left, place.bottom - kit.px(1.5), place.right - kit.px(2) - left, kit.px(0.6))
    color = _accent(view)
    kit.progress(canvas, bar, share, color, mix(SURFACE, color, 0.35))


def _buttons(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    paused, off = view.playback.paused, view.playback.volume == 0
    offered = (
        ("play" if paused else "pause", Press.TOGGLE_PAUSE),
        ("next", Press.NEXT),
        ("silent" if off else "sound", Press.MUTE),
    )
    gap = kit.px(1)
    width = (area.width - 2 * gap) // 3
    hits = []
    for index, (name, action) in enumerate(offered):
        place = pygame.Rect(area.left + index * (width + gap), area.top, width, area.height)
        canvas.blit(kit.panel(place.size, 1.75, RAISED), place)
        sign = icon(kit, name, 3.6, TEXT)
        canvas.blit(sign, sign.get_rect(center=place.center))
        hits.append(Hit(place, action))
    return hits


def _accent(view: View) -> theme.Color:
    return theme.accent(view.state.emotion)
