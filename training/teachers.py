"""Networks that teach another one what they say of the very pictures that it sees.

Several unlike networks are right together more often than each of them alone, and one network that
is taught by all comes near to that (Hinton et al., "Distilling the knowledge in a neural network",
2015); it learns most where they look at the same changed pictures (Beyer et al., "Knowledge
distillation: a good teacher is patient and consistent", CVPR 2022).
"""

import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from data.emotions import EMOTIONS
from training import models, prior
from training.errors import TrainingError
from training.fused import fuse
from training.thaw import thaw


class Teachers:
    """The average of what several networks say.

    paths: .keras files of ours, or shipped .tflite models beside their cards, whose correction for
    the prior is taken back. some: float32 (N, 48, 48, 1) in 0..1, see ``thaw``. They compute in the
    precision that is in force. Raises TrainingError where one cannot be read.
    """

    def __init__(self, paths: Sequence[Path], some: np.ndarray) -> None:
        self._networks = [_load(path, some) for path in paths]

    def __call__(self, faces: np.ndarray) -> np.ndarray:
        """Probabilities, float32 (N, 7), of faces, float32 (N, 48, 48, 1) in 0..1."""
        told = [
            prior.softmax(correction.undo(prior.logarithms(network.predict_on_batch(faces))))
            for network, correction in self._networks
        ]
        return np.mean(told, axis=0, dtype=np.float32)


def _load(path: Path, some: np.ndarray) -> tuple[keras.Model, prior.Correction]:
    try:
        if path.suffix == ".tflite":
            card = json.loads(path.with_suffix(".json").read_text("utf-8"))
            network = models.build(card["name"])
            thaw(network, path, some)
            return fuse(network), prior.Correction.of_card(card)
        saved = keras.models.load_model(path, compile=False)
        network = models.build(saved.name)
        network.set_weights(saved.get_weights())
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"--teacher {path}: cannot be read ({error})") from None
    return fuse(network), prior.Correction(0.0, 1.0, (1.0,) * len(EMOTIONS))
