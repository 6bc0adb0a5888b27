import dataclasses
import os
from pathlib import Path

import numpy as np
import pygame
import pytest

from data.catalogue import Song
from data.emotions import EMOTIONS
from device.contracts import (
    NOTHING_SEEN,
    Face,
    Frame,
    Hindrance,
    Mood,
    Playback,
    Snapshot,
    Trouble,
)
from device.display.view import View
from device.display.window import Window
from device.states import Menu, Screen, State

SIZES = ((800, 480), (1024, 600), (1280, 800), (1920, 1080), (480, 800), (1080, 1920))
TITLES = (
    "Piano Sonata No. 14 in C-sharp minor, Op. 27 No. 2 “Moonlight”: I. Adagio sostenuto",
    "Gymnopédie No. 1",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenmarsch",
    "Čtyři skladby pro housle a klavír",
    "Air",
)


@pytest.fixture(autouse=True)
def headless(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", os.environ.get("SDL_VIDEODRIVER", "dummy"))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def any_window(request):
    """A window of every size there are displays for."""
    yield from opened(request.param)


@pytest.fixture(params=[SIZES[0], SIZES[4]], ids=["landscape", "portrait"])
def window(request):
    yield from opened(request.param)


@pytest.fixture
def small_window():
    """A window of the 7-inch display's size."""
    yield from opened(SIZES[0])


def opened(size: tuple[int, int]):
    window = Window(size)
    window.open()
    yield window
    window.close()


@pytest.fixture
def no_fading(monkeypatch):
    """Every screen is shown at once, whatever was before."""
    monkeypatch.setattr("device.display.window.CROSSFADE", 0.0)
    monkeypatch.setattr("device.display.screens.reveal.SECONDS", 0.0)


@pytest.fixture(scope="session")
def make_song():
    def make(number: int = 0, emotion: str = "happy", **more) -> Song:
        values = {
            "id": f"{emotion}-{number}",
            "title": TITLES[number],
            "artist": "Antonín Dvořák",
            "album": "",
            "year": 1894,
            "duration_s": 25.4,
            "preview": Path("/previews/song.ogg"),
            "preview_start_s": 0.0,
            "valence": 0.6,
            "arousal": number / 4,
            "tempo_bpm": None,
            "mode": "",
            "licence": "Public domain",
            "source": "",
            "source_sha256": "",
            "mood_by": "hand",
            "enabled": True,
            "emotion": emotion,
        }
        return Song(**(values | more))

    return make


@pytest.fixture(scope="session")
def two_halves() -> Frame:
    """A picture whose left half is red and whose right half is blue."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, :320] = (0, 0, 220)
    image[:, 320:] = (220, 0, 0)
    return Frame(image, 0.0)


@pytest.fixture(scope="session")
def visitor(two_halves) -> Snapshot:
    """Somebody in the middle of the picture, whose mood is half settled."""
    mood = Mood(None, 0.3, 0.5, 90.0, (1 / 7,) * 7)
    return dataclasses.replace(
        NOTHING_SEEN, frame=two_halves, face=Face((250, 150, 140, 140)), mood=mood, at=100.0
    )


@pytest.fixture(scope="session")
def mood_view(make_song, visitor):
    def make(emotion: str = "happy", chosen: int = 1, leads: str = "", **more) -> View:
        way = (emotion, emotion, "surprise", "neutral", "neutral") if leads else (emotion,) * 5
        turn = -1 if leads == "calmer" else 1
        songs = tuple(
            make_song(number, each, arousal=(number * turn % 5) / 4)
            for number, each in enumerate(way)
        )
        state = State(Screen.MOOD, 90.0, emotion, songs, chosen, 90.0, heard=True)
        playback = Playback(songs[chosen].id, 10.0, 25.0)
        return dataclasses.replace(View(state, visitor, playback, 100.0), **more)

    return make


@pytest.fixture(scope="session")
def views(mood_view, visitor) -> dict[str, View]:
    """Every screen in every way it can look."""
    quiet = Playback()
    moods = {f"mood {emotion}": mood_view(emotion) for emotion in EMOTIONS}
    happy = moods["mood happy"]
    no_sound = dataclasses.replace(happy.playback, silent_because="There is no loudspeaker.")
    trouble = State(Screen.TROUBLE, 90.0, trouble=Trouble("CAMERA", "The camera is gone."))
    looking = View(State(Screen.LOOKING, 98.0), visitor, quiet, 100.0)
    frame = visitor.frame
    dark = Frame(frame.image // 16, 0.0)
    looks = {
        "looking": {},
        "looking at nobody": {"face": None, "mood": None},
        "looking at nothing": {"face": None, "mood": None, "frame": None},
        "looking in the dark": {"frame": dark, "hindrance": Hindrance.DARK},
        "looking far": {"face": Face((300, 200, 40, 40)), "hindrance": Hindrance.FAR},
        "looking at the edge": {"face": Face((590, 400, 90, 90)), "hindrance": Hindrance.CUT},
        "looking at who moves": {"hindrance": Hindrance.BLURRED},
        "looking at who looks away": {"hindrance": Hindrance.TURNED},
        "looking at several": {
            "others": (Face((20, 20, 60, 60)),),
            "hindrance": Hindrance.SEVERAL,
        },
    }
    return moods | {
        "attract": View(State(since=98.0), NOTHING_SEEN, quiet, 100.0),
        "attract in another language": View(State(since=92.0), NOTHING_SEEN, quiet, 100.0),
        **{
            name: dataclasses.replace(looking, snapshot=dataclasses.replace(visitor, **more))
            for name, more in looks.items()
        },
        "looking at a picture without a face": View(
            State(Screen.LOOKING, 98.0, dropped=True),
            dataclasses.replace(visitor, face=None, mood=None),
            quiet,
            100.0,
        ),
        "looking for long": View(State(Screen.LOOKING, 90.0), visitor, quiet, 100.0),
        "mood before songs": View(State(Screen.MOOD, 90.0, "sad"), visitor, quiet, 100.0),
        "mood paused": dataclasses.replace(
            happy, playback=dataclasses.replace(happy.playback, paused=True)
        ),
        "mood silent": dataclasses.replace(happy, playback=no_sound),
        "mood turned off": dataclasses.replace(
            happy, playback=dataclasses.replace(happy.playback, volume=0.0)
        ),
        "mood unsaid": dataclasses.replace(
            mood_view("neutral"),
            state=dataclasses.replace(mood_view("neutral").state, unsaid=True),
        ),
        "mood changing": dataclasses.replace(
            happy, state=dataclasses.replace(happy.state, offer="surprise")
        ),
        "mood that leads somewhere": mood_view("sad", 2, leads="brighter"),
        "mood that calms down": mood_view("angry", 2, leads="calmer"),
        "mood ended": dataclasses.replace(
            happy,
            state=dataclasses.replace(happy.state, chosen=None, ended_at=95.0),
            playback=quiet,
        ),
        "mood ended with a link": dataclasses.replace(
            happy,
            state=dataclasses.replace(happy.state, chosen=None, ended_at=95.0),
            playback=quiet,
            link="https://example.org/{title}",
        ),
        "mood with a link": dataclasses.replace(happy, link="https://example.org/{title}"),
        "mood with a code": dataclasses.replace(
            happy,
            state=dataclasses.replace(happy.state, link=True),
            link="https://example.org/{title}",
        ),
        "mood with a song that failed": dataclasses.replace(
            happy, playback=dataclasses.replace(happy.playback, failed=frozenset({"happy-0"}))
        ),
        "volume": dataclasses.replace(
            happy, state=dataclasses.replace(happy.state, volume_until=101.0)
        ),
        "volume elsewhere": View(State(since=98.0, volume_until=101.0), NOTHING_SEEN, quiet, 100.0),
        "figures": dataclasses.replace(happy, debug=("webcam 640 × 480", "29.9 a second")),
        "goodbye": View(State(Screen.GOODBYE, 100.0, "sad"), visitor, quiet, 100.0),
        "goodbye after a look": View(State(Screen.GOODBYE, 98.3), visitor, quiet, 100.0),
        "trouble": View(trouble, NOTHING_SEEN, quiet, 100.0),
        **{
            f"trouble {code}": View(
                State(Screen.TROUBLE, 90.0, trouble=Trouble(code, "It is gone.")),
                NOTHING_SEEN,
                quiet,
                100.0,
            )
            for code in ("CAMERA", "VISION", "SONGS")
        },
        "bars": dataclasses.replace(happy, state=dataclasses.replace(happy.state, bars=True)),
        "menu of moods": dataclasses.replace(
            happy, state=dataclasses.replace(happy.state, menu=Menu.MOODS)
        ),
        "menu that asks": dataclasses.replace(
            looking, state=dataclasses.replace(looking.state, menu=Menu.MOODS)
        ),
        "trouble with a contact": View(
            trouble, NOTHING_SEEN, quiet, 100.0, contact="Please tell the desk at the entrance."
        ),
        "menu of languages": dataclasses.replace(
            looking, state=dataclasses.replace(looking.state, menu=Menu.LANGUAGES)
        ),
    }


@pytest.fixture
def shown():
    """Returns what the window shows: uint8 RGB (height, width, 3)."""

    def read() -> np.ndarray:
        surface = pygame.display.get_surface()
        pixels = np.frombuffer(surface.get_buffer().raw, np.uint8)
        rows = pixels.reshape(surface.height, surface.get_pitch())[:, : 4 * surface.width]
        return rows.reshape(surface.height, surface.width, 4)[..., 2::-1]

    return read
