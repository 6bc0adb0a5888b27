"""The emotion model: one face in, seven probabilities out, on whichever TFLite runtime works."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

import data
from data.emotions import EMOTIONS
from device.errors import VisionError
from device.vision.crop import unit_range
from device.vision.runtime import dequantize, quantize, start_anywhere

MODEL = data.FOLDER / "models" / "emotion.tflite"


@dataclasses.dataclass(frozen=True)
class Card:
    """What the device needs from the model's card, ``emotion.json``.

    labels: the outputs' meaning, in order. width, height: of the input, in pixels.
    margin: of the crop, see ``crop_face``. sha256: of the model file. test_vector: what the model
    says of ``test_face``, or empty where the card is older.
    """

    labels: tuple[str, ...]
    width: int
    height: int
    margin: float
    sha256: str
    test_vector: tuple[float, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Card":
        """Reads a card; VisionError names the file and what is wrong with it."""
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
            read = cls(
                labels=tuple(card["labels"]),
                width=int(card["input"]["width"]),
                height=int(card["input"]["height"]),
                margin=float(card["preprocessing"]["margin"]),
                sha256=card["sha256"],
                test_vector=tuple(map(float, card.get("test_vector", {}).get("probabilities", ()))),
            )
        except FileNotFoundError:
            raise VisionError(f"{path}: the model's card is missing; {REMEDY}") from None
        except (OSError, ValueError, RecursionError) as error:
            raise VisionError(f"{path}: not a readable model card ({error}); {REMEDY}") from None
        except (KeyError, TypeError, AttributeError) as error:
            raise VisionError(
                f"{path}: the model's card lacks or garbles {error}; {REMEDY}"
            ) from None
        if len(read.test_vector) not in (0, len(EMOTIONS)):
            raise VisionError(f"{path}: test_vector has {len(read.test_vector)} values; {REMEDY}")
        if read.labels != EMOTIONS:
            raise VisionError(f"{path}: labels are {read.labels}, not {EMOTIONS}; {REMEDY}")
        return read


REMEDY = "restore the shipped pair or make it anew with python -m convert"


class EmotionModel:
    """A loaded model with its card. Not thread-safe: one thread owns it."""

    def __init__(self, interpreter: Any, runtime: str, card: Card):
        self.runtime = runtime
        self.card = card
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]
        self._output = interpreter.get_output_details()[0]

    @classmethod
    def load(cls, path: Path = MODEL, threads: int = 1) -> "EmotionModel":
        """Loads ``path`` and the card of the same name beside it (.json).

        The first runtime that can really invoke the model is taken. Raises VisionError when file
        or card is missing or damaged, they do not belong together, or no runtime works.
        """
        card = Card.read(path.with_suffix(".json"))
        try:
            content = path.read_bytes()
        except OSError as error:
            raise VisionError(f"{path}: cannot be read ({error.strerror}); {REMEDY}") from None
        if hashlib.sha256(content).hexdigest() != card.sha256:
            raise VisionError(
                f"{path}: is damaged or not the model that {path.with_suffix('.json').name} "
                f"describes (SHA-256 differs); {REMEDY}"
            )
        try:
            interpreter, runtime = start_anywhere(content, threads)
        except VisionError as error:
            raise VisionError(f"{path}: {error}") from None
        shape = tuple(interpreter.get_input_details()[0]["shape"])
        if shape != (1, card.height, card.width, 1):
            raise VisionError(
                f"{path}: takes {shape}, but its card says (1, {card.height}, {card.width}, 1); "
                f"{REMEDY}"
            )
        return cls(interpreter, runtime, card)

    def deviation(self) -> float | None:
        """How far it is from what its card says of ``test_face``: the largest difference, 0 to 1.

        More than some steps of the output's quantization (1/256) mean a runtime or a processor
        that computes wrong. None where the card has no test vector.
        """
        if not self.card.test_vector:
            return None
        found = self.read(test_face(self.card.width, self.card.height))
        return float(np.abs(found - np.float32(self.card.test_vector)).max())

    def read(self, face: np.ndarray) -> np.ndarray:
        """Probabilities, float32 (7,), of a cropped face, uint8 (height, width)."""
        self._interpreter.set_tensor(
            self._input["index"], quantize(unit_range(face[None]), self._input)
        )
        self._interpreter.invoke()
        return dequantize(self._interpreter.get_tensor(self._output["index"]), self._output)[0]


def test_face(width: int, height: int) -> np.ndarray:
    """A few discs that look like a face, the same on every machine: uint8 (height, width)."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    x, y = 2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1
    face = np.full((height, width), 60, np.uint8)
    face[(x / 0.8) ** 2 + y**2 < 1] = 190
    for eye in (-0.35, 0.35):
        face[(x - eye) ** 2 + (y + 0.25) ** 2 < 0.02] = 40
    face[(np.abs(np.hypot(x, y - 0.1) - 0.5) < 0.07) & (y > 0.3)] = 70
    return face


test_face.__test__ = False  # for pytest, which takes the name for a test's
