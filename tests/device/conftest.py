import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from device.cameras.actor import Actor

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
