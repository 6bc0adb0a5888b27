"""The whole kiosk: real camera thread, cascade, model, songs, player and window; SDL's own drivers
for machines without screen and sound stand in for those two alone."""

import dataclasses
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pygame
import pytest

import data
from data import catalogue
from device.music.memory import Memory
from device.states import Screen
from device.vision import emotion
from device.vision.budget import NOTHING
from device.vision.finder import Effort
from device.vision.sight import Sight

RATE, CHANNELS = 44_100, 2
DRI = Path("/dev/dri")


@pytest.fixture(scope="module")
def visit(root, film, run_kiosk, tmp_path_factory):
    """A whole visit: folder with the screens and the sound."""
    folder = tmp_path_factory.mktemp("visit")
    kiosk = run_kiosk(
        *("--source", film.path, "--size", "800x480", "--set", "visit.absent_mood_s=2"),
        *("--seconds", film.seconds, "--screenshots", folder / "screens"),
        SDL_AUDIODRIVER="disk",
        SDL_DISKAUDIOFILE=str(folder / "sound.raw"),
    )
    _, log = kiosk.communicate(timeout=film.seconds + 120)
    assert kiosk.returncode == 0, log
    assert "Traceback" not in log
    return folder


def test_the_visit_goes_from_attract_to_mood_and_back(visit):
    shown = [path.stem.split("-", 1)[1] for path in sorted((visit / "screens").iterdir())]
    assert shown[:2] == ["attract", "looking"]
    assert shown[2].startswith("mood-")
    assert shown[-1] == "goodbye"


def test_every_screen_shows_something_of_its_own(visit):
    pictures = [
        pygame.surfarray.array3d(pygame.image.load(path)).astype(int)
        for path in sorted((visit / "screens").iterdir())
    ]
    for picture in pictures:
        assert picture.shape == (800, 480, 3)
        assert picture.std() > 5
    for one, other in itertools.pairwise(pictures):
        assert np.abs(one - other).mean() > 3


def test_the_songs_are_heard_while_the_visitor_is_there(visit, film):
    samples = np.fromfile(visit / "sound.raw", np.int16).reshape(-1, CHANNELS)
    # The disk driver paces itself by sleeping, so its file may fall short of the clock.
    assert 0.5 * film.seconds < len(samples) / RATE < film.seconds + 5
    seconds = samples[: len(samples) // RATE * RATE].astype(float).reshape(-1, RATE * CHANNELS)
    loudness = np.sqrt((seconds**2).mean(axis=1)) / 32768
    heard = np.flatnonzero(loudness > 0.003)
    assert heard[0] >= 2, "music before anybody was there"
    assert len(heard) >= 6
    assert (loudness[heard] > 0.01).mean() > 0.5
    assert np.abs(samples).max() < 32767, "clipped"
    assert loudness[-1] < 0.003, "music after everybody had gone"


def test_sigterm_ends_it_cleanly(root, run_kiosk):
    kiosk = run_kiosk("--source", "actor", SDL_AUDIODRIVER="dummy")
    for line in kiosk.stderr:
        if "sound device is open" in line:
            break
    time.sleep(1)
    kiosk.send_signal(signal.SIGTERM)
    _, log = kiosk.communicate(timeout=30)
    assert kiosk.returncode == 0, log
    assert "Traceback" not in log


@pytest.mark.skipif(os.cpu_count() == 1, reason="on one core nothing has threads of its own")
def test_no_thread_of_numpy_waits_by_spinning(root):
    program = (
        "import os, device, numpy as np; a = np.ones((600, 600)); a @ a; "
        "print(len(os.listdir('/proc/self/task')))"
    )
    free = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=free, capture_output=True, check=True
    )
    assert int(told.stdout) == 1


def test_a_source_that_cannot_be_meant_ends_with_2_and_one_sentence(root, run_kiosk):
    kiosk = run_kiosk("--source", "nosuch.jpg")
    _, log = kiosk.communicate(timeout=60)
    assert kiosk.returncode == 2
    assert "nosuch.jpg" in log
    assert "Traceback" not in log


