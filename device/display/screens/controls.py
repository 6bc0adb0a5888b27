"""What can be pressed on more than one screen: buttons, and the sign that leads to languages."""

import dataclasses
import itertools

import pygame

from device.actions import Action, Press
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.theme import LABEL, Color
from device.display.kit.widgets import Kit
from device.display.view import Hit

# Corner radii in units; the second is more than any half side.
CORNER = 1.75
ROUND = 100
# The side of a button, in units: 52 pixels, 10 mm on the 7-inch display.
SIDE = 6.5


def button(
    canvas: Canvas,
    kit: Kit,
    area: pygame.Rect,
    action: Action,
    *,
    sign: str | None = None,
    label: str = "",
    color: Color | None = None,
    corner: float = CORNER,
) -> Hit:
    """Draw a button in ``area`` with a ``sign`` or a ``label``; color: of either."""
    canvas.blit(kit.panel(area.size, corner, kit.colors.raised, kit.colors.edge), area)
    color = color or kit.colors.text
    if sign is not None:
        drawn = icon(kit, sign, 3.6, color)
    else:
        room = area.width - kit.px(2)
        drawn = kit.text(label, LABEL, color, room, 2, 0.75, centered=True)
        if drawn.height > area.height - kit.px(0.5):
            plain = dataclasses.replace(LABEL, size=LABEL.size / kit.palette.letters)
            drawn = kit.text(label, plain, color, room, 2, 0.75, centered=True)
    canvas.blit(drawn, drawn.get_rect(center=area.center))
    return Hit(area, action, corner)


def row(area: pygame.Rect, count: int, gap: int) -> list[pygame.Rect]:
    """Return ``count`` places side by side that fill ``area``, ``gap`` pixels apart."""
    edges = [area.left + round(index * (area.width + gap) / count) for index in range(count + 1)]
    return [
        pygame.Rect(left, area.top, right - gap - left, area.height)
        for left, right in itertools.pairwise(edges)
    ]


def globe(canvas: Canvas, kit: Kit, corner: tuple[int, int]) -> list[Hit]:
    """Draw the button for the languages, where there are several.

    corner: where its upper right corner is, in pixels.
    """
    if len(kit.languages) < 2:
        return []
    side = kit.px(SIDE)
    area = pygame.Rect(corner[0] - side, corner[1], side, side)
    return [button(canvas, kit, area, Press.LANGUAGES, sign="globe", corner=ROUND)]
