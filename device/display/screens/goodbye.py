"""The visitor leaves: a friendly word that fades into the dark."""

from device.actions import Press
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.motion import ease
from device.display.kit.paint import Layer
from device.display.kit.theme import BODY, HEADING, mix
from device.display.kit.widgets import Kit
from device.display.view import Hit, View

VISIBLE = 1.4
FADE = 0.9


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; there is nothing to touch on it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    gone = ease((view.now - view.state.since - VISIBLE) / FADE)
    color = mix(kit.colors.accent(view.state.emotion), kit.colors.ink, gone)
    width = area.width - 2 * kit.px(5)
    headline = kit.text(kit.strings("goodbye.headline"), HEADING, kit.colors.text, width)
    line = kit.text(kit.strings("goodbye.line"), BODY, kit.colors.muted, width, 3, centered=True)
    side = kit.px(26)
    height = side + kit.px(1) + headline.height + kit.px(1) + line.height
    top = area.centery - height // 2
    layer = Layer(side, side)
    middle, now = (side / 2, side / 2), kit.beat(view.now)
    cups = kit.colors.text
    faces.draw(layer, middle, side * 0.38, faces.CONTENT, color, now=now, cups=cups)
    face = layer.surface()
    for part, y in (
        (face, top),
        (headline, top + side + kit.px(1)),
        (line, top + height - line.height),
    ):
        place = part.get_rect(midtop=(area.centerx, y))
        canvas.blit(part, place, alpha=round(255 * (1 - gone)))
    return [Hit(area, Press.TAP)]
