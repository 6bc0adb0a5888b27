"""The five songs, each on a card: cover, title, artist and year, length, and what it is doing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from device.actions import Choose, Press
from device.display.kit.canvas import Canvas
from device.display.kit.covers import cover, dot, spot
from device.display.kit.icons import icon
from device.display.kit.motion import THERE, Entry
from device.display.kit.theme import CAPTION, Type, mix
from device.display.kit.widgets import Kit
from device.display.screens import journey, progress, titles
from device.display.screens.controls import CORNER, SIDE, button, row
from device.display.view import Hit, View

if TYPE_CHECKING:
    from data.catalogue import Song

CARDS = 5
# What can be done when all are over.
ENDS = ((Press.AGAIN, "mood.again"), (Press.DONE, "mood.done"))
# The heights of a card, in units, of one whose title takes two lines, and of the one that plays.
# They shrink where there is less room.
SMALL, LONG, LARGE = 9, 11.5, 14
# Around the cover, between it and the words, and what the large card has below its words.
PAD, TEXT_GAP, FOOT = 1, 1.75, 3.2
# What is free to the left of the cards, in units.
MARGIN = 3
# The opacity of the cover of a song that failed.
FAINT = 80
# In so many seconds a card that is chosen grows most of the way.
GROWS = 0.07
# The first card comes in after FIRST seconds, the others APART from each other; each takes COMES.
FIRST, APART, COMES = 0.42, 0.06, 0.35


@dataclasses.dataclass(frozen=True)
class Measures:
    """What is alike on all cards, so that all words begin at one line, whichever plays.

    cover, large_cover: the sides of the covers on a card and on the one that plays, in pixels.
    letters: how large the words of a list are, of the type scale.
    """

    cover: int
    large_cover: int
    letters: float


def draw(
    canvas: Canvas, kit: Kit, area: pygame.Rect, view: View, entry: Entry = THERE
) -> list[Hit]:
    """Draw the cards one below the other in ``area``; each can be touched.

    The chosen one has a button for its QR code, if there is to be one. When all five are over, two
    buttons stand beneath them in landscape; in portrait they are among the others. entry: how far
    they have come in, one after the other.
    """
    gap = kit.px(1)
    hits = []
    if view.state.ended_at is not None and not kit.theme.portrait:
        side = kit.px(SIDE)
        beneath = pygame.Rect(area.left, area.bottom - side, area.width, side)
        for place, (action, key) in zip(row(beneath, len(ENDS), gap), ENDS, strict=True):
            hits.append(button(canvas, kit, place, action, label=kit.strings(key)))
        area = pygame.Rect(area.topleft, (area.width, area.height - side - gap))
    way = entry.share(FIRST, CARDS * APART + COMES)
    with canvas.coming(way):
        area = journey.tell(canvas, kit, area, view)
    measures, places = _places(kit, area, gap, view)
    if journey.leads(view.state):
        with canvas.coming(way):
            journey.draw(
                canvas, kit, area.left - kit.px(MARGIN) // 2, [at for at, _ in places], view
            )
    for index, (place, grown) in enumerate(places):
        share = entry.share(FIRST + index * APART, COMES)
        if share == 0:
            continue  # so that not all covers are made for one picture
        with canvas.coming(share, kit.px(4)):
            if index < len(view.state.songs):
                hits += _card(canvas, kit, place, view, index, grown, measures)
            else:
                empty = mix(kit.colors.ink, kit.colors.surface, 0.6)
                canvas.blit(kit.panel(place.size, CORNER, empty, kit.colors.edge), place)
    return hits


def heights(total: int, grown: Sequence[float], least: Sequence[float]) -> tuple[int, ...]:
    """Return how high the cards are that share ``total`` pixels, by how far each has grown.

    least: how high each is, in units, as long as it has not grown.
    """
    weights = [small + (LARGE - small) * share for small, share in zip(least, grown, strict=True)]
    edges = [round(total * edge / sum(weights)) for edge in itertools.accumulate(weights)]
    return tuple(below - above for above, below in itertools.pairwise([0, *edges]))


def _places(
    kit: Kit, area: pygame.Rect, gap: int, view: View
) -> tuple[Measures, list[tuple[pygame.Rect, float]]]:
    """What is alike on all cards; where each is, and how far it has grown.

    The chosen one is the largest, in the end.
    """
    songs, grown, total = view.state.songs, [], area.height - (CARDS - 1) * gap
    measures, least = _best(kit, area.width, total, view)
    for index in range(CARDS):
        wanted = 1.0 if index == view.state.chosen else 0.0
        key = ("card", songs[index].id if index < len(songs) else index)
        share = kit.motion.follow(key, (wanted,), view.now, GROWS)[0]
        grown.append(wanted if abs(share - wanted) < 0.01 else share)
    places, top = [], area.top
    for height, share in zip(heights(total, grown, least), grown, strict=True):
        places.append((pygame.Rect(area.left, top, area.width, height), share))
        top += height + gap
    return measures, places


def _best(kit: Kit, width: int, total: int, view: View) -> tuple[Measures, list[float]]:
    """The measures with the largest letters, unless smaller ones show all titles whole."""
    found = []
    for letters in (*kit.letters(), titles.LEAST):
        measures, least, faults = _measures(kit, width, total, view, letters)
        found.append((faults, -letters, measures, least))
        if not any(faults):
            break
    return min(found, key=lambda one: one[:2])[2:]


def _measures(
    kit: Kit, width: int, total: int, view: View, letters: float
) -> tuple[Measures, list[float], tuple[bool, bool]]:
    """What is alike on all cards, how high each is in units, and what is wrong with that.

    They are ``width`` pixels wide and share ``total`` pixels of height. It is wrong if words have
    no room, or if a title is cut in the list, whichever song plays.
    """
    songs, ended = view.state.songs, view.state.ended_at is not None
    largest = 0 if ended else LARGE - SMALL
    least, whole = [float(SMALL)] * CARDS, CARDS * SMALL + largest
    covers = _covers(kit, total, whole)
    one, two = (titles.least_height(kit, lines, letters) for lines in (1, titles.LINES))
    # The first time with the largest covers there could be; smaller ones leave titles more room.
    for _ in range(2):
        rooms = [_beside(kit, view, song, width, covers[0], letters)[1] for song in songs]
        taller: list[float] = [
            LONG if titles.is_long(kit, song, room, letters) else SMALL
            for song, room in zip(songs, rooms, strict=True)
        ]
        taller += [SMALL] * (CARDS - len(songs))
        sum_so = sum(taller) + largest
        if total * LONG < sum_so * two or total * SMALL < sum_so * one:
            break  # all would be crowded, and no long title gain a line by it
        least, whole = taller, sum_so
        covers = min(covers, _covers(kit, total, whole))
    cut = False
    for song, high in zip(songs, least, strict=False):
        room = _beside(kit, view, song, width, covers[0], letters)[1]
        failed = song.id in view.playback.failed
        cut |= not titles.lines(kit, song, room, int(total * high / whole), letters, failed)[2]
    return Measures(*covers, letters), least, (total * SMALL < whole * one, cut)


def _covers(kit: Kit, total: int, whole: float) -> tuple[int, int]:
    """The sides of the covers where ``whole`` units of cards share ``total`` pixels."""
    pad = 2 * kit.px(PAD)
    return int(total * SMALL / whole) - pad, int(total * LARGE / whole) - pad


def _card(
    canvas: Canvas,
    kit: Kit,
    place: pygame.Rect,
    view: View,
    index: int,
    grown: float,
    measures: Measures,
) -> list[Hit]:
    """The card at ``index``, which has ``grown`` so far, 0 to 1, into the one that plays."""
    song, colors = view.state.songs[index], kit.colors
    fill = mix(colors.surface, colors.chosen(song.emotion), grown)
    edge = mix(colors.edge or fill, colors.word(song.emotion), grown) if grown else colors.edge
    panel = kit.panel if grown in (0, 1) else kit.passing_panel
    canvas.blit(panel(place.size, CORNER, fill, edge, grown > 0.5), place)
    cover, large_cover = measures.cover, measures.large_cover
    side = round(cover + (large_cover - cover) * grown)
    alpha = FAINT if song.id in view.playback.failed else None
    art = _art(kit, song, side, large_cover if grown else cover)
    spot = pygame.Rect(place.left + kit.px(PAD), 0, side, side)
    spot.centery = place.centery
    canvas.blit(art, spot, alpha=alpha)
    # While it grows, one text gives way to the other.
    left = spot.right + kit.px(TEXT_GAP)
    if grown < 0.5:
        with canvas.coming(1 - 2 * grown):
            _words(canvas, kit, place, view, song, left, measures)
    hits = []
    if grown > 0.5 and index == view.state.chosen:
        with canvas.coming(2 * grown - 1):
            hits = _playing(canvas, kit, place, view, song, left, measures)
            _run_along(canvas, kit, spot, view, song)
    return [*hits, Hit(place, Choose(index))]


def _art(kit: Kit, song: Song, side: int, kept: int) -> pygame.Surface:
    """The cover, made with a side of ``kept`` and, while its card grows, scaled to ``side``."""
    key = ("cover", song, kept)
    art = kit.cache.get(key, lambda: cover(song, kept, kit.theme.unit))
    return art if kept == side else pygame.transform.smoothscale(art, (side, side))


def _run_along(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View, song: Song) -> None:
    """The dot on the cover at ``place``, where the melody is; none on that of one that failed."""
    if song.id in view.playback.failed or view.playback.song_id != song.id:
        return
    drawn = kit.cache.get(("dot", place.width), lambda: dot(place.width))
    x, y = spot(song, progress.share(view))
    at = (place.left + round(x * place.width), place.top + round(y * place.height))
    canvas.blit(drawn, drawn.get_rect(center=at))


def _beside(
    kit: Kit, view: View, song: Song, width: int, side: int, letters: float, large: bool = False
) -> tuple[pygame.Surface | None, int]:
    """What stands on the right of a card, and how wide its title may be, in pixels.

    That is the sign that it failed, or else, but on the ``large`` card, the heart, or else the
    length. Both have the same room, since a like must not break a title anew; a title that is too
    long for that has the place of the length, too. width, side: of the card and of its cover.
    """
    ends = kit.px(1.25 + SIDE) if large and view.link else kit.px(2)
    room = width - kit.px(PAD) - side - kit.px(TEXT_GAP) - kit.px(1.2) - ends
    sign, gap = None, kit.px(0.8)
    if song.id in view.playback.failed:
        if not (large and view.link):
            sign = icon(kit, "silent", 2.6, kit.colors.muted)
    elif not large:
        length = kit.text(progress.clock(song.duration_s), _caption(kit, letters), kit.colors.muted)
        liked = _heart(kit, view, song)
        less = room - length.width - gap
        if titles.is_whole(kit, song, less, letters):
            return liked or length, less
        sign = liked
    return sign, room - (sign.width + gap if sign else 0)


def _heart(kit: Kit, view: View, song: Song) -> pygame.Surface | None:
    """The sign of a song that is liked."""
    if song.id not in view.state.liked:
        return None
    return icon(kit, "liked", 2.4, kit.colors.word(song.emotion))


def _caption(kit: Kit, letters: float) -> Type:
    """The type of what is not a title, which is never smaller than the type scale has it."""
    return kit.scaled(CAPTION, max(1.0, letters))


def _words(
    canvas: Canvas,
    kit: Kit,
    place: pygame.Rect,
    view: View,
    song: Song,
    left: int,
    measures: Measures,
    large: bool = False,
) -> None:
    """Title, artist and year, length or heart; one that failed says so, and is faint.

    left: where they begin. The room is measured by the cover as it is in the end, so that no line
    breaks anew on the way. On the ``large`` card the foot is left free, the heart stands beside
    the artist, and there is no length.
    """
    colors, failed = kit.colors, song.id in view.playback.failed
    free = place.height - (kit.px(FOOT) if large else 0)
    middle = place.top + free // 2
    side, letters = measures.large_cover if large else measures.cover, measures.letters
    sign, room = _beside(kit, view, song, place.width, side, letters, large)
    if sign:
        end = place.right - kit.px(2)
        canvas.blit(sign, sign.get_rect(midright=(end, middle)))
    ink = colors.muted if failed else colors.text
    write = titles.playing if large else titles.listed
    title = write(kit, song, ink, room, free, letters, failed)
    by = song.artist if song.year is None else f"{song.artist} · {song.year}"
    caption = _caption(kit, title.letters)
    heart = _heart(kit, view, song) if large else None
    beside = room - (heart.width + kit.px(0.8) if heart else 0)
    artist = kit.text(by, caption, colors.muted)
    if artist.width > beside:
        artist = kit.text(song.artist, caption, colors.muted, beside)
    if failed:
        artist = kit.text(kit.strings("mood.failed"), caption, colors.muted, beside, 1, 0.8)
    (first, last), (base, _) = kit.baselines(title.text), kit.baselines(artist)
    apart = kit.px(titles.BY * title.letters)
    capitals = round(titles.CAPITALS * kit.size(title.style))
    at = middle + (capitals - (last - first) - apart * title.by) // 2
    if not large:
        inked = kit.inked(title.text)
        end = last - first + apart - base + kit.inked(artist).bottom
        end = end if title.by else inked.bottom - first
        at += titles.aside(kit, place, at - first + inked.top, at + end)
    titles.draw(canvas, kit, title, (left, at - first), room, view.now - view.state.chosen_at)
    if title.by:
        line = at + last - first + apart
        canvas.blit(artist, (left, line - base))
        if heart:
            height = line - round(titles.CAPITALS * kit.size(caption) / 2)
            canvas.blit(heart, heart.get_rect(midright=(left + room, height)))


def _playing(
    canvas: Canvas,
    kit: Kit,
    place: pygame.Rect,
    view: View,
    song: Song,
    left: int,
    measures: Measures,
) -> list[Hit]:
    """What the card of the song that plays shows; the button for its QR code can be touched."""
    _words(canvas, kit, place, view, song, left, measures, large=True)
    if song.id not in view.playback.failed:
        caption = _caption(kit, measures.letters)
        progress.draw(canvas, kit, place, view, song, left, caption)
    if not view.link:
        return []
    spot = pygame.Rect(0, 0, kit.px(SIDE), kit.px(SIDE))
    spot.topright = (place.right - kit.px(1.25), place.top + kit.px(1.25))
    return [button(canvas, kit, spot, Press.TOGGLE_LINK, sign="code")]
