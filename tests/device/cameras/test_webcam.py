"""Webcams as V4L2 and OpenCV behave on Linux: found, named, stale, unplugged, frozen."""

import time
from pathlib import Path

import cv2
import pytest

from device.cameras.webcam import Webcam, find_webcams
from device.errors import CameraError, MissingCamera


def add_node(root: Path, number: int, name: str, index: int = 0) -> None:
    node = root / "class" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(name + "\n")
    (node / "index").write_text(f"{index}\n")
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / f"video{number}").touch()


def test_finds_webcams_among_the_nodes_of_a_pi(tmp_path: Path) -> None:
    add_node(tmp_path, 10, "HD Webcam C270")
    add_node(tmp_path, 11, "HD Webcam C270", index=1)
    add_node(tmp_path, 2, "Old Cam")
    for number, name in enumerate(
        ("unicam-image", "bcm2835-isp-output0", "bcm2835-codec-decode", "rp1-cfe-csi2_ch0"), 20
    ):
        add_node(tmp_path, number, name)
    for number, name in enumerate(("pispbe-input", "rpi-hevc-dec", "rpivid"), 30):
        add_node(tmp_path, number, name)
    by_id = tmp_path / "dev/v4l/by-id"
    by_id.mkdir(parents=True)
    (by_id / "usb-C270-video-index0").symlink_to("../../video10")
    (by_id / "usb-C270-video-index1").symlink_to("../../video11")

    found = find_webcams(tmp_path / "dev", tmp_path / "class")

    assert [(info.name, info.path) for info in found] == [
        ("Old Cam", str(tmp_path / "dev/video2")),
        ("HD Webcam C270", str(by_id / "usb-C270-video-index0")),
    ]


def test_finds_nothing_where_there_is_no_video4linux(tmp_path: Path) -> None:
    assert find_webcams(tmp_path / "dev", tmp_path / "class") == []


def test_a_missing_webcam_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingCamera, match="video9"):
        Webcam(str(tmp_path / "video9")).open()


def test_asks_for_mjpg_and_tells_what_it_got(v4l2, tmp_path: Path) -> None:
    with Webcam(str(tmp_path / "video0"), size=(800, 600), fps=25) as camera:
        assert "800×600 at 25" in camera.describe()
    assert v4l2.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert not v4l2.held


def test_a_webcam_in_use_is_a_passing_fault(v4l2, tmp_path: Path) -> None:
    v4l2.held = True
    with pytest.raises(CameraError, match="another program") as caught:
        Webcam(str(tmp_path / "video0")).open()
    assert not isinstance(caught.value, MissingCamera)


def test_a_slow_reader_gets_no_stale_frame(v4l2, tmp_path: Path) -> None:
    v4l2.period_s = 0.02
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        time.sleep(0.7)
        frame = camera.read()
        assert time.monotonic() - frame.captured_at < 0.1


def test_captured_at_is_the_drivers_timestamp(v4l2, tmp_path: Path) -> None:
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        time.sleep(0.15)
        frame = camera.read()
        assert 0.05 < time.monotonic() - frame.captured_at < 0.4


@pytest.mark.parametrize("state", ["unplugged", "silent", "repeating"])
def test_an_unplugged_webcam_is_a_fault_in_time(v4l2, tmp_path: Path, state: str) -> None:
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        v4l2.state = state
        began = time.monotonic()
        with pytest.raises(CameraError, match="video0"):
            camera.read(0.3)
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("stamps", [True, False])
def test_a_frozen_webcam_is_a_fault(v4l2, tmp_path: Path, monkeypatch, stamps: bool) -> None:
    monkeypatch.setattr("device.cameras.webcam.FROZEN_S", 0.3)
    v4l2.stamps = stamps
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        v4l2.state = "frozen"
        began = time.monotonic()
        with pytest.raises(CameraError, match="same picture"):
            while time.monotonic() - began < 1.0:
                camera.read()
        assert 0.25 < time.monotonic() - began < 0.6


def test_a_dead_device_without_timestamps_is_found_out(v4l2, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("device.cameras.webcam.FROZEN_S", 0.3)
    v4l2.stamps = False
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        v4l2.state = "repeating"
        with pytest.raises(CameraError, match="same picture"):
            for _ in range(1000):
                camera.read()
                time.sleep(0.005)
