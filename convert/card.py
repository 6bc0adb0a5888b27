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
# The options of a training that its command must name.
RECIPE = (
    "epochs",
    "batch_size",
    "learning_rate",
    "fer_share",
    "label_smoothing",
    "class_balance",
    "patience",
    "weights",
    "seed",
    "precision",
)


def make(
    source: Path,
    model: keras.Model,
    content: bytes,
    proof: Proof,
    trained_on: int,
    temperature: float,
) -> dict:
    """The card of a converted model, ready for JSON."""
    options = _options(source)
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
            "options": options,
        },
        "quantization": {
            "kind": "full INT8, post-training",
            "representative_pictures_per_emotion": PICTURES_PER_EMOTION,
        },
        "calibration": {
            "temperature": round(temperature, 4),
            "fitted_on": "PublicTest; it is in the weights already",
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
            _training_command(model, options),
            "python -m convert RUN --data fer2013.csv.gz --votes fer2013new.csv",
        ],
    }


def _training_command(model: keras.Model, options: dict | None) -> str:
    command = f"python -m training train --model {model.name} --data fer2013.csv.gz --run RUN"
    chosen = (options or {}).get("options", {})
    for name in RECIPE:
        if chosen.get(name) is not None:
            command += f" --{name.replace('_', '-')} {chosen[name]}"
    return command + (" --votes fer2013new.csv" if chosen.get("fer_share", 1) < 1 else "")


def _options(source: Path) -> dict | None:
    """The options of the run that made the network, where its folder is known."""
    folder = source if source.is_dir() else source.parent
    try:
        return json.loads((folder / "options.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
