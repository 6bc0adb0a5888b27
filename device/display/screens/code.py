"""The QR code with which a visitor takes the song home: the kiosk itself has no network."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pygame
import segno

from device.display.kit.canvas import Canvas
from device.display.kit.widgets import Kit
from device.options import LINK_GAPS

if TYPE_CHECKING:
    from data.catalogue import Song

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
QUIET = 4  # modules left free around a code (ISO/IEC 18004)
# A longer code has modules too small to be read off the 7-inch display.
LONGEST = 60


def link(template: str, song: Song) -> str:
    """Return ``template``, the option ``music.link``, with what it tells of ``song`` filled in.

    Values are percent-encoded (RFC 3986), and cut after LONGEST letters.
    """
    values = {gap: quote(getattr(song, gap)[:LONGEST].strip(), safe="") for gap in LINK_GAPS}
    return template.format(**values)


def draw(canvas: Canvas, kit: Kit, square: pygame.Rect, text: str) -> None:
    """Draw the code of ``text`` in ``square``.

    Dark on light whatever the theme, which is what all readers take.
    """
    side = square.width
    picture = kit.cache.get(("code", text, side), lambda: code(text, side))
    canvas.blit(kit.panel(square.size, 1, WHITE), square)
    canvas.blit(picture, picture.get_rect(center=square.center))


def code(text: str, side: int) -> pygame.Surface:
    """Return the QR code of ``text`` in whole pixels a module, at most ``side`` pixels wide.

    It corrects as many errors as its size has room for.
    """
    modules = np.array(segno.make_qr(text, error="l").matrix, dtype=bool)
    modules = np.pad(modules, QUIET)
    scale = max(1, side // len(modules))
    dark = np.kron(modules, np.ones((scale, scale), bool))
    pixels = np.where(dark[..., None], np.uint8(BLACK), np.uint8(WHITE))
    return pygame.surfarray.make_surface(pixels.swapaxes(0, 1))