def test_without_a_screen_it_says_so_and_names_headless(root):
    if any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) or DRI.exists():
        pytest.skip("there is a screen here")
    asked_for = ("SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER")
    done = subprocess.run(
        [sys.executable, "-m", "device", "simulate", "--source", "actor", "--seconds", "1"],
        cwd=root,
        env={name: value for name, value in os.environ.items() if name not in asked_for},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "--headless" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_smile_plays_happy_songs_and_keys_choose_among_them(play):
    def script(visitor):
        visitor.until(
            "the mood", lambda: visitor.state.screen is Screen.MOOD and visitor.state.songs
        )
        songs = visitor.state.songs
        assert visitor.state.emotion == "happy"
        assert len({song.id for song in songs}) == 5
        assert {song.emotion for song in songs} == {"happy"}
        visitor.until("the first preview", lambda: visitor.playing.song_id == songs[0].id)
        visitor.until("its progress", lambda: visitor.playing.position_s > 0.3)
        visitor.press(pygame.K_4)
        visitor.until("the fourth song", lambda: visitor.playing.song_id == songs[3].id)
        visitor.press(pygame.K_SPACE)
        visitor.until("the pause", lambda: visitor.playing.paused)
        held = visitor.playing.position_s
        time.sleep(0.5)
        assert visitor.playing.position_s == pytest.approx(held, abs=0.05)
        visitor.press(pygame.K_SPACE)
        visitor.until("going on", lambda: visitor.playing.position_s > held + 0.2)

    play(script)


def test_it_is_counted_how_songs_went(play, monkeypatch, state_folder):
    read_all = catalogue.read_all

    def nearly_over(folders):
        """The shipped songs, each set to begin two seconds before its end."""
        found = read_all(folders)
        songs = {
            emotion: tuple(
                dataclasses.replace(song, preview_start_s=song.duration_s - 2) for song in own
            )
            for emotion, own in found.songs.items()
        }
        return dataclasses.replace(found, songs=songs)

    monkeypatch.setattr(catalogue, "read_all", nearly_over)
    before = Memory(state_folder)
    songs = ()

    def script(visitor):
        nonlocal songs
        visitor.until("the songs", lambda: visitor.state.songs)
        songs = visitor.state.songs
        visitor.until("the first song", lambda: visitor.playing.position_s > 0.3)
        visitor.press(pygame.K_1)
        visitor.until("its beginning", lambda: visitor.playing.position_s < 0.3)
        visitor.press(pygame.K_3)
        visitor.until("the third song", lambda: visitor.playing.song_id == songs[2].id)
        visitor.until("the fourth song", lambda: visitor.playing.song_id == songs[3].id)
        visitor.press(pygame.K_m)
        visitor.until("the fifth song", lambda: visitor.playing.song_id == songs[4].id)

    play(script)
    after = Memory(state_folder)
    gained = [
        tuple(
            getattr(after.counts("happy", song.id), what)
            - getattr(before.counts("happy", song.id), what)
            for what in ("shown", "listened", "skipped")
        )
        for song in songs
    ]
    # Started anew and left, not reached, heard to its end, not heard by anybody, and under way.
    assert gained == [(1, 0, 1), (1, 0, 0), (1, 1, 0), (1, 0, 0), (1, 0, 0)]


def test_the_cap_holds_whoever_turns_it_up(play):
    def script(visitor):
        visitor.until("a face", lambda: visitor.state.screen is not Screen.ATTRACT)
        assert visitor.playing.volume == 0.5
        visitor.press(pygame.K_PLUS)
        time.sleep(0.5)
        assert visitor.playing.volume == 0.5

    play(script, lambda kiosk: None, "music.volume_cap=0.5")


def test_a_picture_dropped_on_the_window_is_looked_at(play, tmp_path):
    room = tmp_path / "room.png"
    cv2.imwrite(str(room), np.full((300, 400, 3), 120, np.uint8))

    def script(visitor):
        visitor.until("a mood", lambda: visitor.state.screen is Screen.MOOD)
        pygame.event.post(pygame.Event(pygame.DROPFILE, file=str(room)))
        visitor.until("a look", lambda: visitor.state.screen is Screen.LOOKING)
        visitor.until("the room", lambda: visitor.kiosk._reader.description.find("room.png") >= 0)
        visitor.until("nobody there", lambda: visitor.kiosk._worker.snapshot.face is None)
        visitor.until("a goodbye", lambda: visitor.state.screen is Screen.GOODBYE)

    play(script)


def test_a_slow_vision_gives_up_readings_and_says_so_while_the_screen_goes_on(play, caplog):
    class Slow:
        name = "slow"

        def __init__(self, finder):
            self._finder = finder

        def find(self, grey, effort=Effort.THOROUGH):
            time.sleep(0.3)
            return self._finder.find(grey, effort)

        def near(self, grey, face, pattern):
            return self.find(grey)

    def prepare(kiosk):
        sight = kiosk._make_sight()
        kiosk._make_sight = lambda: Sight(Slow(sight.finder), sight.model)

    def script(visitor):
        kiosk = visitor.kiosk
        visitor.until("a face", lambda: visitor.state.screen is not Screen.ATTRACT)
        visitor.press(pygame.K_F1)
        began, drawn, looked = time.monotonic(), kiosk._pictures, kiosk._worker.frames
        visitor.until("the budget", lambda: kiosk._budget.spared != NOTHING)
        passed, looked = time.monotonic() - began, kiosk._worker.frames - looked
        assert kiosk._pictures - drawn > 2 * looked, "the screen waits for vision"
        assert looked / passed < 4
        assert kiosk._reader.dropped > looked
        visitor.until(
            "its line among the figures",
            lambda: any("on time" in line for line in kiosk._window._view.debug),
        )
        assert kiosk._worker.spared == kiosk._budget.spared

    with caplog.at_level("WARNING"):
        play(script, prepare)
    assert "To be on time, vision now does with 5 readings a second." in caplog.text


def test_a_damaged_model_is_a_kind_screen_not_an_end(play, tmp_path):
    for suffix in (".tflite", ".json"):
        shutil.copy(emotion.MODEL.with_suffix(suffix), tmp_path)
    broken = tmp_path / emotion.MODEL.name
    broken.write_bytes(broken.read_bytes()[:1000])

    def prepare(kiosk):
        kiosk._make_sight = lambda: emotion.EmotionModel.load(broken)

    def script(visitor):
        visitor.until("the trouble", lambda: visitor.state.screen is Screen.TROUBLE)
        assert visitor.state.trouble.code == "VISION"
        assert "damaged" in visitor.state.trouble.text

    play(script, prepare)


def test_missing_songs_are_a_kind_screen_too(play, monkeypatch, tmp_path):
    (tmp_path / "songs").mkdir()
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))

    def script(visitor):
        visitor.until("the trouble", lambda: visitor.state.screen is Screen.TROUBLE)
        assert visitor.state.trouble.code == "SONGS"
        assert "happy.csv" in visitor.state.trouble.text

    play(script)
