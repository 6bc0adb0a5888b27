"""What keeps a face from being read: told to the visitor, and at extremes no longer read.

Sharpness, contrast, size, turn and cut-off hardly tell a wrong reading from a right one (area under
the curve 0.46 to 0.60), so readings are weighted by their own certainty and the finder's score
instead, see ``device.vision.mood``; the limits here are where next to nothing is left to read.
"""

import cv2
import numpy as np

from device.contracts import Face, Hindrance
from device.vision.track import PICTURE_S

# Fewer pixels than the model takes, in pixels; and, of the picture's width, what is worth a hint.
LEAST_SIDE = 48
NEAR = 0.13
# The part of a face that is outside the picture.
CUT_FROM = 0.3
# A nose so many eye distances beside the middle between the eyes: of FER-2013's faces 4 in 1,199
# are turned further than 0.7, and 1 of the 4 is read right; below 0.5 the turn does not matter.
TURNED_FROM = 0.6
# What is hardly taken for a face where one was a moment ago shows little of itself.
LEAST_SCORE = 0.3
# Standard deviation of the grey levels; of FER-2013's faces 5 in 1,000 have less than 23.
LEAST_CONTRAST = 12.0
# Variance of the Laplacian over that of the grey levels; of FER-2013's faces 1 in 1,000 has less
# than 0.12, and all of those blurred over 1.5 of their 48 pixels have less than 0.08.
LEAST_SHARPNESS = 0.08
# Low contrast is the dark's fault below this mean grey level.
BRIGHT_FROM = 128
# A hindrance is told after so long, and so long after it has gone.
TOLD_AFTER_S = 0.5


def hindrance_of(
    crop: np.ndarray, face: Face, shape: tuple[int, int], dark: bool = False
) -> tuple[Hindrance | None, bool]:
    """What hinders reading a face, and whether it can be read all the same.

    crop: the face as the model takes it, uint8 (h, w). shape: (height, width) of the picture that
    the face's box belongs to. dark: the picture had to be brightened.
    """
    x, y, side, _ = face.box
    wide, high = min(shape[1], x + side) - max(0, x), min(shape[0], y + side) - max(0, y)
    if max(0, wide) * max(0, high) < (1 - CUT_FROM) * side**2:
        return Hindrance.CUT, False
    if side < max(LEAST_SIDE, NEAR * shape[1]):
        return Hindrance.FAR, side >= LEAST_SIDE
    if abs(face.turn) > TURNED_FROM or face.score < LEAST_SCORE:
        return Hindrance.TURNED, False
    contrast = float(crop.std())
    if contrast < LEAST_CONTRAST:
        return (Hindrance.DARK if dark or crop.mean() < BRIGHT_FROM else None), False
    if cv2.Laplacian(crop, cv2.CV_32F).var() < LEAST_SHARPNESS * contrast**2:
        return Hindrance.BLURRED, False
    return (Hindrance.DARK if dark else None), True


def several(others: tuple[Face, ...]) -> bool:
    """Whether somebody else is there, and not only on a poster."""
    return any(other.still_s < PICTURE_S for other in others)


class SteadyHindrance:
    """Tells a hindrance that lasts, so that the screen's words do not flicker."""

    def __init__(self) -> None:
        self.told: Hindrance | None = None
        self._lately: Hindrance | None = None
        self._since = 0.0

    def update(self, hindrance: Hindrance | None, at: float) -> Hindrance | None:
        """Takes what hinders now, at so many seconds; gives what is to be told."""
        if hindrance != self._lately:
            self._lately, self._since = hindrance, at
        if at - self._since >= TOLD_AFTER_S:
            self.told = hindrance
        return self.told
