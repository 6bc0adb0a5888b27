"""The emotion model: one face in, seven probabilities out, on whichever TFLite runtime works."""

import dataclasses
import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np

import data
from data.emotions import EMOTIONS
from device.errors import VisionError
from device.vision.crop import unit_range

MODEL = data.FOLDER / "models" / "emotion.tflite"

# In the order of preference: ai-edge-litert runs INT8 several times faster on x86-64.
RUNTIMES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}


@dataclasses.dataclass(frozen=True)
class Card:
    """What the device needs from the model's card, ``emotion.json``.

    labels: the outputs' meaning, in order. width, height: of the input, in pixels.
    margin: of the crop, see ``crop_face``. sha256: of the model file.
    """

    labels: tuple[str, ...]
    width: int
    height: int
    margin: float
    sha256: str

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
            )
        except FileNotFoundError:
            raise VisionError(f"{path}: the model's card is missing; {REMEDY}") from None
        except (OSError, ValueError) as error:
            raise VisionError(f"{path}: not a readable model card ({error}); {REMEDY}") from None
        except (KeyError, TypeError, AttributeError) as error:
            raise VisionError(
                f"{path}: the model's card lacks or garbles {error}; {REMEDY}"
            ) from None
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
        reasons = []
        for runtime in RUNTIMES:
            try:
                interpreter = start_interpreter(content, runtime, threads)
            except VisionError as error:
                reasons.append(str(error))
                continue
            shape = tuple(interpreter.get_input_details()[0]["shape"])
            if shape != (1, card.height, card.width, 1):
                raise VisionError(
                    f"{path}: takes {shape}, but its card says (1, {card.height}, {card.width}, "
                    f"1); {REMEDY}"
                )
            return cls(interpreter, runtime, card)
        raise VisionError(
            f"{path}: no TFLite runtime can run it: {'; '.join(reasons)}. "
            "Install one with: pip install -r device/requirements.txt"
        )

    def read(self, face: np.ndarray) -> np.ndarray:
        """Probabilities, float32 (7,), of a cropped face, uint8 (height, width)."""
        self._interpreter.set_tensor(
            self._input["index"], quantize(unit_range(face[None]), self._input)
        )
        self._interpreter.invoke()
        return dequantize(self._interpreter.get_tensor(self._output["index"]), self._output)[0]


def start_interpreter(model: bytes, runtime: str, threads: int = 1) -> Any:
    """An interpreter that has run once; VisionError with the reason when the runtime cannot.

    Importing proves nothing: tflite-runtime imports with numpy 2 and fails at the first model.
    """
    try:
        module = importlib.import_module(RUNTIMES[runtime])
        interpreter = module.Interpreter(model_content=model, num_threads=threads)
        interpreter.allocate_tensors()
        entry = interpreter.get_input_details()[0]
        interpreter.set_tensor(entry["index"], np.zeros(entry["shape"], entry["dtype"]))
        interpreter.invoke()
    except Exception as error:  # the runtimes raise whatever their C++ threw
        raise VisionError(f"{runtime}: {error or type(error).__name__}") from error
    return interpreter


def quantize(values: np.ndarray, tensor: dict[str, Any]) -> np.ndarray:
    """Real values as the tensor wants them (``tensor``: one of the interpreter's details)."""
    if np.issubdtype(tensor["dtype"], np.floating):
        return values.astype(tensor["dtype"])
    scale, zero_point = tensor["quantization"]
    limits = np.iinfo(tensor["dtype"])
    levels = np.round(values / scale) + zero_point
    return np.clip(levels, limits.min, limits.max).astype(tensor["dtype"])


def dequantize(values: np.ndarray, tensor: dict[str, Any]) -> np.ndarray:
    """A tensor's content as float32 real values."""
    if np.issubdtype(tensor["dtype"], np.floating):
        return values.astype(np.float32)
    scale, zero_point = tensor["quantization"]
    return (values.astype(np.float32) - zero_point) * np.float32(scale)
