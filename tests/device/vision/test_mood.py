import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.vision.mood import SteadyMood


def sure_of(emotion: str, share: float = 0.8) -> np.ndarray:
    probabilities = np.full(7, (1 - share) / 6)
    probabilities[EMOTIONS.index(emotion)] = share
    return probabilities


def feed(mood: SteadyMood, emotions, start: float = 0.0, rate: float = 10.0):
    """Readings at ``rate`` a second; returns the moods."""
    return [mood.update(sure_of(name), start + n / rate) for n, name in enumerate(emotions)]


def test_a_clear_face_is_told_within_little_more_than_a_second():
    moods = feed(SteadyMood(), ["happy"] * 15)
    assert moods[0].emotion is None
    told = next(n for n, mood in enumerate(moods) if mood.emotion)
    assert moods[told].emotion == "happy"
    assert 0.9 <= told / 10 <= 1.2


def test_the_ring_fills_and_is_full_only_when_told():
    moods = feed(SteadyMood(), ["sad"] * 15)
    settled = [mood.settled for mood in moods]
    assert settled == sorted(settled)
    assert all(
        (value == 1) == (mood.emotion is not None)
        for value, mood in zip(settled, moods, strict=True)
    )


def test_single_wrong_readings_change_nothing():
    mood = SteadyMood()
    feed(mood, ["happy"] * 15)
    moods = feed(mood, ["happy", "happy", "angry", "happy"] * 10, start=1.5)
    assert {one.emotion for one in moods} == {"happy"}
    assert moods[-1].since <= 1.2


def test_a_real_change_shows_within_two_seconds():
    mood = SteadyMood()
    feed(mood, ["happy"] * 20)
    moods = feed(mood, ["surprise"] * 20, start=2.0)
    assert moods[-1].emotion == "surprise"
    assert {one.emotion for one in moods} <= {"happy", "surprise", None}


def test_a_face_that_says_nothing_stays_unsure():
    mood = SteadyMood()
    moods = [mood.update(np.full(7, 1 / 7), n / 10) for n in range(40)]
    assert {one.emotion for one in moods} == {None}
    assert moods[-1].settled < 1


def test_a_told_emotion_is_taken_back_when_the_face_says_nothing_any_more():
    mood = SteadyMood()
    feed(mood, ["fear"] * 20)
    moods = [mood.update(np.full(7, 1 / 7), 2 + n / 10) for n in range(30)]
    assert moods[0].emotion == "fear"
    assert moods[-1].emotion is None


def test_the_frame_rate_does_not_matter():
    slow, fast = SteadyMood(), SteadyMood()
    slow_end = feed(slow, ["happy"] * 5 + ["sad"] * 5, rate=5)[-1]
    fast_end = feed(fast, ["happy"] * 30 + ["sad"] * 25, rate=30)[-1]
    assert slow_end.probabilities == pytest.approx(fast_end.probabilities, abs=0.12)


def test_a_new_visitor_starts_anew():
    mood = SteadyMood()
    feed(mood, ["happy"] * 20)
    mood.reset()
    assert mood.update(sure_of("happy"), 5.0).emotion is None
