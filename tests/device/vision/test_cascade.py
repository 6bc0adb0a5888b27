import cv2
import pytest

from device.contracts import Face
from device.errors import VisionError
from device.vision.cascade import CascadeFinder, Judge, cascade_path


def test_a_cascade_that_is_none_is_told(tmp_path):
    with pytest.raises(VisionError, match="there is no such cascade"):
        CascadeFinder(tmp_path / "none.xml")
    broken = tmp_path / "broken.xml"
    broken.write_bytes(cascade_path().read_bytes()[:2000])
    with pytest.raises(VisionError, match=r"broken\.xml"):
        CascadeFinder(broken)
    broken.write_text("not xml")
    with pytest.raises(VisionError, match=r"broken\.xml"):
        CascadeFinder(broken)


def test_the_judge_agrees_to_a_face_and_to_nothing_else(portrait_photo):
    judge = Judge()
    assert judge.agrees(portrait_photo, Face((270, 152, 108, 108)))
    assert not judge.agrees(portrait_photo, Face((40, 300, 108, 108)))
    assert not judge.agrees(portrait_photo, Face((240, 262, 108, 108)))  # the collar


def test_the_judge_looks_at_the_face_set_upright(portrait_photo):
    middle, lean = (324, 206), 35.0
    turn = cv2.getRotationMatrix2D(middle, -lean, 1.0)
    leaning = cv2.warpAffine(portrait_photo, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    judge = Judge()
    assert judge.agrees(leaning, Face((270, 152, 108, 108), tilt=lean))
    assert not judge.agrees(leaning, Face((270, 152, 108, 108), tilt=-lean))
