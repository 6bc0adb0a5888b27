import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.__main__ import main


@pytest.fixture
def empty_room(tmp_path):
    path = tmp_path / "room.png"
    cv2.imwrite(str(path), np.full((300, 400, 3), 120, np.uint8))
    return path


def test_the_astronaut_is_happy(astronaut_file, capsys):
    assert main(["look", str(astronaut_file), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert list(found) == [
        "photo",
        "face",
        "emotion",
        "confidence",
        "probabilities",
        "songs",
        "ms",
    ]
    assert found["photo"] == str(astronaut_file)
    assert found["emotion"] == "happy"
    assert found["confidence"] == max(found["probabilities"].values()) > 0.5
    assert list(found["probabilities"]) == list(EMOTIONS)
    x, y, width, height = found["face"]
    assert 150 < x + width / 2 < 300
    assert 60 < y + height / 2 < 180
    assert len({song["id"] for song in found["songs"]}) == 5
    assert all(set(song) == {"id", "title", "artist", "preview"} for song in found["songs"])
    assert 0 < found["ms"]["detect"] <= found["ms"]["total"]


def test_people_get_words(astronaut_file, empty_room, capsys):
    assert main(["look", str(astronaut_file), str(empty_room)]) == 0
    said = capsys.readouterr().out
    assert "happy" in said
    assert said.count("♪") == 5
    assert f"{empty_room}: no face found" in said


def test_a_picture_without_a_face_has_no_emotion(empty_room, capsys):
    assert main(["look", str(empty_room), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["face"] is None
    assert found["emotion"] is None
    assert found["songs"] == []


def test_an_unreadable_file_is_told_and_the_others_are_done(astronaut_file, tmp_path, capsys):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 not a picture")
    missing = tmp_path / "missing.png"
    photos = [str(broken), str(astronaut_file), str(missing)]
    assert main(["look", *photos, "--json"]) == 1
    said = capsys.readouterr()
    first, second, third = map(json.loads, said.out.splitlines())
    assert str(broken) in first["error"]
    assert second["emotion"] == "happy"
    assert str(missing) in third["error"]
    assert str(broken) in said.err
    assert "Traceback" not in said.err


def test_it_runs_as_a_program_of_its_own(astronaut_file, root):
    done = subprocess.run(
        [sys.executable, "-m", "device", "look", str(astronaut_file), "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["emotion"] == "happy"


def test_a_folder_stands_for_its_photos(empty_room, tmp_path, capsys):
    (tmp_path / "nothing").mkdir()
    assert main(["look", str(tmp_path), str(tmp_path / "nothing"), "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["photo"] for line in lines] == [str(empty_room), str(tmp_path / "nothing")]
    assert "no photo in this folder" in lines[1]["error"]
