"""The one contract every camera keeps: open, read, close, describe."""

import abc
from types import TracebackType
from typing import Self

from device.contracts import Frame


class Camera(abc.ABC):
    """A source of frames. Constructing one touches no hardware and no file.

    One thread uses a camera at a time; it may be opened again after it was closed.
    """

    @abc.abstractmethod
    def open(self) -> None:
        """Get ready to read.

        Raises MissingCamera when it does not exist, CameraError when it cannot be used just now,
        PictureError when it is a file that cannot be read. After an error nothing is left open.
        """

    @abc.abstractmethod
    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next new frame: uint8 BGR (H, W, 3), never one that was returned before.

        The image belongs to the caller: the camera does not write to it again.
        Raises CameraError when none came within ``timeout_s`` seconds or the camera is not open.
        """

    @abc.abstractmethod
    def close(self) -> None:
        """Let the camera go. Closing twice, or before opening, does nothing."""

    @abc.abstractmethod
    def describe(self) -> str:
        """Return one line for people: kind, name, size in pixels and rate; works when closed."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def quiet_opencv() -> None:
    """Has OpenCV log errors only: an unplugged camera makes it print warnings without end."""
    import cv2

    # Later versions of OpenCV 4 keep the call, and a name for the level, in utils.logging.
    log_level_error = 2
    getattr(cv2.utils, "logging", cv2).setLogLevel(log_level_error)
