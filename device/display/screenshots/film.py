"""Films the way into a mood, for the README: python device/display/screenshots/film.py OUT.webp

The built-in visitor, on a clock of its own, so that every picture is there whatever the machine.
"""

import dataclasses
import os
import sys
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import pygame
from PIL import Image

from data import catalogue, places
from device.cameras.visitor.actor import Actor
from device.contracts import NOTHING_SEEN, Face, Frame, Mood, Playback, Snapshot
from device.display.view import View
from device.display.window import Window
from device.states import Screen, State

SIZE, SHOWN, FPS, CAMERA_FPS = (800, 480), (600, 360), 20, 15
EMOTION = "happy"
# Of the film, in seconds: looking, and the mood; the visitor has come and smiles by then.
LOOKING_S, MOOD_S = 1.0, 2.0
FROM_S = 6.0


def main() -> None:
    """Write the film."""
    songs = catalogue.read_all(places.song_folders()).songs[EMOTION][:5]
    looking = State(Screen.LOOKING, -2.0)
    mood = State(Screen.MOOD, LOOKING_S, EMOTION, tuple(songs), 0, LOOKING_S, heard=True)
    actor, window, film = Actor(emotions=(EMOTION, EMOTION)), Window(SIZE, language="en"), []
    window.open()
    for number in range(round((LOOKING_S + MOOD_S) * FPS)):
        now = number / FPS
        told = now >= LOOKING_S
        playback = Playback(songs[0].id, now - LOOKING_S, 25.0) if told else Playback()
        settled = min(1.0, 0.35 + 0.6 * now / LOOKING_S)
        window.draw(View(mood if told else looking, seen(actor, now, settled), playback, now))
        pixels = pygame.image.tobytes(pygame.display.get_surface(), "RGB")
        film.append(Image.frombytes("RGB", SIZE, pixels).resize(SHOWN, Image.Resampling.LANCZOS))
    window.close()
    # Each picture stands for itself: differences alone would leave ghosts behind.
    waits = [round(1000 / FPS)] * (len(film) - 1) + [1500]
    film[0].save(sys.argv[1], save_all=True, append_images=film[1:], duration=waits, loop=0,
                 quality=60, method=6, kmin=0, kmax=1)  # fmt: skip


def seen(actor: Actor, now: float, settled: float) -> Snapshot:
    """What vision would tell of the visitor."""
    at = FROM_S + int(now * CAMERA_FPS) / CAMERA_FPS
    face = Face(actor.act_at(at).face_box)
    mood = Mood(None, 0.6, settled, 0.0, (1 / 7,) * 7)
    frame = Frame(actor.render(at), now)
    return dataclasses.replace(NOTHING_SEEN, frame=frame, face=face, mood=mood, at=now)


if __name__ == "__main__":
    main()
