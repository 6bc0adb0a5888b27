"""Nothing grows: neither the process, visit after visit, nor any cache beyond its bound."""

import functools
import gc
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys

import pygame
import pytest

import device
from data import catalogue, places
from device.display import strings
from device.display.kit.fonts import font_for
from device.display.kit.theme import BODY
from device.display.kit.widgets import CACHE_SCREENS, Kit
from device.music.player import CACHED_SONGS, Player


def test_after_each_mood_was_told_twice_the_kiosk_grows_no_more(root):
    program = root / "tests" / "benchmarks" / "memory.py"
    command = [sys.executable, program, "--moods", "3", "--visits", "6", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told["mb"]) == 12
    assert min(told["mb"]) > 50


def test_every_cache_of_a_function_has_a_bound():
    for module in pkgutil.walk_packages(device.__path__, "device."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    caches = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    ours = [each for each in caches if (each.__module__ or "").startswith(("device", "data"))]
    assert len(ours) > 5
    for cache in ours:
        bounded = cache.cache_info().maxsize is not None
        assert bounded or not inspect.signature(cache).parameters, cache


def test_many_letters_are_not_all_kept():
    pygame.font.init()
    bound = font_for.cache_info().maxsize
    for code in range(0x4E00, 0x4E00 + bound + 100):
        font_for(chr(code), None)
    assert font_for.cache_info().currsize == bound


def test_the_last_songs_are_kept_decoded(monkeypatch):
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    songs = catalogue.read_all(places.song_folders()).songs["happy"][: CACHED_SONGS + 2]
    player = Player()
    player.open()
    player.prepare(songs)
    player._worker.submit(lambda: None).result(60)
    player.close()
    assert list(player._decoded) == [song.id for song in songs[2:]]


@pytest.mark.parametrize("size", [(800, 480), (480, 320)])
def test_surfaces_are_kept_up_to_some_screens_full(size):
    kit = Kit(size, strings.choose("en"))
    limit = CACHE_SCREENS * size[0] * size[1] * 4
    largest = 0
    for number in range(limit // 1500):
        kit.text(f"song number {number}", BODY, (255, 255, 255))
        assert kit.cache.size <= limit
        largest = max(largest, kit.cache.size)
    assert largest > 0.95 * limit
