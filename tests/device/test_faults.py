"""What a kiosk has to live through for months: each fault, and the kiosk goes on by itself."""

import datetime
import itertools
import logging
import random
import shutil
import threading
import time

import numpy as np
import pygame
import pytest

import data
from data import places
from device import kiosk as kiosk_module
from device.contracts import Frame, Trouble
from device.display.window import Window
from device.kiosk import Kiosk
from device.music.memory import Memory
from device.options import Config
from device.states import Screen
from device.vision import emotion
from device.vision import worker as worker_module
from device.vision.emotion import EmotionModel
from device.vision.watch import Watch

LEAVING = (pygame.K_ESCAPE, pygame.K_F11)  # F11 asks X for another window


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """A copy of the shipped songs, which a test may ruin."""
    folder = tmp_path / "data"
    for name in ("songs", "previews"):
        shutil.copytree(data.FOLDER / name, folder / name)
    monkeypatch.setattr(places, "song_folders", lambda: (folder,))
    return folder


@pytest.fixture
def state(tmp_path, monkeypatch):
    folder = tmp_path / "state"
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))
    return folder


def until_songs(visitor):
    visitor.until("the songs", lambda: visitor.state.screen is Screen.MOOD and visitor.state.songs)
    return visitor.state.songs


def test_previews_that_vanish_or_rot_are_skipped(play, own_data):
    def script(visitor):
        songs = until_songs(visitor)
        songs[1].preview.unlink()
        songs[2].preview.write_bytes(songs[2].preview.read_bytes()[:3000])
        songs[3].preview.write_bytes(b"OggS nothing")
        visitor.kiosk._player._decoded.clear()  # else they are ready to be played
        visitor.press(pygame.K_2)
        visitor.until("the fifth song", lambda: visitor.playing.song_id == songs[4].id)
        assert visitor.playing.failed >= {songs[1].id, songs[3].id}
        assert visitor.state.screen is Screen.MOOD

    play(script)


def test_songs_that_vanish_while_it_runs_change_nothing(play, own_data):
    def script(visitor):
        until_songs(visitor)
        shutil.rmtree(own_data / "songs")
        visitor.press(pygame.K_c)
        visitor.until("the moods", lambda: visitor.state.menu is not None)
        visitor.press(pygame.K_4)  # the fourth of the menu
        visitor.until("other songs", lambda: visitor.state.emotion == "sad" and visitor.state.songs)
        assert len(visitor.state.songs) == 5

    play(script)


@pytest.mark.parametrize("damage", ["deleted", "overwritten", "folder gone"])
def test_a_database_that_is_ruined_while_it_runs_costs_counts_only(play, state, damage):
    def script(visitor):
        songs = until_songs(visitor)
        if damage == "deleted":
            for path in state.iterdir():
                path.unlink()
        elif damage == "overwritten":
            for path in state.iterdir():
                path.write_bytes(b"\x00 no database" * 1000)
        else:
            shutil.rmtree(state)
        for _ in range(3):
            visitor.press(pygame.K_l)
            visitor.press(pygame.K_n)
        visitor.until("another song", lambda: visitor.playing.song_id not in (None, songs[0].id))
        assert visitor.state.trouble is None

    play(script)
    memory = Memory(state)  # whatever is left, the next kiosk begins
    memory.add("sad", ["air"], "liked")
    memory.close()


def test_the_wall_clock_may_jump_by_years(play, monkeypatch):
    years = itertools.cycle((1970, 2038, 2026, 2027))

    class Jumping(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(next(years), 1, 1, 23, 30, tzinfo=tz)

    monkeypatch.setattr(kiosk_module.datetime, "datetime", Jumping)

    def script(visitor):
        songs = until_songs(visitor)
        visitor.until("progress", lambda: visitor.playing.position_s > 1.0)
        assert visitor.playing.song_id == songs[0].id
        assert visitor.state.screen is Screen.MOOD

    play(script, lambda kiosk: None, "music.quiet_hours=22:00-07:00")


class Once:
    """Looks as ever, but the first time it is asked to it fails."""

    def __init__(self, error):
        self.error, self.failed = error, threading.Event()

    def __call__(self, *arguments, look=Watch.look, **named):
        if not self.failed.is_set():
            self.failed.set()
            raise self.error
        return look(*arguments, **named)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("invoke failed")], ids=repr)
def test_a_model_that_fails_once_is_loaded_again(play, monkeypatch, error):
    monkeypatch.setattr(worker_module, "RETRY_S", 0.2)
    once = Once(error)

    def look(*arguments, **named):  # a function, so that it is bound to its Watch
        return once(*arguments, **named)

    monkeypatch.setattr(Watch, "look", look)

    def script(visitor):
        until_songs(visitor)
        assert once.failed.is_set()

    play(script)


