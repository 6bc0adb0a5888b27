"""A camera that is mounted on its side or upside down, or that mirrors, put right."""

import cv2

from device.cameras.base import Camera
from device.contracts import Frame

ANGLES = {
    0: None,
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


class Turned(Camera):
    """Turns the frames of ``camera`` clockwise, then mirrors them left to right if asked to.

    angle: 0, 90, 180 or 270 degrees; a quarter turn exchanges width and height.
    """

    def __init__(self, camera: Camera, angle: int, mirror: bool) -> None:
        self._camera = camera
        self._angle, self._mirror = angle, mirror

    def open(self) -> None:
        """See Camera.open."""
        self._camera.open()

    def read(self, timeout_s: float = 2.0) -> Frame:
        """See Camera.read."""
        frame = self._camera.read(timeout_s)
        image, code = frame.image, ANGLES[self._angle]
        if code is not None:
            image = cv2.rotate(image, code)
        if self._mirror:
            image = cv2.flip(image, 1)
        return Frame(image, frame.captured_at)

    def close(self) -> None:
        """See Camera.close."""
        self._camera.close()

    def describe(self) -> str:
        """See Camera.describe."""
        told = [self._camera.describe()]
        if self._angle:
            told.append(f"turned by {self._angle}°")
        if self._mirror:
            told.append("mirrored")
        return ", ".join(told)
