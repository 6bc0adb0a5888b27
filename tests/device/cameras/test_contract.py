"""Every camera that can run here keeps the contract of device.cameras.base.Camera."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from device.cameras.base import Camera
from device.cameras.picamera2 import PiCamera
from device.cameras.replay import PhotoCamera, VideoCamera
from device.cameras.webcam import Webcam, find_webcams
from device.errors import CameraError

RNG = np.random.default_rng(7)


def _photo(path: Path) -> None:
    cv2.imwrite(str(path), RNG.integers(0, 255, (60, 80, 3), np.uint8))


def make_photo(request: pytest.FixtureRequest, folder: Path) -> Camera:
    _photo(folder / "face.png")
    return PhotoCamera(folder / "face.png", fps=30)


def make_folder(request: pytest.FixtureRequest, folder: Path) -> Camera:
    for name in ("a.png", "b.png"):
        _photo(folder / name)
    return PhotoCamera(folder, fps=30, each_s=0.1)


def make_video(request: pytest.FixtureRequest, folder: Path) -> Camera:
    writer = cv2.VideoWriter(
        str(folder / "clip.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 30, (80, 60)
    )
    for _ in range(3):
        writer.write(RNG.integers(0, 255, (60, 80, 3), np.uint8))
    writer.release()
    return VideoCamera(folder / "clip.avi")


def make_pi_camera(request: pytest.FixtureRequest, folder: Path) -> Camera:
    request.getfixturevalue("csi")
    return PiCamera(fps=30)


def make_webcam(request: pytest.FixtureRequest, folder: Path) -> Camera:
    request.getfixturevalue("v4l2")
    return Webcam(str(folder / "video0"))


def make_real_webcam(request: pytest.FixtureRequest, folder: Path) -> Camera:
    if not find_webcams():
        pytest.skip("no webcam is connected")
    return Webcam()


def make_actor(request: pytest.FixtureRequest, folder: Path) -> Camera:
    actor = pytest.importorskip("device.cameras.visitor.actor")
    return actor.Actor(seed=3, fps=30)


MAKERS = (
    make_photo,
    make_folder,
    make_video,
    make_pi_camera,
    make_webcam,
    make_real_webcam,
    make_actor,
)


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__.removeprefix("make_"))
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    made = request.param(request, tmp_path)
    yield made
    made.close()


def test_describes_itself_in_one_line_closed_and_open(camera: Camera) -> None:
    assert len(camera.describe()) > 5
    assert "\n" not in camera.describe()
    with camera:
        frame = camera.read(5.0)
        height, width = frame.image.shape[:2]
        assert re.search(f"{width}[x×]{height}", camera.describe())


def test_closed_it_refuses_to_read(camera: Camera) -> None:
    with pytest.raises(CameraError):
        camera.read(0.1)
    camera.open()
    camera.close()
    camera.close()
    with pytest.raises(CameraError):
        camera.read(0.1)


def test_frames_are_bgr_pictures_of_just_now_and_each_is_new(camera: Camera) -> None:
    before = 0.0
    with camera:
        for _ in range(5):
            frame = camera.read(5.0)
            now = time.monotonic()
            assert frame.image.dtype == np.uint8
            assert frame.image.ndim == 3
            assert frame.image.shape[2] == 3
            assert frame.image.std() > 1
            assert before < frame.captured_at <= now
            assert now - frame.captured_at < 10
            before = frame.captured_at


def test_a_frame_belongs_to_the_caller(camera: Camera) -> None:
    with camera:
        first = camera.read(5.0)
        kept = first.image.copy()
        second = camera.read(5.0)
        assert np.array_equal(first.image, kept)
        second.image[:] = 0
        assert camera.read(5.0).image.any()


def test_reads_again_after_it_was_closed(camera: Camera) -> None:
    for _ in range(2):
        with camera:
            assert camera.read(5.0).image.size
    camera.open()
    camera.open()
    assert camera.read(5.0).image.size
