import cv2
import numpy as np
import pytest

from device.contracts import Face
from device.errors import VisionError
from device.vision.faces import FaceFinder, cascade_path, choose_visitor, overlap


def test_the_astronauts_face_is_found_and_nothing_else(astronaut):
    faces = FaceFinder().find(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY))
    assert len(faces) == 1
    assert overlap(faces[0].box, (175, 65, 100, 100)) > 0.7


def test_boxes_are_in_pixels_of_the_picture_given(astronaut):
    grey = cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY)
    large = FaceFinder().find(cv2.resize(grey, None, fx=2, fy=2))[0].box
    small = FaceFinder().find(grey)[0].box
    assert overlap(large, tuple(2 * side for side in small)) > 0.7


def test_an_empty_room_has_no_face():
    assert FaceFinder().find(np.full((480, 640), 127, np.uint8)) == []


def test_a_cascade_that_is_none_is_told(tmp_path):
    with pytest.raises(VisionError, match="there is no such cascade"):
        FaceFinder(tmp_path / "none.xml")
    broken = tmp_path / "broken.xml"
    broken.write_bytes(cascade_path().read_bytes()[:2000])
    with pytest.raises(VisionError, match=r"broken\.xml"):
        FaceFinder(broken)
    broken.write_text("not xml")
    with pytest.raises(VisionError, match=r"broken\.xml"):
        FaceFinder(broken)


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
