"""One suggestion after the other in a terminal, with its preview to hear; one key decides."""

import os
import re
import sys
import termios
import tty
from pathlib import Path

from data.emotions import EMOTIONS
from data.library import edit
from data.library.store import Store

_KEYS = " ".join(f"{number} {emotion}" for number, emotion in enumerate(EMOTIONS, 1))
_HELP = f"Enter accept | {_KEYS} | s skip | d disable | q leave"
# Arrow and function keys come as several characters (ECMA-48), none of which is meant.
_SEQUENCE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)?")


def review(store: Store) -> int:
    """Shows every enabled song that nobody has confirmed; returns how many were decided.

    Each decision is on disk before the next song is shown, so leaving loses nothing. Needs a
    terminal for its input.
    """
    listed = [
        (name, emotion, row)
        for emotion, table in store.tables().items()
        for name, row in table.items()
        if row["mood_by"] != "hand" and edit.is_enabled(row)
    ]
    if not listed:
        print("Nothing to review: every song has been confirmed or is disabled.")
        return 0
    print(_HELP)
    sound = _Sound()
    decided = 0
    try:
        for number, (name, emotion, row) in enumerate(listed, 1):
            print(f"\n{number}/{len(listed)}  {row['title']} – {row['artist']}")
            print(f"  {emotion}: valence {row['valence']}, arousal {row['arousal']}")
            print(f"  {store.reason(name) or 'no reason was kept'}", flush=True)
            sound.play(store.folder / row["preview"])
            choice = _key("\rs123456q7da\n")
            if choice == "q":
                break
            decided += choice != "s"
            print(f"  → {_decide(store, name, emotion, choice)}", flush=True)
    finally:
        sound.close()
    print(f"\n{decided} decided, {len(listed) - decided} left to review")
    return decided


def _decide(store: Store, name: str, emotion: str, choice: str) -> str:
    if choice == "s":
        return "skipped"
    if choice == "d":
        edit.enable(store, name, False)
        return "disabled"
    chosen = EMOTIONS[int(choice) - 1] if choice.isdecimal() else emotion
    edit.move(store, name, chosen)
    return f"{chosen}, by hand"


def _key(known: str) -> str:
    """Waits for one of the known keys; q where the terminal is gone."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        while True:
            pressed = os.read(terminal, 64).decode("utf-8", "replace")
            if not pressed:
                return "q"
            meant = _SEQUENCE.sub("", pressed).lower()[:1]
            if meant and meant in known:
                return meant
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


class _Sound:
    """Plays previews where there is an audio device, and says so once where there is none."""

    def __init__(self) -> None:
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        self._mixer = None
        try:
            import pygame

            pygame.mixer.init()
            self._mixer = pygame.mixer
        except (ImportError, NotImplementedError, RuntimeError) as error:  # pygame.error is one
            print(f"No sound, the songs can be reviewed without hearing them: {error}")

    def play(self, preview: Path) -> None:
        if self._mixer is None:
            return
        try:
            self._mixer.music.load(preview)
            self._mixer.music.play()
        except (RuntimeError, OSError) as error:
            print(f"  cannot be played: {error}")

    def close(self) -> None:
        if self._mixer is not None:
            self._mixer.quit()
