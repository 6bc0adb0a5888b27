"""USB webcams, and anything else that Video4Linux offers as a camera, through OpenCV."""

import dataclasses
import logging
import math
import os
import re
import time
from pathlib import Path

import cv2

from device.cameras.base import Camera, quiet_opencv
from device.cameras.freshness import Freshness
from device.cameras.pixels import Pixels
from device.contracts import Frame
from device.errors import CameraError, MissingCamera

log = logging.getLogger(__name__)

FROZEN_S = 2.0

# Nodes of the Pi's own camera, and of codecs and scalers: they carry raw or encoded data for
# libcamera and FFmpeg, not pictures. The names are those of the kernel's drivers.
_NOT_WEBCAMS = re.compile(
    r"bcm2835-|unicam|rp1-cfe|pispbe|rpi-hevc-dec|rpivid|rkvdec|rockchip,|rockchip-|cedrus|hantro|"
    r"vim2m|vicodec|meson-vdec|mtk-vcodec|s5p-mfc|wave5|coda-|qcom-venus|iris-(de|en)coder|.*codec",
    re.IGNORECASE,
)

# "Integrated Camera: Integrated I" is the infrared half of a laptop's camera: the kernel cuts names
# after 31 characters.
_INFRARED = re.compile(
    r"(?<![a-z0-9])(ir|infra-?red)(?![a-z0-9])|ircamera|: .*[ _]i$", re.IGNORECASE
)
_VIRTUAL = re.compile(r"virtual|dummy|loopback|droidcam|vivid|vimc", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class WebcamInfo:
    """A camera found. path: the name that survives replugging (by-id) where there is one."""

    name: str
    path: str


def find_webcams(
    devices: Path = Path("/dev"), classes: Path = Path("/sys/class/video4linux")
) -> list[WebcamInfo]:
    """List the cameras Video4Linux knows, the likeliest first, else by their node numbers.

    Infrared cameras, which are dark but for their own lamp, come after others, and virtual
    ones, whose picture somebody has to feed, come last. A USB camera registers several nodes; index
    0 is the one with pictures, the others carry metadata. ``devices`` and ``classes`` are where the
    kernel shows devices and their attributes.
    """
    stable = {link.resolve().name: link for link in sorted((devices / "v4l/by-id").glob("*"))}
    found: list[tuple[int, WebcamInfo]] = []
    nodes = (node for node in classes.glob("video*") if node.name.removeprefix("video").isdigit())
    for node in sorted(nodes, key=lambda node: int(node.name.removeprefix("video"))):
        name = _attribute(node / "name")
        if _attribute(node / "index") == "0" and not _NOT_WEBCAMS.match(name):
            info = WebcamInfo(name, str(stable.get(node.name, devices / node.name)))
            found.append((_rank(node, name), info))
    return [info for _, info in sorted(found, key=lambda ranked: ranked[0])]


def _rank(node: Path, name: str) -> int:
    """0 for a camera, 1 for an infrared, 2 for a virtual one (v4l2loopback has no hardware)."""
    if _VIRTUAL.search(name) or "/devices/virtual/" in str(node.resolve()):
        return 2
    return 1 if _INFRARED.search(name) else 0


def _attribute(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


class Webcam(Camera):
    """One V4L2 camera, read as MJPG, which all but the simplest webcams offer at full rate.

    device: a path such as ``/dev/v4l/by-id/…`` or ``/dev/video2``, the number of a node, or None
    for the first webcam that opens and sends pictures. size: wanted (width, height) in pixels and
    fps: wanted frames a second; the driver may settle for its nearest.
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
        self._mute: set[str] = set()
        self._fresh: Freshness | None = None
        self._pixels = Pixels()
        self._told_still = False

    def open(self) -> None:
        """Open the device; see Camera.open."""
        self.close()
        found = self._find()
        for info in found:
            try:
                self._start(info)
                return
            except CameraError as error:
                if len(found) == 1:
                    raise
                log.info("%s", error)
        raise CameraError(
            f"None of the webcams can be opened ({', '.join(info.path for info in found)}): other "
            "programs use them, or this user is not in the group “video”."
        )

    def _start(self, info: WebcamInfo) -> None:
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
        self._fresh = Freshness(time.monotonic())
        self._pixels = Pixels()
        self._told_still = False
        # Of several webcams one that opens but sends nothing comes last at the next opening.
        self._mute.add(self._path)

    def _find(self) -> list[WebcamInfo]:
        """The one that is wanted, or all in the order in which they are to be tried."""
        known = find_webcams()
        if self._wanted is None:
            if not known:
                raise MissingCamera("No webcam is connected.")
            return sorted(known, key=lambda info: info.path in self._mute)
        if not Path(self._wanted).exists():
            others = ", ".join(info.path for info in known) or "none"
            raise MissingCamera(f"There is no webcam {self._wanted}. Connected: {others}.")
        node = Path(self._wanted).resolve()
        names = [info.name for info in known if Path(info.path).resolve() == node]
        return [WebcamInfo(names[0] if names else "", self._wanted)]

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next new frame; see Camera.read.

        Tells an unplugged camera from a live one, for OpenCV may then say that all is well and
        repeat the last frame; ``Freshness`` says how. The driver is waited for in steps of one
        second, so a shorter time limit is rounded up.
        """
        if self._capture is None:
            raise CameraError(f"The webcam {self._path} is not open.")
        frame = self._wait(timeout_s)
        self._mute.discard(self._path)
        return frame

    def _wait(self, timeout_s: float) -> Frame:
        deadline = time.monotonic() + timeout_s
        while True:
            asked_at = time.monotonic()
            grabbed = self._capture.grab()
            now = time.monotonic()
            if not grabbed and (now - asked_at < 0.5 or now >= deadline):
                raise CameraError(f"The webcam {self._path} sends nothing: is it unplugged?")
            if grabbed:
                frame = self._retrieve(now - asked_at, now)
                if frame is not None:
                    return frame
            if now >= deadline:
                raise CameraError(f"The webcam {self._path} sent no new frame in {timeout_s:g} s.")
            if now - asked_at < 0.001:
                time.sleep(0.005)  # a dead device answers at once; do not burn a core on it

    def _retrieve(self, waited_s: float, now: float) -> Frame | None:
        """Decode what was grabbed; None when it is old, repeated or damaged."""
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if not self._fresh.stamped(stamp if math.isfinite(stamp) else 0.0, waited_s, now):
            return None
        decoded, image = self._capture.retrieve()
        if not decoded or image is None:
            return None
        captured_at = self._fresh.captured_at(image, now)
        if now - self._fresh.alive_at >= FROZEN_S:
            raise CameraError(
                f"The webcam {self._path} has sent the very same picture for {FROZEN_S:g} s: it is "
                "unplugged or stuck."
            )
        if now - self._fresh.still_since >= FROZEN_S and not self._told_still:
            self._told_still = True
            log.warning(
                "The webcam %s runs, but its picture is always the same: is its shutter closed, or "
                "the room dark?",
                self._path,
            )
        return None if captured_at is None else Frame(self._pixels.bgr(image), captured_at)

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
