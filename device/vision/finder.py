"""What every way of finding faces promises."""

import enum
from typing import Protocol

import numpy as np

from device.contracts import Face


class Effort(enum.Enum):
    """How hard a finder looks.

    QUICK is for every frame, THOROUGH for some of those in which nothing was found quickly; PHOTO
    takes its time and finds faces of a twentieth of the picture's width.
    """

    QUICK = "quick"
    THOROUGH = "thorough"
    PHOTO = "photo"


class Finder(Protocol):
    """Finds faces. One thread owns it. name: what the log and the debug overlay call it."""

    name: str

    def find(self, grey: np.ndarray, effort: Effort = Effort.THOROUGH) -> list[Face]:
        """All faces in a grey uint8 (H, W) picture, each once, in pixels of the picture."""

    def near(self, grey: np.ndarray, face: Face, pattern: np.ndarray) -> list[Face]:
        """Faces about where ``face`` is expected, for a fraction of what a search costs.

        pattern: what the face looked like when a finder saw it, uint8 (24, 24).
        """


# So many times as long as wide: the longest panorama is shorter.
STRIP = 16


def is_strip(grey: np.ndarray) -> bool:
    """Whether a picture is so narrow that no face in it could be read; its parts are many."""
    return max(grey.shape) > STRIP * min(grey.shape)
