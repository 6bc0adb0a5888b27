"""The parts the screens are made of, and the bounded cache they are kept in."""

import collections
from collections.abc import Callable, Hashable

import pygame

from device.display import paint
from device.display.fonts import Fonts
from device.display.paint import Point
from device.display.picture import LivePicture
from device.display.strings import Strings
from device.display.theme import Color, Theme, Type

CACHE_BYTES = 64 * 2**20


class Cache:
    """Surfaces by key; the ones not used for longest make room. limit: in bytes of pixels."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
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
    """What every screen draws with: the theme, fonts and strings of one window."""

    def __init__(self, size: tuple[int, int], strings: Strings) -> None:
        self.theme = Theme(*size)
        self.px = self.theme.px
        self.strings = strings
        self.fonts = Fonts()
        self.cache = Cache()
        self.live = LivePicture()

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

        What does not fit gets smaller, down to the share ``smallest`` of its size, and then ends
        in an ellipsis; no letter is ever cut.
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
        size = self.px(style.size)
        least = max(1, round(size * smallest))
        rows, whole = self.wrap(text, style.weight, size, width, lines)
        while not whole and size > least:
            size -= 1
            rows, whole = self.wrap(text, style.weight, size, width, lines)
        parts = [self.fonts.render(row, style.weight, size, color) for row in rows]
        if len(parts) == 1:
            return parts[0]
        step = round(size * style.leading)
        block = pygame.Surface(
            (max(part.width for part in parts), step * (len(parts) - 1) + parts[-1].height),
            pygame.SRCALPHA,
        )
        block.fill((*color, 0))
        for index, part in enumerate(parts):
            left = (block.width - part.width) // 2 if centered else 0
            block.blit(part, (left, index * step))
        return block

    def wrap(
        self, text: str, weight: str, size: int, width: int | None, lines: int
    ) -> tuple[list[str], bool]:
        """Break ``text`` into at most ``lines`` rows; the bool tells whether all of it is there.

        Rows are made about equally long, so that no last word stands alone.
        """
        rows: list[str] = []
        whole = True
        # No font can render the letter NUL, which tags of music files may end in.
        for paragraph in text.replace("\0", " ").split("\n"):
            words = paragraph.split()
            filled = self._break(words, weight, size, width)
            if len(filled) > 1:
                narrowest = max(self.fonts.width(word, weight, size) for word in words)
                low, high = min(narrowest, width), width
                while low < high:
                    middle = (low + high) // 2
                    if len(self._break(words, weight, size, middle)) > len(filled):
                        low = middle + 1
                    else:
                        high = middle
                if len(rows) + len(filled) <= lines:
                    filled = self._break(words, weight, size, high)
            rows += filled
        if len(rows) > lines:
            rest = " ".join(rows[lines - 1 :])
            rows, whole = [*rows[: lines - 1], rest], False
        if width is not None:
            for index, row in enumerate(rows):
                if self.fonts.width(row, weight, size) > width:
                    rows[index], whole = self._shorten(row, weight, size, width), False
        return rows, whole

    def _break(self, words: list[str], weight: str, size: int, width: int | None) -> list[str]:
        """Fill rows of ``width`` pixels one after the other; a word that is wider overflows."""
        rows = [""]
        for word in words:
            row = f"{rows[-1]} {word}".lstrip()
            if width is None or not rows[-1] or self.fonts.width(row, weight, size) <= width:
                rows[-1] = row
            else:
                rows.append(word)
        return rows

    def _shorten(self, row: str, weight: str, size: int, width: int) -> str:
        """Take letters off the end of ``row`` until it fits with an ellipsis."""
        low, high = 0, len(row)
        while low < high:
            middle = (low + high + 1) // 2
            if self.fonts.width(_ellipsis(row[:middle]), weight, size) <= width:
                low = middle
            else:
                high = middle - 1
        return _ellipsis(row[:low])

    def panel(
        self,
        size: tuple[int, int],
        radius: float,
        fill: Color,
        edge: Color | None = None,
    ) -> pygame.Surface:
        """Return a rectangle of ``size`` pixels with round corners of ``radius`` units."""
        key = ("panel", size, radius, fill, edge)
        return self.cache.get(key, lambda: self._panel(size, radius, fill, edge))

    def _panel(
        self, size: tuple[int, int], radius: float, fill: Color, edge: Color | None
    ) -> pygame.Surface:
        corner = radius * self.theme.unit
        if edge is None:
            return paint.rounded(*size, corner, fill)
        line = max(2, self.px(0.3))
        panel = paint.rounded(*size, corner, edge)
        inside = (size[0] - 2 * line, size[1] - 2 * line)
        panel.blit(paint.rounded(*inside, corner - line, fill), (line, line))
        return panel

    def glow(self, canvas: pygame.Surface, center: Point, radius: int, color: Color) -> None:
        """Draw a soft light around ``center``; radius: in pixels, where it ends."""
        light = self.cache.get(("glow", radius, color), lambda: paint.glow(radius, color))
        canvas.blit(light, light.get_rect(center=center))

    def progress(
        self, canvas: pygame.Surface, area: pygame.Rect, share: float, fill: Color, track: Color
    ) -> None:
        """Draw a bar that is filled up to ``share``, 0 to 1."""
        radius = area.height / 2 / self.theme.unit
        canvas.blit(self.panel(area.size, radius, track), area)
        filled = round(area.width * min(1.0, max(0.0, share)))
        canvas.blit(self.panel(area.size, radius, fill), area, (0, 0, filled, area.height))


def _ellipsis(text: str) -> str:
    return text.rstrip(" ,.;:–-") + "…"


def ease(share: float) -> float:
    """Return ``share``, clipped to 0 to 1, with a gentle start and end."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
