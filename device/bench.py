"""How long one picture of a screen takes, from a fixed snapshot and a clock that moves."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.catalogue import Song
from device.contracts import (
    NOTHING_SEEN,
    Face,
    Frame,
    Mood,
    Playback,
    Snapshot,
    Trouble,
)
from device.states import Screen, State

if TYPE_CHECKING:
    from device.display.view import View

EMOTION = "happy"
FRAME_S = 1 / 30
# The camera brings a new picture to every second one that is drawn.
CAMERA_EVERY = 2
WARM_UP = 20
# The way from LOOKING to MOOD, over and over; of so many pictures the first shows LOOKING.
REVEAL, REVEAL_FRAMES = "reveal", 37
SCREENS = (*(screen.value for screen in Screen), REVEAL)


def bench(screen: str, size: tuple[int, int], seconds: float, as_json: bool) -> int:
    """Draw ``screen``, one of SCREENS, for ``seconds`` in ``size`` pixels; print the times.

    The picture goes to SDL's dummy driver, so what the display itself takes is not in it. Of the
    reveal, ``costliest_ms`` is the median of that one of its pictures that takes longest. Returns
    the exit code.
    """
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    from device.display.window import Window

    window = Window(size)
    window.open()
    wall, cpu, numbers = [], [], []
    try:
        end = time.monotonic() + seconds
        for number, (view, counts) in enumerate(_views(screen)):
            if time.monotonic() >= end and len(wall) >= WARM_UP:
                break
            started, started_cpu = time.perf_counter(), time.thread_time()
            window.draw(view)
            if counts and number >= WARM_UP:
                wall.append((time.perf_counter() - started) * 1e3)
                cpu.append((time.thread_time() - started_cpu) * 1e3)
                numbers.append(number % REVEAL_FRAMES)
    finally:
        window.close()
    result = {
        "screen": screen,
        "size": f"{size[0]}x{size[1]}",
        "frames": len(wall),
        "wall_ms": _summary(wall),
        "cpu_ms": _summary(cpu),
    }
    if screen == REVEAL:
        result["costliest_ms"] = _costliest(cpu, numbers)
    print(json.dumps(result) if as_json else _text(result))
    return 0


def _views(screen: str) -> Iterator[tuple[View, bool]]:
    """What is drawn, picture after picture, and whether its time counts."""
    from device.display.view import View

    shown = scene(Screen.MOOD if screen == REVEAL else Screen(screen))
    before = scene(Screen.LOOKING)
    frame = None
    for number in itertools.count():
        counts = screen != REVEAL or number % REVEAL_FRAMES > 0
        state, snapshot, playback = shown if counts else before
        now = state.since + number * FRAME_S
        if snapshot.frame is not None:
            if number % CAMERA_EVERY == 0 or frame is None:
                frame = Frame(snapshot.frame.image.copy(), now)
            snapshot = dataclasses.replace(snapshot, frame=frame)
        yield View(state, snapshot, _heard(playback, now - state.since), now), counts


def scene(screen: Screen) -> tuple[State, Snapshot, Playback]:
    """Return a fixed state, snapshot and playback that show ``screen``."""
    songs = tuple(_song(number) for number in range(5))
    state, playback, snapshot = State(screen, 100.0), Playback(), NOTHING_SEEN
    if screen in (Screen.LOOKING, Screen.MOOD):
        snapshot = _somebody()
    if screen is Screen.MOOD:
        state = State(screen, 100.0, EMOTION, songs, 1, 100.0, heard=True)
        playback = Playback(songs[1].id, 0.0, songs[1].duration_s)
    if screen is Screen.GOODBYE:
        state = State(screen, 100.0, EMOTION)
    if screen is Screen.TROUBLE:
        state = State(screen, 100.0, trouble=Trouble("CAMERA", "The camera does not answer."))
    return state, snapshot, playback


def _somebody() -> Snapshot:
    ramp = np.linspace(40, 200, 640, dtype=np.uint8)
    image = np.repeat(np.repeat(ramp[None, :, None], 480, 0), 3, 2)
    mood = Mood(EMOTION, 0.7, 1.0, 90.0, (0.05,) * 3 + (0.7,) + (0.05,) * 3)
    face = Face((250, 150, 140, 140))
    return dataclasses.replace(NOTHING_SEEN, frame=Frame(image, 0.0), face=face, mood=mood)


def _heard(playback: Playback, seconds: float) -> Playback:
    if playback.song_id is None:
        return playback
    return dataclasses.replace(playback, position_s=seconds % playback.length_s)


def _song(number: int) -> Song:
    return Song(
        id=f"bench-{number}",
        title=f"A Song with a Title of Some Length, No. {number + 1}",
        artist="Somebody",
        album="",
        year=1900 + number,
        duration_s=25.0,
        preview=Path("bench.ogg"),
        preview_start_s=0.0,
        valence=0.6,
        arousal=number / 4,
        tempo_bpm=None,
        mode="",
        licence="",
        source="",
        source_sha256="",
        mood_by="hand",
        enabled=True,
        emotion=EMOTION,
    )


def _costliest(times: list[float], numbers: list[int]) -> float:
    """The largest of the medians of ``times`` by the picture's number on the way."""
    by_number = collections.defaultdict(list)
    for milliseconds, number in zip(times, numbers, strict=True):
        by_number[number].append(milliseconds)
    return round(max(map(statistics.median, by_number.values())), 2)


def _summary(times: list[float]) -> dict[str, float]:
    ranked = sorted(times)
    return {
        "median": round(statistics.median(ranked), 2),
        "p95": round(ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))], 2),
        "max": round(ranked[-1], 2),
    }


def _text(result: dict) -> str:
    lines = [f"{result['screen']} at {result['size']}, {result['frames']} pictures, in ms:"]
    for name, kind in (("wall clock", "wall_ms"), ("this thread's CPU", "cpu_ms")):
        times = result[kind]
        lines.append(
            f"  {name:<18} median {times['median']:6.2f}   95 % under {times['p95']:6.2f}   "
            f"longest {times['max']:6.2f}"
        )
    if "costliest_ms" in result:
        lines.append(f"  the picture of the way that takes longest: {result['costliest_ms']:.2f}")
    return "\n".join(lines)
