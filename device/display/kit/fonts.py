"""Fonts: Manrope for what it can write, the system's fonts for every other letter.

Manrope (Mikhail Sharanda, SIL Open Font License 1.1) comes with the package ``font-manrope``. The
scripts it lacks are left to Google's Noto fonts (Debian's fonts-noto-core and fonts-noto-cjk), and
then to any font that fontconfig knows.
"""

import functools
import itertools
import logging
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pygame
import pygame.freetype
import regex
from bidi.algorithm import get_display

from device.display.kit.theme import Color

LOG = logging.getLogger(__name__)

# In this order; the first family that has a letter writes it. Symbols come before the fonts of
# Chinese and Japanese, which have many of them too, but as wide as a Han character.
FAMILIES = (
    "Noto Sans",
    "Noto Sans Devanagari",
    "Noto Sans Symbols",
    "Noto Sans Symbols 2",
    "Noto Music",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Liberation Sans",
    "FreeSans",
)
# A cold disk at boot takes its time, and pygame, which would ask too, waits for one second only.
FC_LIST_SECONDS = 10
# The weights of fontconfig (fontconfig.h) from which a font counts as bold.
SEMI_BOLD = 180
HEAVY = ("SemiBold", "Bold", "ExtraBold")
# A file that holds many families draws Han characters as simplified Chinese writes them.
COLLECTION, COLLECTED_FAMILY = (".ttc", ".otc"), "CJK SC"
# ISO 15924 codes of scripts whose letters change with their neighbours; SDL_ttf shapes them with
# HarfBuzz once it is told the script.
SHAPED = {
    "Devanagari": "Deva",
    "Bengali": "Beng",
    "Tamil": "Taml",
    "Arabic": "Arab",
    "Hebrew": "Hebr",
}
_SCRIPT = regex.compile("|".join(rf"(?P<{name}>\p{{Script={name}}})" for name in SHAPED))
# How much larger letters are drawn that look smaller than Latin ones of the same size.
LARGER = {"Deva": 1.12}
# Letters that are read from right to left; in the order in which they are seen, their marks stand
# before them (Unicode Standard Annex 9, table 4).
_LEFTWARD = regex.compile(
    r"(?:[\p{Bidi_Class=NSM}\p{Bidi_Class=BN}]*[\p{Bidi_Class=R}\p{Bidi_Class=AL}])+"
)
# Joiner and non-joiner, which shape Persian, are dropped where text is ordered; marks are not.
_KEPT = {0x200C: 0xFE00, 0x200D: 0xFE01}
# What was asked when fc-list did not answer; it is asked nothing more.
_hangs: list[tuple[str, ...]] = []
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Variation_Selector}\s]")


class Face(Protocol):
    """One font of one size."""

    def render(self, text: str, antialias: bool, color: Color) -> pygame.Surface:
        """Return ``text`` on nothing."""

    def size(self, text: str) -> tuple[int, int]:
        """Return width and height of ``text``, in pixels."""

    def get_ascent(self) -> int:
        """Return how far letters rise above the baseline, in pixels."""


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

    def ascent(self, text: str, weight: str, size: int) -> int:
        """Return how far the baseline of ``text`` lies below the top of its line, in pixels."""
        return max(font.get_ascent() for font, _ in self._runs(text, weight, size))

    def _runs(self, text: str, weight: str, size: int) -> list[tuple[Face, str]]:
        """What one font of one script writes in one direction, from left to right."""
        main, heavy = own_font(weight), weight in HEAVY
        if all(font_for(letter, main, heavy) == main for letter in set(text)):
            return [(self._open(main, size, None, False), text)]
        runs = []
        for part, leftward in _seen(text):
            kinds = (
                ((font_for(cluster, main, heavy), script(cluster)), cluster)
                for cluster in clusters(part)
            )
            groups = [
                (
                    self._open(path, _size(size, shaped), shaped, leftward),
                    "".join(cluster for _, cluster in pairs),
                )
                for (path, shaped), pairs in itertools.groupby(kinds, key=lambda pair: pair[0])
            ]
            runs += groups[::-1] if leftward else groups
        return runs


def _seen(text: str) -> list[tuple[str, bool]]:
    """The parts of ``text`` from left to right as they are seen; the bool: read from the right.

    The letters of each part are in the order in which they are read, which is what fonts shape.
    """
    if _LEFTWARD.search(text) is None or not _can_shape():
        return [(text, False)]
    parts, end = [], 0
    seen = get_display(text.translate(_KEPT)).translate({new: old for old, new in _KEPT.items()})
    for found in _LEFTWARD.finditer(seen):
        parts += [(seen[end : found.start()], False), (found[0][::-1], True)]
        end = found.end()
    return [part for part in [*parts, (seen[end:], False)] if part[0]]


def clusters(text: str) -> list[str]:
    """Split ``text`` into what a reader takes for one letter (Unicode Standard Annex 29)."""
    return regex.findall(r"\X", text)


def script(cluster: str) -> str | None:
    """Return the ISO 15924 code of a script that has to be shaped, or None."""
    found = _SCRIPT.search(cluster)
    return None if found is None else SHAPED[found.lastgroup]


def can_write(texts: Iterable[str]) -> bool:
    """Tell whether every letter of ``texts`` has a font, and is shaped if it has to be."""
    main = own_font("Medium")
    found = set(clusters("".join(texts)))
    if any(script(cluster) for cluster in found) and not _can_shape():
        return False
    return all(_has(font_for(cluster, main), cluster) for cluster in found)


