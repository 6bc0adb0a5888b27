"""Webcams as V4L2 and OpenCV behave on Linux: found, named, stale, unplugged, frozen."""

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from device.cameras.pixels import Pixels
from device.cameras.webcam import Webcam, WebcamInfo, find_webcams
from device.errors import CameraError, MissingCamera
from tests.device.cameras.conftest import V4L2Device

LOADED_S = 20.0
"""Longer than anything takes on a machine that is busy with other things."""


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


def test_infrared_and_virtual_cameras_come_last_and_decoders_not_at_all(tmp_path: Path) -> None:
    names = (
        "OBS Virtual Camera",
        "Integrated IR Camera: Integrate",
        "Integrated Camera: Integrated I",
        "Dummy video device (0x0000)",
        "Integrated Camera: Integrated C",
        "rkvdec",
        "cedrus",
        "hantro-vpu",
        "vim2m",
        "Irvine Cam",
    )
    for number, name in enumerate(names):
        add_node(tmp_path, number, name)
    # v4l2loopback lets its cameras be called anything; where they hang tells them all the same.
    add_node(tmp_path / "devices/virtual", 20, "Front Desk")
    (tmp_path / "class/video20").symlink_to(tmp_path / "devices/virtual/class/video20")

    found = [info.name for info in find_webcams(tmp_path / "dev", tmp_path / "class")]

    assert found == [names[4], names[9], names[1], names[2], names[0], names[3], "Front Desk"]


def test_grey_of_ten_bits_fills_the_eight() -> None:
    pixels = Pixels()
    grey = np.array([[0, 512, 1023]], np.uint16)
    assert pixels.bgr(grey)[0, :, 1].tolist() == [0, 128, 255]
    assert pixels.bgr(grey // 4)[0, :, 1].tolist() == [0, 32, 63], "darker is not stretched"
    assert pixels.bgr(grey * 64)[0, :, 1].tolist() == [0, 128, 255]


def test_alpha_is_dropped() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    assert np.array_equal(Pixels().bgr(image), image[:, :, :3])


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
        asked_at = time.monotonic()
        frame = camera.read()
        # What the driver had queued by then is older than this.
        assert asked_at - frame.captured_at < 0.5


def test_captured_at_is_the_drivers_timestamp(v4l2, tmp_path: Path) -> None:
    with Webcam(str(tmp_path / "video0")) as camera:
        for _ in range(3):
            frame = camera.read()
            assert frame.captured_at == pytest.approx(v4l2.filled_at, abs=1e-6)


@pytest.mark.parametrize("state", ["unplugged", "silent", "repeating"])
def test_an_unplugged_webcam_is_a_fault_in_time(v4l2, tmp_path: Path, state: str) -> None:
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        v4l2.state = state
        began = time.monotonic()
        with pytest.raises(CameraError, match="video0"):
            camera.read(0.3)
        assert time.monotonic() - began < LOADED_S


def test_a_closed_shutter_is_a_dark_room_told_once(
    v4l2, tmp_path: Path, monkeypatch, caplog
) -> None:
    monkeypatch.setattr("device.cameras.webcam.FROZEN_S", 0.2)
    v4l2.period_s = 0.02
    v4l2.state = "still"
    with Webcam(str(tmp_path / "video0")) as camera:
        times = [camera.read(LOADED_S).captured_at for _ in range(40)]
    assert times == sorted(set(times))
    assert times[-1] - times[0] > 0.5, "so much longer than the limit"
    assert caplog.text.count("is its shutter closed") == 1
    assert v4l2.openings == 1


@pytest.mark.parametrize("stamps", ["none", "standing"])
@pytest.mark.parametrize("state", ["still", "repeating"])
def test_stamps_and_pictures_that_both_stand_still_are_a_fault(
    v4l2, tmp_path: Path, monkeypatch, stamps: str, state: str
) -> None:
    monkeypatch.setattr("device.cameras.webcam.FROZEN_S", 0.3)
    v4l2.stamps = stamps
    with Webcam(str(tmp_path / "video0")) as camera:
        camera.read()
        v4l2.state = state
        with pytest.raises(CameraError, match="same picture"):
            for _ in range(10_000):
                camera.read(LOADED_S)


@pytest.mark.parametrize("stamps", ["none", "standing", "lagging"])
def test_frames_that_differ_are_taken_whatever_their_stamps_say(
    v4l2, tmp_path: Path, monkeypatch, stamps: str
) -> None:
    monkeypatch.setattr("device.cameras.webcam.FROZEN_S", 0.1)
    monkeypatch.setattr("device.cameras.freshness.STALE_S", 0.2)
    v4l2.stamps = stamps
    v4l2.period_s = 0.03
    with Webcam(str(tmp_path / "video0")) as camera:
        frames = [camera.read(LOADED_S) for _ in range(20)]
    times = [frame.captured_at for frame in frames]
    assert times == sorted(set(times))
    assert times[-1] - times[0] > 0.5, "as long as it films, not as long as its queue lasts"
    assert len({frame.image.tobytes() for frame in frames}) == 20


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 1)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_grey_is_read_as_grey(v4l2, tmp_path: Path, shape: tuple, kind: type) -> None:
    rng = np.random.default_rng(3)
    sent: list[np.ndarray] = []

    def paint(number: int) -> np.ndarray:
        sent.append(rng.integers(0, 256, shape, np.uint8))
        return sent[-1].astype(kind) * (257 if kind is np.uint16 else 1)

    v4l2.paint = paint
    with Webcam(str(tmp_path / "video0")) as camera:
        image = camera.read(LOADED_S).image
    assert np.array_equal(image, np.dstack([sent[-1].reshape(48, 64)] * 3))


