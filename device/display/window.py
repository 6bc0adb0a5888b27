"""The one window of the kiosk: opens it, draws the screens in it, and hears what is done to it."""

import types
from pathlib import Path

import pygame

from device.actions import Action
from device.display import strings
from device.display.hardware import driver
from device.display.hardware.input import Input
from device.display.hardware.rotation import Rotation
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.motion import ease
from device.display.kit.paint import Layer
from device.display.kit.theme import ACCENTS
from device.display.kit.widgets import Kit
from device.display.screens import (
    attract,
    goodbye,
    looking,
    menus,
    mood,
    overlay,
    reveal,
    trouble,
)
from device.display.screens.reveal import Reveal
from device.display.view import Hit, View
from device.errors import DisplayError
from device.states import Screen

SCREENS: dict[Screen, types.ModuleType] = {
    Screen.ATTRACT: attract,
    Screen.LOOKING: looking,
    Screen.MOOD: mood,
    Screen.GOODBYE: goodbye,
    Screen.TROUBLE: trouble,
}
WINDOWED = (1024, 600)
SMALLEST = (320, 240)
CROSSFADE = 0.24
# The side of the window's icon, in pixels.
ICON = 64


def _icon() -> pygame.Surface:
    """The kiosk's face, as a desktop shows it for the window."""
    layer = Layer(ICON, ICON)
    middle, happy = (ICON / 2, ICON / 2), faces.EXPRESSIONS["happy"]
    faces.draw(layer, middle, ICON * 0.4, happy, ACCENTS["happy"], now=0.0)
    return layer.surface()


