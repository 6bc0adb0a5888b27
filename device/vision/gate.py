"""The gate: whether anything has changed in the room, for a fraction of what a look costs."""

import math

import cv2
import numpy as np

SIZE = (80, 60)
# The background takes on what stays for so long; a person who is looked at is kept out of it.
BACKGROUND_S = 20.0
# The first seconds count as a change: nobody knows yet what an empty room looks like here.
SETTLES_S = 3.0
# A pixel has changed when it differs by so many levels, and by such a part of the picture's light.
LEAST_LEVELS, LEAST_PART = 5.0, 0.08
# Somebody in the room changes 0.045 of the pixels at least, noise and flicker none.
LEAST_SHARE = 0.02


class Gate:
    """Compares small pictures with a slow background. One thread owns it."""

    def __init__(self) -> None:
        self._background: np.ndarray | None = None
        self._began = self._last = 0.0

    def changed(self, grey: np.ndarray, at: float) -> bool:
        """Whether somebody may be there who was not before.

        grey: uint8 (H, W). at: when it was captured, in seconds.
        """
        grey = cv2.resize(grey, SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._background is None:
            self._background, self._began = grey, at
        difference = grey - self._background
        # The light of the whole room may change, by a lamp's flicker or the camera's exposure.
        difference -= np.median(difference)
        least = max(LEAST_LEVELS, LEAST_PART * float(grey.mean()))
        share = float((np.abs(difference) > least).mean())
        weight = 1 - math.exp(-max(0.0, at - self._last) / BACKGROUND_S)
        self._background = self._background + min(weight, 0.5) * (grey - self._background)
        self._last = at
        return share >= LEAST_SHARE or at - self._began < SETTLES_S

    def freeze(self, at: float) -> None:
        """Keeps a frame out of the background: a face in it must not be absorbed."""
        self._last = at
