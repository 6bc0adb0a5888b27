"""The words of the mood screen: the sentence that tells the mood, and what fits beneath it."""

import itertools

import pygame

from device.display.kit.canvas import Canvas
from device.display.kit.theme import BODY, CAPTION, DISPLAY, LONG_WORD
from device.display.kit.widgets import Kit
from device.display.view import View

# A mood's word may shrink to this share of its size; one that is longer still takes two lines.
SMALLEST_WORD = 0.6
# From the baseline before a mood's word to its own, and what is free below that, in units.
WORD_LEAD, WORD_FOOT = 7.0, 1.9
# What there is to say besides may shrink to this share, which theme.SMALLEST is of theme.CAPTION.
SMALLEST_NOTE = 0.8


def told(kit: Kit, view: View, width: int) -> tuple[pygame.Surface, pygame.Surface]:
    """Return the sentence that tells the mood: its beginning, and the word that matters.

    Of who would rather not say, nothing is told but what songs there are.
    """
    begins, ends = "mood.kicker", f"mood.{view.state.emotion}"
    if view.state.unsaid:
        begins, ends = "mood.unsaid_kicker", "mood.unsaid"
    kicker = kit.text(kit.strings(begins), BODY, kit.colors.muted, width, 1, 0.7)
    word, color = kit.strings(ends), kit.colors.word(view.state.emotion)
    for style, smallest in ((DISPLAY, SMALLEST_WORD), (LONG_WORD, SMALLEST_NOTE)):
        if kit.fit(word, style, width, 1, smallest)[2]:
            return kicker, kit.text(word, style, color, width, 1, smallest)
    return kicker, kit.text(word, LONG_WORD, color, width, 2, SMALLEST_WORD)


def stacked(
    canvas: Canvas, kit: Kit, corner: tuple[int, int], above: pygame.Surface, word: pygame.Surface
) -> int:
    """Draw what begins the sentence and its word by their baselines; return how high both are."""
    left, top = corner
    canvas.blit(above, corner)
    canvas.blit(word, (left, top + _apart(kit, above, word)))
    return height(kit, above, word)


def height(kit: Kit, above: pygame.Surface, word: pygame.Surface) -> int:
    """Return how high both are, with some room below the last baseline."""
    return _apart(kit, above, word) + kit.baselines(word)[1] + kit.px(WORD_FOOT)


def _apart(kit: Kit, above: pygame.Surface, word: pygame.Surface) -> int:
    """How far below the top of what begins the sentence its word begins."""
    usual = kit.baselines(above)[1] + kit.px(WORD_LEAD) - kit.baselines(word)[0]
    # Some scripts reach higher and lower.
    below, top = kit.inked(above).bottom, kit.inked(word).top
    return max(usual, below + kit.px(0.5) - top)


def fitting(kit: Kit, text: str, room: pygame.Rect) -> pygame.Surface:
    """Return ``text`` as large as ``room`` allows, in as few lines as that takes."""
    best, drawn = None, (CAPTION, 1)
    for letters, count in itertools.product(kit.letters(), (1, 2, 3)):
        style = kit.scaled(CAPTION, letters)
        rows, size, whole = kit.fit(text, style, room.width, count, SMALLEST_NOTE)
        above = kit.fonts.ascent(rows[0], style.weight, size)
        high = above + (len(rows) - 1) * style.leading * size + kit.px(WORD_FOOT / 4)
        worth = (whole, -max(0.0, high - room.height), size)
        if best is None or worth > best:
            best, drawn = worth, (style, count)
    style, lines = drawn
    return kit.text(text, style, kit.colors.text, room.width, lines, SMALLEST_NOTE)
