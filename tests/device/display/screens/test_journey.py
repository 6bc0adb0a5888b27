import dataclasses
from pathlib import Path

import numpy as np
import pygame
import pytest

from data import catalogue
from device.contracts import Playback
from device.display.kit.canvas import Canvas
from device.display.kit.theme import CAPTION, PALETTES
from device.display.kit.widgets import Kit
from device.display.screens import journey, mood
from device.display.strings import load, writable
from device.music.recommender import GOALS, Recommender
from device.states import State


@pytest.mark.parametrize("emotion", GOALS)
@pytest.mark.parametrize("seed", range(5))
def test_where_the_recommender_leads_is_told(emotion, seed):
    songs = catalogue.read(Path(catalogue.__file__).parent).songs
    where = "brighter" if emotion in ("sad", "disgust") else "calmer"
    lifted = Recommender(songs, seed).five(emotion)
    assert journey.leads(State(emotion=emotion, songs=lifted)) == where
    matched = Recommender(songs, seed, mode="match").five(emotion)
    assert journey.leads(State(emotion=emotion, songs=matched)) is None


def test_no_songs_lead_nowhere():
    assert journey.leads(State(emotion="sad")) is None


@pytest.mark.parametrize("size", [(800, 480), (480, 800)], ids=str)
def test_where_they_lead_is_said_above_the_cards_in_letters_for_an_arms_length(size, mood_view):
    for language in writable():
        kit, area = Kit(size, load(language)), pygame.Rect(0, 0, *size)
        view = mood_view("sad", 2, leads="brighter")
        songs = mood.places(kit, area, view).songs
        canvas = Canvas(pygame.Surface(size))
        left = journey.tell(canvas, kit, songs, view)
        (line,) = canvas._steps
        assert songs.contains(line.area) and line.area.bottom <= left.top + kit.px(0.5)
        rows = 1 if size[0] > size[1] else 2
        _, letters, whole = kit.fit(kit.strings("mood.brighter"), CAPTION, songs.width, rows, 1.0)
        assert whole and letters >= 20
        ended = dataclasses.replace(view.state, chosen=None, ended_at=99.0)
        assert journey.tell(canvas, kit, songs, dataclasses.replace(view, state=ended)) == songs


def test_the_dot_travels_with_the_songs(mood_view):
    view = mood_view("sad", 2, leads="brighter")
    assert journey.passed(view) == 2.4
    waiting = dataclasses.replace(view, playback=Playback())
    assert journey.passed(waiting) == 2
    last = mood_view("sad", 4, leads="brighter")
    assert journey.passed(last) == 4
    ended = dataclasses.replace(view.state, chosen=None, ended_at=99.0)
    assert journey.passed(dataclasses.replace(view, state=ended)) == 4


def test_the_dot_is_seen_farther_down_as_the_songs_go_on(small_window, shown, mood_view, no_fading):
    tops = []
    for chosen, at in ((0, 0.0), (0, 20.0), (1, 5.0), (3, 12.0)):
        view = mood_view("sad", chosen, leads="brighter")
        playback = dataclasses.replace(view.playback, position_s=at)
        small_window.draw(dataclasses.replace(view, playback=playback))
        strip = shown()[:, 262:274].astype(int)
        text = np.array(PALETTES["dark"].text)
        (rows,) = np.nonzero((np.abs(strip - text).max(axis=2) < 12).sum(axis=1) > 6)
        tops.append(rows.mean())
    assert tops == sorted(tops)
    assert tops[-1] > tops[0] + 150
