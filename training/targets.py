"""What a network shall say of each face, and how much each face counts."""

import numpy as np

from data.emotions import EMOTIONS
from training.fer2013 import Faces


def targets(faces: Faces, fer_share: float, label_smoothing: float = 0.0) -> np.ndarray:
    """What the network shall say of each face: float32 (N, 7), each row sums to 1.

    A part ``fer_share`` is FER-2013's label, the rest the shares of the FER+ votes (Barsoum et al.,
    ICMI 2016, "probability drawing"); all of it is the label where nobody voted for an emotion.
    Smoothing gives its part to all seven alike (Szegedy et al., CVPR 2016).
    """
    wanted = np.eye(len(EMOTIONS))[faces.labels]
    if faces.votes is not None:
        count = faces.votes.sum(axis=1, keepdims=True)
        shares = np.divide(faces.votes, count, out=wanted.copy(), where=count > 0)
        wanted = fer_share * wanted + (1 - fer_share) * shares
    wanted = (1 - label_smoothing) * wanted + label_smoothing / len(EMOTIONS)
    return wanted.astype(np.float32)


def balance(wanted: np.ndarray, strength: float) -> np.ndarray:
    """How much each face counts: float32 (N,), 1 on the average.

    wanted: float32 (N, 7), see ``targets``. strength: 0 counts all alike, 1 makes all emotions
    count alike, however rare.
    """
    frequency = wanted.mean(axis=0)
    weights = wanted @ (np.maximum(frequency, 1e-6) ** -strength)
    return (weights / weights.mean()).astype(np.float32)
