"""What lies over every screen: the volume after a touch, figures, what has the focus or is held."""

import pygame

from device.actions import Press
from device.display.kit import paint
from device.display.kit.canvas import Canvas
from device.display.kit.theme import CAPTION, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import ROUND, SIDE, button
from device.display.view import Hit, View

# In so many seconds the volume goes most of its way.
APPEARS = 0.06


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the volume and the figures, where they are wanted; the volume can be touched."""
    hits = []
    wanted = view.now < view.state.volume_until
    share = kit.motion.follow("volume is shown", (float(wanted),), view.now, APPEARS)[0]
    if share > 0.01:
        with canvas.coming(share, -kit.px(3)):
            hits = _volume(canvas, kit, view)
        hits = hits if wanted else []
    if view.debug:
        _figures(canvas, kit, view.debug)
    return hits


def _volume(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    colors, volume = kit.colors, view.playback.volume
    filled = kit.motion.follow("volume", (volume,), view.now, APPEARS)[0]
    side, gap = kit.px(SIDE), kit.px(1)
    label = kit.text(
        kit.strings("mood.volume", percent=round(volume * 100)), CAPTION, colors.text, kit.px(16)
    )
    pill = pygame.Rect(0, 0, kit.px(50), side + 2 * gap)
    pill.midtop = (canvas.get_width() // 2, kit.px(2))
    if not kit.theme.portrait:
        pill.right = canvas.get_width() - kit.px(2)
    canvas.blit(kit.panel(pill.size, ROUND, colors.surface, colors.edge or colors.muted), pill)
    places = [pygame.Rect(0, pill.top + gap, side, side) for _ in range(3)]
    places[0].left = pill.left + gap
    places[1].left = places[0].right + gap
    places[2].right = pill.right - gap
    off = "silent" if volume == 0 else "sound"
    hits = [
        button(canvas, kit, place, action, sign=sign, corner=ROUND)
        for place, action, sign in zip(
            places,
            (Press.MUTE, Press.VOLUME_DOWN, Press.VOLUME_UP),
            (off, "minus", "plus"),
            strict=True,
        )
    ]
    left, right = places[1].right + 2 * gap, places[2].left - 2 * gap
    bar = pygame.Rect(left, 0, right - left, kit.px(0.8))
    bar.centery = pill.centery + kit.px(1.5)
    kit.progress(canvas, bar, filled, colors.text, mix(colors.surface, colors.muted, 0.4))
    canvas.blit(label, label.get_rect(midbottom=(bar.centerx, bar.top - kit.px(0.4))))
    # The rest of it takes touches, too, so that none falls through to what lies under it.
    return [*hits, Hit(pill, Press.TAP, ROUND)]


def focus(canvas: Canvas, kit: Kit, hit: Hit) -> None:
    """Draw a ring around what Enter would press."""
    gap, line = kit.px(0.35), max(3, kit.px(0.45))
    grow = 2 * (gap + line)
    size = (hit.area.width + grow, hit.area.height + grow)
    radius = min(hit.corner * kit.theme.unit, min(hit.area.size) / 2)
    ring = kit.cache.get(
        ("ring", size, radius),
        lambda: paint.ring(*size, radius + gap + line, line, kit.colors.text),
    )
    canvas.blit(ring, (hit.area.left - gap - line, hit.area.top - gap - line))


def held(canvas: Canvas, kit: Kit, hit: Hit) -> None:
    """Show that ``hit`` has been pressed."""
    canvas.blit(kit.panel(hit.area.size, hit.corner, kit.colors.text), hit.area, alpha=70)


def _figures(canvas: Canvas, kit: Kit, lines: tuple[str, ...]) -> None:
    size = kit.px(1.8)
    step = round(size * 1.35)
    pad = kit.px(1)
    rows = [kit.fonts.render(line, "Medium", size, kit.colors.text) for line in lines]
    width = max(row.get_width() for row in rows) + 2 * pad
    back = pygame.Surface((width, step * len(rows) + 2 * pad))
    back.fill(kit.colors.ink)
    back.set_alpha(225)
    canvas.blit(back, (0, 0))
    for index, row in enumerate(rows):
        canvas.blit(row, (pad, pad + index * step))
