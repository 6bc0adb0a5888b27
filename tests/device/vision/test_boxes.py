import numpy as np
import pytest

from device.contracts import Face
from device.vision.boxes import cut, once_each, overlap, prominence


def test_the_nearest_most_central_face_is_the_most_prominent():
    near, far, aside = (250, 150, 140, 140), (300, 200, 60, 60), (0, 150, 145, 145)
    assert max(near, far, aside, key=lambda box: prominence(box, (480, 640))) is near


def test_what_lies_beyond_the_picture_is_black_in_a_cut():
    grey = np.full((50, 80), 200, np.uint8)
    square = cut(grey, -10, 20, 40)
    assert square.shape == (40, 40)
    assert (square[:30, 10:] == 200).all()
    assert square[:, :10].max() == square[30:].max() == 0
    assert (cut(grey, 5, 5, 30) == 200).all()


def test_overlap_is_intersection_over_union():
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(50 / 150)
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0


def test_each_face_is_told_once_by_its_surest_box():
    whole, cut = Face((100, 100, 100, 100), 0.9), Face((105, 104, 60, 60), 0.7)
    beside = Face((260, 100, 100, 100), 0.5)
    assert once_each([cut, beside, whole]) == [whole, beside]
