"""Where songs lie: the shipped data folder, and the operator's own library beside the state."""

import os
from pathlib import Path

import data


def state_folder() -> Path:
    """Where a kiosk writes: ``$STATE_DIRECTORY`` (systemd.exec(5)), else the XDG state folder.

    It need not exist. systemd names several folders with colons between them; the first counts.
    """
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given)
    # Relative paths in XDG variables are invalid, by the XDG Base Directory Specification.
    state = Path(os.environ.get("XDG_STATE_HOME") or "~")
    if not state.is_absolute():
        state = Path.home() / ".local" / "state"
    return state / "mood-kiosk"


def song_folders() -> tuple[Path, Path]:
    """All data folders a kiosk takes its songs from: the shipped one, then the operator's."""
    return data.FOLDER, state_folder()


def is_foreign(name: str) -> bool:
    """Whether a file or folder is a system's or a program's own: hidden, or macOS's beside it."""
    return name.startswith(".") or name == "__MACOSX"
