import pytest

from data.library import mood
from data.library.sound import Cues

MIDDLE = Cues(tempo=110, majorness=0.0, loudness=-15, brightness=11)


def library(*cues):
    """Songs in a library of ten middling ones, spread a little."""
    others = [
        Cues(110 + 4 * step, 0.03 * step, -15 + 0.5 * step, 11 + 0.1 * step)
        for step in range(-5, 6)
    ]
    return mood.suggest([*cues, *others])


@pytest.mark.parametrize(
    ("cues", "emotion"),
    [
        (Cues(140, -0.2, -9, 12), "angry"),
        (Cues(140, 0.25, -13, 11.2), "happy"),
        (Cues(70, -0.2, -20, 10), "sad"),
        (Cues(85, 0.15, -19, 10.5), "neutral"),
    ],
)
def test_clear_cases(cues, emotion):
    assert library(cues)[0].emotion == emotion


def test_valence_and_arousal_go_with_the_cues():
    fast_major, slow_minor = library(Cues(150, 0.2, -10, 12), Cues(70, -0.2, -22, 10))[:2]
    assert fast_major.arousal > 0.8 and fast_major.valence > 0.7
    assert slow_minor.arousal < 0.2 and slow_minor.valence < 0.3
    for each in library(MIDDLE):
        assert 0 <= each.valence <= 1 and 0 <= each.arousal <= 1


def test_it_is_relative_to_the_library():
    song = Cues(120, 0.0, -14, 11)
    among_slow = mood.suggest([song, *[Cues(70, 0.0, -14, 11)] * 5])[0]
    among_fast = mood.suggest([song, *[Cues(170, 0.0, -14, 11)] * 5])[0]
    assert among_slow.arousal > 0.6 and among_fast.arousal < 0.4
    assert among_slow.reason.startswith("fast (120 beats a minute, the library's median is 70)")
    assert among_fast.reason.startswith("slow (120 beats a minute, the library's median is 170)")


def test_a_song_alone_is_middling():
    (only,) = mood.suggest([MIDDLE])
    assert (only.valence, only.arousal) == (0.5, 0.5)
    assert mood.suggest([]) == []


def test_figures_lead_to_the_emotion_nearest_to_them():
    assert mood.nearest(0.95, 0.8) == "happy"
    assert mood.nearest(0.1, 0.15) == "sad"
    assert mood.nearest(0.2, 0.95) == "angry"
    assert mood.towards("sad", 0.9, 0.8) == pytest.approx((0.52, 0.5))