@functools.cache
def _can_shape() -> bool:
    pygame.font.init()
    try:
        pygame.font.Font(own_font("Medium"), 16).set_script("Deva")
    except (pygame.error, AttributeError):
        return False
    return True


def _size(size: int, shaped: str | None) -> int:
    return round(size * LARGER.get(shaped, 1.0))


def _open(path: str | None, size: int, shaped: str | None, leftward: bool) -> Face:
    if path is not None and path.endswith(COLLECTION):
        return _Collected(path, size)
    font = pygame.font.Font(path, size)
    if shaped is not None and _can_shape():
        font.set_script(shaped)
    if leftward:
        font.set_direction(pygame.DIRECTION_RTL)
    return font


class _Collected:
    """One family out of a file that holds many, which pygame's other fonts cannot choose from."""

    def __init__(self, path: str, size: int) -> None:
        self._font = pygame.freetype.Font(path, size, _index(path))
        self._font.origin = True

    def render(self, text: str, antialias: bool, color: Color) -> pygame.Surface:
        self._font.antialiased = antialias
        surface = pygame.Surface(self.size(text), pygame.SRCALPHA)
        surface.fill((*color, 0))
        self._font.render_to(surface, (0, self.get_ascent()), text, color)
        return surface

    def size(self, text: str) -> tuple[int, int]:
        advances = (metrics[4] for metrics in self._font.get_metrics(text) if metrics)
        return round(sum(advances)), self.get_ascent() - self._font.get_sized_descender()

    def get_ascent(self) -> int:
        return self._font.get_sized_ascender()


@functools.lru_cache(maxsize=32)
def _index(path: str) -> int:
    """The number of the wanted family in the collection ``path``; 0 where it is not in it."""
    for index in itertools.count():
        try:
            name = pygame.freetype.Font(path, 16, index).name
        except (pygame.error, FileNotFoundError):
            return 0
        if COLLECTED_FAMILY in name:
            return index
    raise AssertionError("a file ends")


@functools.lru_cache(maxsize=16)
def own_font(weight: str) -> str | None:
    """Return the file of Manrope's ``weight``, else of a font of the system; None for pygame's."""
    try:
        import font_manrope
    except ImportError:
        return next(iter(_families(weight in HEAVY)), None)
    return str(Path(font_manrope.__file__).parent / "files" / f"Manrope-{weight}.ttf")


@functools.lru_cache(maxsize=2048)
def font_for(cluster: str, main: str | None, heavy: bool = False) -> str | None:
    """Return the file of the font for ``cluster``: ``main`` where it or nothing else can write it.

    heavy: whether a bold font is wanted where there is one.
    """
    if _has(main, cluster):
        return main
    for path in _families(heavy):
        if _has(path, cluster):
            return path
    # Asking for one letter is slow, so only for what those lack.
    return next((path for path in _by_fontconfig(cluster[0]) if _has(path, cluster)), main)


@functools.lru_cache(maxsize=2)
def _families(heavy: bool = False) -> tuple[str, ...]:
    """Files of those of FAMILIES that are here; bold ones, if ``heavy``, where there are some."""
    files: dict[tuple[str, bool], str] = {}
    for line in sorted(_fc_list(":slant=0", "--format", "%{family}\t%{weight}\t%{file}\n")):
        family, weight, path = line.split("\t", 2)
        # A range is the weight of a variable font, which opens at its regular one.
        bold = weight.replace(".", "", 1).isdecimal() and float(weight) >= SEMI_BOLD
        files.setdefault((family, bold), path)
    found = (files.get((name, heavy)) or files.get((name, False)) for name in FAMILIES)
    return tuple(path for path in found if path)


@functools.lru_cache(maxsize=64)
def _by_fontconfig(letter: str) -> tuple[str, ...]:
    """Files of all fonts that have ``letter``, as fontconfig knows them."""
    answer = _fc_list(f":charset={ord(letter):x}", "file")
    return tuple(sorted(line.rstrip(": ") for line in answer))


def _fc_list(*question: str) -> list[str]:
    """The lines that fontconfig's fc-list answers; none where it is missing or hangs.

    Asked twice, since what one try has brought from a cold disk makes the next one quick; one that
    hangs all the same is not asked again.
    """
    for _ in range(2):
        if _hangs:
            break
        try:
            answer = subprocess.run(
                ["fc-list", *question],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=FC_LIST_SECONDS,
                check=True,
            )
            return [line for line in answer.stdout.splitlines() if line]
        except subprocess.TimeoutExpired:
            continue
        except (OSError, subprocess.SubprocessError):
            return []
    if not _hangs:
        _hangs.append(question)
        LOG.warning("fc-list does not answer: letters that Manrope lacks may be boxes")
    return []


def _has(path: str | None, cluster: str) -> bool:
    letters = _INVISIBLE.sub("", cluster)
    return not letters or all(_reader(path).get_metrics(letters))


@functools.lru_cache(maxsize=32)
def _reader(path: str | None) -> pygame.freetype.Font:
    # pygame.font tells measures even for letters that a font lacks; this module tells the truth.
    pygame.freetype.init()
    collected = path is not None and path.endswith(COLLECTION)
    return pygame.freetype.Font(path, 16, _index(path) if collected else 0)
