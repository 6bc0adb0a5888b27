"""The network as a finder: it proposes faces, and the cascade judges the doubtful ones."""

from collections.abc import Iterator

import numpy as np

from device.contracts import Face
from device.vision.blazeface import BACK, FRONT, BlazeFace, Proposal
from device.vision.boxes import centre, cut, once_each
from device.vision.cascade import Judge
from device.vision.finder import Effort, is_strip

# Measured on FER-2013 Training faces in scenes: the network's box is 0.88 of what frames a face as
# FER-2013 does (with the crop's own margin of 0.02), and lies 0.07 of that too low.
FRAMING = 0.88
RAISED = 0.07

# A face is taken from the first score on, and from the second one if the judge agrees. Chosen on
# 1,500 scenes of FER-2013 Training faces and empty rooms; small parts of photographs of anything
# but faces (scikit-image's) are proposed with up to 0.75.
FRONT_SCORES = (0.65, 0.2)
BACK_SCORES = (0.65, 0.4)
PHOTO_SCORES = (0.8, 0.6)

# Where a face was a frame ago, a far lower score is enough, on so much more than the face.
NEAR_SCORE = 0.2
CUT_OUT = 2.2


class NetworkFinder:
    """BlazeFace: its small network on squares of the picture, the larger one where that fails."""

    name = "network"

    def __init__(self, runtime: str):
        """Raises VisionError where a file is missing or the runtime cannot run it."""
        self._front, self._back = BlazeFace(FRONT, runtime), BlazeFace(BACK, runtime)
        self._judge = Judge()

    def find(self, grey: np.ndarray, effort: Effort = Effort.THOROUGH) -> list[Face]:
        """Fulfils ``Finder``."""
        if is_strip(grey):
            return []
        whole = min(grey.shape)
        faces = self._search(grey, self._front, FRONT_SCORES, whole)
        if not faces and effort is not Effort.QUICK:
            faces = self._search(grey, self._back, BACK_SCORES, whole)
        if not faces and effort is Effort.PHOTO:
            faces = self._search(grey, self._back, PHOTO_SCORES, whole // 2)
        return faces

    def near(self, grey: np.ndarray, face: Face, pattern: np.ndarray) -> list[Face]:
        """Fulfils ``Finder``: the small network on a cut-out around the face."""
        x, y = centre(face.box)
        side = round(face.box[2] * FRAMING * CUT_OUT)
        left, top = round(x - side / 2), round(y - side / 2)
        proposals = self._front.propose(cut(grey, left, top, side), NEAR_SCORE)
        return [as_face(proposal.moved(left, top)) for proposal in proposals]

    def _search(
        self, grey: np.ndarray, network: BlazeFace, scores: tuple[float, float], side: int
    ) -> list[Face]:
        sure, doubtful = scores
        found = once_each(
            [
                as_face(proposal.moved(x, y))
                for x, y in squares(grey.shape, side)
                for proposal in network.propose(grey[y : y + side, x : x + side], doubtful)
            ]
        )
        return [face for face in found if face.score >= sure or self._judge.agrees(grey, face)]


def squares(shape: tuple[int, int], side: int) -> Iterator[tuple[int, int]]:
    """Left upper corners of as few squares as cover a picture (height, width) evenly.

    They overlap by a fifth of their side at least, unless one alone is enough: a padded frame as
    a whole would lose faces of 100 to 160 pixels.
    """
    for y in _starts(shape[0], side):
        for x in _starts(shape[1], side):
            yield x, y


def _starts(length: int, side: int) -> list[int]:
    count = 1 + -(-(length - side) * 5 // (side * 4))
    return [round(n * (length - side) / max(1, count - 1)) for n in range(count)]


def as_face(proposal: Proposal) -> Face:
    """What the network proposes, framed as FER-2013 frames faces."""
    side = proposal.side / FRAMING
    up = np.deg2rad(proposal.tilt)
    x = proposal.x + RAISED * side * np.sin(up)
    y = proposal.y - RAISED * side * np.cos(up)
    return Face.around(float(x), float(y), side, proposal.score, proposal.tilt, proposal.turn)
