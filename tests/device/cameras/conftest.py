"""Stand-ins for hardware: a V4L2 device behind cv2.VideoCapture, and Picamera2 with a CSI camera.

They have only what OpenCV and "The Picamera2 Library" promise, so code that leans on anything else
fails here as it might on a Pi.
"""

import collections
import contextlib
import sys
import time
import types
from pathlib import Path

import cv2
import numpy as np
import pytest


def textured(number: int, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """A picture unlike that of any other number: uint8 BGR (H, W, 3)."""
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 0] = np.arange(width) % 256
    cv2.putText(image, str(number), (20, height // 2), cv2.FONT_HERSHEY_SIMPLEX, 2, (0, 255, 255))
    return image


class V4L2Device:
    """One webcam as the kernel and OpenCV show it.

    The driver fills up to four buffers and then loses what comes; grab() hands out the oldest.
    state: "live"; "unplugged" (grab fails at once); "silent" (grab waits in vain); "repeating"
    (grab says that all is well, the last buffer stays); "still" (new buffers, the same picture).
    stamps: "true"; "none" (0); "standing" (always the same, pictures live); "lagging" (by 0.9 s).
    filled_at: when the driver filled the buffer that was grabbed last. paint: makes a picture of
    a number of milliseconds.
    """

    def __init__(self) -> None:
        self.state = "live"
        self.period_s = 1 / 30
        self.stamps = "true"
        self.filled_at = 0.0
        self.paint = textured
        self.openings = 0
        self.held = False
        self.settings: dict[int, float] = {}

    def capture(self, path: str, api: int) -> "V4L2Capture":
        assert api == cv2.CAP_V4L2
        return V4L2Capture(self)


class V4L2Capture:
    def __init__(self, device: V4L2Device) -> None:
        self._device = device
        self._opened = device.state != "unplugged" and not device.held
        if self._opened:
            device.held = True
            device.openings += 1
        self._buffers: collections.deque[float] = collections.deque()
        self._next_at = time.monotonic() + device.period_s
        self._current = 0.0
        self._opened_at = time.monotonic()

    def isOpened(self) -> bool:  # noqa: N802
        return self._opened

    def set(self, option: int, value: float) -> bool:
        self._device.settings[option] = value
        return True

    def get(self, option: int) -> float:
        if option == cv2.CAP_PROP_POS_MSEC:
            return (
                1000
                * {
                    "true": self._current,
                    "none": 0.0,
                    "standing": self._opened_at,
                    "lagging": self._current - 0.9,
                }[self._device.stamps]
            )
        return self._device.settings.get(option, 0.0)

    def grab(self) -> bool:
        if self._device.state == "unplugged":
            return False
        if self._device.state == "silent":
            time.sleep(0.6)
            return False
        if self._device.state == "repeating":
            return True
        self._fill()
        if not self._buffers:
            time.sleep(max(0.0, self._next_at - time.monotonic()))
            self._fill()
        self._current = self._device.filled_at = self._buffers.popleft()
        return True

    def _fill(self) -> None:
        while self._next_at <= time.monotonic():
            if len(self._buffers) < 4:
                self._buffers.append(self._next_at)
            self._next_at += self._device.period_s

    def retrieve(self) -> tuple[bool, np.ndarray]:
        still = self._device.state == "still"
        return True, self._device.paint(0 if still else round(self._current * 1000))

    def release(self) -> None:
        if self._opened:
            self._device.held = False
        self._opened = False


@pytest.fixture
def v4l2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> V4L2Device:
    """A webcam whose node is ``tmp_path / "video0"``."""
    device = V4L2Device()
    (tmp_path / "video0").touch()
    monkeypatch.setattr(cv2, "VideoCapture", device.capture)
    return device


class CsiHardware:
    """What hangs on the Pi. reachable: frames come; busy: another process holds the cameras.

    broken: numbers of cameras that do not start.
    """

    def __init__(self) -> None:
        self.listed = [
            {"Model": "imx708", "Id": "/base/soc/i2c0mux/i2c@1/imx708@1a", "Num": 0},
            {
                "Model": "C270",
                "Id": "/base/scb/pcie@7d500000/usb@0,0/usb@1:1.0-46d:825",
                "Num": 1,
            },
        ]
        self.reachable = True
        self.broken: set[int] = set()
        self.busy = False
        self.period_s = 1 / 30
        self.openings = 0
        self.configured: list[dict] = []
        self.controls: dict = {"FrameDurationLimits": (16_666, 120_000, None)}
        self.unreleased = 0
        self.pending = 0
        self.held = False


def make_picamera2(hardware: CsiHardware) -> types.ModuleType:
    class Request:
        def __init__(self, size: tuple[int, int], exposed_ns: int) -> None:
            self._size, self._exposed_ns = size, exposed_ns
            hardware.unreleased += 1

        def make_array(self, name: str) -> np.ndarray:
            assert name == "main"
            return textured(self._exposed_ns % 1_000_000, self._size)

        def get_metadata(self) -> dict:
            return {"SensorTimestamp": self._exposed_ns, "ExposureTime": 8000}

    class Picamera2:
        camera_controls = hardware.controls

        def __init__(self, camera_num: int = 0) -> None:
            if hardware.busy or hardware.held:
                try:
                    raise RuntimeError("Failed to acquire camera: Device or resource busy")
                except RuntimeError:
                    raise RuntimeError("Camera __init__ sequence did not complete.")  # noqa: B904
            if camera_num in hardware.broken:
                raise RuntimeError("Camera frontend has timed out!")
            assert "usb" not in hardware.listed[camera_num]["Id"]
            hardware.openings += 1
            hardware.held = True
            self.sensor_resolution = (4608, 2592)
            self._config: dict | None = None
            self._started = False

        @staticmethod
        def global_camera_info() -> list[dict]:
            return hardware.listed

        def create_video_configuration(
            self, main=None, lores=None, raw=None, buffer_count=6, controls=None
        ) -> dict:
            return {
                "main": main,
                "lores": lores,
                "raw": raw,
                "buffer_count": buffer_count,
                "controls": controls,
            }

        def configure(self, config: dict) -> None:
            assert not self._started
            hardware.configured.append(config)
            self._config = config

        def start(self) -> None:
            assert self._config is not None
            self._started = True

        @contextlib.contextmanager
        def captured_request(self, wait=None, flush=None):
            assert self._started
            assert hardware.pending == 0, "an earlier request was given up and not cancelled"
            if not hardware.reachable:
                hardware.pending += 1
                time.sleep(wait)
                raise TimeoutError
            time.sleep(hardware.period_s)
            exposed_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - 20_000_000
            request = Request(self._config["main"]["size"], exposed_ns)
            try:
                yield request
            finally:
                hardware.unreleased -= 1

        def cancel_all_and_flush(self) -> None:
            hardware.pending = 0

        def stop(self) -> None:
            assert hardware.pending == 0, "stop would wait for the pending request for ever"
            self._started = False

        def close(self) -> None:
            hardware.held = False

    module = types.ModuleType("picamera2")
    module.Picamera2 = Picamera2
    return module


@pytest.fixture
def csi(monkeypatch: pytest.MonkeyPatch) -> CsiHardware:
    """A Pi with one CSI camera and one webcam, and Picamera2 installed."""
    hardware = CsiHardware()
    monkeypatch.setitem(sys.modules, "picamera2", make_picamera2(hardware))
    return hardware
