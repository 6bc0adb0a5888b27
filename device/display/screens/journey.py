"""The journey: where songs that lead out of a mood lead, told in a line and drawn as one."""

from collections.abc import Sequence

import numpy as np
import pygame

from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import CAPTION
from device.display.kit.widgets import Kit
from device.display.view import View
from device.states import State

# In units: how wide the way is, the radii of a song's place on it and of the dot that travels, and
# the dot's rim. How visible, of 255, is what lies ahead.
WAY, PLACE, DOT, RIM = 0.4, 0.65, 0.75, 0.4
AHEAD = 110


def leads(state: State) -> str | None:
    """Tell whether the songs lead somewhere ``calmer`` or ``brighter``, or None for nowhere.

    They lead if some of them are of another emotion than the one that was told; where, the last
    one says.
    """
    if all(song.emotion == state.emotion for song in state.songs):
        return None
    return "calmer" if state.songs[-1].arousal < 0.5 else "brighter"


def passed(view: View) -> float:
    """Return how many songs of the way lie behind, a part of one included."""
    state, playback = view.state, view.playback
    last = len(state.songs) - 1
    if state.song is None:
        return float(last)
    share = 0.0
    if playback.song_id == state.song.id and playback.length_s > 0:
        share = min(1.0, playback.position_s / playback.length_s)
    return min(float(last), state.chosen + share)


def tell(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> pygame.Rect:
    """Say in a line at the top of ``area`` where the songs lead, if they do; return what is left.

    When all are over, it is no longer said.
    """
    where = leads(view.state)
    if where is None or view.state.ended_at is not None:
        return area
    lines = 2 if kit.theme.portrait else 1
    line = kit.text(kit.strings(f"mood.{where}"), CAPTION, kit.colors.text, area.width, lines)
    canvas.blit(line, area)
    used = kit.baselines(line)[1] + kit.px(1.6)
    return pygame.Rect(area.left, area.top + used, area.width, area.height - used)


def draw(canvas: Canvas, kit: Kit, left: int, places: Sequence[pygame.Rect], view: View) -> None:
    """Draw the way beside the cards at ``places``, its middle at ``left``, and the dot on it."""
    middles = [place.centery for place in places]
    top, bottom = middles[0], middles[-1]
    here = round(np.interp(passed(view), range(len(middles)), middles))
    colors = tuple(kit.colors.word(song.emotion) for song in view.state.songs)
    width, height = kit.px(WAY), places[-1].bottom - places[0].top
    key = ("way", width, height, colors)
    way = kit.cache.get(key, lambda: _way(width, height, colors))
    corner = left - width // 2
    canvas.blit(way, (corner, top), (0, 0, width, bottom - top), alpha=AHEAD)
    canvas.blit(way, (corner, top), (0, 0, width, here - top))
    for middle, color in zip(middles, colors, strict=True):
        _spot(canvas, kit, (left, middle), PLACE, color)
    _spot(canvas, kit, (left, here), DOT, kit.colors.text)


def _way(width: int, height: int, colors: Sequence[tuple]) -> pygame.Surface:
    """A line that goes through ``colors`` from top to bottom."""
    at = np.linspace(0, len(colors) - 1, height)
    shades = [np.interp(at, range(len(colors)), channel) for channel in zip(*colors, strict=True)]
    pixels = np.stack((*shades, np.full(height, 255)), 1).astype(np.uint8)
    pixels = np.ascontiguousarray(pixels[:, None].repeat(width, axis=1))
    return pygame.image.frombuffer(pixels, (width, height), "RGBA")


def _spot(canvas: Canvas, kit: Kit, middle: tuple, radius: float, color: tuple) -> None:
    """A disc of ``radius`` units, cut out of the way by a rim of the ground."""
    side = 2 * kit.px(radius + RIM)
    key = ("spot", side, color, kit.colors.ink)
    drawn = kit.cache.get(key, lambda: _disc(side, radius * kit.theme.unit, color, kit.colors.ink))
    canvas.blit(drawn, drawn.get_rect(center=middle))


def _disc(side: int, radius: float, color: tuple, rim: tuple) -> pygame.Surface:
    layer = Layer(side, side)
    layer.ellipse((side / 2, side / 2), side / 2, side / 2, rim)
    layer.ellipse((side / 2, side / 2), radius, radius, color)
    return layer.surface()
