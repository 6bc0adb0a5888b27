"""One face over time: where it should be by now, and how unlike it another face is."""

import dataclasses
import math

import cv2
import numpy as np

from device.contracts import Face
from device.vision.boxes import centre

LOOK = 24  # pixels of the small picture by which a face is known again
LOOK_WEIGHT = 1.0
LOOK_LEARNS = 0.1
SIZE_WEIGHT = 0.7
SPEED_LEARNS = 0.5
# A speed is worth nothing for longer.
FORESEEN_S = 0.25
# A face is still as long as it keeps to its place and size, and looks the same.
STILL_SHIFT, STILL_SIZE, STILL_LIKENESS = 0.06, 0.1, 0.85
# A finder's box jumps now and then, but not twice in succession.
STILL_JUMPS = 2
# Who keeps still for longer is a picture, if others are alive; those have moved so many times.
PICTURE_S, ALIVE_MOVES = 10.0, 2


class Track:
    """A face that was seen, and may be seen again.

    face: as it was seen last, its ``still_s`` counted. born_at, seen_at: when it was seen first and
    last, in seconds. pattern: what it looked like when a finder was last sure of it.
    """

    def __init__(self, face: Face, pattern: np.ndarray, at: float):
        self.face, self.seen_at, self.pattern = face, at, pattern
        self.born_at = at
        self._look = look_of(pattern)
        self._speed = np.zeros(2)
        self._anchor = face, self._look, at
        self._jumps = self._moves = 0
        self._clear, self._times = face, 0

    @property
    def picture(self) -> bool:
        """Whether this is likely a poster, a screen or a statue."""
        return self.face.still_s >= PICTURE_S

    @property
    def alive(self) -> bool:
        """Whether the face was seen moving more than once, not long ago."""
        return self._moves >= ALIVE_MOVES and not self.picture

    def expected(self, at: float) -> Face:
        """Where the face should be by now: further on, or back where it was seen clearly last."""
        if at - self.seen_at > FORESEEN_S:
            return self._clear
        x, y = centre(self.face.box) + self._speed * (at - self.seen_at)
        return Face.around(x, y, self.face.box[2], self.face.score, self.face.tilt)

    def unlike(self, face: Face, look: np.ndarray, at: float) -> float:
        """How unlike this one another face is in place, size and looks; 0 for the same."""
        before = self.expected(at)
        shift = np.hypot(*(centre(face.box) - centre(before.box))) / before.box[2]
        size = abs(math.log2(face.box[2] / before.box[2]))
        return shift + SIZE_WEIGHT * size + LOOK_WEIGHT * (1 - float(look @ self._look))

    def keep(self, face: Face, pattern: np.ndarray, at: float, clear: bool = True) -> None:
        """Takes the face as this one, seen now; not clear: a nearer one may cover a part of it."""
        look = look_of(pattern)
        if clear and face.score >= self.face.score:
            self.pattern = pattern
        passed = max(1e-3, at - self.seen_at)
        speed = (centre(face.box) - centre(self.face.box)) / passed
        if clear:
            self._clear = face
            self._speed += SPEED_LEARNS * (speed - self._speed)
            self._times += 1
            weight = max(LOOK_LEARNS, 1 / (1 + self._times))
            learned = (1 - weight) * self._look + weight * look
            self._look = learned / max(1e-6, float(np.linalg.norm(learned)))
        else:
            self._speed *= 1 - SPEED_LEARNS
        self._jumps = self._jumps + 1 if _moved(face, look, *self._anchor[:2]) else 0
        if self._jumps >= STILL_JUMPS:
            self._anchor = face, look, at
            self._jumps = 0
            self._moves += 1
        self.face = dataclasses.replace(face, still_s=at - self._anchor[2])
        self.seen_at = at
        if self.picture:
            self._moves = 0


def pattern_of(grey: np.ndarray, face: Face) -> np.ndarray:
    """What a face looks like, small and upright: uint8 (24, 24)."""
    x, y, side, _ = face.box
    turn = cv2.getRotationMatrix2D((x + side / 2, y + side / 2), face.tilt, LOOK / side)
    turn[:, 2] += LOOK / 2 - np.array((x + side / 2, y + side / 2))
    return cv2.warpAffine(grey, turn, (LOOK, LOOK), borderMode=cv2.BORDER_REPLICATE)


def look_of(pattern: np.ndarray) -> np.ndarray:
    """A pattern free of the light, to be compared: float (576,), of mean 0 and norm 1."""
    values = cv2.GaussianBlur(pattern, (3, 3), 0).astype(np.float32).ravel()
    values -= values.mean()
    return values / max(1e-6, float(np.linalg.norm(values)))


def _moved(face: Face, look: np.ndarray, before: Face, looked: np.ndarray) -> bool:
    shift = np.hypot(*(centre(face.box) - centre(before.box))) / before.box[2]
    size = abs(math.log2(face.box[2] / before.box[2]))
    return shift > STILL_SHIFT or size > STILL_SIZE or float(look @ looked) < STILL_LIKENESS
