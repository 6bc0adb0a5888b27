"""The parts the screens are made of, and the bounded cache they are kept in."""

import collections
import dataclasses
import functools
import math
import weakref
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType

import pygame

from device.display.kit import lines as lines_of_text
from device.display.kit import paint
from device.display.kit.canvas import Canvas
from device.display.kit.fonts import Fonts
from device.display.kit.motion import Motion
from device.display.kit.paint import Point
from device.display.kit.picture import LivePicture
from device.display.kit.theme import HEADING, PALETTES, SMALLEST, Color, Theme, Type
from device.display.strings import Strings

# The width of an edge, and of that of what is chosen, in units: 2 and 4 pixels at 800 × 480.
EDGE, CHOSEN_EDGE = 0.3, 0.5
# Of the window's size, in which no screen needs more than 1.3 for all it consists of.
CACHE_SCREENS = 6
# A text that is torn may shrink to this share of its size where that makes it whole.
TORN = 0.85


Fit = Callable[[str, Type, int | None, int, float], tuple[list[str], int, bool]]


class Cache:
    """Surfaces by key; the ones not used for longest make room. limit: in bytes of pixels."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._kept: collections.OrderedDict[Hashable, pygame.Surface] = collections.OrderedDict()

    def get(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        """Return the surface of ``key``, made by ``make`` if it is not there."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        surface = self._kept[key] = make()
        self.size += _bytes(surface)
        while self.size > self.limit and len(self._kept) > 1:
            self.size -= _bytes(self._kept.popitem(last=False)[1])
        return surface


def _bytes(surface: pygame.Surface) -> int:
    return surface.get_pitch() * surface.get_height()


