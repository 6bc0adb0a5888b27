import dataclasses
from pathlib import Path

import pytest

from data.catalogue import Song
from device.errors import MusicError
from device.music.recommender import Recommender

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


def test_the_next_five_begin_with_those_not_heard_yet():
    recommender = Recommender({"happy": songs(12, 12)}, seed=3)
    first, second = ({song.id for song in recommender.five("happy")} for _ in range(2))
    assert not first & second
    third = {song.id for song in recommender.five("happy")}
    assert len(third - first - second) == 2


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
    with pytest.raises(MusicError, match=r"happy\.csv has 4 usable songs.*data check"):
        Recommender({"happy": songs(4, 4)}).five("happy")
    with pytest.raises(MusicError, match="has 0 usable songs"):
        Recommender({}).five("sad")
