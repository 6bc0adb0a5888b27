"""The time budget from light to screen: what vision goes without where a frame would come late."""

import collections
import dataclasses

import cv2
import numpy as np

from device.contracts import Face
from device.vision.finder import Effort, Finder

# A visitor takes what they see for a mirror up to about here.
BUDGET_S = 0.300
# In danger, and with room again, from these shares of the budget on; what lies between changes
# nothing.
DANGER, ROOM = 0.8, 0.5
# The last frames, by which it is judged; after each change they are counted anew. Where they come
# slowly, fewer will do after so long.
JUDGED, LEAST_JUDGED, JUDGED_S = 45, 10, 3.0
# There must have been room for so long before anything is taken back: at first, and, doubled each
# time that it was too soon, at most.
ROOM_FOR_S, ROOM_FOR_MOST_S = 15.0, 600.0


@dataclasses.dataclass(frozen=True)
class Spared:
    """What vision goes without.

    read_every_s: the time between two readings of a face. halved: faces are looked for in half the
    width and height. frame_every_s: the least time between two frames that are looked at.
    """

    read_every_s: float = 0.1
    halved: bool = False
    frame_every_s: float = 0.0

    def __str__(self) -> str:
        told = [f"{1 / self.read_every_s:.0f} readings a second"]
        if self.halved:
            told.append("half the resolution")
        if self.frame_every_s:
            told.append(f"at most {1 / self.frame_every_s:.0f} frames a second")
        return ", ".join(told)


NOTHING = Spared()
STEPS = (
    NOTHING,
    Spared(0.2),
    Spared(0.3),
    Spared(0.3, True),
    Spared(0.3, True, 0.1),
    Spared(0.3, True, 0.2),
)
"""One after the other: readings first, then resolution, then frames."""


class Budget:
    """Judges by the age of the frames on the screen what vision has to go without.

    spared: one of ``STEPS``. Times are monotonic seconds.
    """

    def __init__(self) -> None:
        self._step = 0
        self._ages: collections.deque[float] = collections.deque(maxlen=JUDGED)
        self._changed_at: float | None = None
        self._room_since: float | None = None
        self._room_for_s = ROOM_FOR_S
        self._taken_back_at: float | None = None

    @property
    def spared(self) -> Spared:
        """What vision goes without now."""
        return STEPS[self._step]

    def add(self, age_s: float, at: float) -> bool:
        """One more frame has come to the screen; whether ``spared`` has changed by that."""
        self._ages.append(age_s)
        if self._changed_at is None:
            self._changed_at = at
        least = LEAST_JUDGED if at - self._changed_at >= JUDGED_S else JUDGED
        if len(self._ages) < least:
            return False
        p95_s = float(np.percentile(self._ages, 95))
        if p95_s >= DANGER * BUDGET_S:
            self._room_since = None
            return self._step + 1 < len(STEPS) and self._give_up(at)
        if p95_s >= ROOM * BUDGET_S or not self._step:
            self._room_since = None
            return False
        if self._room_since is None:
            self._room_since = at
        return at - self._room_since >= self._room_for_s and self._take_back(at)

    def _give_up(self, at: float) -> bool:
        back = self._taken_back_at
        if back is not None:
            too_soon = at - back < self._room_for_s
            doubled = min(2 * self._room_for_s, ROOM_FOR_MOST_S)
            self._room_for_s = doubled if too_soon else ROOM_FOR_S
        return self._go(1, at)

    def _take_back(self, at: float) -> bool:
        self._taken_back_at = at
        return self._go(-1, at)

    def _go(self, steps: int, at: float) -> bool:
        self._step += steps
        self._ages.clear()
        self._changed_at = at
        self._room_since = None
        return True


class Coarse:
    """A finder that looks, while ``halved``, in a picture of half the width and height."""

    def __init__(self, finder: Finder) -> None:
        self.name = finder.name
        self.halved = False
        self._finder = finder

    def find(self, grey: np.ndarray, effort: Effort = Effort.THOROUGH) -> list[Face]:
        """See Finder.find."""
        if not self.halved:
            return self._finder.find(grey, effort)
        return [_scaled(face, 2) for face in self._finder.find(_half(grey), effort)]

    def near(self, grey: np.ndarray, face: Face, pattern: np.ndarray) -> list[Face]:
        """See Finder.near."""
        if not self.halved:
            return self._finder.near(grey, face, pattern)
        near = self._finder.near(_half(grey), _scaled(face, 0.5), pattern)
        return [_scaled(face, 2) for face in near]


def _half(grey: np.ndarray) -> np.ndarray:
    return cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def _scaled(face: Face, by: float) -> Face:
    return dataclasses.replace(face, box=tuple(round(by * side) for side in face.box))
