"""What a visitor chooses from, in place of the screen: seven moods, or the languages."""

import pygame

from device.actions import Correct, Press, Speak
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import HEADING, TITLE
from device.display.kit.widgets import Kit
from device.display.screens import hero
from device.display.screens.controls import CORNER, ROUND, SIDE, button
from device.display.view import Hit, View
from device.states import Menu, Screen

# The radius of a tile's head, in sides of its place.
FACE = 0.38
# Around the menu, in units.
MARGIN = 4


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the open menu; everything beside its tiles closes it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    heading, close = _head(kit, area, view)
    hits = [button(canvas, kit, close, Press.LEAVE, sign="close", corner=ROUND)]
    canvas.blit(heading, heading.get_rect(midleft=(kit.px(MARGIN), close.centery)))
    for name, place in places(kit, area, view).items():
        if view.state.menu is Menu.MOODS:
            hits.append(_mood(canvas, kit, place, name, name == view.state.emotion))
        else:
            hits.append(_language(canvas, kit, place, name, kit.languages[name]))
    return [*hits, Hit(area, Press.TAP)]


def places(kit: Kit, area: pygame.Rect, view: View) -> dict[str, pygame.Rect]:
    """Return where in ``area`` the tiles are, by emotion or by the code of the language."""
    moods = view.state.menu is Menu.MOODS
    heading, _ = _head(kit, area, view)
    inner = area.inflate(-2 * kit.px(MARGIN), -2 * kit.px(MARGIN))
    top = inner.top + max(kit.px(SIDE), heading.height) + kit.px(2.5)
    room = pygame.Rect(inner.left, top, inner.width, inner.bottom - top)
    names = tuple(faces.EXPRESSIONS if moods else kit.languages)
    columns = 2 if kit.theme.portrait else min(len(names), 4 if moods else 3)
    highest = kit.px(22 if moods else 14)
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
    """Return ``count`` places in rows of ``columns`` within ``room``; the last row is centred."""
    rows = -(-count // columns)
    width = (room.width - (columns - 1) * gap) // columns
    height = min(highest, (room.height - (rows - 1) * gap) // rows)
    top = room.top + (room.height - rows * height - (rows - 1) * gap) // 2
    places = []
    for index in range(count):
        row, column = divmod(index, columns)
        missing = columns - min(columns, count - row * columns)
        left = room.left + column * (width + gap) + missing * (width + gap) // 2
        places.append(pygame.Rect(left, top + row * (height + gap), width, height))
    return places


def face(kit: Kit, place: pygame.Rect, emotion: str) -> hero.Hero:
    """Return the face on the tile at ``place``."""
    spot = _face_spot(kit, place, emotion)
    expression, color = faces.EXPRESSIONS[emotion], kit.colors.accent(emotion)
    return hero.Hero(spot.center, spot.width * FACE, expression, color)


def _word(kit: Kit, place: pygame.Rect, emotion: str) -> pygame.Surface:
    label = kit.strings(f"label.{emotion}")
    return kit.text(label, TITLE, kit.colors.text, place.width - kit.px(2), 1, 0.7)


def _face_spot(kit: Kit, place: pygame.Rect, emotion: str) -> pygame.Rect:
    """Where the face is on the tile at ``place``, above its word."""
    word = _word(kit, place, emotion)
    side = min(place.width, place.height - word.height - kit.px(2.5))
    gap = (place.height - side - word.height) // 3
    return pygame.Rect(place.left + (place.width - side) // 2, place.top + gap, side, side)


def _mood(canvas: Canvas, kit: Kit, place: pygame.Rect, emotion: str, told: bool) -> Hit:
    def make() -> pygame.Surface:
        edge = kit.colors.word(emotion) if told else kit.colors.edge
        tile = kit.panel(place.size, CORNER, kit.colors.surface, edge).copy()
        word = _word(kit, place, emotion)
        spot = _face_spot(kit, place, emotion).move(-place.left, -place.top)
        side = spot.width
        layer = Layer(side, side, kit.colors.accent(emotion))
        expression, color = faces.EXPRESSIONS[emotion], kit.colors.accent(emotion)
        middle, cups = (side / 2, side / 2), kit.colors.text
        faces.draw(layer, middle, side * FACE, expression, color, now=0.0, cups=cups)
        tile.blit(layer.surface(), spot)
        below = place.height - word.height - spot.top
        tile.blit(word, ((place.width - word.width) // 2, below))
        return tile

    canvas.blit(
        kit.cache.get(
            ("mood tile", kit.strings.language, place.size, kit.colors.ink, emotion, told), make
        ),
        place,
    )
    return Hit(place, Correct(emotion))


def _language(canvas: Canvas, kit: Kit, place: pygame.Rect, code: str, name: str) -> Hit:
    spoken = code == kit.strings.language
    edge = kit.colors.word(None) if spoken else kit.colors.edge
    canvas.blit(kit.panel(place.size, CORNER, kit.colors.surface, edge), place)
    label = kit.text(name, TITLE, kit.colors.text, place.width - kit.px(2))
    canvas.blit(label, label.get_rect(center=place.center))
    return Hit(place, Speak(code))
