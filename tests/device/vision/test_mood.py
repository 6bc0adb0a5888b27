import dataclasses

import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.vision.emotion import EmotionModel
from device.vision.mood import SteadyMood
from tests.benchmarks import moods


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
    assert 0.8 <= told / 10 <= 1.2


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
    moods = [mood.update(np.full(7, 1 / 7), 2 + n / 10) for n in range(60)]
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


def test_an_unsure_reading_and_a_doubtful_face_count_for_less():
    mood, doubted = SteadyMood(), SteadyMood()
    for at in np.arange(0, 1.5, 0.1):
        mood.update(sure_of("happy"), at)
        told = mood.update(sure_of("angry", 0.4), at)
        doubted.update(sure_of("happy"), at, score=0.9)
        told_of_face = doubted.update(sure_of("angry"), at, score=0.4)
    assert told.emotion == told_of_face.emotion == "happy"


def test_a_hand_before_the_face_changes_nothing():
    mood, without = SteadyMood(), SteadyMood()
    feed(mood, ["happy"] * 20)
    feed(without, ["happy"] * 20)
    before = feed(without, ["happy"], start=2.0)[0]
    after = feed(mood, ["happy"], start=2.4)[0]
    assert (after.emotion, after.since, after.settled) == ("happy", before.since, 1.0)
    assert after.confidence == pytest.approx(before.confidence)


def test_one_wrong_reading_after_a_long_pause_changes_nothing():
    mood = SteadyMood()
    feed(mood, ["happy"] * 20)
    assert feed(mood, ["angry"], start=30.0)[0].emotion == "happy"


@pytest.fixture(scope="module")
def visitors(real_faces):
    """What comes of some visitors of each label, see ``tests/benchmarks/moods.py``."""
    faces = real_faces["PublicTest"]
    some = dataclasses.replace(faces, images=faces.images[:1800])
    readings = moods.read(EmotionModel.load(), some, faces.majority[:1800])
    random, tally = np.random.default_rng(1), moods.Tally()
    for label in range(len(EMOTIONS)):
        for number in range(18):
            moods.stay(label, 20, readings, tally, random)
            before = (label + 1 + number % (len(EMOTIONS) - 1)) % len(EMOTIONS)
            moods.change(before, label, readings, tally, random)
    return tally


def test_real_faces_are_told_in_time_and_rightly(visitors):
    means = visitors.means()
    assert min(len(visitors.right), len(visitors.changed)) > 90
    assert means["decided"] >= 0.95
    assert means["right"] >= 0.95
    assert means["told"] >= 0.95


def test_real_faces_keep_their_mood_and_change_it_in_time(visitors):
    means = visitors.means()
    assert means["changes"] <= 1
    assert means["changed"] >= 0.9
