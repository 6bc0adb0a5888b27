"""The visitor leaves: a friendly word that fades into the dark."""

import pygame

from device.display import faces, theme
from device.display.paint import Layer
from device.display.theme import BODY, HEADING, INK, MUTED, TEXT, mix
from device.display.view import Hit, View
from device.display.widgets import Kit, ease
from device.states import Press

VISIBLE = 1.4
FADE = 0.9


def draw(canvas: pygame.Surface, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; there is nothing to touch on it."""
    canvas.fill(INK)
    area = canvas.get_rect()
    gone = ease((view.now - view.state.since - VISIBLE) / FADE)
    color = mix(theme.accent(view.state.emotion), INK, gone)
    width = area.width - 2 * kit.px(5)
    headline = kit.text(kit.strings("goodbye.headline"), HEADING, TEXT, width)
    line = kit.text(kit.strings("goodbye.line"), BODY, MUTED, width, 3, centered=True)
    side = kit.px(26)
    height = side + kit.px(1) + headline.height + kit.px(1) + line.height
    top = area.centery - height // 2
    layer = Layer(side, side, color)
    faces.draw(layer, (side / 2, side / 2), side * 0.38, faces.CONTENT, color, now=view.now)
    face = layer.surface()
    for part, y in (
        (face, top),
        (headline, top + side + kit.px(1)),
        (line, top + height - line.height),
    ):
        part.set_alpha(round(255 * (1 - gone)))
        canvas.blit(part, part.get_rect(midtop=(area.centerx, y)))
        part.set_alpha(None)
    return [Hit(area, Press.TAP)]
