"""The model's card: what the device must know, and what a person should."""

import hashlib
import json
from pathlib import Path

import keras

from convert.proof import Proof
from convert.quantize import PICTURES_PER_EMOTION, multiply_adds
from data.emotions import EMOTIONS
from training import evaluation
from training.fer2013 import SIDE

# The part of its own size by which a cascade's box is widened on each side, so that a face fills
# its crop as FER-2013's faces fill theirs; see device.vision.crop.
MARGIN = 0.02


def make(source: Path, model: keras.Model, content: bytes, proof: Proof, trained_on: int) -> dict:
    """The card of a converted model, ready for JSON."""
    return {
        "name": model.name,
        "labels": list(EMOTIONS),
        "input": {"width": SIDE, "height": SIDE, "channels": 1, "dtype": "int8"},
        "preprocessing": {
            "colour": "grey",
            "margin": MARGIN,
            "scale": "pixel / 255, then the input tensor's own quantization",
        },
        "training": {
            "data": "FER-2013, Training rows",
            "pictures": trained_on,
            "options": _options(source),
        },
        "quantization": {
            "kind": "full INT8, post-training",
            "representative_pictures_per_emotion": PICTURES_PER_EMOTION,
        },
        "public_test": {
            "float": evaluation.as_json(proof.scores_float),
            "int8": evaluation.as_json(proof.scores_int8),
            "agreement": round(proof.agreement, 4),
        },
        "latency_ms": {runtime: round(ms, 3) for runtime, ms in proof.latency_ms.items()},
        "parameters": model.count_params(),
        "multiply_adds": multiply_adds(model),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "commands": [
            f"python -m training train --model {model.name} --data fer2013.csv.gz --run RUN",
            "python -m convert RUN --data fer2013.csv.gz --votes fer2013new.csv",
        ],
    }


def _options(source: Path) -> dict | None:
    """The options of the run that made the network, where its folder is known."""
    folder = source if source.is_dir() else source.parent
    try:
        return json.loads((folder / "options.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
