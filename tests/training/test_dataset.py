import os
import re

import cv2
import numpy as np
import pytest

from training import dataset, fer2013
from training.errors import TrainingError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def write_image(path, value: int, side: int = 48) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full((side, side, 3), value, np.uint8))


def test_the_second_reading_comes_from_the_cache_and_is_the_same(small_fer2013, cache, monkeypatch):
    first = dataset.read(small_fer2013)
    assert list(cache.rglob("*.npz"))
    monkeypatch.setattr(fer2013, "read", lambda *_: pytest.fail("read the CSV again"))
    second = dataset.read(small_fer2013)
    assert first.keys() == second.keys()
    for usage, faces in first.items():
        assert np.array_equal(faces.images, second[usage].images)
        assert np.array_equal(faces.labels, second[usage].labels)
        assert second[usage].majority is None


def test_a_changed_file_is_read_anew(fer2013_rows, write_fer2013, tmp_path):
    path = write_fer2013(tmp_path / "faces.csv", fer2013_rows({"Training": 1}))
    assert len(dataset.read(path)["Training"]) == 7
    write_fer2013(path, fer2013_rows({"Training": 2}))
    assert len(dataset.read(path)["Training"]) == 14


def test_a_damaged_cache_is_made_anew(small_fer2013, cache):
    whole = dataset.read(small_fer2013)
    (kept,) = cache.rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:500])
    again = dataset.read(small_fer2013)
    assert np.array_equal(whole["Training"].images, again["Training"].images)


def test_a_cache_that_cannot_be_kept_stops_nothing(small_fer2013, cache):
    cache.write_text("a file where the folder should be")
    assert len(dataset.read(small_fer2013)["Training"]) == 42


def test_folders_of_images_become_splits(tmp_path):
    write_image(tmp_path / "faces/train/Happy/1.png", 200)
    write_image(tmp_path / "faces/train/angry/1.jpg", 90, side=120)
    write_image(tmp_path / "faces/validation/neutral/1.png", 10)
    (tmp_path / "faces/train/angry/notes.txt").write_text("not a picture")
    splits = dataset.read(tmp_path / "faces")
    assert splits.keys() == {"Training", "PublicTest"}
    training = splits["Training"]
    by_label = dict(zip(training.labels.tolist(), training.images, strict=True))
    assert by_label[3].mean() == 200
    assert by_label[0].shape == (48, 48)
    assert by_label[0].mean() == pytest.approx(90, abs=2)
    assert splits["PublicTest"].labels.tolist() == [6]


def test_what_is_wrong_in_a_folder_is_named(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    with pytest.raises(TrainingError, match=r"holds no train/<emotion>/"):
        dataset.read(folder)
    write_image(folder / "train/joy/1.png", 1)
    (folder / "train/sad").mkdir()
    (folder / "train/sad/broken.png").write_bytes(b"no picture")
    (folder / "train/sad/empty.png").write_bytes(b"")
    with pytest.raises(TrainingError) as caught:
        dataset.read(folder)
    assert re.search(r"train.joy: is not one of the emotions angry", str(caught.value))
    assert f"train{os.sep}sad{os.sep}broken.png: cannot be read as an image" in str(caught.value)
    assert f"train{os.sep}sad{os.sep}empty.png: cannot be read" in str(caught.value)


def test_votes_cannot_belong_to_a_folder(tmp_path):
    with pytest.raises(TrainingError, match="belong to rows"):
        dataset.read(tmp_path, tmp_path / "votes.csv")
