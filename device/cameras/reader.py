"""The thread that reads a camera and keeps only the newest frame."""

import logging
import threading
import time
from collections.abc import Callable

from device.cameras.base import Camera
from device.contracts import Frame, Trouble
from device.errors import KioskError

log = logging.getLogger(__name__)

FIRST_FRAME_S = 5.0
FRAME_S = 1.5
FIRST_BACKOFF_S = 0.5
LAST_BACKOFF_S = 10.0
QUIET_S = 30.0
STOP_S = 0.8


class FrameReader:
    """Reads a camera in a thread of its own; whoever asks gets the newest frame.

    A camera that fails is closed, waited for (FIRST_BACKOFF_S, doubled up to LAST_BACKOFF_S) and
    opened again, for ever; meanwhile ``trouble`` says what is wrong. The wait is short again once
    the camera has worked for QUIET_S.

    make_camera: builds the camera; called in the thread, again only if it raised.
    """

    def __init__(self, make_camera: Callable[[], Camera]) -> None:
        self._changed = threading.Condition()
        self._make_camera = make_camera
        self._swaps = 0
        self._stopping = False
        self._frame: Frame | None = None
        self._unread = False
        self._dropped = 0
        self._trouble: Trouble | None = None
        self._description = "no camera yet"
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with the camera, or None when frames come or the first is awaited."""
        with self._changed:
            return self._trouble

    @property
    def dropped(self) -> int:
        """How many frames were replaced by a newer one before anybody asked for them."""
        with self._changed:
            return self._dropped

    @property
    def description(self) -> str:
        """The camera in one line for people."""
        with self._changed:
            return self._description

    def newest(self, after: float | None = None, timeout_s: float = 1.0) -> Frame | None:
        """Return the newest frame captured later than ``after`` (monotonic seconds; None: any).

        Waits for one up to ``timeout_s`` seconds; None when none came. A frame from before a
        fault is never returned after it.
        """

        def ready() -> bool:
            frame = self._frame
            return frame is not None and (after is None or frame.captured_at > after)

        with self._changed:
            if not self._changed.wait_for(lambda: self._stopping or ready(), timeout_s):
                return None
            if self._stopping:
                return None
            self._unread = False
            return self._frame

    def swap(self, make_camera: Callable[[], Camera]) -> None:
        """Change to another camera; the frames of the one before are forgotten at once."""
        with self._changed:
            self._make_camera = make_camera
            self._swaps += 1
            self._frame, self._unread = None, False
            self._trouble = None
            self._changed.notify_all()

    def stop(self) -> None:
        """Close the camera and end the thread; returns within STOP_S even if the camera hangs."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            log.warning("The camera hangs and is left to itself: %s", self.description)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                swap, make_camera = self._swaps, self._make_camera
            self._serve(make_camera, swap)

    def _serve(self, make_camera: Callable[[], Camera], swap: int) -> None:
        """Read one camera, through all its faults, until it is swapped or the reader stops."""
        camera: Camera | None = None
        backoff_s = FIRST_BACKOFF_S
        while not self._over(swap):
            opened_at = time.monotonic()
            try:
                if camera is None:
                    camera = make_camera()
                self._describe(camera, swap)
                try:
                    camera.open()
                    self._describe(camera, swap)
                    self._read(camera, swap)
                finally:
                    camera.close()
            except Exception as error:
                if time.monotonic() - opened_at > QUIET_S:
                    backoff_s = FIRST_BACKOFF_S
                self._report(error, swap, backoff_s)
                self._rest(backoff_s, swap)
                backoff_s = min(2 * backoff_s, LAST_BACKOFF_S)

    def _read(self, camera: Camera, swap: int) -> None:
        limit_s = FIRST_FRAME_S
        while not self._over(swap):
            frame = camera.read(limit_s)
            limit_s = FRAME_S
            with self._changed:
                if swap == self._swaps:
                    self._dropped += self._unread
                    self._frame, self._unread = frame, True
                    self._trouble = None
                    self._changed.notify_all()

    def _over(self, swap: int) -> bool:
        with self._changed:
            return self._stopping or swap != self._swaps

    def _describe(self, camera: Camera, swap: int) -> None:
        description = camera.describe()
        with self._changed:
            if swap == self._swaps:
                self._description = description

    def _report(self, error: Exception, swap: int, backoff_s: float) -> None:
        if isinstance(error, KioskError):
            text = str(error)
            log.warning("%s Trying again in %g s.", text, backoff_s)
        else:
            text = f"The camera failed: {error or type(error).__name__}"
            log.error("%s. Trying again in %g s.", text, backoff_s, exc_info=error)
        with self._changed:
            if swap == self._swaps:
                self._frame, self._unread = None, False
                self._trouble = Trouble("CAMERA", text)
                self._changed.notify_all()

    def _rest(self, seconds: float, swap: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or swap != self._swaps, seconds)
