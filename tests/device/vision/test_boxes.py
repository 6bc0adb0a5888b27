import pytest

from device.contracts import Face
from device.vision.boxes import choose_visitor, once_each, overlap


def test_the_nearest_most_central_face_is_the_visitor():
    near = Face((250, 150, 140, 140))
    far = Face((300, 200, 60, 60))
    aside = Face((0, 150, 145, 145))
    assert choose_visitor([far, aside, near], (480, 640), None) is near
    assert choose_visitor([], (480, 640), None) is None


def test_the_visitor_is_kept_while_a_larger_face_comes_by():
    visitor = Face((100, 100, 120, 120))
    passer_by = Face((300, 80, 220, 220))
    before = (104, 98, 118, 118)
    assert choose_visitor([passer_by, visitor], (480, 640), before) is visitor
    assert choose_visitor([passer_by], (480, 640), before) is passer_by


def test_overlap_is_intersection_over_union():
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(50 / 150)
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0


def test_each_face_is_told_once_by_its_surest_box():
    whole, cut = Face((100, 100, 100, 100), 0.9), Face((105, 104, 60, 60), 0.7)
    beside = Face((260, 100, 100, 100), 0.5)
    assert once_each([cut, beside, whole]) == [whole, beside]
