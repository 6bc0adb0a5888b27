"""Finding faces with OpenCV's cascade (Viola and Jones 2001; Lienhart and Maydt 2002)."""

from pathlib import Path

import cv2
import numpy as np

from device.contracts import Box, Face
from device.errors import VisionError

CASCADE = "haarcascade_frontalface_alt2.xml"

# OpenCV's wheels carry the cascades; Debian puts them into a package of their own.
DEBIAN_FOLDERS = (Path("/usr/share/opencv4/haarcascades"), Path("/usr/share/opencv/haarcascades"))

# The cascade looks at a copy of this width: a visitor's face is far larger than its 20 pixels,
# and a quarter of the pixels take a quarter of the time.
SEARCH_WIDTH = 320
SMALLEST_FACE = 1 / 8  # of the width
SCALE_STEP = 1.1
NEIGHBOURS = 3


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


class FaceFinder:
    """The cascade. One thread owns it.

    search_width: of the copy that is searched, in pixels; smallest: the least width of a face, as
    a part of the picture's. A photo may want a closer look than a visitor in front of the camera.
    """

    def __init__(
        self,
        cascade: Path | None = None,
        search_width: int = SEARCH_WIDTH,
        smallest: float = SMALLEST_FACE,
    ):
        self._search_width, self._smallest = search_width, smallest
        path = cascade or cascade_path()
        if not path.is_file():
            raise VisionError(f"{path}: there is no such cascade")
        try:
            self._cascade = cv2.CascadeClassifier(str(path))
        except AttributeError:
            raise VisionError(
                f"OpenCV {cv2.__version__} has no cascades; install OpenCV 4"
            ) from None
        except (cv2.error, SystemError) as error:  # SystemError: the binding's, for a cut-off file
            raise VisionError(f"{path}: is damaged ({error}); reinstall OpenCV") from None
        if self._cascade.empty():
            raise VisionError(f"{path}: is not a cascade; reinstall OpenCV")

    def find(self, grey: np.ndarray) -> list[Face]:
        """All faces in a grey uint8 (H, W) picture, with boxes in its pixels."""
        scale = min(1.0, self._search_width / grey.shape[1])
        small = grey
        if scale < 1:
            small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        least = max(20, round(small.shape[1] * self._smallest))
        found = self._cascade.detectMultiScale(
            small, SCALE_STEP, NEIGHBOURS, minSize=(least, least)
        )
        return [Face(tuple(round(float(side) / scale) for side in box)) for box in found]


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


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    common = wide * high
    return common / (a[2] * a[3] + b[2] * b[3] - common)
