"""What a stream of frames says: is anything there, where is the visitor, what does the face say."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from device.contracts import Face, Hindrance, Reading, Timings
from device.vision import budget
from device.vision.finder import Effort
from device.vision.follower import Follower
from device.vision.gate import Gate
from device.vision.light import brightened
from device.vision.quality import SteadyHindrance, hindrance_of, several
from device.vision.sight import Sight

# The gate may be wrong about somebody who stands still, so it is passed by this often; every so
# many times the look is a thorough one.
LOOK_EVERY_S = 0.5
THOROUGH_LOOK = 8
# Where something changes, or somebody was lost so short a time ago, a thorough look every so many
# frames.
LOST_S = 1.0
THOROUGH_EVERY = 3
READ_EVERY_S = budget.NOTHING.read_every_s


@dataclasses.dataclass(frozen=True, eq=False)
class Seen:
    """What one frame shows.

    face: the visitor's, or None. others: the faces beside. reading: of ``face`` in this frame, or
    None in the frames between two readings and where next to nothing is to be read. hindrance:
    what has made the visitor hard to read for a while, or None. visitor: counts the visitors.
    mode: search, follow, lost or empty. timings: in milliseconds, by the clock that the watch was
    given.
    """

    face: Face | None
    others: tuple[Face, ...]
    reading: Reading | None
    hindrance: Hindrance | None
    visitor: int
    mode: str
    timings: Timings


class Watch:
    """Looks at one frame after the other. One thread owns it."""

    def __init__(self, sight: Sight, clock: Callable[[], float] = time.perf_counter):
        """clock: what the stages are timed with, in seconds.

        read_every_s: the time between two readings; it may be changed at any time.
        """
        self.read_every_s = READ_EVERY_S
        self._sight, self._clock = sight, clock
        self._gate, self._follower = Gate(), Follower(sight.finder)
        self._looked_at = self._read_at = float("-inf")
        self._looks = self._searches = 0
        self._hindrance, self._visitor = SteadyHindrance(), 0
        self._times: dict[str, float] = {}

    def look(self, image: np.ndarray, at: float) -> Seen:
        """Looks at a uint8 BGR picture, captured at so many seconds."""
        self._times = {}
        begin = self._clock()
        follower = self._follower
        followed = follower.face is not None
        grey = seen = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        effort = None
        if followed:
            self._gate.freeze(at)
        else:
            with self._stage("gate"):
                changed = self._gate.changed(grey, at)
            effort = self._effort(changed, at)
        mode, reading = "empty", None
        if followed or effort is not None:
            grey = brightened(seen)
            mode = "search"
            if followed:
                with self._stage("follow"):
                    mode = "follow" if follower.follow(grey, at) else "lost"
                effort = Effort.QUICK
            if follower.face is None:
                with self._stage("detect"):
                    follower.search(grey, at, effort)
            if follower.face is not None and at >= self._read_at:
                # A frame that comes early does not shift the readings after it.
                late = at - self._read_at
                due = self._read_at if late < self.read_every_s else at
                self._read_at = due + self.read_every_s
                reading = self._read(grey, at, dark=grey is not seen)
        total = (self._clock() - begin) * 1e3
        timings = Timings(total=total, **self._times)
        return Seen(
            follower.face,
            follower.others,
            reading,
            self._hindrance.told,
            follower.visitors,
            mode,
            timings,
        )

    def _read(self, grey: np.ndarray, at: float, dark: bool) -> Reading | None:
        """Reads the visitor's face, if there is anything to read."""
        face, others = self._follower.face, self._follower.others
        if self._visitor != self._follower.visitors:
            self._visitor, self._hindrance = self._follower.visitors, SteadyHindrance()
        with self._stage("crop"):
            crop = self._sight.crop(grey, face)
            hindrance, readable = hindrance_of(crop, face, grey.shape, dark)
        if hindrance is None and several(others):
            hindrance = Hindrance.SEVERAL
        self._hindrance.update(hindrance, at)
        if not readable:
            return None
        with self._stage("classify"):
            return Reading(self._sight.model.read(crop), face)

    def _effort(self, changed: bool, at: float) -> Effort | None:
        """How hard to search this frame; None where it is not worth a look."""
        if changed or at - self._follower.seen_at < LOST_S:
            self._searches += 1
            self._looked_at = at
            return Effort.QUICK if self._searches % THOROUGH_EVERY else Effort.THOROUGH
        if at - self._looked_at < LOOK_EVERY_S:
            return None
        self._looked_at = at
        self._looks += 1
        return Effort.QUICK if self._looks % THOROUGH_LOOK else Effort.THOROUGH

    @contextlib.contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        begin = self._clock()
        yield
        self._times[name] = (self._clock() - begin) * 1e3
