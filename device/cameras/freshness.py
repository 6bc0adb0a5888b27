"""Tells the new frames of a Video4Linux stream from old, repeated and dead ones.

Neither of the two signs can be trusted alone: drivers stamp live pictures with a time that stands
still or lags, and a closed shutter sends live pictures that are all the same. So a stream is dead
only when its stamps and its pictures both stand still.
"""

import math
import zlib

import numpy as np

STALE_S = 0.5
WAITED_S = 0.005
QUEUED = 8
"""More than any driver queues for OpenCV, which asks for four buffers."""


class Freshness:
    """Judges the frames of one stream in their order; make one at each opening."""

    def __init__(self, now: float) -> None:
        """now: seconds of time.monotonic(), as everywhere here."""
        self.still_since = now
        """Since when the picture has been the same."""
        self.alive_at = now
        """When the stamp or the picture last changed."""
        self._stamp = 0.0
        self._checksum = -1
        self._captured_at = -math.inf
        self._skipped = 0

    def stamped(self, stamp: float, waited_s: float, now: float) -> bool:
        """Take the next frame's stamp; whether the frame is worth decoding.

        stamp: seconds, 0 where the driver gives none. waited_s: how long the frame was waited for:
        one that was there at once may be left from a pause and have newer ones behind it; one
        that had to be waited for is new, whatever its stamp says.
        """
        moved = stamp > 0 and stamp != self._stamp
        self._stamp = stamp
        if moved:
            self.alive_at = now
        late = moved and _plausible(stamp, now) and now - stamp > STALE_S
        if late and waited_s < WAITED_S and self._skipped < QUEUED:
            self._skipped += 1
            return False
        self._skipped = 0
        return True

    def captured_at(self, image: np.ndarray, now: float) -> float | None:
        """When the frame just stamped, with this picture, was taken; None when it is a repetition.

        The result always grows. It is the stamp, or ``now`` where that makes no sense. V4L2 stamps
        with CLOCK_MONOTONIC (V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC), the clock of time.monotonic();
        drivers that use another clock or none show by an absurd age. Without stamps a repeated
        picture counts as new: it may be of a still scene.
        """
        checksum = zlib.crc32(np.ascontiguousarray(image))
        if checksum != self._checksum:
            self._checksum = checksum
            self.still_since = self.alive_at = now
        elif self._stamp > 0 and self.alive_at < now:
            return None
        timely = _plausible(self._stamp, now) and now - self._stamp <= STALE_S
        taken = min(self._stamp, now) if timely else now
        self._captured_at = taken if taken > self._captured_at else now
        return self._captured_at


def _plausible(stamp: float, now: float) -> bool:
    return stamp > 0 and -0.1 < now - stamp < 60
