import csv
import io

import pytest

from data import catalogue, places
from device.__main__ import main
from device.music.memory import Memory
from device.music.recommender import Recommender


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    return tmp_path


@pytest.fixture
def counted(state):
    """A kiosk that told sad once and happy twice, and has shown five sad songs."""
    memory = Memory(state)
    songs = catalogue.read_all(places.song_folders()).songs
    recommender = Recommender(songs, seed=1, memory=memory, mode="match")
    for emotion in ("happy", "sad", "happy"):
        recommender.told(emotion)
    five = recommender.five("sad")
    recommender.listened("sad", five[0])
    recommender.liked("sad", five[0])
    recommender.skipped("sad", five[1])
    memory.add("angry", ["gone-000000000000"], "shown")
    memory.close()
    return five


def test_people_get_a_table_with_bars(counted, capsys):
    assert main(["stats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Moods told since 2") and lines[0].endswith(": 3")
    bars = {line.split()[0]: line.count("█") for line in lines[1:8]}
    assert bars["happy"] == 30 and bars["sad"] == 15 and bars["angry"] == 0
    first = next(line for line in lines if counted[0].title in line)
    assert first.split()[:4] == ["1", "1", "1", "0"] and "█" in first
    second = next(line for line in lines if counted[1].title in line)
    assert second.split()[:4] == ["1", "0", "0", "1"] and "█" not in second
    assert any("gone-000000000000 (no longer there)" in line for line in lines)


def test_programs_get_csv(counted, capsys):
    assert main(["stats", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["emotion"]: row["told"] for row in rows[:7]}["happy"] == "2"
    (song,) = (row for row in rows if row["id"] == counted[0].id)
    assert song["title"] == counted[0].title and song["emotion"] == "sad"
    assert (song["shown"], song["heard"], song["liked"], song["skipped"]) == ("1", "1", "1", "0")


def test_before_the_first_run_there_is_nothing(state, capsys):
    assert main(["stats"]) == 0
    assert "no kiosk has run here" in capsys.readouterr().err
    assert not list(state.iterdir())


def test_a_damaged_database_is_told_and_left_alone(state, capsys):
    (state / "state.db").write_text("not a database, whatever its name is")
    assert main(["stats"]) == 1
    assert "state.db: the counts cannot be read" in capsys.readouterr().err
    assert (state / "state.db").read_text().startswith("not a database")
