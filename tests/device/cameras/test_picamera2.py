"""The Pi's camera against a Picamera2 that has only what its manual promises."""

import sys
import time

import pytest

from device.cameras.picamera2 import PiCamera, find_pi_cameras
from device.errors import CameraError, MissingCamera


def test_webcams_in_picamera2s_list_are_left_out(csi) -> None:
    assert [(info.number, info.model) for info in find_pi_cameras()] == [(0, "imx708")]
    csi.listed = csi.listed[1:]
    assert find_pi_cameras() == []
    with pytest.raises(MissingCamera, match="CSI"):
        PiCamera().open()


def test_without_picamera2_the_text_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert find_pi_cameras() == []
    with pytest.raises(MissingCamera, match="python3-picamera2"):
        PiCamera().open()


def test_is_configured_once_for_bgr_and_the_full_field_of_view(csi) -> None:
    with PiCamera(size=(320, 240), fps=20) as camera:
        assert camera.read().image.shape == (240, 320, 3)
        camera.read()
        assert "imx708" in camera.describe()
    (config,) = csi.configured
    assert config["main"] == {"size": (320, 240), "format": "RGB888"}
    assert config["raw"] == {"size": (2304, 1296)}
    assert config["controls"] == {"FrameDurationLimits": (50_000, 50_000)}


def test_a_lens_that_can_move_is_told_to_focus(csi) -> None:
    csi.controls["AfMode"] = (0, 2, 0)
    with PiCamera(fps=20):
        pass
    controls = csi.configured[0]["controls"]
    assert controls == {"FrameDurationLimits": (50_000, 50_000), "AfMode": 2}


def test_a_camera_by_its_number(csi) -> None:
    csi.listed.append({"Model": "imx219", "Id": "/base/soc/i2c0mux/i2c@0/imx219@10", "Num": 2})
    with PiCamera(number=2) as camera:
        assert "camera 2 imx219" in camera.describe()
    with pytest.raises(MissingCamera, match=r"no Pi camera 1\. Connected: 0 .imx708., 2 .imx219"):
        PiCamera(number=1).open()


def test_captured_at_is_the_moment_of_exposure(csi) -> None:
    with PiCamera() as camera:
        frame = camera.read()
        assert 0.019 < time.monotonic() - frame.captured_at < 10


def test_every_request_is_given_back(csi) -> None:
    with PiCamera() as camera:
        for _ in range(3):
            camera.read()
            assert csi.unreleased == 0
    assert not csi.held


def test_a_camera_that_stops_is_a_fault_in_time_and_comes_back(csi) -> None:
    camera = PiCamera()
    with camera:
        camera.read()
        csi.reachable = False
        began = time.monotonic()
        with pytest.raises(CameraError, match="ribbon"):
            camera.read(0.2)
        assert time.monotonic() - began < 10
    assert not csi.held
    csi.reachable = True
    with camera:
        assert camera.read().image.any()
    assert csi.openings == 2


def test_a_camera_in_use_is_told_as_such(csi) -> None:
    csi.busy = True
    with pytest.raises(CameraError, match="Another program") as caught:
        PiCamera().open()
    assert not isinstance(caught.value, MissingCamera)
    csi.busy = False
    with PiCamera() as camera:
        assert camera.read().image.any()