class Window:
    """The window. size: in pixels, None for the screen's; title: of the window.

    language: a code, or "auto" for the system's; formal: whether visitors are addressed
    formally, in every language. palette: a key of ``theme.PALETTES``. still:
    whether nothing moves that only decorates; screens fade into each other even so. rotate: degrees
    by which the picture is turned clockwise on the screen, and touches back. All methods belong to
    the thread that opened it.
    """

    def __init__(
        self,
        size: tuple[int, int] | None = None,
        fullscreen: bool = False,
        title: str | None = None,
        language: str = strings.FALLBACK,
        palette: str = "dark",
        still: bool = False,
        rotate: int = 0,
        formal: bool = False,
    ) -> None:
        self._size = size
        self._fullscreen = fullscreen
        self._strings = strings.choose(language, formal)
        self._languages = strings.writable(formal)
        self._title = title or self._strings("window.title")
        self._palette = palette
        self._still = still
        self._angle = rotate
        self._kit: Kit | None = None
        self._canvas: Canvas | None = None
        self._input = Input(self._angle)
        self._shown: tuple | None = None
        self._before: pygame.Surface | None = None
        self._reveal: Reveal | None = None
        self._view: View | None = None
        self._turned_at = 0.0

    @property
    def hits(self) -> list[Hit]:
        """What can be touched in what is shown; where areas overlap, the first counts."""
        return self._input.hits

    def open(self) -> None:
        """Open the window. Raises DisplayError when the system gives none that can be seen."""
        driver.prepare()
        try:
            pygame.display.init()
            # Desktops take it only before the window is there.
            pygame.display.set_icon(_icon())
            self._set_mode()
        except pygame.error as error:
            raise DisplayError(
                f"No window could be opened: {error}. A kiosk without a desktop needs a screen and "
                "the groups video and render; under a desktop, start it there."
            ) from error
        driver.check(pygame.display.get_driver())
        pygame.display.set_caption(self._title)
        pygame.key.set_repeat()

    @property
    def language(self) -> str:
        """The ISO 639-1 code of what the screen speaks while no visitor has chosen otherwise."""
        return self._strings.language

    def toggle_fullscreen(self) -> None:
        """Switch between full screen and a window. Raises DisplayError."""
        self._fullscreen = not self._fullscreen
        self.open()

    def actions(self) -> list[Action]:
        """Return what was done to the window since the last call."""
        return self._input.actions()

    def draw(self, view: View) -> None:
        """Draw one picture and show it."""
        before, self._view = self._view, view
        screen = pygame.display.get_surface()
        canvas = self._canvas_for(screen)
        if self._input.take_exposed():
            canvas.forget()
        kit = self._kit
        kit.light(view.state.emotion if view.state.screen is Screen.MOOD else None)
        kit.strings = self._languages.get(view.state.language, self._strings)
        state = view.state
        shown = (state.screen, state.emotion, state.menu, state.bars, state.link, canvas.size)
        if shown != self._shown:
            same_size = self._shown is not None and self._shown[-1] == canvas.size
            self._turn(canvas, before if same_size else None)
            self._shown, self._turned_at = shown, view.now
        if self._reveal is not None and self._reveal.over(kit, canvas.get_rect(), view):
            self._reveal = None
        drawn = SCREENS[view.state.screen] if view.state.menu is None else menus
        hits = (self._reveal or drawn).draw(canvas, kit, view)
        self._fade_over(canvas, view.now)
        self._input.hits = overlay.draw(canvas, kit, view, hits) + hits
        if held := self._input.held(view.now):
            overlay.held(canvas, kit, held)
        if focus := self._input.focus:
            overlay.focus(canvas, kit, focus)
        changed = canvas.show()
        if canvas.target is not screen:
            changed = self._copy(canvas.target, changed, screen)
        pygame.display.update(changed)

    def _copy(
        self, picture: pygame.Surface, changed: list[pygame.Rect], screen: pygame.Surface
    ) -> list[pygame.Rect]:
        """Bring what has changed in the picture to the screen; return where it is there."""
        rotation = Rotation(self._angle, screen.size)
        places = []
        for area in changed:
            place = rotation.on_screen(area)
            screen.blit(rotation.turned(picture.subsurface(area)), place)
            places.append(place.clip(screen.get_rect()))
        return places

    def save(self, path: Path) -> None:
        """Write the screen that was drawn last to ``path``, a PNG. Raises DisplayError.

        A screen that is still coming in is drawn once more as it will be.
        """
        if self._before is not None or self._reveal is not None:
            self._before = self._reveal = None
            self.draw(self._view)
        try:
            pygame.image.save(self._canvas.target, path)
        except (pygame.error, OSError) as error:
            raise DisplayError(f"{path} could not be written: {error}") from error

    def close(self) -> None:
        """Close the window; closing it twice does no harm."""
        self._canvas = self._kit = self._shown = self._view = None
        self._before = self._reveal = None
        self._input = Input(self._angle)
        pygame.display.quit()

    def _set_mode(self) -> None:
        if self._fullscreen:
            pygame.display.set_mode(self._size or (0, 0), pygame.FULLSCREEN)
        else:
            pygame.display.set_mode(self._size or WINDOWED, pygame.RESIZABLE)
        pygame.mouse.set_visible(not self._fullscreen)

    def _canvas_for(self, screen: pygame.Surface) -> Canvas:
        """The canvas of the window, or a larger one where the window is tiny."""
        width, height = Rotation(self._angle, screen.size).picture
        size = (max(width, SMALLEST[0]), max(height, SMALLEST[1]))
        fits = size == screen.size and not self._angle
        if self._canvas is None or (fits and self._canvas.target is not screen):
            self._canvas = Canvas(screen if fits else pygame.Surface(size, 0, screen))
        elif self._canvas.size != size:
            self._canvas = Canvas(pygame.Surface(size, 0, screen))
        if self._kit is None or (self._kit.theme.width, self._kit.theme.height) != size:
            self._kit = Kit(size, self._strings, self._palette, self._still, self._languages)
        return self._canvas

    def _turn(self, canvas: Canvas, before: View | None) -> None:
        """Begin the way from the screen of ``before`` to that of now, if there was one."""
        self._before = self._reveal = None
        if before is None:
            return
        if not self._still:
            self._reveal = reveal.begin(canvas, self._kit, before, self._view)
        if self._reveal is None:
            self._before = canvas.copy()

    def _fade_over(self, canvas: Canvas, now: float) -> None:
        """Let the screen before this one fade away over it."""
        if self._before is None:
            return
        if now - self._turned_at >= CROSSFADE:
            self._before = None
            return
        share = ease((now - self._turned_at) / CROSSFADE)
        canvas.blit(self._before, (0, 0), alpha=round(255 * (1 - share)))
