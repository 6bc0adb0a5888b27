import numpy as np
import pytest

from training import dataset, fer2013
from training.errors import TrainingError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


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
    path = write_fer2013(tmp_path / "faces.csv", fer2013_rows({"Training": 1, "PublicTest": 1}))
    assert len(dataset.read(path)["Training"]) == 7
    write_fer2013(path, fer2013_rows({"Training": 2, "PublicTest": 1}))
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


@pytest.mark.parametrize("usages", [{"Training": 20}, {"Training": 20, "PrivateTest": 2}])
def test_without_pictures_for_validation_a_fixed_part_is_kept(
    fer2013_rows, write_fer2013, tmp_path, capsys, usages
):
    path = write_fer2013(tmp_path / "faces.csv", fer2013_rows(usages))
    splits = dataset.read(path)
    assert np.bincount(splits["PublicTest"].labels).tolist() == [2] * 7
    assert np.bincount(splits["Training"].labels).tolist() == [18] * 7
    assert "14 of its 140 to train on, always the same, are kept" in capsys.readouterr().err
    again = dataset.read(path)["PublicTest"]  # from the cache
    assert np.array_equal(again.images, splits["PublicTest"].images)


def test_of_a_few_pictures_one_is_kept(fer2013_rows, write_fer2013, tmp_path):
    rows = fer2013_rows({"Training": 1})
    splits = dataset.read(write_fer2013(tmp_path / "faces.csv", rows))
    assert (len(splits["Training"]), len(splits["PublicTest"])) == (6, 1)
    with pytest.raises(TrainingError, match="one picture is too few"):
        dataset.read(write_fer2013(tmp_path / "one.csv", rows[:1]))


def test_votes_cannot_belong_to_a_folder(tmp_path):
    with pytest.raises(TrainingError, match="belong to rows"):
        dataset.read(tmp_path, tmp_path / "votes.csv")
