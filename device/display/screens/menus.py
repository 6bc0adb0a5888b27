"""What a visitor chooses from, in place of the screen: how they feel, or the languages."""

import pygame

from device.actions import Correct, Press, Speak
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.paint import Layer
from device.display.kit.theme import HEADING, LARGE_TITLE, TITLE
from device.display.kit.widgets import Kit
from device.display.screens import hero
from device.display.screens.controls import CORNER, ROUND, SIDE, button
from device.display.view import Hit, View
from device.states import OFFERED, Menu, Screen

# The radius of a tile's head, in sides of its place.
FACE = 0.38
# Around the menu, in units.
MARGIN = 4
# The highest tiles, in units, and how many of them are side by side in landscape.
HIGHEST = {Menu.MOODS: 22, Menu.LANGUAGES: 18}
COLUMNS = {Menu.MOODS: 4, Menu.LANGUAGES: 3}
# Lines of the longest label beneath a face.
LABEL_LINES = 2


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the open menu; everything beside its tiles closes it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    heading, close = _head(kit, area, view)
    hits = [button(canvas, kit, close, Press.LEAVE, sign="close", corner=ROUND)]
    canvas.blit(heading, heading.get_rect(midleft=(kit.px(MARGIN), close.centery)))
    state = view.state
    shown = None if state.unsaid else state.emotion
    for name, place in places(kit, area, view).items():
        if state.menu is Menu.MOODS:
            told = state.screen is Screen.MOOD and name == shown
            hits.append(_mood(canvas, kit, place, name, told))
        else:
            hits.append(_language(canvas, kit, place, name))
    return [*hits, Hit(area, Press.TAP)]


def places(kit: Kit, area: pygame.Rect, view: View) -> dict[str | None, pygame.Rect]:
    """Return where in ``area`` the tiles are, by mood as in ``OFFERED`` or by language's code."""
    menu = view.state.menu
    heading, _ = _head(kit, area, view)
    inner = area.inflate(-2 * kit.px(MARGIN), -2 * kit.px(MARGIN))
    top = inner.top + max(kit.px(SIDE), heading.height) + kit.px(2.5)
    room = pygame.Rect(inner.left, top, inner.width, inner.bottom - top)
    names = OFFERED if menu is Menu.MOODS else tuple(kit.languages)
    columns = 2 if kit.theme.portrait else min(len(names), COLUMNS[menu])
    highest = kit.px(HIGHEST[menu])
    return dict(zip(names, tiles(room, len(names), columns, kit.px(1.5), highest), strict=True))


def _head(kit: Kit, area: pygame.Rect, view: View) -> tuple[pygame.Surface, pygame.Rect]:
    """The question, and the place of the button that closes the menu, beside it."""
    side = kit.px(SIDE)
    inner = area.inflate(-2 * kit.px(MARGIN), -2 * kit.px(MARGIN))
    asked = "menu.cannot_tell" if view.state.screen is Screen.LOOKING else "menu.moods"
    question = kit.strings(asked if view.state.menu is Menu.MOODS else "menu.languages")
    room = inner.width - side - kit.px(1.5)
    heading = kit.text(question, HEADING, kit.colors.text, room, 2, 0.7)
    top = inner.top + (max(side, heading.height) - side) // 2
    return heading, pygame.Rect(inner.right - side, top, side, side)


def tiles(room: pygame.Rect, count: int, columns: int, gap: int, highest: int) -> list[pygame.Rect]:
    """Return ``count`` places in rows of ``columns`` at the top of ``room``.

    The last row is centred.
    """
    rows = -(-count // columns)
    width = (room.width - (columns - 1) * gap) // columns
    height = min(highest, (room.height - (rows - 1) * gap) // rows)
    places = []
    for index in range(count):
        row, column = divmod(index, columns)
        missing = columns - min(columns, count - row * columns)
        left = room.left + column * (width + gap) + missing * (width + gap) // 2
        places.append(pygame.Rect(left, room.top + row * (height + gap), width, height))
    return places


def face(kit: Kit, place: pygame.Rect, emotion: str | None) -> hero.Hero:
    """Return the face on the tile at ``place``; who would rather not say has closed eyes."""
    spot = _face_spot(kit, place)
    expression, color = faces.EXPRESSIONS.get(emotion, faces.ASLEEP), kit.colors.accent(emotion)
    halo = kit.colors.around(emotion)
    return hero.Hero(spot.center, spot.width * FACE, expression, color, halo)


def _word(kit: Kit, place: pygame.Rect, emotion: str | None) -> pygame.Surface:
    label = kit.strings(f"label.{emotion or 'unsaid'}")
    room = place.width - kit.px(2)
    return kit.text(label, TITLE, kit.colors.text, room, LABEL_LINES, 0.8, centered=True)


def _face_spot(kit: Kit, place: pygame.Rect) -> pygame.Rect:
    """Where the face is on the tile at ``place``; the longest word has room beneath it."""
    word = max(_word(kit, place, emotion).height for emotion in OFFERED)
    side = min(place.width, place.height - word - kit.px(1.5))
    gap = (place.height - side - word) // 3
    return pygame.Rect(place.left + (place.width - side) // 2, place.top + gap, side, side)


def _mood(canvas: Canvas, kit: Kit, place: pygame.Rect, emotion: str | None, told: bool) -> Hit:
    def make() -> pygame.Surface:
        inside = pygame.Rect((0, 0), place.size)
        tile = _tile(kit, place, emotion, told)
        spot, drawn = _face_spot(kit, inside), face(kit, inside, emotion)
        layer = Layer(*spot.size)
        middle, cups = (spot.width / 2, spot.height / 2), kit.colors.text
        faces.draw(layer, middle, drawn.radius, drawn.expression, drawn.color, now=0.0, cups=cups)
        tile.blit(layer.surface(), spot)
        word = _word(kit, place, emotion)
        below = (spot.bottom + inside.bottom - kit.px(0.5)) // 2
        tile.blit(word, word.get_rect(center=(inside.centerx, below)))
        return tile

    look = (kit.strings.language, place.size, kit.colors.ink, emotion, told)
    canvas.blit(kit.cache.get(("mood tile", *look), make), place)
    return Hit(place, Correct(emotion))


def _language(canvas: Canvas, kit: Kit, place: pygame.Rect, code: str) -> Hit:
    name, spoken = kit.languages[code]("language.name"), code == kit.strings.language
    canvas.blit(_tile(kit, place, None, spoken), place)
    label = kit.text(name, LARGE_TITLE, kit.colors.text, place.width - kit.px(2), 1, 0.7)
    canvas.blit(label, label.get_rect(center=place.center))
    return Hit(place, Speak(code))


def _tile(kit: Kit, place: pygame.Rect, emotion: str | None, chosen: bool) -> pygame.Surface:
    """An empty tile; one that is chosen already has a strong edge and a check mark."""

    def make() -> pygame.Surface:
        edge = kit.colors.word(emotion) if chosen else kit.colors.edge
        tile = kit.panel(place.size, CORNER, kit.colors.surface, edge, chosen).copy()
        if chosen:
            sign = icon(kit, "done", 3, kit.colors.word(emotion))
            tile.blit(sign, sign.get_rect(topright=(place.width - kit.px(1), kit.px(1))))
        return tile

    key = ("tile", place.size, kit.colors.surface, emotion, chosen)
    return kit.cache.get(key, make)
