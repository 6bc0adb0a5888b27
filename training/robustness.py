"""What a kiosk's camera does to faces, and what that costs in accuracy."""

from collections.abc import Callable

import cv2
import numpy as np

from training.evaluation import Predict
from training.fer2013 import SIDE, Faces

CENTRE = ((SIDE - 1) / 2, (SIDE - 1) / 2)


def _moved(right: float = 0, down: float = 0, scale: float = 1, degrees: float = 0) -> Callable:
    """Shifts as parts of the picture's side; the edges are repeated."""
    matrix = cv2.getRotationMatrix2D(CENTRE, degrees, scale)
    matrix[:, 2] += (right * SIDE, down * SIDE)
    return lambda face: cv2.warpAffine(face, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


def _small(face: np.ndarray) -> np.ndarray:
    half = cv2.resize(face, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(half, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)


# Each turns one face, uint8 (48, 48), into another.
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "shifted right by 10 %": _moved(right=0.1),
    "shifted left by 10 %": _moved(right=-0.1),
    "shifted down by 10 %": _moved(down=0.1),
    "shifted up by 10 %": _moved(down=-0.1),
    "15 % larger": _moved(scale=1.15),
    "15 % smaller": _moved(scale=0.85),
    "turned by 15° to the left": _moved(degrees=15),
    "turned by 15° to the right": _moved(degrees=-15),
    "darkened to a third": lambda face: (face // 3).astype(np.uint8),
    "blurred (sigma 1)": lambda face: cv2.GaussianBlur(face, (0, 0), 1),
    "only 24 × 24 pixels": _small,
}


def accuracy(predict: Predict, faces: Faces) -> dict[str, float]:
    """Accuracy after each change: of the FER+ majority where there are votes, else FER labels."""
    labels = faces.labels if faces.majority is None else faces.majority
    known = labels >= 0
    images, labels = faces.images[known], labels[known]
    return {
        name: float((predict(np.stack([change(i) for i in images])).argmax(1) == labels).mean())
        for name, change in CHANGES.items()
    }
