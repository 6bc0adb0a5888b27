"""The first of several cameras that works."""

import logging
from collections.abc import Sequence

from device.cameras.base import Camera
from device.contracts import Frame
from device.errors import CameraError, MissingCamera

log = logging.getLogger(__name__)


class FirstOf(Camera):
    """Opens the first of ``cameras`` that can be opened; of the others none is touched.

    One that opens but sends nothing is tried last at the next opening, so that the next has its
    turn. cameras: at least one, the best first.
    """

    def __init__(self, cameras: Sequence[Camera]) -> None:
        self._cameras = list(cameras)
        self._chosen = self._cameras[0]
        self._mute = False

    def open(self) -> None:
        """See Camera.open. Raises one error with the reasons of all, MissingCamera if all miss."""
        self.close()
        faults: list[CameraError] = []
        for camera in self._cameras:
            try:
                camera.open()
            except CameraError as error:
                faults.append(error)
                continue
            for fault in faults:
                log.warning("%s Taken instead: %s.", fault, camera.describe())
            self._chosen, self._mute = camera, True
            return
        missing = all(isinstance(fault, MissingCamera) for fault in faults)
        kind = MissingCamera if missing else CameraError
        raise kind(" ".join(str(fault) for fault in faults))

    def read(self, timeout_s: float = 2.0) -> Frame:
        """See Camera.read."""
        try:
            frame = self._chosen.read(timeout_s)
        except CameraError:
            if self._mute:
                self._cameras.remove(self._chosen)
                self._cameras.append(self._chosen)
                self._mute = False
            raise
        self._mute = False
        return frame

    def close(self) -> None:
        """See Camera.close."""
        self._chosen.close()

    def describe(self) -> str:
        """See Camera.describe; of the camera opened last."""
        return self._chosen.describe()
