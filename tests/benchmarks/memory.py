"""How much the kiosk grows while one visitor after the other is told each of the moods.

    python tests/benchmarks/memory.py [--visits 64] [--moods 7] [--photo PHOTO] [--json]

Runs the whole kiosk, headless. Visitors come and go as fast as it can greet them: 64 visits are an
hour of the built-in visitor's, or with --photo of one photograph's. The second visit with each mood
is compared with the last two with each, by the least memory, less the six songs that are kept
decoded, which are not of one length. Ends with 1 where that has grown by GROWTH_MB or more.
"""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pygame

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.emotions import EMOTIONS
from device import config
from device.cameras.base import Camera
from device.cameras.sources import open_source
from device.cameras.visitor.actor import Actor
from device.contracts import Frame
from device.display.window import Window
from device.kiosk import Kiosk
from device.states import OFFERED, Screen

HOUR = 64
GROWTH_MB = 2.0
# When the built-in visitor stands there.
STANDS_S = 6.0


class Door(Camera):
    """Films an empty room while ``visit`` is None, else visitor number ``visit``."""

    def __init__(self, photo: Path | None = None, fps: float = 15.0) -> None:
        self.visit: int | None = None
        self._fps = fps
        self._photo, self._actor = None, Actor()
        if photo is not None:
            with open_source(str(photo)) as camera:
                self._photo = camera.read().image
            self._actor = Actor(size=self._photo.shape[1::-1])

    def open(self) -> None:
        """See Camera.open."""

    def read(self, timeout_s: float = 2.0) -> Frame:
        """See Camera.read."""
        time.sleep(1 / self._fps)
        visit, at = self.visit, time.monotonic()
        if visit is None:
            image = self._actor.render(at % 1.0)
        elif self._photo is not None:
            image = self._photo.copy()
        else:
            image = self._actor.render(visit * self._actor.visit_s + STANDS_S + (at % 10))
        return Frame(image, at)

    def close(self) -> None:
        """See Camera.close."""

    def describe(self) -> str:
        """See Camera.describe."""
        return "visitors, one after the other"


class Visits(threading.Thread):
    """Plays so many visitors of a kiosk; mb: its memory after each, less the decoded songs."""

    def __init__(self, kiosk: Kiosk, door: Door, visits: int, moods: int) -> None:
        super().__init__(daemon=True)
        self.mb: list[float] = []
        self._kiosk, self._door, self._visits, self._moods = kiosk, door, visits, moods

    def run(self) -> None:
        """Lets them come; then the kiosk ends."""
        try:
            for visit in range(self._visits):
                self._visit(visit, visit % self._moods)
        finally:
            self._kiosk._leave()

    def _visit(self, number: int, emotion: int) -> None:
        self._door.visit = number
        self._until(lambda: self._state.screen is Screen.MOOD and self._state.songs)
        press(pygame.K_c)
        self._until(lambda: self._state.menu is not None)
        press(pygame.K_1 + emotion)
        self._until(lambda: self._state.emotion == OFFERED[emotion])
        for key in (pygame.K_b, pygame.K_b, pygame.K_4):
            press(key)
            time.sleep(0.2)
        self._door.visit = None
        self._until(lambda: self._state.screen is Screen.ATTRACT)
        self._until(lambda: self._kiosk._tidied_at == self._state.since)
        time.sleep(0.1)
        decoded = sum(pcm.nbytes for pcm in self._kiosk._player._decoded.values())
        self.mb.append(resident_mb() - decoded / 2**20)

    @property
    def _state(self):
        return self._kiosk._state

    def _until(self, condition, limit_s: float = 30.0) -> None:
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"visit {len(self.mb)} hangs in {self._state}")
            time.sleep(0.02)


def press(key: int) -> None:
    """Has the window hear a key."""
    pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, unicode="", mod=0))


def resident_mb() -> float:
    """What of this process lies in memory, in megabytes of 2**20 bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def play(visits: int, moods: int, photo: Path | None) -> list[float]:
    """Returns the kiosk's megabytes after each of the visits."""
    door = Door(photo, fps=30)
    kiosk = Kiosk(config.load(None, []), Window((800, 480)))
    kiosk._opener = lambda source: lambda: door
    kiosk._timing = dataclasses.replace(
        kiosk._timing, engage=0.1, absent_looking=0.5, absent_mood=0.5, goodbye=0.3, fade=0.2
    )
    script = Visits(kiosk, door, visits, moods)
    script.start()
    kiosk.run()
    script.join()
    return script.mb


def main() -> int:
    """Prints the least memory of every round of moods, and the growth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=HOUR, help="after two with each mood")
    parser.add_argument("--moods", type=int, default=len(EMOTIONS), help="so many of the seven")
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    moods, warm = options.moods, 2 * options.moods
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
        os.environ["STATE_DIRECTORY"] = folder
        mb = play(warm + options.visits, moods, options.photo)
    grown = min(mb[-2 * moods :]) - min(mb[moods:warm])
    if options.json:
        print(json.dumps({"mb": mb, "grown_mb": grown}))
    else:
        for visit in range(moods, len(mb) + 1, moods):
            print(f"after {visit:4} visits: {min(mb[visit - moods : visit]):7.1f} MB")
        print(f"grown by {grown:.2f} MB since visit {warm}")
    return int(grown >= GROWTH_MB or len(mb) < warm + options.visits)


if __name__ == "__main__":
    sys.exit(main())
