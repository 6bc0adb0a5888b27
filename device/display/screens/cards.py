"""The five songs, each on a card: cover, title, artist and year, length, and what it is doing."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import pygame

from device.actions import Choose, Press
from device.display.kit.canvas import Canvas
from device.display.kit.covers import cover
from device.display.kit.icons import icon
from device.display.kit.motion import THERE, Entry
from device.display.kit.paint import Layer
from device.display.kit.theme import CAPTION, LONG_TITLE, NIGHT, TITLE, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import CORNER, ROUND, SIDE, button
from device.display.view import Hit, View

if TYPE_CHECKING:
    from data.catalogue import Song

CARDS = 5
# The first card comes in after FIRST seconds, the others APART from each other; each takes COMES.
FIRST, APART, COMES = 0.42, 0.06, 0.35


def draw(
    canvas: Canvas, kit: Kit, area: pygame.Rect, view: View, entry: Entry = THERE
) -> list[Hit]:
    """Draw the cards one below the other in ``area``; each can be touched.

    The chosen one has a button for its QR code, if there is to be one. When all five are over, two
    buttons stand beneath them. entry: how far they have come in, one after the other.
    """
    gap = kit.px(1)
    hits = []
    if view.state.ended_at is not None:
        side = kit.px(SIDE)
        row = pygame.Rect(area.left, area.bottom - side, (area.width - gap) // 2, side)
        for place, action, key in (
            (row, Press.AGAIN, "mood.again"),
            (row.move(row.width + gap, 0), Press.DONE, "mood.done"),
        ):
            hits.append(button(canvas, kit, place, action, label=kit.strings(key)))
        area = pygame.Rect(area.topleft, (area.width, area.height - side - gap))
    height = (area.height - (CARDS - 1) * gap) // CARDS
    for index in range(CARDS):
        place = pygame.Rect(area.left, area.top + index * (height + gap), area.width, height)
        with canvas.coming(entry.share(FIRST + index * APART, COMES), kit.px(4)):
            hits += _place(canvas, kit, place, view, index)
    return hits


def _place(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, index: int) -> list[Hit]:
    """The card at ``index``, or where it will be, while the songs are still being chosen."""
    if index >= len(view.state.songs):
        empty = mix(kit.colors.ink, kit.colors.surface, 0.6)
        canvas.blit(kit.panel(place.size, CORNER, empty, kit.colors.edge), place)
        return []
    song = view.state.songs[index]
    chosen, liked = index == view.state.chosen, song.id in view.state.liked
    failed, link = song.id in view.playback.failed, chosen and bool(view.link)
    looks = {"chosen": chosen, "liked": liked, "failed": failed, "link": link}
    make = functools.partial(card, kit, place.size, song, **looks)
    key = ("card", song, kit.strings.language, place.size, kit.colors.ink, *looks.values())
    canvas.blit(kit.cache.get(key, make), place)
    if chosen and not failed:
        _progress(canvas, kit, place, view)
    hits = []
    if link:
        side = kit.px(SIDE)
        spot = pygame.Rect(place.right - kit.px(1.5) - side, place.top + kit.px(1), side, side)
        hits.append(button(canvas, kit, spot, Press.TOGGLE_LINK, sign="code"))
    return [*hits, Hit(place, Choose(index))]


def is_heard(view: View) -> bool:
    """Whether music sounds: something plays, aloud, to somebody."""
    playback = view.playback
    return (
        playback.song_id is not None
        and playback.silent_because is None
        and playback.volume > 0
        and not playback.paused
    )


def card(
    kit: Kit,
    size: tuple[int, int],
    song: Song,
    *,
    chosen: bool,
    liked: bool = False,
    failed: bool = False,
    link: bool = False,
) -> pygame.Surface:
    """Return the card of ``song``, ``size`` in pixels.

    The chosen one has an edge, and leaves room for its progress, with ``link`` for a button in
    place of the length too; a liked one wears a heart. One that failed says so, and is faint.
    """
    colors = kit.colors
    fill = colors.chosen(song.emotion) if chosen else colors.surface
    edge = colors.word(song.emotion) if chosen else colors.edge
    picture = kit.panel(size, CORNER, fill, edge).copy()
    width, height = size
    pad = kit.px(1)
    side = height - 2 * pad
    art = cover(song, side, kit.theme.unit)
    if failed:
        art.set_alpha(80)
    picture.blit(art, (pad, pad))
    left, right = pad + side + kit.px(1.75), width - kit.px(2)
    middle = (height - (kit.px(1.25) if chosen else 0)) // 2

    if link:
        end = width - kit.px(1.5 + SIDE)
    else:
        seconds = round(song.duration_s)
        length = kit.text(f"{seconds // 60}:{seconds % 60:02d}", CAPTION, colors.muted)
        if failed:
            length = icon(kit, "silent", 2.6, colors.muted)
        picture.blit(length, length.get_rect(midright=(right, middle)))
        end = right - length.width
    if liked:
        heart = icon(kit, "liked", 2.4, colors.word(song.emotion))
        picture.blit(heart, heart.get_rect(midright=(end - kit.px(0.8), middle)))
        end -= heart.width + kit.px(0.8)
    room = end - kit.px(2) - left
    ink = colors.muted if failed else colors.text
    title = kit.text(song.title, TITLE, ink)
    if title.width > room:
        title = kit.text(song.title, LONG_TITLE, ink, room, 2, 0.8)
    by = song.artist if song.year is None else f"{song.artist} · {song.year}"
    artist = kit.text(by, CAPTION, colors.muted)
    if artist.width > room:
        artist = kit.text(song.artist, CAPTION, colors.muted, room)
    if failed:
        artist = kit.text(kit.strings("mood.failed"), CAPTION, colors.muted, room, 1, 0.8)
    # The fonts' own line gap is wider than two lines that belong together want.
    below = title.height - kit.px(0.4)
    top = middle - (below + artist.height) // 2
    picture.blit(title, (left, top))
    picture.blit(artist, (left, top + below))
    return picture


def _progress(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View) -> None:
    """How far the preview is, and on the cover whether it plays or pauses."""
    color, line = kit.colors.accent(view.state.emotion), kit.colors.word(view.state.emotion)
    cover_side = place.height - 2 * kit.px(1)
    disc = kit.panel((kit.px(5), kit.px(5)), ROUND, color)
    spot = disc.get_rect(center=(place.left + kit.px(1) + cover_side // 2, place.centery))
    canvas.blit(disc, spot)
    paused = view.playback.paused
    sign = icon(kit, "pause", 3.2, NIGHT)
    if not paused:
        # What cannot be heard does not dance.
        sign = _equalizer(kit.px(3), kit.beat(view.now) if is_heard(view) else 0.0)
    canvas.blit(sign, sign.get_rect(center=spot.center))

    playback = view.playback
    share = playback.position_s / playback.length_s if playback.length_s > 0 else 0.0
    left = place.left + kit.px(1) + cover_side + kit.px(1.75)
    bar = pygame.Rect(left, 0, place.right - kit.px(2) - left, max(3, kit.px(0.6)))
    bar.bottom = place.bottom - kit.px(0.6)
    kit.progress(canvas, bar, share, line, mix(kit.colors.chosen(view.state.emotion), line, 0.3))


def _equalizer(side: int, now: float) -> pygame.Surface:
    """Three bars that move as music does."""
    layer = Layer(side, side, NIGHT)
    for index, pace in enumerate((5.1, 7.3, 6.2)):
        half = side * (0.16 + 0.18 * (0.5 + 0.5 * math.sin(now * pace + index)))
        x = side * (0.2 + 0.3 * index)
        layer.stroke([(x, side / 2 - half), (x, side / 2 + half)], side * 0.17, NIGHT)
    return layer.surface()
