"""Fonts: Manrope for what it can write, the system's fonts for every other letter.

Manrope (Mikhail Sharanda, SIL Open Font License 1.1) comes with the package ``font-manrope``.
"""

import functools
from pathlib import Path

import pygame

# In this order; the first family that has the letter writes it.
_OTHERS = (
    "notosans",
    "dejavusans",
    "notosanscjksc",
    "notosanscjkjp",
    "notosansarabic",
    "notosanshebrew",
    "notosansdevanagari",
    "notosansthai",
    "notosanssymbols2",
    "liberationsans",
    "freesans",
)
_BOLD = ("SemiBold", "Bold", "ExtraBold")


class Fonts:
    """All fonts of one window, opened when first needed."""

    def __init__(self) -> None:
        pygame.font.init()
        self.get = functools.lru_cache(maxsize=64)(self._get)
        self._fallbacks = functools.lru_cache(maxsize=16)(self._open_fallbacks)

    def render(self, text: str, weight: str, size: int, color: tuple) -> pygame.Surface:
        """Return one line of ``text``, smooth, each letter in the first font that has it."""
        runs = self._runs(text, weight, size)
        if len(runs) == 1:
            return runs[0][0].render(runs[0][1], True, color)
        ascent = max(font.get_ascent() for font, _ in runs)
        parts = [(font.render(run, True, color), ascent - font.get_ascent()) for font, run in runs]
        width = sum(part.get_width() for part, _ in parts)
        height = max(part.get_height() + top for part, top in parts)
        line = pygame.Surface((width, height), pygame.SRCALPHA)
        line.fill((*color, 0))
        x = 0
        for part, top in parts:
            line.blit(part, (x, top))
            x += part.get_width()
        return line

    def width(self, text: str, weight: str, size: int) -> int:
        """Return how many pixels wide ``text`` gets."""
        return sum(font.size(run)[0] for font, run in self._runs(text, weight, size))

    def _runs(self, text: str, weight: str, size: int) -> list[tuple[pygame.Font, str]]:
        main = self.get(weight, size)
        if all(main.metrics(text)):
            return [(main, text)]
        runs: list[tuple[pygame.Font, str]] = []
        for letter in text:
            font = main
            if not main.metrics(letter)[0]:
                others = self._fallbacks(weight in _BOLD, size)
                font = next((other for other in others if other.metrics(letter)[0]), main)
            if runs and runs[-1][0] is font:
                runs[-1] = (font, runs[-1][1] + letter)
            else:
                runs.append((font, letter))
        return runs

    def _get(self, weight: str, size: int) -> pygame.Font:
        path = manrope(weight)
        if path is not None:
            return pygame.font.Font(path, size)
        others = self._fallbacks(weight in _BOLD, size)
        return others[0] if others else pygame.font.Font(None, round(size * 1.3))

    def _open_fallbacks(self, bold: bool, size: int) -> list[pygame.Font]:
        paths = (pygame.font.match_font(name, bold=bold) for name in _OTHERS)
        # Fonts differ in how large they look at the same size; these look a little larger.
        return [pygame.font.Font(path, round(size * 0.95)) for path in paths if path]


@functools.cache
def manrope(weight: str) -> Path | None:
    """Return Manrope's file for ``weight``, or None where the package is missing."""
    try:
        import font_manrope
    except ImportError:
        return None
    path = Path(font_manrope.__file__).parent / "files" / f"Manrope-{weight}.ttf"
    return path if path.is_file() else None
