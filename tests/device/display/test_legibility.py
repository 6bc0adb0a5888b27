"""No word of the kiosk is cut off, too small or covered by another, on any screen."""

import dataclasses
import itertools

import pygame
import pytest

from device.display import strings
from device.display.kit import faces, paint, picture
from device.display.kit.canvas import Canvas
from device.display.kit.theme import PALETTES, SMALLEST
from device.display.kit.widgets import Kit
from device.display.window import Window

from .conftest import SIZES

BLANK = pygame.Surface((1, 1))

pytestmark = pytest.mark.usefixtures("no_fading", "nothing_but_words")


@pytest.fixture
def nothing_but_words(monkeypatch):
    """Leaves pictures and panels out, which take most of the time."""
    for shape in ("__init__", "ellipse", "arc", "polygons", "stroke"):
        monkeypatch.setattr(paint.Layer, shape, lambda *_, **__: None)
    monkeypatch.setattr(paint.Layer, "size", (1, 1), raising=False)
    monkeypatch.setattr(paint.Layer, "surface", lambda layer: BLANK)
    for name in ("draw", "halo"):
        monkeypatch.setattr(faces, name, lambda *_, **__: None)
    monkeypatch.setattr(paint, "glow", lambda *_: BLANK)
    monkeypatch.setattr(Kit, "_panel", lambda kit, size, *_: BLANK)
    monkeypatch.setattr("device.display.screens.cards.cover", lambda *_: BLANK)
    monkeypatch.setattr(
        picture.LivePicture,
        "surface",
        lambda live, image, view, *_: (BLANK, picture.cover(image.shape[1::-1], view)),
    )


@dataclasses.dataclass(frozen=True)
class Told:
    """One of the kiosk's own texts. size: of its letters, in pixels; whole: whether all of it is
    there; area: where its letters are on the screen, or None on a tile.
    """

    text: str
    size: int
    whole: bool
    area: pygame.Rect | None = None


@pytest.fixture
def told(monkeypatch):
    """Returns what a window tells in a view: a list of ``Told``."""
    spoken, known, found = set(), {}, []
    say, write, blit = strings.Strings.__call__, Kit.text, Canvas.blit

    def saying(texts, *key, **values):
        spoken.add(text := say(texts, *key, **values))
        return text

    def writing(kit, text, style, color, width=None, lines=1, smallest=1.0, centered=False):
        if text not in spoken:  # titles and artists, which may be cut
            return BLANK
        surface = write(kit, text, style, color, width, lines, smallest, centered)
        if id(surface) not in known:
            _, size, whole = kit.fit(text, style, width, lines, smallest)
            known[id(surface)] = surface, Told(text, size, whole)
        found.append(known[id(surface)][1])
        return surface

    def blitting(canvas, source, place, part=None, alpha=None):
        blit(canvas, source, place, part, alpha)
        if id(source) in known and alpha != 0:
            text = known[id(source)][1]
            # Above and below its letters a line is empty.
            area = pygame.Rect(place[:2], source.size).inflate(0, -text.size // 2)
            found.append(dataclasses.replace(text, area=area))

    monkeypatch.setattr(strings.Strings, "__call__", saying)
    monkeypatch.setattr(Kit, "text", writing)
    monkeypatch.setattr(Canvas, "blit", blitting)
    monkeypatch.setattr(Canvas, "show", lambda canvas: canvas._steps.clear() or [])

    def read(window, view):
        found.clear()
        window.draw(view)
        return list(found)

    return read


# Themes whose letters are as large are measured alike.
@pytest.mark.parametrize(
    "theme", {colors.letters: theme for theme, colors in PALETTES.items()}.values()
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_word_can_be_read(told, views, size, theme):
    screen, faults = pygame.Rect((0, 0), size), set()
    formal = [path.stem for path in (strings.FOLDER / strings.FORMAL).iterdir()]
    for language, is_formal in [(one, False) for one in strings.writable()] + [
        (one, True) for one in formal if one in strings.writable()
    ]:
        window = Window(size, language=language, palette=theme, formal=is_formal)
        window.open()
        for name, view in views.items():
            texts = told(window, view)
            least = window._kit.px(SMALLEST)
            for text in texts:
                where = language, name, text.text
                if not text.whole:
                    faults.add((*where, "is cut off"))
                if text.size < least:
                    faults.add((*where, f"has {text.size} of {least} pixels"))
                if text.area is None:
                    continue
                if not screen.contains(text.area):
                    faults.add((*where, "leaves the screen"))
                # What lies over everything, such as the volume, does so for a while only.
                touched = [] if "volume" in name else [hit.area for hit in window.hits]
                if any(
                    hit.colliderect(text.area) and not hit.contains(text.area) for hit in touched
                ):
                    faults.add((*where, "lies across the edge of what can be touched"))
            placed = [text for text in texts if text.area is not None]
            for one, other in itertools.combinations(placed, 2):
                if one.area.colliderect(other.area):
                    faults.add((language, name, one.text, f"meets {other.text!r}"))
        window.close()
    assert not faults, "\n".join(map(str, sorted(faults)))


@pytest.mark.parametrize(
    "theme", {colors.letters: theme for theme, colors in PALETTES.items()}.values()
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_promise_stands_apart_from_the_offer(told, views, size, theme):
    for language in strings.writable():
        window = Window(size, language=language, palette=theme)
        window.open()
        for name in ("attract", "attract in another language"):
            texts = {text.text: text for text in told(window, views[name]) if text.area}
            kit = window._kit
            promise = texts[kit.strings("attract.promise")]
            (offer,) = (
                texts[said]
                for each in kit.languages.values()
                if (said := each("attract.offer")) in texts
            )
            apart = promise.area.top - offer.area.bottom
            assert apart >= kit.px(4), (language, name)
        window.close()
