"""The Raspberry Pi's own camera, on the CSI connector, through Picamera2.

Facts are those of "The Picamera2 Library" (Raspberry Pi Ltd) and libcamera's list of controls.
"""

import dataclasses
import logging
import time
from typing import Any

from device.cameras.base import Camera
from device.contracts import Frame
from device.errors import CameraError, MissingCamera

log = logging.getLogger(__name__)

BUFFERS = 4
AF_CONTINUOUS = 2
"""libcamera.controls.AfModeEnum.Continuous, as the number that Picamera2 takes, too."""


@dataclasses.dataclass(frozen=True)
class PiCameraInfo:
    """A camera on a CSI connector. number: what Picamera2 wants to hear for it."""

    number: int
    model: str


def find_pi_cameras() -> list[PiCameraInfo]:
    """List the CSI cameras; empty where Picamera2 is missing or broken (the log says why).

    Picamera2 lists USB cameras too, after the others; their Id holds the USB path. With no CSI
    camera its number 0 would be a webcam.
    """
    try:
        from picamera2 import Picamera2

        cameras = Picamera2.global_camera_info()
    except Exception as error:
        log.info("Picamera2 is not usable: %s", error)
        return []
    return [
        PiCameraInfo(number, str(camera.get("Model", "camera")))
        for number, camera in enumerate(cameras)
        if "/usb" not in camera["Id"].lower()
    ]


class PiCamera(Camera):
    """A CSI camera. size: (width, height) in pixels, even; fps: frames a second.

    number: which one, as Picamera2 and ``rpicam-hello --list-cameras`` count; None for the first.
    """

    def __init__(
        self, size: tuple[int, int] = (640, 480), fps: float = 15, number: int | None = None
    ) -> None:
        self._size = size
        self._fps = float(fps)
        self._number = number
        self._model = ""
        self._picam2: Any = None

    def open(self) -> None:
        """Claim, configure once and start the camera; see Camera.open."""
        self.close()
        try:
            from picamera2 import Picamera2
        except Exception as error:
            raise MissingCamera(
                f"Picamera2 cannot be used ({error}). On Raspberry Pi OS install the package "
                "python3-picamera2 and make the virtual environment with --system-site-packages."
            ) from error
        cameras = find_pi_cameras()
        if not cameras:
            raise MissingCamera(
                "No camera answers on the CSI connector. Check the ribbon cable; "
                "“rpicam-hello --list-cameras” has to list it."
            )
        wanted = [info for info in cameras if self._number in (None, info.number)]
        if not wanted:
            known = ", ".join(f"{info.number} ({info.model})" for info in cameras)
            raise MissingCamera(f"There is no Pi camera {self._number}. Connected: {known}.")
        self._model = wanted[0].model
        try:
            self._picam2 = Picamera2(wanted[0].number)
            self._picam2.configure(self._configuration())
            self._picam2.start()
        except Exception as error:
            self.close()
            raise CameraError(_explain(error)) from error

    def _configuration(self) -> dict[str, Any]:
        width, height = self._picam2.sensor_resolution
        frame_us = round(1_000_000 / self._fps)
        controls = {"FrameDurationLimits": (frame_us, frame_us)}
        if "AfMode" in self._picam2.camera_controls:
            # Left alone, a lens that can move stays where it is: Camera Module 3 at infinity.
            controls["AfMode"] = AF_CONTINUOUS
        return self._picam2.create_video_configuration(
            # Despite its name this is blue, green, red in memory, which is what a Frame holds.
            main={"size": self._size, "format": "RGB888"},
            # Half the sensor's size is the 2×2 binned mode of all of Raspberry Pi's sensors: the
            # full field of view. Left alone, libcamera takes the mode nearest to ``main``, which
            # shows only the middle.
            raw={"size": (width // 2, height // 2)},
            buffer_count=BUFFERS,
            controls=controls,
        )

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next frame; see Camera.read.

        After a CameraError the camera has to be closed: Picamera2 keeps the request that nobody
        waits for any more and would hand the next frame to it.
        """
        if self._picam2 is None:
            raise CameraError("The Pi's camera is not open.")
        try:
            with self._picam2.captured_request(wait=timeout_s) as request:
                image = request.make_array("main")
                exposed_ns = request.get_metadata().get("SensorTimestamp")
        except TimeoutError as error:
            raise CameraError(
                f"The Pi's camera sent no frame in {timeout_s:g} s. Check the ribbon cable."
            ) from error
        except Exception as error:
            raise CameraError(f"The Pi's camera failed: {error}") from error
        return Frame(image, _monotonic(exposed_ns))

    def close(self) -> None:
        """Drop pending requests, stop and release the camera; see Camera.close."""
        picam2, self._picam2 = self._picam2, None
        if picam2 is None:
            return
        # Each step by itself: a camera that hangs must still be released, or the next open finds
        # it in use.
        for step in (picam2.cancel_all_and_flush, picam2.stop, picam2.close):
            try:
                step()
            except Exception:
                log.warning("The Pi's camera did not close cleanly", exc_info=True)

    def describe(self) -> str:
        """See Camera.describe."""
        width, height = self._size
        number = f" {self._number}" if self._number is not None else ""
        model = f"{number} {self._model}" if self._model else number
        return f"Raspberry Pi camera{model}, {width}×{height} at {self._fps:g} frames/s"


def _monotonic(exposed_ns: int | None) -> float:
    """Turn a SensorTimestamp, nanoseconds of CLOCK_BOOTTIME, into seconds of time.monotonic()."""
    now = time.monotonic()
    if exposed_ns is None:
        return now
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - exposed_ns / 1e9
    return now - max(age, 0.0)


def _explain(error: BaseException) -> str:
    """Picamera2 hides the reason behind "__init__ sequence did not complete": dig it out."""
    reasons = []
    cause: BaseException | None = error
    while cause is not None:
        reasons.append(str(cause))
        cause = cause.__cause__ or cause.__context__
    text = " ← ".join(dict.fromkeys(reasons))
    lowered = text.lower()
    if "busy" in lowered or "acquire" in lowered or "in use" in lowered:
        return f"Another program, or one that crashed, holds the Pi's camera ({text})."
    if "allocate memory" in lowered:
        return f"Too little contiguous memory (CMA) is left for the Pi's camera ({text})."
    return f"The Pi's camera does not start ({text})."
