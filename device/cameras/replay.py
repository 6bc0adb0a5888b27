"""Photos, folders of photos and videos in the place of a camera."""

import logging
import math
import os
import time
from pathlib import Path

import cv2
import numpy as np

from device.cameras.base import Camera, quiet_opencv
from device.cameras.pictures import fit, photos_in, read_picture
from device.contracts import Frame
from device.errors import CameraError, PictureError

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = frozenset((".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".ogv", ".webm"))


def _await_tick(started_at: float, period_s: float, last: int, timeout_s: float) -> int:
    """Sleep until the next tick of a clock that began at ``started_at``; return its number.

    Ticks that passed since ``last`` was handed out are skipped, so that replay keeps real time.
    """
    now = time.monotonic()
    tick = max(last + 1, math.floor((now - started_at) / period_s))
    wait_s = started_at + tick * period_s - now
    if wait_s > timeout_s:
        time.sleep(timeout_s)
        raise CameraError(f"No new frame in {timeout_s:g} s.")
    time.sleep(max(0.0, wait_s))
    return tick


class PhotoCamera(Camera):
    """A photo that stays, or a folder of photos shown one after the other, round and round.

    path: a photo or a folder; its photos come in the order of their names, without subfolders.
    fps: frames a second; each_s: seconds every photo of a folder is shown.
    """

    def __init__(self, path: Path | str, fps: float = 15, each_s: float = 4.0) -> None:
        self._path = Path(path)
        self._period_s = 1.0 / fps
        self._each_s = each_s
        self._photos: list[Path] = []
        self._shown = -1
        self._image: np.ndarray | None = None
        self._started_at = 0.0
        self._tick = -1

    def open(self) -> None:
        """List the photos and read the first one; see Camera.open."""
        self.close()
        photos = photos_in(self._path) if self._path.is_dir() else [self._path]
        image = None
        while image is None:
            try:
                image = read_picture(photos[0])
            except PictureError as error:
                if len(photos) == 1:
                    raise
                log.warning("Left out: %s", error)
                del photos[0]
        self._photos, self._image, self._shown = photos, image, 0
        self._started_at = time.monotonic()
        self._tick = -1

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next frame; see Camera.read."""
        if self._image is None:
            raise CameraError(f"{self._path} is not open.")
        self._tick = _await_tick(self._started_at, self._period_s, self._tick, timeout_s)
        now = time.monotonic()
        turn = int((now - self._started_at) / self._each_s) % len(self._photos)
        if turn != self._shown:
            self._shown = turn
            try:
                self._image = read_picture(self._photos[turn])
            except PictureError as error:
                log.warning("Left out: %s", error)
        return Frame(self._image.copy(), now)

    def close(self) -> None:
        """See Camera.close."""
        self._photos, self._image, self._shown = [], None, -1

    def describe(self) -> str:
        """See Camera.describe."""
        rate = f"{1 / self._period_s:g} frames/s"
        if self._image is None:
            return f"Photo {self._path} at {rate}"
        height, width = self._image.shape[:2]
        many = f", one of {len(self._photos)}" if len(self._photos) > 1 else ""
        return f"Photo {self._photos[self._shown].name}{many}, {width}×{height} at {rate}"


class VideoCamera(Camera):
    """A video file, in real time, from the beginning again when it ends.

    fps: frames a second to assume when the file does not tell.
    """

    def __init__(self, path: Path | str, fps: float = 15) -> None:
        self._path = Path(path)
        self._fps = float(fps)
        self._size = (0, 0)
        self._capture: cv2.VideoCapture | None = None
        self._started_at = 0.0
        self._tick = -1

    def open(self) -> None:
        """Open the file and decode its first frame; see Camera.open."""
        self.close()
        try:
            with self._path.open("rb"):
                pass
        except OSError as error:
            raise PictureError(f"{self._path}: cannot be read ({error.strerror}).") from error
        quiet_opencv()
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        decoded, image = capture.read()
        if not decoded:
            capture.release()
            raise PictureError(f"{self._path}: not a video. MP4, AVI, MKV and WebM can be read.")
        rate = capture.get(cv2.CAP_PROP_FPS)
        if math.isfinite(rate) and 1 <= rate <= 240:
            self._fps = rate
        self._size = fit(image).shape[1::-1]
        self._capture = capture
        self._rewind()
        self._started_at = time.monotonic()
        self._tick = -1

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next frame; see Camera.read. Frames that are overdue are skipped."""
        if self._capture is None:
            raise CameraError(f"{self._path} is not open.")
        before = self._tick
        self._tick = _await_tick(self._started_at, 1.0 / self._fps, before, timeout_s)
        # At most a second is caught up: after a long pause the video simply goes on.
        for _ in range(min(self._tick - before, round(self._fps))):
            if not self._capture.grab():
                self._rewind()
                self._capture.grab()
        decoded, image = self._capture.retrieve()
        if not decoded:
            raise CameraError(f"{self._path}: the video has become unreadable.")
        return Frame(fit(image), time.monotonic())

    def _rewind(self) -> None:
        # Seeking is inexact in some containers; opening anew always starts at the beginning.
        self._capture.release()
        self._capture.open(str(self._path), cv2.CAP_FFMPEG)

    def close(self) -> None:
        """See Camera.close."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def describe(self) -> str:
        """See Camera.describe."""
        size = f", {self._size[0]}×{self._size[1]}" if any(self._size) else ""
        return f"Video {self._path.name}{size} at {self._fps:g} frames/s"
