import gzip
import re

import numpy as np
import pytest

from training import fer2013
from training.errors import TrainingError

VOTES_HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
)


def test_pictures_labels_and_usages_come_out_as_they_stand(small_fer2013):
    splits = fer2013.read(small_fer2013)
    assert {name: len(faces) for name, faces in splits.items()} == {
        "Training": 42,
        "PublicTest": 14,
    }
    line = small_fer2013.read_text().splitlines()[5]
    emotion, pixels, _ = line.split(",")
    assert splits["Training"].labels[4] == int(emotion)
    assert splits["Training"].images[4].ravel().tolist() == [int(p) for p in pixels.split()]


def test_gzip_reads_the_same(small_fer2013, tmp_path):
    packed = tmp_path / "small.csv.gz"
    packed.write_bytes(gzip.compress(small_fer2013.read_bytes()))
    plain, zipped = fer2013.read(small_fer2013), fer2013.read(packed)
    assert np.array_equal(plain["Training"].images, zipped["Training"].images)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (0, "7", "emotion is '7', not a number from 0 to 6"),
        (0, "bored", "emotion is 'bored'"),
        (1, "1 2 3", "3 pixels, not 2304"),
        (1, " ".join(["1"] * 2303 + ["x"]), "pixels are not numbers"),
        (1, " ".join(["1"] * 2303 + ["256"]), "a pixel of 256, not 0 to 255"),
        (1, " ".join(["1"] * 2303 + ["-1"]), "a pixel of -1, not 0 to 255"),
        (2, "Holdout", "Usage is 'Holdout', not one of Training, PublicTest, PrivateTest"),
    ],
)
def test_a_bad_row_is_named_with_its_line(
    fer2013_rows, write_fer2013, tmp_path, column, value, reason
):
    rows = fer2013_rows({"Training": 1})
    rows[3] = tuple(value if index == column else text for index, text in enumerate(rows[3]))
    path = write_fer2013(tmp_path / "bad.csv", rows)
    with pytest.raises(TrainingError, match=re.escape(f"bad.csv, line 5: {reason}")):
        fer2013.read(path)


def test_a_missing_file_and_a_missing_column_are_told(tmp_path):
    with pytest.raises(TrainingError, match="there is no such file"):
        fer2013.read(tmp_path / "none.csv")
    (tmp_path / "other.csv").write_text("emotion,Usage\n0,Training\n")
    with pytest.raises(TrainingError, match="line 1: no column pixels; found emotion, Usage"):
        fer2013.read(tmp_path / "other.csv")
    (tmp_path / "broken.csv.gz").write_bytes(b"\x1f\x8b not really")
    with pytest.raises(TrainingError, match="cannot be read as CSV"):
        fer2013.read(tmp_path / "broken.csv.gz")


@pytest.mark.parametrize(
    ("header", "order"),
    [
        ("emotion, Usage, pixels", (0, 2, 1)),  # Kaggle's icml_face_data.csv
        ("\ufeffEmotion,Pixels,USAGE", (0, 1, 2)),
        ("emotion,pixels", (0, 1)),  # Kaggle's train.csv
    ],
)
def test_other_headers_and_empty_lines_at_the_end_read_the_same(
    fer2013_rows, tmp_path, header, order
):
    rows = fer2013_rows({"Training": 1})
    path = tmp_path / "faces.csv"
    lines = [header, *(",".join(str(row[column]) for column in order) for row in rows)]
    path.write_text("\n".join(lines) + "\n\n\n", encoding="utf-8")
    faces = fer2013.read(path)["Training"]
    assert faces.labels.tolist() == [int(row[0]) for row in rows]
    assert faces.images[2].ravel().tolist() == [int(value) for value in rows[2][1].split()]


def test_others_words_for_emotions_and_splits_are_known(fer2013_rows, write_fer2013, tmp_path):
    pixels = fer2013_rows({"Training": 1})[0][1]
    path = write_fer2013(
        tmp_path / "faces.csv", [("Happiness", pixels, "train"), ("fearful", pixels, "val")]
    )
    splits = fer2013.read(path)
    assert splits["Training"].labels.tolist() == [3]
    assert splits["PublicTest"].labels.tolist() == [2]


def test_majority_is_over_all_ten_columns_and_ties_go_to_the_first(
    fer2013_rows, write_fer2013, tmp_path
):
    path = write_fer2013(tmp_path / "faces.csv", fer2013_rows({"Training": 1})[:4])
    votes = tmp_path / "votes.csv"
    votes.write_text(
        f"{VOTES_HEADER}\n"
        "Training,a.png,1,8,0,0,0,0,0,1,0,0\n"  # happiness
        "Training,b.png,0,0,0,0,4,0,0,6,0,0\n"  # contempt, which FER-2013 does not know
        "Training,c.png,5,0,0,5,0,0,0,0,0,0\n"  # neutral and sadness tie
        "Training,d.png,0,0,0,0,0,0,0,0,0,10\n"  # not a face
        "PrivateTest,e.png,0,0,9,0,0,0,0,0,1,0\n"  # a picture that the other file does not hold
    )
    faces = fer2013.read(path, votes)["Training"]
    assert faces.majority.tolist() == [3, -1, 6, -1]
    assert faces.votes[0].tolist() == [0, 0, 0, 8, 0, 0, 1]


def test_votes_that_do_not_fit_are_told(fer2013_rows, write_fer2013, tmp_path):
    path = write_fer2013(tmp_path / "faces.csv", fer2013_rows({"Training": 1})[:2])
    votes = tmp_path / "votes.csv"
    votes.write_text(f"{VOTES_HEADER}\nTraining,a.png,1,8,0,0,0,0,0,1,0,0\n")
    with pytest.raises(TrainingError, match="1 rows of votes for 2 pictures"):
        fer2013.read(path, votes)
    votes.write_text(f"{VOTES_HEADER}\nTraining,a.png,1,many,0,0,0,0,0,1,0,0\n")
    with pytest.raises(TrainingError, match=r"votes\.csv, line 2: votes are 1, many"):
        fer2013.read(path, votes)


def test_the_real_files_agree_with_their_papers(real_faces):
    assert len(real_faces["Training"]) == 28709
    assert len(real_faces["PublicTest"]) == 3589
    public = real_faces["PublicTest"]
    assert np.bincount(public.labels, minlength=7).tolist() == [467, 56, 496, 895, 653, 415, 607]
    assert 0.95 < (public.majority >= 0).mean() < 1
