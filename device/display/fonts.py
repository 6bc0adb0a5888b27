"""Fonts: Manrope for what it can write, the system's fonts for every other letter.

Manrope (Mikhail Sharanda, SIL Open Font License 1.1) comes with the package ``font-manrope``.
"""

import functools
import itertools
import subprocess
from pathlib import Path

import pygame
import pygame.freetype

from device.display.theme import Color

# In this order; the first family that has a letter writes it.
FAMILIES = ("notosans", "dejavusans", "liberationsans", "freesans", "notosanssymbols2")
FC_LIST_SECONDS = 2


class Fonts:
    """All fonts of one window, opened when first needed."""

    def __init__(self) -> None:
        pygame.font.init()
        self._open = functools.lru_cache(maxsize=64)(_open)

    def render(self, text: str, weight: str, size: int, color: Color) -> pygame.Surface:
        """Return one line of ``text``, smooth, each letter in the first font that has it."""
        runs = self._runs(text, weight, size)
        if len(runs) == 1:
            return runs[0][0].render(runs[0][1], True, color)
        ascent = max(font.get_ascent() for font, _ in runs)
        parts = [(font.render(run, True, color), ascent - font.get_ascent()) for font, run in runs]
        width = sum(part.width for part, _ in parts)
        line = pygame.Surface((width, max(part.height + y for part, y in parts)), pygame.SRCALPHA)
        line.fill((*color, 0))
        x = 0
        for part, y in parts:
            line.blit(part, (x, y))
            x += part.width
        return line

    def width(self, text: str, weight: str, size: int) -> int:
        """Return how many pixels wide ``text`` gets."""
        return sum(font.size(run)[0] for font, run in self._runs(text, weight, size))

    def _runs(self, text: str, weight: str, size: int) -> list[tuple[pygame.Font, str]]:
        main = own_font(weight)
        if all(font_for(letter, main) == main for letter in set(text)):
            return [(self._open(main, size), text)]
        paths = ((font_for(letter, main), letter) for letter in text)
        groups = itertools.groupby(paths, key=lambda pair: pair[0])
        return [
            (self._open(path, size), "".join(letter for _, letter in pairs))
            for path, pairs in groups
        ]


def _open(path: str | None, size: int) -> pygame.Font:
    return pygame.font.Font(path, size)


@functools.cache
def own_font(weight: str) -> str | None:
    """Return the file of Manrope's ``weight``, else of a font of the system; None for pygame's."""
    try:
        import font_manrope
    except ImportError:
        return next(iter(_families()), None)
    return str(Path(font_manrope.__file__).parent / "files" / f"Manrope-{weight}.ttf")


@functools.lru_cache(maxsize=4096)
def font_for(letter: str, main: str | None) -> str | None:
    """Return the file of the font that writes ``letter``: ``main`` where it or nothing else can."""
    if _has(main, letter):
        return main
    others = itertools.chain(_families(), _by_fontconfig(letter))
    return next((path for path in others if _has(path, letter)), main)


@functools.cache
def _families() -> tuple[str, ...]:
    return tuple(path for name in FAMILIES if (path := pygame.font.match_font(name)))


def _by_fontconfig(letter: str) -> list[str]:
    """Files of all fonts that have ``letter``, as fontconfig knows them."""
    question = ["fc-list", f":charset={ord(letter):x}", "file"]
    try:
        answer = subprocess.run(
            question, capture_output=True, text=True, timeout=FC_LIST_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted(line.rstrip(": ") for line in answer.stdout.splitlines())


def _has(path: str | None, letter: str) -> bool:
    return letter.isspace() or _reader(path).get_metrics(letter)[0] is not None


@functools.cache
def _reader(path: str | None) -> pygame.freetype.Font:
    # pygame.font tells measures even for letters that a font lacks; this module tells the truth.
    pygame.freetype.init()
    return pygame.freetype.Font(path, 16)
