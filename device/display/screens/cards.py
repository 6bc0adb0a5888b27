"""The five songs, each on a card: cover, title, artist and year, length, and what it is doing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from device.actions import Choose, Press
from device.display.kit.canvas import Canvas
from device.display.kit.covers import cover, dot, spot
from device.display.kit.icons import icon
from device.display.kit.motion import THERE, Entry
from device.display.kit.paint import Layer
from device.display.kit.theme import CAPTION, LARGE_TITLE, TITLE, Color, mix
from device.display.kit.widgets import Kit
from device.display.screens import journey
from device.display.screens.controls import CORNER, SIDE, button
from device.display.view import Hit, View

if TYPE_CHECKING:
    from data.catalogue import Song

CARDS = 5
# The heights of a card, in units, and of the one that plays; they shrink where there is less room.
SMALL, LARGE = 9, 14
# Around the cover, between it and the words, and what the large card has below its words.
PAD, TEXT_GAP, FOOT = 1, 1.75, 3.2
# From a title's baseline to the one beneath it, in units, and the height of its capitals, in sizes.
# What stays free above the words and, for what hangs below the line, beneath them.
BY, CAPITALS, MARGINS = 3.2, 0.72, 1.2
# What is free to the left of the cards, in units.
MARGIN = 3
# The opacity of the cover of a song that failed.
FAINT = 80
# In so many seconds a card that is chosen grows most of the way.
GROWS = 0.07
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
    places = _places(kit, area, gap, view)
    if journey.leads(view.state):
        with canvas.coming(entry.share(FIRST, CARDS * APART + COMES)):
            journey.draw(
                canvas, kit, area.left - kit.px(MARGIN) // 2, [at for at, _ in places], view
            )
    for index, (place, grown) in enumerate(places):
        share = entry.share(FIRST + index * APART, COMES)
        if share == 0:
            continue  # so that not all covers are made for one picture
        with canvas.coming(share, kit.px(4)):
            if index < len(view.state.songs):
                hits += _card(canvas, kit, place, view, index, grown)
            else:
                empty = mix(kit.colors.ink, kit.colors.surface, 0.6)
                canvas.blit(kit.panel(place.size, CORNER, empty, kit.colors.edge), place)
    return hits


def heights(total: int, grown: Sequence[float]) -> tuple[int, ...]:
    """Return how high the cards are that share ``total`` pixels, by how far each has grown."""
    weights = [SMALL + (LARGE - SMALL) * share for share in grown]
    edges = [round(total * edge / sum(weights)) for edge in itertools.accumulate(weights)]
    return tuple(below - above for above, below in itertools.pairwise([0, *edges]))


def _places(kit: Kit, area: pygame.Rect, gap: int, view: View) -> list[tuple[pygame.Rect, float]]:
    """Where each card is, and how far it has grown; the chosen one is the largest, in the end."""
    songs, grown = view.state.songs, []
    for index in range(CARDS):
        wanted = 1.0 if index == view.state.chosen else 0.0
        key = ("card", songs[index].id if index < len(songs) else index)
        share = kit.motion.follow(key, (wanted,), view.now, GROWS)[0]
        grown.append(wanted if abs(share - wanted) < 0.01 else share)
    places, top = [], area.top
    for height, share in zip(heights(area.height - (CARDS - 1) * gap, grown), grown, strict=True):
        places.append((pygame.Rect(area.left, top, area.width, height), share))
        top += height + gap
    return places


def _card(
    canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, index: int, grown: float
) -> list[Hit]:
    """The card at ``index``, which has ``grown`` so far, 0 to 1, into the one that plays."""
    song, colors = view.state.songs[index], kit.colors
    fill = mix(colors.surface, colors.chosen(song.emotion), grown)
    edge = mix(colors.edge or fill, colors.word(song.emotion), grown) if grown else colors.edge
    panel = kit.panel if grown in (0, 1) else kit.passing_panel
    canvas.blit(panel(place.size, CORNER, fill, edge, grown > 0.5), place)
    side = place.height - 2 * kit.px(PAD)
    alpha = FAINT if song.id in view.playback.failed else None
    art = _art(kit, song, side, grown)
    corner = (place.left + kit.px(PAD), place.top + kit.px(PAD))
    canvas.blit(art, corner, alpha=alpha)
    # While it grows, one text gives way to the other.
    with canvas.coming(max(0.0, 1 - 2 * grown)):
        _words(canvas, kit, place, view, song, False)
    with canvas.coming(max(0.0, 2 * grown - 1)):
        hits = []
        if index == view.state.chosen:
            hits = _playing(canvas, kit, place, view, song)
            _run_along(canvas, kit, pygame.Rect(corner, (side, side)), view, song)
    return [*hits, Hit(place, Choose(index))]


def _art(kit: Kit, song: Song, side: int, grown: float) -> pygame.Surface:
    """The cover; while it grows, it is scaled, which is quick."""
    kept = side if grown in (0, 1) else kit.px(LARGE - 2 * PAD)
    key = ("cover", song, kept)
    art = kit.cache.get(key, lambda: cover(song, kept, kit.theme.unit))
    return art if kept == side else pygame.transform.smoothscale(art, (side, side))


def _run_along(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, song: Song) -> None:
    """The dot on the cover at ``place``, where the melody is; none on that of one that failed."""
    if song.id in view.playback.failed or view.playback.song_id != song.id:
        return
    drawn = kit.cache.get(("dot", place.width), lambda: dot(place.width))
    x, y = spot(song, _share(view))
    at = (place.left + round(x * place.width), place.top + round(y * place.height))
    canvas.blit(drawn, drawn.get_rect(center=at))


def _share(view: View) -> float:
    """How far the preview is, 0 to 1."""
    playback = view.playback
    return playback.position_s / playback.length_s if playback.length_s > 0 else 0.0


def is_heard(view: View) -> bool:
    """Whether music sounds: something plays, aloud, to somebody."""
    playback = view.playback
    return (
        playback.song_id is not None
        and playback.silent_because is None
        and playback.volume > 0
        and not playback.paused
    )


def _words(
    canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, song: Song, large: bool
) -> None:
    """Title, artist and year, length and heart; one that failed says so, and is faint.

    On the ``large`` card the foot is left free, and there is no length.
    """
    colors, failed = kit.colors, song.id in view.playback.failed
    left, end = place.left + _indent(kit, place), place.right - kit.px(2)
    free = place.height - (kit.px(FOOT) if large else 0)
    middle = place.top + free // 2
    signs = []
    if large and view.link:
        end = place.right - kit.px(1.25 + SIDE)
    elif failed:
        signs.append(icon(kit, "silent", 2.6, colors.muted))
    elif not large:
        signs.append(kit.text(_time(song.duration_s), CAPTION, colors.muted))
    if song.id in view.state.liked:
        signs.append(icon(kit, "liked", 2.4, colors.word(song.emotion)))
    for sign in signs:
        canvas.blit(sign, sign.get_rect(midright=(end, middle)))
        end -= sign.width + kit.px(0.8)
    # Measured on the card that it becomes, so that no line breaks anew on the way.
    room = end - kit.px(1.2) - place.left - kit.px((LARGE if large else SMALL) + TEXT_GAP - PAD)
    title = _title(kit, song, colors.muted if failed else colors.text, (room, free), large)
    by = song.artist if song.year is None else f"{song.artist} · {song.year}"
    artist = kit.text(by, CAPTION, colors.muted)
    if artist.width > room:
        artist = kit.text(song.artist, CAPTION, colors.muted, room)
    if failed:
        artist = kit.text(kit.strings("mood.failed"), CAPTION, colors.muted, room, 1, 0.8)
    (first, last), (base, _) = kit.baselines(title), kit.baselines(artist)
    apart, capitals = kit.px(BY), round(CAPITALS * kit.size(TITLE))
    at = middle + (capitals - (last - first) - apart) // 2
    canvas.blit(title, (left, at - first))
    canvas.blit(artist, (left, at + last - first + apart - base))


def _title(kit: Kit, song: Song, ink: Color, room: tuple[int, int], large: bool) -> pygame.Surface:
    """The title in ``room``, width and height; in a list all are of one size and on one line.

    The card that plays has the whole of a long one, in two lines, if it is high enough.
    """
    width, height = room
    if large:
        for style, lines in ((LARGE_TITLE, 1), (TITLE, 2)):
            rows, _, whole = kit.fit(song.title, style, width, lines, kit.palette.letters)
            above = (CAPITALS + (len(rows) - 1) * style.leading) * kit.size(style)
            if whole and above + kit.px(BY + MARGINS) <= height:
                return kit.text(song.title, style, ink, width, lines, kit.palette.letters)
    return kit.text(song.title, TITLE, ink, width, 1, kit.palette.letters)


def _playing(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, song: Song) -> list[Hit]:
    """What the card of the song that plays shows; the button for its QR code can be touched."""
    _words(canvas, kit, place, view, song, True)
    if song.id not in view.playback.failed:
        _progress(canvas, kit, place, view, song)
    if not view.link:
        return []
    spot = pygame.Rect(0, 0, kit.px(SIDE), kit.px(SIDE))
    spot.topright = (place.right - kit.px(1.25), place.top + kit.px(1.25))
    return [button(canvas, kit, spot, Press.TOGGLE_LINK, sign="code")]


def _progress(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, song: Song) -> None:
    """Whether the preview plays or pauses, how far it is, and how long it goes on."""
    line, playback = kit.colors.word(song.emotion), view.playback
    middle = place.bottom - kit.px(2.3)
    left, right = place.left + _indent(kit, place), place.right - kit.px(2)
    sign = icon(kit, "pause", 2.4, line)
    if not playback.paused:
        # What cannot be heard does not dance.
        sign = _equalizer(kit.px(2.4), line, kit.beat(view.now) if is_heard(view) else 0.0)
    canvas.blit(sign, sign.get_rect(midleft=(left, middle)))
    if playback.length_s > 0:
        left_s = playback.length_s - playback.position_s
        more = kit.text(f"\N{MINUS SIGN}{_time(left_s)}", CAPTION, kit.colors.text)
        canvas.blit(more, more.get_rect(midright=(right, middle)))
    bar = pygame.Rect(left + kit.px(3.4), 0, 0, max(4, kit.px(1)))
    # As wide whatever the time, which is not.
    widest = kit.text("\N{MINUS SIGN}0:00", CAPTION, kit.colors.text).width
    bar.width, bar.centery = right - widest - kit.px(1.2) - bar.left, middle
    kit.progress(canvas, bar, _share(view), line, mix(kit.colors.chosen(song.emotion), line, 0.3))


def _indent(kit: Kit, place: pygame.Rect) -> int:
    """How far from the left of a card its words begin, beside its cover."""
    return place.height - kit.px(PAD) + kit.px(TEXT_GAP)


def _time(seconds: float) -> str:
    """Minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def _equalizer(side: int, color: Color, now: float) -> pygame.Surface:
    """Three bars that move as music does."""
    layer = Layer(side, side)
    for index, pace in enumerate((5.1, 7.3, 6.2)):
        half = side * (0.16 + 0.18 * (0.5 + 0.5 * math.sin(now * pace + index)))
        x = side * (0.2 + 0.3 * index)
        layer.stroke([(x, side / 2 - half), (x, side / 2 + half)], side * 0.17, color)
    return layer.surface()
