"""The parts the screens are made of, and the bounded cache they are kept in."""

import collections
from collections.abc import Callable, Hashable

import pygame

from device.display import paint
from device.display.fonts import Fonts
from device.display.picture import LivePicture
from device.display.strings import Strings
from device.display.theme import Color, Theme, Type

CACHE_BYTES = 64 * 2**20
ELLIPSIS = "…"


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
    ) -> pygame.Surface:
        """Return ``text`` in at most ``lines`` lines of ``width`` pixels.

        What does not fit gets smaller, down to the share ``smallest`` of its size, and then ends
        in an ellipsis; no letter is ever cut.
        """
        key = ("text", text, style, color, width, lines, smallest)
        return self.cache.get(key, lambda: self._text(text, style, color, width, lines, smallest))

    def _text(
        self,
        text: str,
        style: Type,
        color: Color,
        width: int | None,
        lines: int,
        smallest: float,
    ) -> pygame.Surface:
        size = self.px(style.size)
        least = max(1, round(size * smallest))
        while True:
            rows, whole = self.wrap(text, style.weight, size, width, lines)
            if whole or size <= least:
                break
            size -= 1
        parts = [self.fonts.render(row, style.weight, size, color) for row in rows]
        if len(parts) == 1:
            return parts[0]
        step = round(size * 1.3)
        block = pygame.Surface(
            (max(part.get_width() for part in parts), step * (len(parts) - 1) + parts[-1].height),
            pygame.SRCALPHA,
        )
        block.fill((*color, 0))
        for index, part in enumerate(parts):
            block.blit(part, (0, index * step))
        return block

    def wrap(
        self, text: str, weight: str, size: int, width: int | None, lines: int
    ) -> tuple[list[str], bool]:
        """Break ``text`` into at most ``lines`` rows; the bool tells whether all of it is there."""
        text = " ".join(text.split())

        def fits(row: str) -> bool:
            return width is None or self.fonts.width(row, weight, size) <= width

        if fits(text):
            return [text], True
        rows: list[str] = []
        words = text.split(" ")
        while words and len(rows) < lines - 1:
            count = len(words)
            while count > 1 and not fits(" ".join(words[:count])):
                count -= 1
            if not fits(words[0]):
                break
            rows.append(" ".join(words[:count]))
            words = words[count:]
        rest = " ".join(words)
        if not rest or fits(rest):
            return [*rows, rest] if rest else rows, True
        while rest and not fits(rest.rstrip(" ,.;:–-") + ELLIPSIS):
            rest = rest[:-1]
        return [*rows, rest.rstrip(" ,.;:–-") + ELLIPSIS], False

    def panel(
        self,
        size: tuple[int, int],
        radius: float,
        fill: Color,
        edge: Color | None = None,
        line: float = 0,
    ) -> pygame.Surface:
        """Return a rectangle of ``size`` pixels with round corners of ``radius`` units."""
        key = ("panel", size, radius, fill, edge, line)
        return self.cache.get(
            key,
            lambda: paint.rounded(
                *size, radius * self.theme.unit, fill, edge, line * self.theme.unit
            ),
        )

    def progress(
        self, canvas: pygame.Surface, area: pygame.Rect, share: float, fill: Color, track: Color
    ) -> None:
        """Draw a bar that is filled up to ``share``, 0 to 1."""
        radius = area.height / 2 / self.theme.unit
        canvas.blit(self.panel(area.size, radius, track), area)
        filled = round(area.width * min(1.0, max(0.0, share)))
        canvas.blit(self.panel(area.size, radius, fill), area, (0, 0, filled, area.height))


def ease(share: float) -> float:
    """Return ``share``, clipped to 0 to 1, with a gentle start and end."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
