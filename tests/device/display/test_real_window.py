"""A real window of a real X server (Xvfb): the simulator with its actor, driven by keys and clicks
from outside, and judged by the pixels of the screen."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from device.display.kit.theme import ACCENTS, PALETTES

TOOLS = ("Xvfb", "xdotool", "xwd")
SIZE = (800, 480)
LIMIT_S = 90

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"one of {', '.join(TOOLS)} is not installed"
)


class Desk:
    """The X server and what runs on it."""

    def __init__(self, display: str, root: Path):
        self._environment = {
            name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"
        }
        self._environment |= {
            "DISPLAY": display,
            "SDL_VIDEODRIVER": "x11",
            "SDL_AUDIODRIVER": "dummy",
            "LANG": "C.UTF-8",
        }
        self.root = root

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "device", "simulate", *arguments],
            cwd=self.root,
            env=self._environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def do(self, *arguments: object) -> str:
        return subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout

    def click(self, x: int, y: int) -> None:
        self.do("mousemove", x, y, "click", 1)

    def screen(self) -> np.ndarray:
        """What the X server shows: uint8 RGB (height, width, 3)."""
        dump = subprocess.run(
            ["xwd", "-root", "-silent"], env=self._environment, check=True, capture_output=True
        ).stdout
        # X Window Dump, version 7 (X11/XWDFile.h): big-endian words, the header's size first.
        words = np.frombuffer(dump[:100], ">u4")
        header, width, height, line, colors = (int(words[index]) for index in (0, 4, 5, 12, 19))
        pixels = np.frombuffer(dump, np.uint8, line * height, header + 12 * colors)
        return pixels.reshape(height, line)[:, : 4 * width].reshape(height, width, 4)[..., 2::-1]

    def until(self, what: str, condition) -> np.ndarray:
        """Waits until a picture of the screen meets ``condition``; returns that picture."""
        end = time.monotonic() + LIMIT_S
        while True:
            picture = self.screen()
            if condition(picture):
                return picture
            assert time.monotonic() < end, f"{what}: not within {LIMIT_S} s"
            time.sleep(0.1)


@pytest.fixture
def desk(root):
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    yield Desk(display, root)
    server.terminate()
    server.wait(10)


def share(picture: np.ndarray, color) -> float:
    return float(np.all(picture == color, axis=2).mean())


def told(picture: np.ndarray) -> str | None:
    """The emotion whose face is drawn in the upper left corner, or None."""
    corner = picture[:210, :230]
    found = {emotion: share(corner, color) for emotion, color in ACCENTS.items()}
    emotion = max(found, key=found.get)
    return emotion if found[emotion] > 0.10 else None


def test_a_visit_by_keys_and_clicks(desk):
    kiosk = desk.start("--source", "actor", "--size", f"{SIZE[0]}x{SIZE[1]}")
    try:
        # The window has the size of the screen, so that its pixels are the screen's.
        grounds = [PALETTES["dark"].lit(mood).ink for mood in (None, *ACCENTS)]
        first = desk.until(
            "the attract screen", lambda seen: max(share(seen, color) for color in grounds) > 0.4
        )
        assert share(first, PALETTES["dark"].text) > 0.01
        seen = desk.until("a mood and its songs", lambda seen: told(seen) is not None)
        emotion = told(seen)

        def chosen(picture):
            """Which of the five cards has its emotion's edge, or None."""
            color = ACCENTS[told(picture) or emotion]
            column = np.all(picture[:, 700] == color, axis=1).nonzero()[0]
            return None if column.size == 0 else int((column.mean() - 24) // 80)

        desk.until("the first song", lambda seen: chosen(seen) == 0)
        desk.do("key", "4")
        desk.until("the fourth song, by a key", lambda seen: chosen(seen) == 3)
        desk.click(600, 24 + 80 + 36)
        desk.until("the second song, by a click", lambda seen: chosen(seen) == 1)

        desk.do("key", "c")
        menu = desk.until(
            "the menu of moods", lambda seen: all(share(seen, c) > 0.006 for c in ACCENTS.values())
        )
        wanted = "sad" if emotion != "sad" else "happy"
        rows, columns = np.nonzero(np.all(menu == ACCENTS[wanted], axis=2))
        desk.click(int(np.median(columns)), int(np.median(rows)))
        desk.until("the mood that was chosen", lambda seen: told(seen) == wanted)

        desk.do("key", "Escape")
        _, log = kiosk.communicate(timeout=30)
        assert kiosk.returncode == 0, log
        assert "Traceback" not in log
    finally:
        kiosk.kill()
        kiosk.communicate()


def test_a_mood_may_be_seen_in_light_colours(desk, tmp_path):
    kiosk = desk.start(
        *("--source", "actor", "--theme", "light"),
        *("--size", f"{SIZE[0]}x{SIZE[1]}", "--screenshots", str(tmp_path)),
    )
    try:
        paper = PALETTES["light"].ink
        desk.until("the light ground", lambda seen: share(seen, paper) > 0.3)
        desk.do("key", "g")
        tile = PALETTES["light"].surface
        desk.until("the menu of languages", lambda seen: share(seen, tile) > 0.2)
        # Closing it does not close the kiosk.
        desk.do("key", "Escape")
        desk.until("the menu's end", lambda seen: share(seen, tile) < 0.1)
        assert kiosk.poll() is None
        desk.do("key", "Escape")
        _, log = kiosk.communicate(timeout=30)
        assert kiosk.returncode == 0, log
    finally:
        kiosk.kill()
        kiosk.communicate()
    pictures = sorted(tmp_path.glob("*.png"))
    assert pictures
    assert share(np.asarray(Image.open(pictures[0]).convert("RGB")), paper) > 0.3