class Kit:
    """What every screen draws with: the theme, fonts and strings of one window.

    size: of the window, in pixels. palette: a key of ``theme.PALETTES``. still: draw no motion.
    languages: the texts of those a visitor can choose from, by code.
    fit: returns, of what ``text`` is given, the rows, their size in pixels, and whether they are
    all of it.
    """

    def __init__(
        self,
        size: tuple[int, int],
        strings: Strings,
        palette: str = "dark",
        still: bool = False,
        languages: Mapping[str, Strings] = MappingProxyType({}),
    ) -> None:
        self.theme = Theme(*size)
        self.palette = self.colors = PALETTES[palette]
        self.px = self.theme.px
        self.strings = strings
        self.still = still
        self.languages = languages
        self.fonts = Fonts()
        self._baselines: weakref.WeakKeyDictionary[pygame.Surface, tuple[int, int]] = (
            weakref.WeakKeyDictionary()
        )
        self._inked: weakref.WeakKeyDictionary[pygame.Surface, pygame.Rect] = (
            weakref.WeakKeyDictionary()
        )
        self.cache = Cache(CACHE_SCREENS * size[0] * size[1] * 4)
        self.fit: Fit = functools.lru_cache(maxsize=512)(self._fit)
        self.live = LivePicture()
        self.motion = Motion(still)

    def light(self, emotion: str | None) -> None:
        """Let the colour of ``emotion`` light the room, or none."""
        self.colors = self.palette.lit(emotion)

    def beat(self, now: float) -> float:
        """Return the time, in seconds, that everything that only decorates moves by."""
        return 0.0 if self.still else now

    def text(
        self,
        text: str,
        style: Type,
        color: Color,
        width: int | None = None,
        lines: int = 1,
        smallest: float = 1.0,
        centered: bool = False,
    ) -> pygame.Surface:
        """Return ``text`` in at most ``lines`` lines of ``width`` pixels.

        What does not fit gets smaller, down to the share ``smallest`` of its size but not below
        ``theme.SMALLEST``, and then ends in an ellipsis; no letter is ever cut.
        """
        how = (text, style, color, width, lines, smallest, centered)
        return self.cache.get(("text", *how), lambda: self._text(*how))

    def _text(
        self,
        text: str,
        style: Type,
        color: Color,
        width: int | None,
        lines: int,
        smallest: float,
        centered: bool,
    ) -> pygame.Surface:
        rows, size, _ = self.fit(text, style, width, lines, smallest)
        parts = [self.fonts.render(row, style.weight, size, color) for row in rows]
        # Fonts of other scripts have other heights; it is the baselines that keep the rhythm.
        ascents = [self.fonts.ascent(row, style.weight, size) for row in rows]
        step = round(size * style.leading)
        if len(parts) == 1:
            self._baselines[parts[0]] = (ascents[0], ascents[0])
            return parts[0]
        tops = [index * step + max(ascents) - ascent for index, ascent in enumerate(ascents)]
        height = max(top + part.height for top, part in zip(tops, parts, strict=True))
        block = pygame.Surface((max(part.width for part in parts), height), pygame.SRCALPHA)
        block.fill((*color, 0))
        for top, part in zip(tops, parts, strict=True):
            left = (block.width - part.width) // 2 if centered else 0
            block.blit(part, (left, top))
        self._baselines[block] = (max(ascents), max(ascents) + (len(rows) - 1) * step)
        return block

    def baselines(self, text: pygame.Surface) -> tuple[int, int]:
        """Return how far the first and the last baseline of ``text`` lie below its top, in pixels.

        Texts that stand one below the other are placed by them, whatever script they are in.
        """
        return self._baselines.get(text, (text.height, text.height))

    def inked(self, text: pygame.Surface) -> pygame.Rect:
        """Return the smallest part of ``text`` in which all its letters are, in pixels."""
        if text not in self._inked:
            self._inked[text] = text.get_bounding_rect()
        return self._inked[text]

    def size(self, style: Type) -> int:
        """Return how large letters of ``style`` are, in pixels."""
        # What is to be read from afar is large in every theme.
        return self.px(style.size * (self.palette.letters if style.size < HEADING.size else 1))

    def letters(self) -> tuple[float, ...]:
        """Return how large texts may be, of the type scale: as the theme wants them comes first."""
        return tuple(dict.fromkeys((self.palette.letters, 1.0)))

    def scaled(self, style: Type, letters: float) -> Type:
        """Return ``style`` for a text that is to be ``letters`` as large as in the type scale."""
        return dataclasses.replace(style, size=style.size * letters / self.palette.letters)

    def _fit(
        self, text: str, style: Type, width: int | None, lines: int, smallest: float
    ) -> tuple[list[str], int, bool]:
        size = self.size(style)
        least = min(size, max(self.px(SMALLEST), round(self.px(style.size) * smallest)))
        rows, whole = self.wrap(text, style.weight, size, width, lines)
        while not whole and size > least:
            size -= 1
            rows, whole = self.wrap(text, style.weight, size, width, lines)
        if whole and lines_of_text.is_torn(text, rows):
            # What is torn is better a little smaller.
            for less in range(size - 1, max(least, math.ceil(size * TORN)) - 1, -1):
                better, there = self.wrap(text, style.weight, less, width, len(rows))
                if there and not lines_of_text.is_torn(text, better):
                    return better, less, there
        if whole and 1 < len(rows) < lines:
            # Where there is a line more, a sentence begins on one of its own.
            measure = functools.partial(self.fonts.width, weight=style.weight, size=size)
            rows = lines_of_text.by_sentences(text, width, len(rows) + 1, measure) or rows
        return rows, size, whole

    def wrap(
        self, text: str, weight: str, size: int, width: int | None, lines: int
    ) -> tuple[list[str], bool]:
        """Break ``text`` into at most ``lines`` rows; the bool tells whether all of it is there."""
        return lines_of_text.wrap(
            text, width, lines, lambda row: self.fonts.width(row, weight, size)
        )

    def panel(
        self,
        size: tuple[int, int],
        radius: float,
        fill: Color,
        edge: Color | None = None,
        chosen: bool = False,
    ) -> pygame.Surface:
        """Return a rectangle of ``size`` pixels with round corners of ``radius`` units.

        chosen: whether its edge is as wide as that of what is chosen.
        """
        key = ("panel", size, radius, fill, edge, chosen)
        return self.cache.get(key, lambda: self._panel(size, radius, fill, edge, chosen))

    def passing_panel(
        self,
        size: tuple[int, int],
        radius: float,
        fill: Color,
        edge: Color | None = None,
        chosen: bool = False,
    ) -> pygame.Surface:
        """As ``panel``, for a size that is gone in the next picture and not worth keeping."""
        return self._panel(size, radius, fill, edge, chosen)

    def _panel(
        self, size: tuple[int, int], radius: float, fill: Color, edge: Color | None, chosen: bool
    ) -> pygame.Surface:
        corner = radius * self.theme.unit
        if edge is None:
            return paint.rounded(*size, corner, fill)
        line = max(2, self.px(CHOSEN_EDGE if chosen else EDGE))
        panel = paint.rounded(*size, corner, edge)
        inside = (size[0] - 2 * line, size[1] - 2 * line)
        panel.blit(paint.rounded(*inside, corner - line, fill), (line, line))
        return panel

    def glow(self, canvas: Canvas, center: Point, radius: int, color: Color) -> None:
        """Draw a soft light around ``center``; radius: in pixels, where it ends."""
        share = self.colors.glow
        if share == 0:
            return
        key = ("glow", radius, color)
        light = self.cache.get(key, lambda: paint.glow(radius, color, share))
        canvas.blit(light, light.get_rect(center=center))

    def progress(
        self, canvas: Canvas, area: pygame.Rect, share: float, fill: Color, track: Color
    ) -> None:
        """Draw a bar that is filled up to ``share``, 0 to 1."""
        radius = area.height / 2 / self.theme.unit
        canvas.blit(self.panel(area.size, radius, track), area)
        filled = round(area.width * min(1.0, max(0.0, share)))
        canvas.blit(self.panel(area.size, radius, fill), area, (0, 0, filled, area.height))
