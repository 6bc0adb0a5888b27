"""What the card of the song that plays shows of its preview: a sign, a bar and the time left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pygame

from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.paint import Layer
from device.display.kit.theme import Color, Type, mix
from device.display.kit.widgets import Kit
from device.display.view import View

if TYPE_CHECKING:
    from data.catalogue import Song


def is_heard(view: View) -> bool:
    """Whether music sounds: something plays, aloud, to somebody."""
    playback = view.playback
    return (
        playback.song_id is not None
        and playback.silent_because is None
        and playback.volume > 0
        and not playback.paused
    )


def share(view: View) -> float:
    """Return how far the preview is, 0 to 1."""
    playback = view.playback
    return playback.position_s / playback.length_s if playback.length_s > 0 else 0.0


def draw(
    canvas: Canvas,
    kit: Kit,
    place: pygame.Rect,
    view: View,
    song: Song,
    left: int,
    caption: Type,
) -> None:
    """Draw whether the preview plays or pauses, how far it is, and how long it goes on."""
    line, playback = kit.colors.word(song.emotion), view.playback
    middle = place.bottom - kit.px(2.3)
    right = place.right - kit.px(2)
    sign = icon(kit, "pause", 2.4, line)
    if not playback.paused:
        # What cannot be heard does not dance.
        sign = _equalizer(kit.px(2.4), line, kit.beat(view.now) if is_heard(view) else 0.0)
    canvas.blit(sign, sign.get_rect(midleft=(left, middle)))
    if playback.length_s > 0:
        left_s = playback.length_s - playback.position_s
        more = kit.text(f"\N{MINUS SIGN}{clock(left_s)}", caption, kit.colors.text)
        canvas.blit(more, more.get_rect(midright=(right, middle)))
    bar = pygame.Rect(left + kit.px(3.4), 0, 0, max(4, kit.px(1)))
    # As wide whatever the time, which is not.
    widest = kit.text("\N{MINUS SIGN}0:00", caption, kit.colors.text).width
    bar.width, bar.centery = right - widest - kit.px(1.2) - bar.left, middle
    kit.progress(canvas, bar, share(view), line, mix(kit.colors.chosen(song.emotion), line, 0.3))


def clock(seconds: float) -> str:
    """Return minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def _equalizer(side: int, color: Color, now: float) -> pygame.Surface:
    """Three bars that move as music does."""
    layer = Layer(side, side)
    for index, pace in enumerate((5.1, 7.3, 6.2)):
        half = side * (0.16 + 0.18 * (0.5 + 0.5 * math.sin(now * pace + index)))
        x = side * (0.2 + 0.3 * index)
        layer.stroke([(x, side / 2 - half), (x, side / 2 + half)], side * 0.17, color)
    return layer.surface()
