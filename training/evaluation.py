"""A model file, Keras or TFLite, against FER-2013's labels and the FER+ majority."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.emotions import EMOTIONS
from device.errors import VisionError
from device.vision.crop import unit_range
from device.vision.emotion import EmotionModel
from device.vision.runtime import start_interpreter
from training import metrics, prior
from training.errors import TrainingError
from training.fer2013 import Faces
from training.int8 import Int8Model

Predict = Callable[[np.ndarray], np.ndarray]


def predictor(path: Path) -> Predict:
    """What turns uint8 (N, 48, 48) faces into float32 (N, 7) probabilities, from a model file."""
    if path.suffix == ".tflite":
        model = _tflite(path)
        return lambda faces: np.stack([model.read(face) for face in faces])
    return keras_predictor(load_keras(path))


def _tflite(path: Path) -> EmotionModel:
    try:
        return EmotionModel.load(path)
    except VisionError as error:
        raise TrainingError(str(error)) from None


def load_keras(path: Path):
    """A Keras model, computing in float32 whatever it was trained in.

    path: a .keras file, or a run folder, whose best network is taken.
    """
    import keras

    if path.is_dir():
        path = path / "best.keras"
    if not path.is_file():
        raise TrainingError(f"{path}: there is no such model; train one with python -m training")
    try:
        model = keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises whatever its readers threw
        raise TrainingError(f"{path}: not a Keras model: {error}") from None
    config = json.dumps(keras.saving.serialize_keras_object(model))
    if "mixed_bfloat16" in config:
        plain = keras.saving.deserialize_keras_object(
            json.loads(config.replace("mixed_bfloat16", "float32"))
        )
        plain.set_weights(model.get_weights())
        model = plain
    if model.output_shape != (None, len(EMOTIONS)):
        raise TrainingError(f"{path}: gives {model.output_shape}, not (None, {len(EMOTIONS)})")
    return model


def keras_predictor(model) -> Predict:
    """The same for a Keras model in memory."""
    return lambda faces: np.asarray(model.predict(unit_range(faces), batch_size=256, verbose=0))


def uncorrected(path: Path, faces: np.ndarray) -> tuple[np.ndarray, prior.Correction | None]:
    """Logits, float (N, 7), of faces, uint8 (N, 48, 48), before any correction for the prior.

    With them comes the correction that is in force in the model, None for a network. An INT8
    model's logits are taken before its outputs are rounded, where their shares are not lost.
    """
    if path.suffix != ".tflite":
        return prior.logarithms(predictor(path)(faces)), None
    whole = _tflite(path)
    in_force = prior.Correction.of_card(json.loads(path.with_suffix(".json").read_text("utf-8")))
    try:
        model = Int8Model(path.read_bytes())
    except TrainingError:  # another kind of model: its outputs must do
        return in_force.undo(prior.logarithms(predictor(path)(faces))), in_force
    cut = EmotionModel(
        start_interpreter(model.up_to_features(), whole.runtime), whole.runtime, whole.card
    )
    head = model.head()
    logits = np.stack([cut.read(face) for face in faces]) @ head.kernel.T + head.bias
    return in_force.undo(logits), in_force


def scores(probabilities: np.ndarray, faces: Faces) -> dict[str, metrics.Scores]:
    """Scores by label set: ``fer`` always, ``fer_plus`` where there are votes."""
    result = {"fer": metrics.score(probabilities, faces.labels)}
    if faces.majority is not None:
        result["fer_plus"] = metrics.score(probabilities, faces.majority)
    return result


LABEL_SETS = {"fer": "FER-2013 labels", "fer_plus": "FER+ majority"}


def as_text(by_labels: dict[str, metrics.Scores]) -> str:
    """A table for people."""
    lines = []
    for name, found in by_labels.items():
        lines += [
            f"{LABEL_SETS[name]}: accuracy {found.accuracy:.2%} of {found.pictures} pictures, "
            f"macro recall {found.macro_recall:.2%}, macro F1 {found.macro_f1:.2%}, "
            f"expected calibration error {found.calibration_error:.3f}",
            "  true \\ read " + "".join(f"{emotion:>9}" for emotion in EMOTIONS) + "   recall",
        ]
        for emotion, row, recall in zip(EMOTIONS, found.confusion, found.recall, strict=True):
            cells = "".join(f"{count:9d}" for count in row)
            lines.append(f"  {emotion:<12}{cells}{recall:9.1%}")
        lines.append("  precision   " + "".join(f"{value:9.1%}" for value in found.precision))
    return "\n".join(lines)


def as_json(by_labels: dict[str, metrics.Scores]) -> dict:
    """The same for programs; recall by emotion, figures to four places."""
    return {
        name: {
            "pictures": found.pictures,
            "accuracy": round(found.accuracy, 4),
            "macro_recall": round(found.macro_recall, 4),
            "macro_f1": round(found.macro_f1, 4),
            "recall": _by_emotion(found.recall),
            "precision": _by_emotion(found.precision),
            "expected_calibration_error": round(found.calibration_error, 4),
        }
        for name, found in by_labels.items()
    }


def _by_emotion(values: tuple[float, ...]) -> dict[str, float | None]:
    return {
        emotion: None if np.isnan(value) else round(value, 4)
        for emotion, value in zip(EMOTIONS, values, strict=True)
    }