@pytest.mark.parametrize("shape", [(48, 64, 2), (48 * 64,)])
def test_an_unknown_pixel_format_is_told(v4l2, tmp_path: Path, shape: tuple) -> None:
    v4l2.paint = lambda number: np.full(shape, number % 256, np.uint8)
    with (
        Webcam(str(tmp_path / "video0")) as camera,
        pytest.raises(CameraError, match="pixel format"),
    ):
        camera.read(LOADED_S)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[V4L2Device]:
    """Two webcams, video0 and video1, both found."""
    devices = [V4L2Device(), V4L2Device()]
    infos = []
    for number in range(2):
        (tmp_path / f"video{number}").touch()
        infos.append(WebcamInfo(f"cam {number}", str(tmp_path / f"video{number}")))
    monkeypatch.setattr(
        cv2, "VideoCapture", lambda path, api: devices[int(path[-1])].capture(path, api)
    )
    monkeypatch.setattr("device.cameras.webcam.find_webcams", lambda: infos)
    return devices


def test_the_next_webcam_is_tried_when_the_first_cannot_be_opened(two) -> None:
    two[0].held = True
    with Webcam() as camera:
        assert camera.read(LOADED_S).image.any()
        assert "cam 1" in camera.describe()
    two[0].held = False
    with Webcam() as camera:
        assert "cam 0" in camera.describe()


def test_a_webcam_that_sends_nothing_comes_last_the_next_time(two) -> None:
    two[0].state = "silent"
    camera = Webcam()
    with camera, pytest.raises(CameraError, match="unplugged"):
        camera.read(0.1)
    with camera:
        assert camera.read(LOADED_S).image.any()
        assert "cam 1" in camera.describe()
    with camera:
        assert "cam 1" in camera.describe()


def test_a_webcam_that_worked_is_tried_first_again(two) -> None:
    camera = Webcam()
    with camera:
        camera.read(LOADED_S)
        two[0].state = "silent"
        with pytest.raises(CameraError):
            camera.read(0.1)
    two[0].state = "live"
    with camera:
        assert "cam 0" in camera.describe()


def test_all_webcams_in_use_are_named(two) -> None:
    two[0].held = two[1].held = True
    with pytest.raises(CameraError, match=r"video0, .*video1\): other programs"):
        Webcam().open()
