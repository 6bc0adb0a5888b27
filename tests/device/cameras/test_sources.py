"""Which camera a word or a path means."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from device.cameras.picamera2 import PiCamera
from device.cameras.replay import PhotoCamera, VideoCamera
from device.cameras.sources import choose_source, open_source
from device.cameras.webcam import Webcam, WebcamInfo
from device.errors import CameraError, UsageError
from device.options import CameraOptions


@pytest.fixture
def webcams(monkeypatch: pytest.MonkeyPatch) -> list[WebcamInfo]:
    """The webcams that are connected; none at first."""
    connected: list[WebcamInfo] = []
    monkeypatch.setattr("device.cameras.webcam.find_webcams", lambda: connected)
    return connected


def test_auto_takes_the_pis_camera_first(csi, webcams: list[WebcamInfo]) -> None:
    webcams.append(WebcamInfo("C270", "/dev/video0"))
    assert "imx708" in choose_source("auto").sentence
    with open_source("auto") as camera:
        assert "imx708" in camera.describe()
    assert csi.openings == 1


def test_auto_with_the_pis_camera_alone(csi, webcams: list[WebcamInfo]) -> None:
    assert choose_source("auto").source == "picamera2"
    assert isinstance(open_source("auto"), PiCamera)


def test_auto_tries_the_next_camera_when_the_first_cannot_be_opened(
    csi, v4l2, webcams: list[WebcamInfo], tmp_path: Path, caplog
) -> None:
    webcams.append(WebcamInfo("C270", str(tmp_path / "video0")))
    csi.listed.append({"Model": "imx219", "Id": "/base/soc/i2c0mux/i2c@0/imx219@10", "Num": 2})
    camera = open_source(choose_source("auto").source)
    csi.broken = {0}
    with camera:
        assert "imx219" in camera.describe()
    csi.busy = True
    with camera:
        assert "C270" in camera.describe()
        assert camera.read(20.0).image.any()
    assert "Another program" in caplog.text
    v4l2.held = True
    with pytest.raises(CameraError, match=r"Pi's camera.*webcam"):
        camera.open()
    csi.busy = v4l2.held = False
    csi.broken = set()
    with camera:
        assert "imx708" in camera.describe()


def test_auto_leaves_a_camera_that_opens_but_sends_nothing(
    csi, v4l2, webcams: list[WebcamInfo], tmp_path: Path
) -> None:
    webcams.append(WebcamInfo("C270", str(tmp_path / "video0")))
    camera = open_source("auto")
    csi.reachable = False
    with camera, pytest.raises(CameraError, match="ribbon"):
        camera.read(0.1)
    with camera:
        assert "C270" in camera.describe()
        assert camera.read(20.0).image.any()


def test_auto_takes_a_webcam_next(webcams: list[WebcamInfo]) -> None:
    webcams.append(WebcamInfo("C270", "/dev/video0"))
    assert choose_source("auto").source == "webcam"
    assert "C270" in choose_source("auto").sentence
    assert isinstance(open_source("auto"), Webcam)


def test_auto_without_a_camera_says_that_the_actor_plays(webcams: list[WebcamInfo]) -> None:
    choice = choose_source("auto")
    assert choice.source == "actor"
    assert choice.sentence == "No camera found: the built-in visitor plays one."


def test_other_sources_are_left_as_they_are() -> None:
    assert choose_source("webcam:3").source == "webcam:3"
    assert choose_source("webcam:3").sentence == ""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("webcam", "the first one"),
        ("webcam:3", "/dev/video3"),
        ("/dev/video5", "/dev/video5"),
        ("/dev/v4l/by-id/usb-C270", "/dev/v4l/by-id/usb-C270"),
        ("webcam:/dev/v4l/by-id/usb-C270", "/dev/v4l/by-id/usb-C270"),
    ],
)
def test_webcams_by_number_and_name(source: str, said: str) -> None:
    camera = open_source(source, CameraOptions(width=320, height=240, fps=10))
    assert isinstance(camera, Webcam)
    assert said in camera.describe()
    assert "320×240 at 10" in camera.describe()


def test_a_pi_camera_by_number(csi) -> None:
    camera = open_source("picamera2:0", CameraOptions(width=320, height=240, fps=10))
    assert isinstance(camera, PiCamera)
    assert "camera 0, 320×240 at 10" in camera.describe()


def test_the_actor_takes_a_seed() -> None:
    actor = pytest.importorskip("device.cameras.visitor.actor")
    for source, seed in (("actor", 1), ("actor:7", 7)):
        camera = open_source(source, CameraOptions(width=320, height=240, fps=10))
        assert isinstance(camera, actor.Actor)
        assert camera.describe() == actor.Actor(seed, size=(320, 240), fps=10).describe()


def test_a_path_is_judged_by_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "face.JPG").touch()
    (tmp_path / "clip.MP4").touch()
    (tmp_path / "folder.mp4").mkdir()
    assert isinstance(open_source(str(tmp_path / "face.JPG")), PhotoCamera)
    assert isinstance(open_source(str(tmp_path / "clip.MP4")), VideoCamera)
    assert isinstance(open_source(str(tmp_path / "folder.mp4")), PhotoCamera)


@pytest.mark.parametrize(
    "source", ["", "webcm", "webcam:x", "picamera2:x", "actor:", "actor:x", "/nowhere/a.png"]
)
def test_nonsense_is_a_usage_error_that_helps(source: str) -> None:
    with pytest.raises(UsageError, match=r"actor|webcam|picamera2"):
        open_source(source)


@pytest.mark.parametrize(
    ("rotate", "mirror", "expected"),
    [
        (0, False, [[1, 2], [3, 4], [5, 6]]),
        (90, False, [[5, 3, 1], [6, 4, 2]]),
        (180, False, [[6, 5], [4, 3], [2, 1]]),
        (270, False, [[2, 4, 6], [1, 3, 5]]),
        (0, True, [[2, 1], [4, 3], [6, 5]]),
        (90, True, [[1, 3, 5], [2, 4, 6]]),
    ],
)
def test_a_camera_is_turned_clockwise_and_then_mirrored(tmp_path, rotate, mirror, expected):
    cv2.imwrite(str(tmp_path / "p.png"), np.array([[1, 2], [3, 4], [5, 6]], np.uint8))
    options = CameraOptions(rotate=rotate, mirror=mirror)
    with open_source(str(tmp_path / "p.png"), options) as camera:
        assert camera.read().image[:, :, 0].tolist() == expected
        assert (f"turned by {rotate}°" in camera.describe()) == bool(rotate)
        assert ("mirrored" in camera.describe()) == mirror


def test_the_built_in_visitor_stays_upright():
    with open_source("actor", CameraOptions(rotate=90)) as camera:
        assert camera.read().image.shape == (480, 640, 3)
