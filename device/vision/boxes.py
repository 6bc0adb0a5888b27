"""What can be said of boxes: what two have in common, which mean one face, which the visitor."""

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


def choose_visitor(faces: list[Face], shape: tuple[int, int], before: Box | None) -> Face | None:
    """The visitor among the faces: the one followed so far, else the nearest, most central one.

    shape: (height, width) of the picture. before: the visitor's box in the last frame, if any.
    """
    if not faces:
        return None
    if before is not None:
        nearest = max(faces, key=lambda face: overlap(face.box, before))
        if overlap(nearest.box, before) > 0:
            return nearest

    def prominence(face: Face) -> float:
        x, _, width, height = face.box
        off_centre = abs(x + width / 2 - shape[1] / 2) / (shape[1] / 2)
        return width * height * (1 - off_centre / 2)

    return max(faces, key=prominence)


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
