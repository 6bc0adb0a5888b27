import dataclasses
import math

import pytest
import soundfile

import data
from data import catalogue
from data.emotions import EMOTIONS
from data.library import cues, mood
from data.library.cues import Cues


@pytest.fixture(scope="module")
def usual():
    """A song as the shipped ones are on average."""
    fitted = mood.weights()
    means = dict(zip(fitted.cues, map(float, fitted.mean), strict=True))
    return Cues(**(means | {"tempo": 2 ** means["tempo"], "loudness": -15.0}))


@pytest.fixture(scope="module")
def shipped():
    """The cues of the first two shipped songs of each emotion, by (emotion, id)."""
    found = {}
    for row in catalogue.all_rows(data.FOLDER):
        emotion = row.file.stem
        if sum(key[0] == emotion for key in found) < 2:
            audio, _ = soundfile.read(
                data.FOLDER / row.values["preview"], dtype="float32", always_2d=True
            )
            found[emotion, row.values["id"]] = cues.measure(audio)
    return found


def alone(song):
    (only,) = mood.suggest([song])
    return only


def test_of_shipped_songs_the_hand_made_emotion_is_mostly_among_the_first_two(shipped):
    hits = [emotion in list(alone(song).likely)[:2] for (emotion, _), song in shipped.items()]
    assert len(hits) == 14 and sum(hits) >= 9


def test_a_song_alone_gets_a_suggestion_of_its_own(usual):
    lively = dataclasses.replace(usual, tempo=150, onsets=5.0, change=0.2, majorness=0.25)
    grave = dataclasses.replace(
        usual, tempo=70, onsets=1.0, change=0.06, majorness=-0.25, percussive=0.08, articulation=0.5
    )
    assert alone(lively).emotion == "happy" and alone(grave).emotion == "sad"
    assert alone(lively).arousal > 0.7 and alone(lively).valence > 0.7
    assert alone(grave).arousal < 0.5 and alone(grave).valence < 0.3
    assert mood.suggest([]) == []


def test_each_emotion_has_its_chance_and_they_sum_to_one(shipped):
    for song in shipped.values():
        told = alone(song)
        assert set(told.likely) == set(EMOTIONS)
        assert sum(told.likely.values()) == pytest.approx(1)
        assert list(told.likely.values()) == sorted(told.likely.values(), reverse=True)
        assert 0 <= told.valence <= 1 and 0 <= told.arousal <= 1


def test_the_larger_a_library_the_more_is_relative_to_it(usual):
    song = dataclasses.replace(usual, tempo=120)
    slow = dataclasses.replace(usual, tempo=70)
    arousals = [mood.suggest([song, *[slow] * count])[0].arousal for count in (0, 5, 50, 500)]
    assert arousals == sorted(arousals) and arousals[-1] > arousals[0] + 0.02
    # But minor is minor, though all were so.
    minor = dataclasses.replace(usual, majorness=-0.3)
    assert mood.suggest([minor] * 100)[0].valence == pytest.approx(alone(minor).valence)


def test_loud_is_aroused_among_others(usual):
    loud = dataclasses.replace(usual, loudness=-7.0)
    among = mood.suggest([loud, *[usual] * 50])
    assert among[0].arousal > among[1].arousal + 0.04
    assert among[0].likely["angry"] > among[1].likely["angry"]
    assert alone(loud).arousal == alone(usual).arousal


def test_the_reason_names_both_guesses_and_what_stands_out(usual):
    song = dataclasses.replace(usual, tempo=200, majorness=0.5, brightness=math.log2(4000))
    told = alone(song)
    (first, much), (second, _), *_ = told.likely.items()
    assert told.reason.startswith(f"sounds {first} ({100 * much:.0f} %) or {second} (")
    for words in ("fast (200 beats a minute)", "major", "bright (4000 Hz)"):
        assert words in told.reason
    assert alone(usual).reason.endswith("middling in all")


def test_figures_lead_to_the_emotions_nearest_to_them():
    assert mood.nearest(0.95, 0.8) == ("happy", "surprise")
    assert mood.nearest(0.1, 0.15)[0] == "sad"
    assert mood.nearest(0.2, 0.95)[0] == "angry"
    assert mood.towards("sad", 0.9, 0.8) == pytest.approx((0.52, 0.5))
