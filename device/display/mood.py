"""The mood is told: its word and face, and five songs to choose from."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

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
    LONG_TITLE,
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

if TYPE_CHECKING:
    from data.catalogue import Song

CARDS = 5
# Corner radii in units; the second is more than any half side.
CORNER = 1.75
ROUND = 100


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
    side = kit.px(25)
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
    kit.glow(canvas, area.center, round(side * 0.75), color)
    layer = Layer(side, side, color)
    middle = (side / 2, side / 2)
    halo = mix(INK, color, 0.5)
    heard = view.playback.silent_because is None and view.playback.song_id is not None
    level = 0.9 if heard and not view.playback.paused else 0.0
    faces.halo(layer, middle, side * 0.405, side * 0.08, halo, now=view.now, level=level)
    expression = faces.EXPRESSIONS[view.state.emotion]
    faces.draw(layer, middle, side * 0.295, expression, color, now=view.now)
    canvas.blit(layer.surface(), area)
    if view.snapshot.frame is None:
        return
    size = round(side * 0.36)
    rim = kit.px(0.5)
    place = pygame.Rect(0, 0, size, size).move_to(bottomright=area.bottomright)
    canvas.blit(kit.panel((size + 2 * rim, size + 2 * rim), ROUND, INK), place.move(-rim, -rim))
    face = view.snapshot.face
    picture, _ = kit.live.surface(
        view.snapshot.frame.image, place.size, size / 2, None if face is None else face.box
    )
    canvas.blit(picture, place)


def _cards(canvas: pygame.Surface, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    gap = kit.px(1)
    height = (area.height - (CARDS - 1) * gap) // CARDS
    hits = []
    for index in range(CARDS):
        place = pygame.Rect(area.left, area.top + index * (height + gap), area.width, height)
        if index >= len(view.state.songs):
            canvas.blit(kit.panel(place.size, CORNER, mix(INK, SURFACE, 0.6)), place)
            continue
        song = view.state.songs[index]
        chosen = index == view.state.chosen
        make = functools.partial(card, kit, place.size, song, chosen=chosen)
        canvas.blit(kit.cache.get(("card", song, place.size, chosen), make), place)
        if chosen:
            _progress(canvas, kit, place, view)
        hits.append(Hit(place, Choose(index)))
    return hits


def card(kit: Kit, size: tuple[int, int], song: Song, *, chosen: bool) -> pygame.Surface:
    """Return the card of ``song``, ``size`` in pixels: cover, title, artist and year, length.

    The chosen one has an edge, and leaves room for its progress.
    """
    color = theme.accent(song.emotion)
    picture = kit.panel(size, CORNER, ground(color, chosen), color if chosen else None).copy()
    width, height = size
    pad = kit.px(1)
    side = height - 2 * pad
    picture.blit(cover(song, side, kit.theme.unit), (pad, pad))
    left, right = pad + side + kit.px(1.75), width - kit.px(2)
    middle = (height - (kit.px(1.25) if chosen else 0)) // 2

    seconds = round(song.duration_s)
    length = kit.text(f"{seconds // 60}:{seconds % 60:02d}", CAPTION, MUTED)
    picture.blit(length, length.get_rect(midright=(right, middle)))
    room = right - length.width - kit.px(2) - left
    by = song.artist if song.year is None else f"{song.artist} · {song.year}"
    title = kit.text(song.title, TITLE, TEXT)
    if title.width > room:
        title = kit.text(song.title, LONG_TITLE, TEXT, room, 2)
    artist = kit.text(by, CAPTION, MUTED, room)
    # The fonts' own line gap is wider than two lines that belong together want.
    below = title.height - kit.px(0.4)
    top = middle - (below + artist.height) // 2
    picture.blit(title, (left, top))
    picture.blit(artist, (left, top + below))
    return picture


def _progress(canvas: pygame.Surface, kit: Kit, place: pygame.Rect, view: View) -> None:
    """How far the preview is, and on the cover whether it plays or pauses."""
    color = _accent(view)
    cover_side = place.height - 2 * kit.px(1)
    disc = kit.panel((kit.px(5), kit.px(5)), ROUND, color)
    spot = disc.get_rect(center=(place.left + kit.px(1) + cover_side // 2, place.centery))
    canvas.blit(disc, spot)
    paused = view.playback.paused
    sign = icon(kit, "pause", 3.2, INK) if paused else _equalizer(kit.px(3), view.now)
    canvas.blit(sign, sign.get_rect(center=spot.center))

    playback = view.playback
    share = playback.position_s / playback.length_s if playback.length_s > 0 else 0.0
    left = place.left + kit.px(1) + cover_side + kit.px(1.75)
    bar = pygame.Rect(left, 0, place.right - kit.px(2) - left, max(3, kit.px(0.6)))
    bar.bottom = place.bottom - kit.px(0.6)
    kit.progress(canvas, bar, share, color, mix(ground(color, True), color, 0.3))


def _equalizer(side: int, now: float) -> pygame.Surface:
    """Three bars that move as music does."""
    layer = Layer(side, side, INK)
    for index, pace in enumerate((5.1, 7.3, 6.2)):
        half = side * (0.16 + 0.18 * (0.5 + 0.5 * math.sin(now * pace + index)))
        x = side * (0.2 + 0.3 * index)
        layer.stroke([(x, side / 2 - half), (x, side / 2 + half)], side * 0.17, INK)
    return layer.surface()


def ground(color: theme.Color, chosen: bool) -> theme.Color:
    """Return what lies under the texts of a card of the accent ``color``."""
    return mix(SURFACE, color, 0.14) if chosen else SURFACE


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
        canvas.blit(kit.panel(place.size, CORNER, RAISED), place)
        sign = icon(kit, name, 3.6, TEXT)
        canvas.blit(sign, sign.get_rect(center=place.center))
        hits.append(Hit(place, action))
    return hits


def _accent(view: View) -> theme.Color:
    return theme.accent(view.state.emotion)