@pytest.fixture
def make_sight():
    return Kiosk(Config(), Window())._make_sight


@pytest.mark.parametrize("part", [emotion.MODEL, emotion.MODEL.with_suffix(".json")], ids=str)
def test_a_model_or_card_that_is_gone_when_it_is_needed_anew_heals(
    play, monkeypatch, tmp_path, part
):
    monkeypatch.setattr(worker_module, "RETRY_S", 0.2)
    for suffix in (".tflite", ".json"):
        shutil.copy(emotion.MODEL.with_suffix(suffix), tmp_path)
    copy, load = tmp_path / emotion.MODEL.name, EmotionModel.load
    monkeypatch.setattr(EmotionModel, "load", lambda threads: load(copy, threads))
    mine = tmp_path / part.name
    failing = threading.Event()

    def look(*arguments, look=Watch.look, **named):
        if failing.is_set():
            failing.clear()
            raise RuntimeError("invoke failed")
        return look(*arguments, **named)

    monkeypatch.setattr(Watch, "look", look)

    def script(visitor):
        until_songs(visitor)
        content = mine.read_bytes()
        mine.unlink()
        failing.set()
        visitor.until(
            "the trouble",
            lambda: visitor.state.trouble is not None and part.name in visitor.state.trouble.text,
        )
        assert visitor.state.trouble.code == "VISION"
        mine.write_bytes(content)
        until_songs(visitor)

    play(script)


class Odd:
    """A camera's frames, of which most are not what was ordered."""

    trouble: Trouble | None = None

    def __init__(self, good):
        generator = np.random.default_rng(1)
        torn = good.copy()
        torn[good.shape[0] // 2 :] = generator.integers(0, 255, torn[good.shape[0] // 2 :].shape)
        self.images = [
            good,
            np.zeros_like(good),
            np.full_like(good, 255),
            torn,
            good[:100, :80].copy(),
            np.zeros((1, 1, 3), np.uint8),
            np.zeros((2, 4000, 3), np.uint8),
            good[::-1, ::-1],
            good[..., 0].copy(),
            np.zeros((0, 0, 3), np.uint8),
            good,
        ]
        self.given = 0

    def newest(self, after, timeout_s):
        time.sleep(0.01)
        image = self.images[min(self.given, len(self.images) - 1)]
        self.given += 1
        return Frame(image, time.monotonic())


def test_black_torn_and_misshapen_frames_do_not_end_vision(monkeypatch, astronaut, make_sight):
    monkeypatch.setattr(worker_module, "RETRY_S", 0.05)
    source = Odd(astronaut)
    worker = worker_module.VisionWorker(source, make_sight)
    worker.start()
    try:
        end = time.monotonic() + 60
        while not (
            source.given > len(source.images)
            and worker.snapshot.mood is not None
            and worker.snapshot.mood.emotion == "happy"
        ):
            assert time.monotonic() < end, worker.snapshot
            time.sleep(0.02)
    finally:
        worker.stop()


def test_ten_thousand_random_actions_leave_a_kiosk_that_works(play, caplog):
    caplog.set_level(logging.WARNING)
    keys = [
        value
        for name, value in vars(pygame).items()
        if name.startswith("K_") and value not in LEAVING
    ]
    chance = random.Random(1)

    def some_event():
        x, y = chance.uniform(-20, 820), chance.uniform(-20, 500)
        match chance.randrange(8):
            case 0 | 1 | 2:
                return pygame.Event(
                    pygame.KEYDOWN, key=chance.choice(keys), unicode="", mod=chance.choice((0, 1))
                )
            case 3 | 4:
                return pygame.Event(
                    pygame.MOUSEBUTTONDOWN, pos=(int(x), int(y)), button=chance.randint(1, 5)
                )
            case 5:
                return pygame.Event(pygame.FINGERDOWN, x=x / 800, y=y / 480, finger_id=0)
            case 6:
                return pygame.Event(pygame.WINDOWEXPOSED)
            case _:
                kind = chance.choice((pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.FINGERUP))
                return pygame.Event(kind, pos=(int(x), int(y)), x=0.5, y=0.5, rel=(0, 0))

    def script(visitor):
        until_songs(visitor)
        for _ in range(500):
            drawn = visitor.kiosk._pictures
            for _ in range(20):
                pygame.event.post(some_event())
            visitor.until("a picture", lambda drawn=drawn: visitor.kiosk._pictures > drawn)
        visitor.until("no menu", lambda: visitor.state.menu is None)
        # Somebody may have been done, and the photograph looks like one by now; a touch wakes it.
        visitor.until("a rest", lambda: visitor.state.screen is not Screen.GOODBYE)
        if visitor.state.screen is not Screen.MOOD:
            visitor.press(pygame.K_SPACE)
        until_songs(visitor)

    play(script, lambda kiosk: None, "display.fps=60")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
