"""The one window of the kiosk: opens it, draws the screens in it, and hears what is done to it."""

import types
from pathlib import Path

import pygame

from device.display import attract, drm, goodbye, looking, mood, overlay, strings, trouble
from device.display.view import Hit, View
from device.display.widgets import Kit, ease
from device.errors import DisplayError
from device.states import Action, Choose, Drop, Press, Screen

SCREENS: dict[Screen, types.ModuleType] = {
    Screen.ATTRACT: attract,
    Screen.LOOKING: looking,
    Screen.MOOD: mood,
    Screen.GOODBYE: goodbye,
    Screen.TROUBLE: trouble,
}
KEYS: dict[int, Action] = {
    pygame.K_SPACE: Press.TOGGLE_PAUSE,
    pygame.K_n: Press.NEXT,
    pygame.K_RIGHT: Press.NEXT,
    pygame.K_ESCAPE: Press.LEAVE,
    pygame.K_F1: Press.TOGGLE_DEBUG,
    pygame.K_F11: Press.TOGGLE_FULLSCREEN,
    pygame.K_PLUS: Press.VOLUME_UP,
    pygame.K_EQUALS: Press.VOLUME_UP,
    pygame.K_KP_PLUS: Press.VOLUME_UP,
    pygame.K_UP: Press.VOLUME_UP,
    pygame.K_MINUS: Press.VOLUME_DOWN,
    pygame.K_KP_MINUS: Press.VOLUME_DOWN,
    pygame.K_DOWN: Press.VOLUME_DOWN,
    pygame.K_m: Press.MUTE,
    **{pygame.K_1 + index: Choose(index) for index in range(5)},
    **{pygame.K_KP_1 + index: Choose(index) for index in range(5)},
}
WINDOWED = (1024, 600)
SMALLEST = (320, 240)
CROSSFADE = 0.3


class Window:
    """The window. size: in pixels, None for the screen's; title: of the window.

    hits: what can be touched in what is shown now; where areas overlap, the first counts.
    All methods belong to the thread that opened it.
    """

    def __init__(
        self,
        size: tuple[int, int] | None = None,
        fullscreen: bool = False,
        title: str | None = None,
        language: str = "en",
    ) -> None:
        self._size = size
        self._fullscreen = fullscreen
        self._strings = strings.load(language)
        self._title = title or self._strings("window.title")
        self._kit: Kit | None = None
        self.hits: list[Hit] = []
        self._shown: tuple | None = None
        self._before: pygame.Surface | None = None
        self._view: View | None = None
        self._turned_at = 0.0

    def open(self) -> None:
        """Open the window. Raises DisplayError when the system gives none."""
        drm.point_sdl_to_screen()
        try:
            pygame.display.init()
            self._set_mode()
        except pygame.error as error:
            raise DisplayError(
                f"No window could be opened: {error}. A kiosk without a desktop needs a screen and "
                "the groups video and render; under a desktop, start it there."
            ) from error
        pygame.display.set_caption(self._title)
        pygame.key.set_repeat()

    def toggle_fullscreen(self) -> None:
        """Switch between full screen and a window. Raises DisplayError."""
        self._fullscreen = not self._fullscreen
        self.open()

    def actions(self) -> list[Action]:
        """Return what was done to the window since the last call."""
        # What becomes of sound devices is for the player to hear.
        found = map(self._action, pygame.event.get(exclude=pygame.AUDIODEVICEREMOVED))
        return [action for action in found if action is not None]

    def draw(self, view: View) -> None:
        """Draw one picture and show it."""
        self._view = view
        screen = pygame.display.get_surface()
        canvas = self._canvas(screen)
        shown = (view.state.screen, view.state.emotion, canvas.size)
        if shown != self._shown:
            same_size = self._shown is not None and self._shown[-1] == canvas.size
            self._before = canvas.copy() if same_size else None
            self._shown, self._turned_at = shown, view.now
        self.hits = SCREENS[view.state.screen].draw(canvas, self._kit, view)
        self._fade_over(canvas, view.now)
        overlay.draw(canvas, self._kit, view)
        if canvas is not screen:
            screen.blit(canvas, (0, 0))
        pygame.display.flip()

    def save(self, path: Path) -> None:
        """Write the screen that was drawn last to ``path``, a PNG. Raises DisplayError.

        A screen that is still fading in is drawn once more without the one before it.
        """
        if self._before is not None:
            self._before = None
            self.draw(self._view)
        try:
            pygame.image.save(pygame.display.get_surface(), path)
        except (pygame.error, OSError) as error:
            raise DisplayError(f"{path} could not be written: {error}") from error

    def close(self) -> None:
        """Close the window; closing it twice does no harm."""
        self._kit = self._before = self._shown = self._view = None
        self.hits = []
        pygame.display.quit()

    def _set_mode(self) -> None:
        if self._fullscreen:
            pygame.display.set_mode(self._size or (0, 0), pygame.FULLSCREEN)
        else:
            pygame.display.set_mode(self._size or WINDOWED, pygame.RESIZABLE)
        pygame.mouse.set_visible(not self._fullscreen)

    def _canvas(self, screen: pygame.Surface) -> pygame.Surface:
        """The surface to draw on: the window's, or a larger one where the window is tiny."""
        size = (max(screen.width, SMALLEST[0]), max(screen.height, SMALLEST[1]))
        if self._kit is None or (self._kit.theme.width, self._kit.theme.height) != size:
            self._kit = Kit(size, self._strings)
        return screen if size == screen.size else pygame.Surface(size, 0, screen)

    def _fade_over(self, canvas: pygame.Surface, now: float) -> None:
        """Let the screen before this one fade away over it."""
        if self._before is None:
            return
        if now - self._turned_at >= CROSSFADE:
            self._before = None
            return
        share = ease((now - self._turned_at) / CROSSFADE)
        self._before.set_alpha(round(255 * (1 - share)))
        canvas.blit(self._before, (0, 0))

    def _action(self, event: pygame.Event) -> Action | None:
        match event.type:
            case pygame.QUIT:
                return Press.LEAVE
            case pygame.DROPFILE:
                return Drop(Path(event.file))
            case pygame.KEYDOWN:
                return _key(event)
            case pygame.FINGERDOWN:
                width, height = pygame.display.get_window_size()
                return self._touched((event.x * width, event.y * height))
            # SDL makes mouse events out of touches, which have been heard as FINGERDOWN already.
            case pygame.MOUSEBUTTONDOWN if not getattr(event, "touch", False) and event.button == 1:
                return self._touched(event.pos)
        return None

    def _touched(self, point: tuple[float, float]) -> Action:
        for hit in self.hits:
            if hit.area.collidepoint(point):
                return hit.action
        return Press.TAP


def _key(event: pygame.Event) -> Action:
    # The letter comes first: where digits need the shift key, the key alone tells another one.
    letter = getattr(event, "unicode", "")
    if letter and letter in "12345":
        return Choose(int(letter) - 1)
    return KEYS.get(event.key, Press.TAP)
