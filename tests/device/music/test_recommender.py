import dataclasses
import importlib.util
import itertools
import math
from pathlib import Path

import pytest

import data
from data import catalogue
from data.catalogue import Song
from device.errors import MusicError
from device.music.memory import Counts, Memory
from device.music.recommender import BRIGHT, CALM, GOALS, Recommender

SONG = Song(
    id="one",
    title="One",
    artist="A",
    album="",
    year=1800,
    duration_s=25.0,
    preview=Path("/none.ogg"),
    preview_start_s=0.0,
    valence=0.5,
    arousal=0.5,
    tempo_bpm=100.0,
    mode="major",
    licence="public domain",
    source="",
    source_sha256="",
    mood_by="hand",
    enabled=True,
    emotion="happy",
)


def songs(count: int, artists: int) -> tuple[Song, ...]:
    return tuple(
        dataclasses.replace(SONG, id=f"song-{n}", title=f"Song {n}", artist=f"Artist {n % artists}")
        for n in range(count)
    )


def test_five_different_songs_of_the_emotion():
    offered = Recommender({"happy": songs(8, 8), "sad": ()}).five("happy")
    assert len({song.id for song in offered}) == 5


def test_songs_of_the_last_visit_come_seldom():
    recommender = Recommender({"happy": songs(12, 12)}, seed=3)
    visits = [{song.id for song in recommender.five("happy")} for _ in range(200)]
    overlaps = [len(one & other) for one, other in itertools.pairwise(visits)]
    assert sum(overlaps) / len(overlaps) < 1.6  # by chance 25 / 12; with nothing known yet
    assert set().union(*visits) == {f"song-{n}" for n in range(12)}


def test_what_was_liked_comes_more_often_and_what_was_skipped_less():
    memory = Memory()
    recommender = Recommender({"happy": songs(12, 12), "neutral": ()}, seed=3, memory=memory)
    loved, disliked, *_ = songs(12, 12)
    for _ in range(10):
        recommender.liked("happy", loved)
        recommender.listened("happy", loved)
        recommender.skipped("happy", disliked)
        recommender.skipped("neutral", loved)
    visits = [{song.id for song in recommender.five("happy")} for _ in range(100)]
    times = {song.id: sum(song.id in visit for visit in visits) for song in songs(12, 12)}
    assert times[loved.id] == max(times.values()) > 45
    assert times[disliked.id] == min(times.values()) < 25
    assert memory.counts("happy", loved.id) == Counts(times[loved.id], 10, 10, 0)
    assert memory.counts("neutral", loved.id) == Counts(skipped=10)


def test_songs_unlike_one_another_are_preferred():
    calm = dataclasses.replace(SONG, valence=0.2, arousal=0.2)
    wild = dataclasses.replace(SONG, valence=0.9, arousal=0.9)
    pool = tuple(
        dataclasses.replace(wild if n in (0, 1) else calm, id=f"song-{n}", artist=f"Artist {n}")
        for n in range(12)
    )
    recommender = Recommender({"happy": pool}, seed=1)
    visits = [recommender.five("happy") for _ in range(300)]
    mixed = sum(len({song.valence for song in visit}) == 2 for visit in visits) / len(visits)
    assert mixed > 0.75  # by chance 1 - C(10, 5) / C(12, 5), 0.68


def test_an_artist_comes_once_where_there_are_enough():
    recommender = Recommender({"happy": songs(20, 5)}, seed=1)
    for _ in range(6):
        assert len({song.artist for song in recommender.five("happy")}) == 5


def test_too_few_artists_still_make_five():
    offered = Recommender({"happy": songs(8, 2)}, seed=1).five("happy")
    assert len({song.id for song in offered}) == 5


def test_a_seed_gives_the_same_songs_again():
    def draw(seed):
        return [song.id for song in Recommender({"happy": songs(12, 12)}, seed).five("happy")]

    assert draw(7) == draw(7)
    assert any(draw(7) != draw(seed) for seed in range(5))


def test_fewer_than_five_is_told_to_the_operator():
    with pytest.raises(
        MusicError, match=r"4 usable songs for happy in .*operator's library.*data check"
    ):
        Recommender({"happy": songs(4, 4)}).five("happy")
    with pytest.raises(MusicError, match="0 usable songs for sad"):
        Recommender({}).five("sad")


def test_songs_in_the_visitors_language_come_more_often_than_foreign_ones():
    tongues = {0: "de", 1: "de", 2: "fr", 3: "fr"}
    pool = tuple(
        dataclasses.replace(song, language=tongues.get(number, ""))
        for number, song in enumerate(songs(12, 12))
    )
    recommender = Recommender({"happy": pool}, seed=2)
    visits = [recommender.five("happy", "de") for _ in range(300)]
    heard = [song.language for visit in visits for song in visit]
    # As often as those that nobody sings, by chance 5 / 12 of the visits; foreign ones less often.
    assert heard.count("de") / 600 > 0.4
    assert 0.05 < heard.count("fr") / 600 < 0.32


@pytest.fixture(scope="module")
def shipped():
    return catalogue.read(data.FOLDER).songs


@pytest.mark.parametrize("emotion", GOALS)
def test_a_lift_goes_from_the_emotion_to_its_goal(shipped, emotion):
    recommender = Recommender(shipped, seed=5)
    visits = [recommender.five(emotion) for _ in range(60)]
    goal = GOALS[emotion]
    for five in visits:
        assert five[0].emotion == five[1].emotion == emotion
        assert len({song.artist for song in five}) == 5
    off = [
        sum(math.dist((visit[n].valence, visit[n].arousal), goal) for visit in visits) / 60
        for n in range(5)
    ]
    assert (off[0] + off[1]) / 2 > off[2] > off[3] > off[4]
    last = [visit[4] for visit in visits]
    if goal == BRIGHT:
        assert sum(song.valence >= 0.6 for song in last) > 54
    else:
        assert goal == CALM
        assert sum(song.valence >= 0.4 and song.arousal <= 0.5 for song in last) > 54


@pytest.mark.parametrize(
    ("mode", "emotion"), [("lift", "happy"), ("lift", "surprise"), ("lift", "neutral")]
    + [("match", emotion) for emotion in GOALS],
)  # fmt: skip
def test_without_a_ramp_all_five_are_the_emotions_own(shipped, mode, emotion):
    recommender = Recommender(shipped, seed=5, mode=mode)
    for _ in range(20):
        assert {song.emotion for song in recommender.five(emotion)} == {emotion}


def test_a_lift_makes_do_with_the_emotions_own_songs():
    offered = Recommender({"sad": songs(5, 2)}, seed=1).five("sad")
    assert len({song.id for song in offered}) == 5


@pytest.mark.parametrize("mode", ["lift", "match"])
def test_visitors_hear_new_songs_and_what_they_like(root, shipped, mode):
    place = root / "tests" / "benchmarks" / "songs_simulation.py"
    spec = importlib.util.spec_from_file_location("songs_simulation", place)
    simulation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    # Of eight songs, two at least come again each time.
    enough = {emotion: own for emotion, own in shipped.items() if len(own) >= 12}
    outcome = simulation.simulate(enough, 2000, mode, seed=1)["all"]
    assert outcome.overlap <= 1.3
    assert outcome.gain >= 1.15
    assert outcome.rarest > 0.01
