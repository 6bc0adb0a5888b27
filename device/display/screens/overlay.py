"""What lies over every screen: the volume after a touch, figures, what has the focus or is held."""

import pygame

from device.actions import Choose, Press
from device.display.kit import paint
from device.display.kit.canvas import Canvas
from device.display.kit.theme import CAPTION, mix
from device.display.kit.widgets import Kit
from device.display.screens.controls import CORNER, ROUND, SIDE, button
from device.display.view import Hit, View

# In so many seconds the volume goes most of its way.
APPEARS = 0.06
# Of the bar of the volume in a row and in a column with what it says, in units.
LONG, HIGH = 24, 8
STEPS = (Press.MUTE, Press.VOLUME_DOWN, Press.VOLUME_UP)


def draw(canvas: Canvas, kit: Kit, view: View, below: list[Hit]) -> list[Hit]:
    """Draw the volume and the figures, where they are wanted; the volume can be touched.

    below: what can be touched on the screen; the volume unfolds from its button, if it has one.
    """
    hits = []
    wanted = view.now < view.state.volume_until
    share = kit.motion.follow("volume is shown", (float(wanted),), view.now, APPEARS)[0]
    if share > 0.01:
        opener = next((hit.area for hit in below if hit.action is Press.SHOW_VOLUME), None)
        with canvas.coming(share, -kit.px(3) if opener is None else kit.px(3)):
            hits = _volume(canvas, kit, view, opener, below)
        hits = hits if wanted else []
    if view.debug:
        _figures(canvas, kit, view.debug)
    return hits


def _corner(canvas: Canvas, kit: Kit, below: list[Hit]) -> pygame.Rect:
    """The place of the round button at the top right of a screen, or where it would be."""
    side, margin = kit.px(SIDE), kit.px(4)
    free = pygame.Rect(canvas.get_width() - margin - side, margin, side, side)
    return next((hit.area for hit in below if hit.corner == ROUND), free)


def _row(
    canvas: Canvas, kit: Kit, opener: pygame.Rect | None, below: list[Hit]
) -> tuple[pygame.Rect, float]:
    """The place of the volume in a row, and the radius of its corners, in units."""
    side, gap = kit.px(SIDE), kit.px(1)
    pill = pygame.Rect(0, 0, 3 * side + kit.px(LONG) + 6 * gap, side + 2 * gap)
    if opener is not None:
        # It takes the place of the last card, if there is one, which must not look out under it.
        pill.width = canvas.get_width() - 2 * kit.px(3)
        pill.midbottom = canvas.get_width() // 2, opener.top - gap
        cards = [hit.area for hit in below if isinstance(hit.action, Choose)]
        return pill.unionall(cards[-1:]), CORNER
    # No button looks out from under it, and in a mirror it fills the corner.
    corner = _corner(canvas, kit, below)
    right, bottom = corner.right + kit.px(1.5), corner.bottom + kit.px(0.5)
    if kit.theme.portrait:
        pill.width = 2 * right - canvas.get_width()
    pill.bottomright = right, bottom
    return pill, ROUND


def _volume(
    canvas: Canvas, kit: Kit, view: View, opener: pygame.Rect | None, below: list[Hit]
) -> list[Hit]:
    """Louder, softer and off: above ``opener``, or over the button in the corner.

    There is room for a column where that stands beside the cards, and for a row elsewhere.
    """
    colors, volume = kit.colors, view.playback.volume
    filled = kit.motion.follow("volume", (volume,), view.now, APPEARS)[0]
    side, gap = kit.px(SIDE), kit.px(1)
    column = opener is not None and not kit.theme.portrait
    if column:
        radius = ROUND
        pill = pygame.Rect(0, 0, side + 2 * gap, 3 * side + kit.px(HIGH) + 4 * gap)
        pill.midbottom = (opener.centerx, opener.top - gap)
        steps = [(gap, pill.height - (step + 1) * (side + gap)) for step in (0, 1)]
        steps.append((gap, gap))
        bar = pygame.Rect(0, 0, kit.px(0.8), kit.px(HIGH - 3))
        bar.midbottom = (pill.centerx, pill.top + steps[1][1] - gap // 2)
        told = pygame.Rect(0, 0, side, 0).move_to(center=(pill.centerx, bar.top - kit.px(1.3)))
    else:
        pill, radius = _row(canvas, kit, opener, below)
        pad = (pill.height - side) // 2
        steps = [(pad, pad), (pad + side + gap, pad), (pill.width - side - pad, pad)]
        bar = pygame.Rect(pill.left + pad + 2 * side + 3 * gap, 0, 0, kit.px(0.8))
        bar.width = pill.width - 2 * pad - 3 * side - 5 * gap
        bar.centery = pill.centery + kit.px(1.5)
        told = bar.move(0, -kit.px(3))
    canvas.blit(kit.panel(pill.size, radius, colors.surface, colors.edge or colors.muted), pill)
    off = "silent" if volume == 0 else "sound"
    signs = (off, "minus", "plus")
    hits = []
    for (x, y), action, sign in zip(steps, STEPS, signs, strict=True):
        place = pygame.Rect(pill.left + x, pill.top + y, side, side)
        hits.append(button(canvas, kit, place, action, sign=sign, corner=ROUND))
    _filled(canvas, kit, bar, filled)
    text = kit.strings("mood.percent", value=round(volume * 100))
    if not column:
        text = kit.strings("mood.volume", percent=text)
    label = kit.text(text, CAPTION, colors.text, told.width, 1, 0.8)
    canvas.blit(label, label.get_rect(center=told.center))
    # The rest of it takes touches, too, so that none falls through to what lies under it.
    return [*hits, Hit(pill, Press.TAP, radius)]


def _filled(canvas: Canvas, kit: Kit, bar: pygame.Rect, share: float) -> None:
    """A bar that is filled from the left, or, if it stands, from below."""
    track = mix(kit.colors.surface, kit.colors.muted, 0.4)
    if bar.width >= bar.height:
        kit.progress(canvas, bar, share, kit.colors.text, track)
        return
    radius = bar.width / 2 / kit.theme.unit
    canvas.blit(kit.panel(bar.size, radius, track), bar)
    empty = round(bar.height * (1 - share))
    part = (0, empty, bar.width, bar.height - empty)
    canvas.blit(kit.panel(bar.size, radius, kit.colors.text), (bar.left, bar.top + empty), part)


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
