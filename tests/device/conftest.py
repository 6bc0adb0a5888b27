import dataclasses
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import pygame
import pytest

from device import config
from device.cameras.visitor.actor import Actor
from device.display.window import Window
from device.kiosk import Kiosk

FPS = 10


@dataclasses.dataclass(frozen=True)
class Film:
    """A video of a visit. seconds: how long it lasts."""

    path: Path
    seconds: int


@pytest.fixture(scope="session")
def film(tmp_path_factory) -> Film:
    """Two seconds nobody; the built-in visitor comes, smiles for ten seconds and leaves; nobody."""
    path, seconds = tmp_path_factory.mktemp("film") / "visit.avi", 23
    visitor = Actor(emotions=("happy", "happy"))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, visitor.size)
    for number in range(FPS * seconds):
        writer.write(visitor.render(number / FPS))
    writer.release()
    return Film(path, seconds)


@pytest.fixture(scope="session")
def run_kiosk(root):
    """Starts a kiosk of its own, headless; ``before`` is a program that watches it."""

    def run(*arguments, before=(), **environment):
        command = [*before, sys.executable, "-m", "device", "simulate", "--headless"]
        return subprocess.Popen(
            [*map(str, command), *map(str, arguments)],
            cwd=root,
            env=os.environ | {"SDL_VIDEODRIVER": "dummy"} | environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


class Visitor(threading.Thread):
    """Plays the visitor of a kiosk that runs in the main thread; keeps what it asserts."""

    def __init__(self, kiosk, script):
        super().__init__(daemon=True)
        self.kiosk, self.script, self.failure = kiosk, script, None

    def run(self):
        try:
            self.script(self)
        except Exception as error:
            self.failure = error
        finally:
            self.press(pygame.K_ESCAPE)

    def press(self, key):
        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, unicode="", mod=0))

    def until(self, what, condition, limit_s=40.0):
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {limit_s} s")
            time.sleep(0.02)

    @property
    def state(self):
        return self.kiosk._state

    @property
    def playing(self):
        return self.kiosk._player.status()


@pytest.fixture
def play(monkeypatch, astronaut_file):
    """Runs a kiosk that looks at the astronaut, with a visitor who follows a script."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")

    def play(script, prepare=lambda kiosk: None, *settings):
        settings = config.load(None, [f"camera.source={astronaut_file}", *settings])
        kiosk = Kiosk(settings, Window((800, 480)), seconds=120)
        prepare(kiosk)
        visitor = Visitor(kiosk, script)
        visitor.start()
        kiosk.run()
        visitor.join(5)
        assert not visitor.is_alive()
        if visitor.failure:
            raise visitor.failure

    return play
