"""The model's card: what the device must know, and what a person should."""

import hashlib
import json
from pathlib import Path

import keras
import numpy as np

from convert import probe, proof
from convert.correction import Corrected
from convert.errors import ConversionError
from convert.proof import Proof
from convert.quantize import PICTURES_PER_EMOTION, multiply_adds
from data.emotions import EMOTIONS
from device.vision.emotion import test_face
from training import evaluation, prior
from training.fer2013 import SIDE, Faces

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
    "augmentation",
    "average",
    "patience",
    "weights",
    "teachers",
    "seed",
    "precision",
)


def make(
    model: keras.Model,
    options: dict | None,
    corrected: Corrected,
    found: Proof,
    plain: np.ndarray,
    faces: Faces,
    pictures: int,
    source: str = "RUN",
) -> dict:
    """The card of a converted model, ready for JSON.

    options: see ``options_of``. found: what was measured on ``faces``. plain: what the network
    says of them without correction, float (N, 7). pictures: how many it was trained on. source:
    what was converted, for the command.
    """
    card = {
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
            "pictures": pictures,
            "options": options,
        },
        "quantization": {
            "kind": "full INT8, post-training",
            "representative_pictures_per_emotion": PICTURES_PER_EMOTION,
        },
        "public_test": {
            "float": evaluation.as_json(found.scores_float),
            "float_uncorrected": evaluation.as_json(evaluation.scores(plain, faces)),
            "agreement": round(found.agreement, 4),
        },
        "latency_ms": {runtime: round(ms, 3) for runtime, ms in found.latency_ms.items()},
        "parameters": model.count_params(),
        "multiply_adds": multiply_adds(model),
        "commands": [
            _training_command(model, options),
            f"python -m convert {source} --data fer2013.csv.gz --votes fer2013new.csv",
        ],
    }
    return _measured(card, corrected, found, faces)


def renew(card: dict, corrected: Corrected, found: Proof, faces: Faces, name: str) -> dict:
    """The card of a model whose correction was chosen anew; ``name`` is its file's.

    What was measured with the network, which is not at hand, is kept where it still holds.
    """
    former = dict(card.get("public_test", {}))
    if "prior" not in card and "float" in former:
        former["float_uncorrected"] = former.pop("float")
    elif card.get("prior", {}).get("strength") != corrected.correction.strength:
        former.pop("float", None)
    command = f"python -m convert {name} --data fer2013.csv.gz --votes fer2013new.csv"
    commands = [each for each in card.get("commands", []) if each != command]
    return _measured(
        card | {"public_test": former, "commands": [*commands, command]}, corrected, found, faces
    )


def _measured(card: dict, corrected: Corrected, found: Proof, faces: Faces) -> dict:
    """The card with all that hangs on the correction."""
    correction = corrected.correction
    plain = prior.softmax(corrected.logits / correction.temperature)
    return card | {
        "prior": {
            "strength": correction.strength,
            "shares": dict(zip(EMOTIONS, correction.shares, strict=True)),
            "meaning": "(logits - strength * log(shares of the training targets)) / temperature; "
            "it is in the last layer",
            "chosen_on": "PublicTest: the highest macro recall that costs no more than "
            f"{prior.ALLOWED_LOSS:.0%} of accuracy",
        },
        "calibration": {
            "temperature": correction.temperature,
            "fitted_on": "PublicTest, after the correction; it is in the last layer",
        },
        "public_test": card["public_test"]
        | {
            "int8": evaluation.as_json(found.scores_int8),
            "int8_uncorrected": evaluation.as_json(evaluation.scores(plain, faces)),
        },
        "test_vector": {
            "picture": "device.vision.emotion.test_face",
            "probabilities": _test_vector(corrected.content),
        },
        "bytes": len(corrected.content),
        "sha256": hashlib.sha256(corrected.content).hexdigest(),
    }


def _test_vector(model: bytes) -> list[float]:
    """What the model says of the face that every kiosk can draw, by the first runtime here."""
    runtime = proof.installed_runtimes()[0]
    probed = probe.in_own_process(runtime, model, test_face(SIDE, SIDE)[None])
    return [round(float(value), 4) for value in probed.probabilities[0]]


def _training_command(model: keras.Model, options: dict | None) -> str:
    if several := (options or {}).get("options", {}).get("average_of"):
        return f"python -m training average {' '.join(several)} --run RUN"
    command = f"python -m training train --model {model.name} --data fer2013.csv.gz --run RUN"
    chosen = (options or {}).get("options", {})
    for name in RECIPE:
        if name == "teachers":
            command += "".join(f" --teacher {teacher}" for teacher in chosen.get(name, ()))
            command += f" --teacher-share {chosen['teacher_share']}" if chosen.get(name) else ""
        elif chosen.get(name) is not None:
            command += f" --{name.replace('_', '-')} {chosen[name]}"
    return command + (" --votes fer2013new.csv" if chosen.get("fer_share", 1) < 1 else "")


def options_of(source: Path) -> dict | None:
    """The options of the run that made a network, where its folder is known."""
    folder = source if source.is_dir() else source.parent
    try:
        options = json.loads((folder / "options.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    # Where files lay is nobody's business, but which run a network came from is.
    if weights := options["options"].get("weights"):
        options["options"]["weights"] = Path(weights).name
    for name in "teachers", "average_of":
        if others := [Path(other) for other in options["options"].get(name, ())]:
            options["options"][name] = [
                f"{each.parent.name}/{each.name}" if each.suffix == ".keras" else each.name
                for each in others
            ]
    return options


def read(path: Path) -> dict:
    """The card beside a model; ConversionError where there is none, or not this model's."""
    file = path.with_suffix(".json")
    try:
        card = json.loads(file.read_text(encoding="utf-8"))
        if card["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest():
            raise ConversionError(f"{file}: is not the card of {path.name} (SHA-256 differs)")
        return card
    except OSError as error:
        raise ConversionError(f"{error.filename}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ConversionError(f"{file}: not a model's card ({error!r})") from None
