"""The title of a song on its card: in one line or a few; what is longer still glides past."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pygame

from device.display.kit.canvas import Canvas
from device.display.kit.motion import ease
from device.display.kit.theme import CAPTION, LARGE_TITLE, TITLE, Color, Type
from device.display.kit.widgets import EDGE, Kit

if TYPE_CHECKING:
    from data.catalogue import Song

# From a title's last baseline to the line beneath it, in units; the height of its capitals, in
# sizes.
BY, CAPITALS = 3.2, 0.72
# What is free above a title and below what stands beneath it, both together, in units: in a list,
# and on the card that plays in two lines and in one.
CLOSE, TWO_LINES, ONE_LINE = 1.6, 1.2, 2.0
# What is free between letters and the edge of a card, where it has one, in units.
RIM = 0.2
# Lines of the longest title that stands still, on the card that plays, and of one in a list.
LINES, LINES_LISTED = 2, 3
# The smallest letters of a list, of the type scale: a title is no smaller than its artist.
LEAST = CAPTION.size / TITLE.size
# What glides waits for so many seconds at either end, goes so many units a second, and is back
# within so many; over so many units it fades at the edges.
WAITS, PACE, BACK, FADES = 2.5, 4.0, 0.8, 2.0


@dataclasses.dataclass(frozen=True)
class Title:
    """A title as it is drawn.

    letters: how large it is, of the type scale. by: whether there is room for a line beneath it.
    """

    text: pygame.Surface
    style: Type
    letters: float
    by: bool = True


def is_long(kit: Kit, song: Song, width: int, letters: float) -> bool:
    """Whether the title of ``song`` takes more than one line of ``width`` pixels in a list."""
    style = kit.scaled(TITLE, letters)
    return len(kit.fit(song.title, style, width, LINES, kit.palette.letters)[0]) > 1


def is_whole(kit: Kit, song: Song, width: int, letters: float) -> bool:
    """Whether all of the title of ``song`` is there in two lines of ``width`` pixels."""
    return _measured(kit, song, kit.scaled(TITLE, letters), width, LINES)[0]


def least_height(kit: Kit, lines: int, letters: float) -> float:
    """Return how high a card in a list is, in pixels, that has room for a line beneath ``lines``.

    letters: how large all of them are, of the type scale.
    """
    size = kit.size(kit.scaled(TITLE, letters))
    return (CAPITALS + (lines - 1) * TITLE.leading) * size + kit.px(BY * letters + CLOSE)


def lines(
    kit: Kit, song: Song, width: int, height: float, letters: float, failed: bool
) -> tuple[int, bool, bool]:
    """Return the lines of a title in a list, whether one beneath has room, and if it is whole.

    The card has ``width`` and ``height`` pixels for it. A title that takes many lines leaves out
    the one beneath it rather than an end of its own, unless that tells that the song ``failed``.
    """
    best, style = (False, 1, True), kit.scaled(TITLE, letters)
    for count in range(1, LINES_LISTED + 1):
        whole, high = _measured(kit, song, style, width, count)
        for by in {True, failed or count == 1}:
            # What shows all of it in fewer lines is better, or else what shows more of it.
            worth = (whole, -count if whole else count, by)
            if high + kit.px(CLOSE + by * BY * letters) <= height:
                best = max(best, worth)
    whole, count, by = best
    return abs(count), by, whole


def listed(
    kit: Kit, song: Song, ink: Color, width: int, height: int, letters: float, failed: bool
) -> Title:
    """Return the title for a card of ``width`` and ``height`` pixels; all are of one size."""
    style = kit.scaled(TITLE, letters)
    count, by, _ = lines(kit, song, width, height, letters, failed)
    text = kit.text(song.title, style, ink, width, count, kit.palette.letters)
    return Title(text, style, letters, by)


def playing(
    kit: Kit, song: Song, ink: Color, width: int, height: int, letters: float, failed: bool
) -> Title:
    """Return the title for the card that plays: larger if it fits, or else in two lines.

    What would be cut even so is one long line, which is to ``glide``, unless nothing may move. A
    card that is low even for that leaves out the line beneath it, as in a list.
    """
    for kind, lines, margins in ((LARGE_TITLE, 1, ONE_LINE), (TITLE, LINES, TWO_LINES)):
        style = kit.scaled(kind, letters)
        whole, high = _measured(kit, song, style, width, lines)
        fits = high + kit.px(BY * letters + margins) <= height
        if fits and (whole or (kit.still and lines == LINES)):
            text = kit.text(song.title, style, ink, width, lines, kit.palette.letters)
            return Title(text, style, letters)
    style = kit.scaled(TITLE if kit.still else LARGE_TITLE, letters)
    if kit.still:
        text = kit.text(song.title, style, ink, width, 1, kit.palette.letters)
    else:
        text = kit.text(song.title.replace("\n", " "), style, ink)
    high = CAPITALS * kit.size(style) + kit.px(BY * letters + ONE_LINE)
    return Title(text, style, letters, failed or high <= height)


def _measured(kit: Kit, song: Song, style: Type, width: int, lines: int) -> tuple[bool, float]:
    """Whether all of the title is there, and how high it is from its capitals to its baseline."""
    rows, _, whole = kit.fit(song.title, style, width, lines, kit.palette.letters)
    return whole, (CAPITALS + (len(rows) - 1) * style.leading) * kit.size(style)


def aside(kit: Kit, card: pygame.Rect, top: int, bottom: int) -> int:
    """Return how far down words must go whose letters reach from ``top`` to ``bottom``.

    An accent or a descender must not run into the edge of ``card``, if the other end has room.
    """
    rim = max(2, kit.px(EDGE)) + kit.px(RIM) if kit.colors.edge else 0
    above, below = top - card.top - rim, card.bottom - rim - bottom
    if above < 0 < below:
        return min(-above, below)
    if below < 0 < above:
        return max(below, -above)
    return 0


def glide(passed: float, way: float, pace: float) -> float:
    """Return how far, of ``way`` pixels, a text has glided ``passed`` seconds after its beginning.

    pace: in pixels a second. It waits at either end, and comes back faster.
    """
    there = way / pace
    moment = passed % (2 * WAITS + there + BACK)
    if moment < WAITS + there:
        return way * min(1.0, max(0.0, (moment - WAITS) / there))
    return way * (1 - ease((moment - 2 * WAITS - there) / BACK))


def draw(
    canvas: Canvas, kit: Kit, title: Title, corner: tuple[int, int], width: int, since: float
) -> None:
    """Draw ``title``; one wider than ``width`` pixels glides, and fades where it is cut.

    since: how many seconds ago its card was chosen.
    """
    text, (left, top) = title.text, corner
    if text.width <= width:
        canvas.blit(text, corner)
        return
    way = text.width - width
    gone = round(glide(kit.beat(since), way, PACE * kit.theme.unit))
    fade = kit.px(FADES)
    # In strips: the middle as it is, the edges ever fainter.
    head, tail = fade if gone else 0, fade if gone < way else 0
    canvas.blit(text, (left + head, top), (gone + head, 0, width - head - tail, text.height))
    step = max(1, fade // 12)
    for begin, length, rising in ((0, head, True), (width - tail, tail, False)):
        for x in range(0, length, step):
            strip = min(step, length - x)
            share = (x + strip / 2) / length
            alpha = round(255 * (share if rising else 1 - share))
            part = (gone + begin + x, 0, strip, text.height)
            canvas.blit(text, (left + begin + x, top), part, alpha=alpha)
