"""OpenCV's cascade (Viola and Jones 2001; Lienhart and Maydt 2002): a finder, and a judge."""

from pathlib import Path

import cv2
import numpy as np

from device.contracts import Face
from device.errors import VisionError
from device.vision.boxes import centre, once_each, overlap
from device.vision.finder import Effort, is_strip

CASCADE = "haarcascade_frontalface_alt2.xml"

# OpenCV's wheels carry the cascades; Debian puts them into a package of their own.
DEBIAN_FOLDERS = (Path("/usr/share/opencv4/haarcascades"), Path("/usr/share/opencv/haarcascades"))

# The cascade looks at a copy of this width: a visitor's face is far larger than its 20 pixels,
# and a quarter of the pixels take a quarter of the time.
SEARCH_WIDTH = 160
PHOTO_WIDTH = 640
LEAST_FACE = 20
SCALE_STEP = 1.1
NEIGHBOURS = 2
# It knows upright faces only, so the picture is turned for it where it finds none.
TILTS = (-20.0, 20.0)

# Near the last place: the face scaled to so many pixels, so much around it, and where the cascade
# fails the pattern, at three sizes, if it is this like. Each such frame costs a part of the score.
NEAR_FACE = 32
CUT_OUT = 2.2
PATTERN_SIZES = (30, 32, 34)
PATTERN_LIKENESS = 0.7
PATTERN_FADES, PATTERN_LEAST = 0.97, 0.5

# How the judge looks: at so much more than the face, scaled to so many pixels.
JUDGED_FACE = 32
JUDGED_VIEW = 1.7
JUDGED_SIZES = (0.72, 1.4)
JUDGED_STEP = 1.08
JUDGED_OVERLAP = 0.4
JUDGED_WINDOWS = 2


def cascade_path() -> Path:
    """Where this machine keeps the cascade; VisionError when it has none."""
    folders = list(DEBIAN_FOLDERS)
    if hasattr(cv2, "data"):
        folders.insert(0, Path(cv2.data.haarcascades))
    for folder in folders:
        if (folder / CASCADE).is_file():
            return folder / CASCADE
    raise VisionError(
        f"{CASCADE} is in none of {', '.join(map(str, folders))}; install OpenCV 4 with: "
        "pip install -r device/requirements.txt, or Debian's package opencv-data"
    )


def load_cascade(path: Path | None = None) -> cv2.CascadeClassifier:
    """The cascade, from this machine's place or ``path``; VisionError where it is missing."""
    path = path or cascade_path()
    if not path.is_file():
        raise VisionError(f"{path}: there is no such cascade")
    try:
        cascade = cv2.CascadeClassifier(str(path))
    except AttributeError:
        raise VisionError(f"OpenCV {cv2.__version__} has no cascades; install OpenCV 4") from None
    except (cv2.error, SystemError) as error:  # SystemError: the binding's, for a cut-off file
        raise VisionError(f"{path}: is damaged ({error}); reinstall OpenCV") from None
    if cascade.empty():
        raise VisionError(f"{path}: is not a cascade; reinstall OpenCV")
    return cascade


