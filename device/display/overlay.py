"""What lies over every screen: the volume after a change, and figures for the operator."""

import pygame

from device.display.icons import icon
from device.display.theme import CAPTION, IDLE, INK, RAISED, TEXT, mix
from device.display.view import View
from device.display.widgets import Kit


def draw(canvas: pygame.Surface, kit: Kit, view: View) -> None:
    """Draw the volume and the figures, where they are wanted."""
    if view.now < view.state.volume_until:
        _volume(canvas, kit, view.playback.volume)
    if view.debug:
        _figures(canvas, kit, view.debug)


def _volume(canvas: pygame.Surface, kit: Kit, volume: float) -> None:
    label = kit.text(kit.strings("mood.volume", percent=round(volume * 100)), CAPTION, TEXT)
    sign = icon(kit, "sound" if volume > 0 else "silent", 3, TEXT)
    bar = pygame.Rect(0, 0, kit.px(16), kit.px(0.8))
    pad = kit.px(2)
    width = pad + sign.width + kit.px(1) + bar.width + pad + label.width + pad
    pill = pygame.Rect(0, 0, width, kit.px(6)).move_to(midtop=(canvas.get_width() // 2, kit.px(2)))
    canvas.blit(kit.panel(pill.size, 100, RAISED), pill)
    canvas.blit(sign, sign.get_rect(midleft=(pill.left + pad, pill.centery)))
    bar.midleft = (pill.left + pad + sign.width + kit.px(1), pill.centery)
    kit.progress(canvas, bar, volume, TEXT, mix(RAISED, IDLE, 0.3))
    canvas.blit(label, label.get_rect(midright=(pill.right - pad, pill.centery)))


def _figures(canvas: pygame.Surface, kit: Kit, lines: tuple[str, ...]) -> None:
    size = kit.px(1.8)
    step = round(size * 1.35)
    pad = kit.px(1)
    rows = [kit.fonts.render(line, "Medium", size, TEXT) for line in lines]
    width = max(row.get_width() for row in rows) + 2 * pad
    back = pygame.Surface((width, step * len(rows) + 2 * pad))
    back.fill(INK)
    back.set_alpha(225)
    canvas.blit(back, (0, 0))
    for index, row in enumerate(rows):
        canvas.blit(row, (pad, pad + index * step))
