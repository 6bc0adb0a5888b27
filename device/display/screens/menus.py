"""What a visitor chooses from, in place of the screen: seven moods, or the languages."""

import pygame

from device.actions import Correct, Press, Speak
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.paint import Layer
from device.display.kit.theme import HEADING, TITLE
from device.display.kit.widgets import Kit
from device.display.screens.controls import CORNER, ROUND, SIDE, button
from device.display.view import Hit, View
from device.states import Menu, Screen


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the open menu; everything beside its tiles closes it."""
    canvas.fill(kit.colors.ink)
    area = canvas.get_rect()
    margin, side, gap = kit.px(4), kit.px(SIDE), kit.px(1.5)
    inner = area.inflate(-2 * margin, -2 * margin)
    moods = view.state.menu is Menu.MOODS
    close = pygame.Rect(inner.right - side, inner.top, side, side)
    asked = "menu.cannot_tell" if view.state.screen is Screen.LOOKING else "menu.moods"
    question = kit.strings(asked if moods else "menu.languages")
    heading = kit.text(question, HEADING, kit.colors.text, close.left - gap - inner.left, 2, 0.7)
    close.centery = inner.top + max(side, heading.height) // 2
    hits = [button(canvas, kit, close, Press.LEAVE, sign="close", corner=ROUND)]
    canvas.blit(heading, heading.get_rect(midleft=(inner.left, close.centery)))
    top = inner.top + max(side, heading.height) + kit.px(2.5)
    room = pygame.Rect(inner.left, top, inner.width, inner.bottom - top)

    count = len(faces.EXPRESSIONS) if moods else len(kit.languages)
    columns = 2 if kit.theme.portrait else min(count, 4 if moods else 3)
    places = tiles(room, count, columns, gap, kit.px(22 if moods else 14))
    if moods:
        for place, emotion in zip(places, faces.EXPRESSIONS, strict=True):
            hits.append(_mood(canvas, kit, place, emotion, emotion == view.state.emotion))
    else:
        for place, (code, name) in zip(places, kit.languages.items(), strict=True):
            hits.append(_language(canvas, kit, place, code, name))
    return [*hits, Hit(area, Press.TAP)]


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


def _mood(canvas: Canvas, kit: Kit, place: pygame.Rect, emotion: str, told: bool) -> Hit:
    def make() -> pygame.Surface:
        edge = kit.colors.word(emotion) if told else kit.colors.edge
        tile = kit.panel(place.size, CORNER, kit.colors.surface, edge).copy()
        label = kit.strings(f"label.{emotion}")
        word = kit.text(label, TITLE, kit.colors.text, place.width - kit.px(2), 1, 0.7)
        side = min(place.width, place.height - word.height - kit.px(2.5))
        gap = (place.height - side - word.height) // 3
        layer = Layer(side, side, kit.colors.accent(emotion))
        expression, color = faces.EXPRESSIONS[emotion], kit.colors.accent(emotion)
        middle, cups = (side / 2, side / 2), kit.colors.text
        faces.draw(layer, middle, side * 0.38, expression, color, now=0.0, cups=cups)
        tile.blit(layer.surface(), ((place.width - side) // 2, gap))
        tile.blit(word, ((place.width - word.width) // 2, place.height - word.height - gap))
        return tile

    canvas.blit(
        kit.cache.get(("mood tile", kit.strings.language, place.size, emotion, told), make), place
    )
    return Hit(place, Correct(emotion))


def _language(canvas: Canvas, kit: Kit, place: pygame.Rect, code: str, name: str) -> Hit:
    spoken = code == kit.strings.language
    edge = kit.colors.word(None) if spoken else kit.colors.edge
    canvas.blit(kit.panel(place.size, CORNER, kit.colors.surface, edge), place)
    label = kit.text(name, TITLE, kit.colors.text, place.width - kit.px(2))
    canvas.blit(label, label.get_rect(center=place.center))
    return Hit(place, Speak(code))