class CascadeFinder:
    """The cascade alone: the picture upright, and where that shows no face, turned both ways."""

    name = "cascade"

    def __init__(self, cascade: Path | None = None):
        self._cascade = load_cascade(cascade)

    def find(self, grey: np.ndarray, effort: Effort = Effort.THOROUGH) -> list[Face]:
        """Fulfils ``Finder``; for a photo it looks at a larger copy, for smaller faces."""
        if is_strip(grey):
            return []
        width = PHOTO_WIDTH if effort is Effort.PHOTO else SEARCH_WIDTH
        scale = min(1.0, width / grey.shape[1])
        small = grey
        if scale < 1:
            small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._in_view(small, 0.0, scale)
        if not found:
            # A leaning face is sometimes found in the wrong view too, then by fewer windows.
            found = [pair for tilt in TILTS for pair in self._in_view(small, tilt, scale)]
            found.sort(key=lambda pair: -pair[1])
        return once_each([face for face, _ in found])

    def near(self, grey: np.ndarray, face: Face, pattern: np.ndarray) -> list[Face]:
        """Fulfils ``Finder``: the cascade on a cut-out, set upright, and else the pattern.

        The cascade alone loses a face that it knows in every other frame; where only the pattern
        finds it the score falls, until there is too little of it.
        """
        side = face.box[2]
        scale, view = NEAR_FACE / side, round(NEAR_FACE * CUT_OUT)
        middle = centre(face.box)
        turn = cv2.getRotationMatrix2D(middle, face.tilt, scale)
        turn[:, 2] += view / 2 - middle
        cut_out = cv2.warpAffine(grey, turn, (view, view), borderMode=cv2.BORDER_REPLICATE)
        back = cv2.invertAffineTransform(turn)

        def as_face(x: float, y: float, size: float, score: float) -> Face:
            place = back @ (x + size / 2, y + size / 2, 1)
            return Face.around(*place, size / scale, score, face.tilt)

        least, most = (round(NEAR_FACE * size) for size in JUDGED_SIZES)
        found = self._cascade.detectMultiScale(
            cut_out, SCALE_STEP, 1, minSize=(least, least), maxSize=(most, most)
        )
        faces = [as_face(x, y, size, 1.0) for x, y, size, _ in found]
        score = face.score * PATTERN_FADES
        if faces or score < PATTERN_LEAST:
            return faces
        best = (0.0, (0, 0), NEAR_FACE)
        for size in PATTERN_SIZES:
            scaled = cv2.resize(pattern, (size, size), interpolation=cv2.INTER_LINEAR)
            matches = cv2.matchTemplate(cut_out, scaled, cv2.TM_CCOEFF_NORMED)
            _, likeness, _, corner = cv2.minMaxLoc(matches)
            best = max(best, (likeness, corner, size))
        likeness, (x, y), size = best
        return [as_face(x, y, size, score)] if likeness >= PATTERN_LIKENESS else []

    def _in_view(self, small: np.ndarray, tilt: float, scale: float) -> list[tuple[Face, int]]:
        """Faces that lean by about ``tilt``, each with the number of windows that say so.

        small: the picture, shrunk to ``scale``.
        """
        size = small.shape[1], small.shape[0]
        # Positive angles turn counter-clockwise: a face that leans clockwise comes upright.
        turn = cv2.getRotationMatrix2D(((size[0] - 1) / 2, (size[1] - 1) / 2), tilt, 1.0)
        view = small
        if tilt:
            view = cv2.warpAffine(small, turn, size, borderMode=cv2.BORDER_REPLICATE)
        boxes, windows = self._cascade.detectMultiScale2(
            view, SCALE_STEP, NEIGHBOURS, minSize=(LEAST_FACE, LEAST_FACE)
        )
        back = cv2.invertAffineTransform(turn)
        faces = []
        for (x, y, side, _), count in zip(boxes, np.ravel(windows), strict=True):
            middle = back @ (x + side / 2, y + side / 2, 1) / scale
            faces.append((Face.around(*middle, side / scale, tilt=tilt), int(count)))
        return faces


class Judge:
    """Says whether the cascade, too, sees a face where the network is in doubt.

    On cut-outs turned by the tilt of the eyes it tells faces from others at an area under the
    curve of 0.93, unturned at 0.84. Asking for two windows instead of one costs 0.001 of recall
    and a third of the false faces.
    """

    def __init__(self, cascade: Path | None = None):
        self._cascade = load_cascade(cascade)

    def agrees(self, grey: np.ndarray, face: Face) -> bool:
        """Whether the cascade fires on the face, set upright, in about its place and size."""
        x, y, side, _ = face.box
        view = round(JUDGED_FACE * JUDGED_VIEW)
        turn = cv2.getRotationMatrix2D((x + side / 2, y + side / 2), face.tilt, JUDGED_FACE / side)
        turn[:, 2] += view / 2 - np.array((x + side / 2, y + side / 2))
        cut_out = cv2.warpAffine(
            grey, turn, (view, view), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        )
        least, most = (round(JUDGED_FACE * size) for size in JUDGED_SIZES)
        windows = self._cascade.detectMultiScale(
            cut_out, JUDGED_STEP, 0, minSize=(least, least), maxSize=(most, most)
        )
        edge = (view - JUDGED_FACE) / 2
        middle = (edge, edge, JUDGED_FACE, JUDGED_FACE)
        fitting = sum(overlap(middle, tuple(window)) > JUDGED_OVERLAP for window in windows)
        return fitting >= JUDGED_WINDOWS
