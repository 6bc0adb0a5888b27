"""What can be said of boxes: what two have in common, and which of many mean one face."""

import numpy as np

from device.contracts import Box, Face

SAME_FACE = 0.3


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    common = wide * high
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def centre(box: Box) -> np.ndarray:
    """The middle of a box: float (2,)."""
    return np.array((box[0] + box[2] / 2, box[1] + box[3] / 2))


def prominence(box: Box, shape: tuple[int, int]) -> float:
    """How near and central a face is; the visitor's is the most prominent.

    shape: (height, width) of the picture.
    """
    off_centre = abs(box[0] + box[2] / 2 - shape[1] / 2) / (shape[1] / 2)
    return box[2] * box[3] * (1 - min(1.0, off_centre) / 2)


def once_each(faces: list[Face]) -> list[Face]:
    """The surest of the faces that mean the same one, the surest first.

    Where views of a picture overlap, one of them may see a face whole and the other a part of it;
    so a box that lies mostly within another's means the same face too.
    """
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if not any(_same(face.box, other.box) for other in kept):
            kept.append(face)
    return kept


def _same(a: Box, b: Box) -> bool:
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    within = max(0, wide) * max(0, high) / max(1, min(a[2] * a[3], b[2] * b[3]))
    return overlap(a, b) > SAME_FACE or within > 0.6


def cut(grey: np.ndarray, left: int, top: int, side: int) -> np.ndarray:
    """A square of a grey picture, uint8 (side, side); black where it reaches beyond."""
    inside = grey[max(0, top) : top + side, max(0, left) : left + side]
    if inside.shape == (side, side):
        return inside
    square = np.zeros((side, side), np.uint8)
    down, right = max(0, -top), max(0, -left)
    square[down : down + inside.shape[0], right : right + inside.shape[1]] = inside
    return square
