"""Pictures of the screens that were shown, for people who were not there."""

from pathlib import Path

from device.display.window import Window
from device.errors import UsageError
from device.states import Screen, State

# A screen has settled by then and is worth a picture.
SETTLED_S = 1.5


class Screenshots:
    """A picture of each screen that was shown, once it has settled or just before it goes."""

    def __init__(self, window: Window, folder: Path):
        self._window, self._folder = window, folder
        self._saved: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--screenshots {folder}: {error.strerror}") from error

    def before_drawing(self, shown: State, coming: State, now: float) -> None:
        """Saves what the window shows now, if it is time."""
        leaves = (shown.screen, shown.emotion) != (coming.screen, coming.emotion)
        if leaves or now - shown.since >= SETTLED_S:
            self.save(shown)

    def save(self, shown: State) -> None:
        """Saves what the window shows now, unless the like of it was saved before."""
        told = f"-{shown.emotion}" if shown.screen is Screen.MOOD else ""
        name = f"{shown.screen.value}{told}"
        if name not in self._saved:
            self._saved.add(name)
            self._window.save(self._folder / f"{len(self._saved):02d}-{name}.png")
