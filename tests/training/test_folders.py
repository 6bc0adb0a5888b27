import os
import re

import cv2
import numpy as np
import pytest

from data.emotions import EMOTIONS
from training import dataset, fer2013, folders
from training.errors import TrainingError


def write_image(path, value: int, side: int = 48) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full((side, side, 3), value, np.uint8))


def test_folders_of_images_become_splits(tmp_path):
    write_image(tmp_path / "train/Happy/1.png", 200)
    write_image(tmp_path / "train/angry/1.jpg", 90, side=120)
    write_image(tmp_path / "validation/neutral/1.png", 10)
    (tmp_path / "train/angry/notes.txt").write_text("not a picture")
    splits = folders.read(tmp_path)
    assert splits.keys() == {"Training", "PublicTest"}
    training = splits["Training"]
    by_label = dict(zip(training.labels.tolist(), training.images, strict=True))
    assert by_label[3].mean() == 200
    assert by_label[0].shape == (48, 48)
    assert by_label[0].mean() == pytest.approx(90, abs=2)
    assert splits["PublicTest"].labels.tolist() == [6]


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("Train", "Training"),
        ("training", "Training"),
        ("val", "PublicTest"),
        ("VALID", "PublicTest"),
        ("Test", "PrivateTest"),
        ("PrivateTest", "PrivateTest"),
    ],
)
def test_splits_are_known_by_what_others_call_them(tmp_path, name, usage):
    write_image(tmp_path / name / "sad/1.png", 50)
    assert folders.read(tmp_path).keys() == {usage}


def test_train_and_test_alone_keep_a_part_of_train_for_validation(tmp_path, capsys):
    for emotion in EMOTIONS:
        for number in range(10):
            write_image(tmp_path / "train" / emotion / f"{number}.png", 20 * number)
        write_image(tmp_path / "test" / emotion / "1.png", 255)
    splits = dataset.read(tmp_path)
    assert {usage: len(faces) for usage, faces in splits.items()} == {
        "Training": 63,
        "PublicTest": 7,
        "PrivateTest": 7,
    }
    assert splits["PublicTest"].images.max() < 255  # nothing of test is chosen by
    assert "kept for it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("anger", "angry"),
        ("Disgusted", "disgust"),
        ("fearful", "fear"),
        ("happiness", "happy"),
        ("sadness", "sad"),
        ("surprised", "surprise"),
        ("Neutral", "neutral"),
    ],
)
def test_other_data_sets_names_mean_their_emotion(tmp_path, theirs, ours):
    write_image(tmp_path / theirs / "1.png", 50)  # and emotions need no split above them
    training = folders.read(tmp_path)["Training"]
    assert training.labels.tolist() == [EMOTIONS.index(ours)]


def test_a_missing_folder_is_named_as_a_folder(tmp_path):
    write_image(tmp_path / "test/sad/1.png", 50)
    with pytest.raises(TrainingError, match="has no folder train, only test"):
        fer2013.split(dataset.read(tmp_path), "Training", tmp_path)


def test_hidden_and_foreign_files_are_passed_over(tmp_path):
    write_image(tmp_path / "train/happy/1.png", 200)
    (tmp_path / "train/happy/._1.png").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "train/.ipynb_checkpoints").mkdir()
    (tmp_path / "__MACOSX/train").mkdir(parents=True)
    assert len(folders.read(tmp_path)["Training"]) == 1


def test_a_folder_that_is_no_split_is_passed_over_aloud(tmp_path, capsys):
    write_image(tmp_path / "train/happy/1.png", 200)
    write_image(tmp_path / "holdout/happy/1.png", 200)
    assert folders.read(tmp_path).keys() == {"Training"}
    assert "passed over: holdout" in capsys.readouterr().err


def test_contempt_is_named_with_the_way_to_leave_it_out(tmp_path):
    write_image(tmp_path / "train/happiness/1.png", 200)
    write_image(tmp_path / "train/contempt/1.png", 200)
    with pytest.raises(TrainingError, match=r"contempt: is an emotion .* rename it to “.contempt”"):
        folders.read(tmp_path)
    (tmp_path / "train/contempt").rename(tmp_path / "train/.contempt")
    assert len(folders.read(tmp_path)["Training"]) == 1


def test_what_is_wrong_in_a_folder_is_named(tmp_path):
    (tmp_path / "papers").mkdir()
    with pytest.raises(TrainingError, match=r"holds no train/<emotion>/.*in it: papers"):
        folders.read(tmp_path)
    write_image(tmp_path / "train/bored/1.png", 1)
    (tmp_path / "train/sad").mkdir()
    (tmp_path / "train/sad/broken.png").write_bytes(b"no picture")
    (tmp_path / "train/sad/empty.png").write_bytes(b"")
    with pytest.raises(TrainingError) as caught:
        folders.read(tmp_path)
    assert re.search(r"train.bored: is not one of the emotions angry", str(caught.value))
    assert f"train{os.sep}sad{os.sep}broken.png: cannot be read as an image" in str(caught.value)
    assert f"train{os.sep}sad{os.sep}empty.png: cannot be read" in str(caught.value)
