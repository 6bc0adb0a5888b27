"""USB webcams, and anything else that Video4Linux offers as a camera, through OpenCV."""

import dataclasses
import math
import os
import time
import zlib
from pathlib import Path

import cv2

from device.cameras.base import Camera, quiet_opencv
from device.contracts import Frame
from device.errors import CameraError, MissingCamera

FROZEN_S = 2.0
STALE_S = 0.5

# Nodes of the Pi's own camera and codec hardware: they carry raw or encoded data for libcamera and
# FFmpeg, not pictures.
_NOT_WEBCAMS = ("bcm2835-", "unicam", "rp1-cfe", "pispbe", "rpi-hevc-dec", "rpivid")


@dataclasses.dataclass(frozen=True)
class WebcamInfo:
    """A camera found. path: the name that survives replugging (by-id) where there is one."""

    name: str
    path: str


def find_webcams(
    devices: Path = Path("/dev"), classes: Path = Path("/sys/class/video4linux")
) -> list[WebcamInfo]:
    """List the cameras Video4Linux knows, in the order of their node numbers.

    A USB camera registers several nodes; index 0 is the one with pictures, the others carry
    metadata. ``devices`` and ``classes`` are where the kernel shows devices and their attributes.
    """
    stable = {link.resolve().name: link for link in sorted((devices / "v4l/by-id").glob("*"))}
    found = []
    nodes = (node for node in classes.glob("video*") if node.name.removeprefix("video").isdigit())
    for node in sorted(nodes, key=lambda node: int(node.name.removeprefix("video"))):
        name = _attribute(node / "name")
        if _attribute(node / "index") == "0" and not name.startswith(_NOT_WEBCAMS):
            found.append(WebcamInfo(name, str(stable.get(node.name, devices / node.name))))
    return found


def _attribute(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


class Webcam(Camera):
    """One V4L2 camera, read as MJPG, which all but the simplest webcams offer at full rate.

    device: a path such as ``/dev/v4l/by-id/…`` or ``/dev/video2``, the number of a node, or None
    for the first webcam there is when it is opened. size: wanted (width, height) in pixels and fps:
    wanted frames a second; the driver may settle for its nearest.
    """

    def __init__(
        self,
        device: str | int | None = None,
        size: tuple[int, int] = (640, 480),
        fps: float = 30,
    ) -> None:
        self._wanted = f"/dev/video{device}" if isinstance(device, int) else device
        self._size = size
        self._fps = float(fps)
        self._path = self._wanted or "the first one found"
        self._name = ""
        self._capture: cv2.VideoCapture | None = None
        self._last_timestamp = -1.0
        self._last_sum = -1
        self._changed_at = 0.0

    def open(self) -> None:
        """Open the device; see Camera.open."""
        self.close()
        info = self._find()
        self._path, self._name = info.path, info.name
        # Read when OpenCV first waits for a frame. Its own default of 10 s would outlast any
        # time limit given to read().
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")
        quiet_opencv()
        # Resolved at every opening: after replugging, the by-id link points to another node.
        capture = cv2.VideoCapture(str(Path(self._path).resolve()), cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            raise CameraError(
                f"The webcam {self._path} cannot be opened: another program uses it, it takes no "
                "pictures, or this user is not in the group “video”."
            )
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_FPS, self._fps)
        settled = (
            int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        if all(settled):
            self._size = settled
        rate = capture.get(cv2.CAP_PROP_FPS)
        if math.isfinite(rate) and rate > 0:
            self._fps = rate
        self._capture = capture
        self._last_timestamp = -1.0
        self._last_sum = -1
        self._changed_at = time.monotonic()

    def _find(self) -> WebcamInfo:
        known = find_webcams()
        if self._wanted is None:
            if not known:
                raise MissingCamera("No webcam is connected.")
            return known[0]
        if not Path(self._wanted).exists():
            others = ", ".join(info.path for info in known) or "none"
            raise MissingCamera(f"There is no webcam {self._wanted}. Connected: {others}.")
        node = Path(self._wanted).resolve()
        names = [info.name for info in known if Path(info.path).resolve() == node]
        return WebcamInfo(names[0] if names else "", self._wanted)

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next new frame; see Camera.read.

        Tells an unplugged camera from a live one, for OpenCV may then say that all is well and
        repeat the last frame: by the driver's timestamp, which stands still, and by a picture
        whose every byte stays the same for FROZEN_S. The driver is waited for in steps of one
        second, so a shorter time limit is rounded up.
        """
        if self._capture is None:
            raise CameraError(f"The webcam {self._path} is not open.")
        deadline = time.monotonic() + timeout_s
        while True:
            asked_at = time.monotonic()
            grabbed = self._capture.grab()
            now = time.monotonic()
            if not grabbed and (now - asked_at < 0.5 or now >= deadline):
                raise CameraError(f"The webcam {self._path} sends nothing: is it unplugged?")
            if grabbed:
                frame = self._retrieve(now)
                if frame is not None:
                    return frame
            if now >= deadline:
                raise CameraError(f"The webcam {self._path} sent no new frame in {timeout_s:g} s.")
            if now - asked_at < 0.001:
                time.sleep(0.005)  # a dead device answers at once; do not burn a core on it

    def _retrieve(self, now: float) -> Frame | None:
        """Decode what was grabbed; None when it is old, repeated or damaged."""
        captured_at, timestamped = self._timestamp(now)
        if timestamped:
            repeated = captured_at <= self._last_timestamp
            self._last_timestamp = captured_at
            if repeated or now - captured_at > STALE_S:
                return None
        decoded, image = self._capture.retrieve()
        if not decoded or image is None or image.ndim != 3:
            return None
        checksum = zlib.crc32(image)
        if checksum != self._last_sum:
            self._last_sum = checksum
            self._changed_at = now
        elif now - self._changed_at >= FROZEN_S:
            raise CameraError(
                f"The webcam {self._path} has sent the very same picture for {FROZEN_S:g} s: it is "
                "unplugged, stuck or covered."
            )
        return Frame(image, captured_at)

    def _timestamp(self, now: float) -> tuple[float, bool]:
        """When the driver got the frame, and whether the driver said so.

        V4L2 stamps buffers with CLOCK_MONOTONIC (V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC), the clock of
        time.monotonic(); drivers that use another clock or none show by an absurd age.
        """
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        plausible = math.isfinite(stamp) and stamp > 0 and -0.1 < now - stamp < 60
        return (min(stamp, now), True) if plausible else (now, False)

    def close(self) -> None:
        """Release the device; see Camera.close."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def describe(self) -> str:
        """See Camera.describe."""
        name = f"“{self._name}” " if self._name else ""
        width, height = self._size
        return f"Webcam {name}({self._path}), {width}×{height} at {self._fps:g} frames/s"
