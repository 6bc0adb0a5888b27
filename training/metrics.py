"""How good predictions are. All take float (N, 7) probabilities and int (N,) labels 0 to 6."""

import dataclasses

import numpy as np

from data.emotions import EMOTIONS

CALIBRATION_BINS = 15


@dataclasses.dataclass(frozen=True)
class Scores:
    """Figures for one set of labels; all are fractions of 1.

    recall, precision: of each emotion, in order; NaN for one that does not occur, or that is never
        predicted.
    macro_f1: the mean of the emotions' F1 scores, over those that occur.
    confusion: int (7, 7), rows true, columns predicted.
    """

    pictures: int
    accuracy: float
    macro_recall: float
    macro_f1: float
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    calibration_error: float
    confusion: np.ndarray


def score(probabilities: np.ndarray, labels: np.ndarray) -> Scores:
    """Scores the pictures that have a label; rows with a label below 0 are left out."""
    known = labels >= 0
    probabilities, labels = probabilities[known], labels[known]
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((len(EMOTIONS), len(EMOTIONS)), int)
    np.add.at(confusion, (labels, predicted), 1)
    with np.errstate(invalid="ignore"):
        recall = confusion.diagonal() / confusion.sum(axis=1)
        precision = confusion.diagonal() / confusion.sum(axis=0)
        f1 = 2 * confusion.diagonal() / (confusion.sum(axis=0) + confusion.sum(axis=1))
    return Scores(
        pictures=len(labels),
        accuracy=float((predicted == labels).mean()),
        macro_recall=float(np.nanmean(recall)),
        macro_f1=float(f1[confusion.sum(axis=1) > 0].mean()),
        recall=tuple(recall.tolist()),
        precision=tuple(precision.tolist()),
        calibration_error=calibration_error(probabilities, labels),
        confusion=confusion,
    )


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error over 15 bins of equal width (Guo et al., ICML 2017)."""
    bins = reliability(probabilities, labels)
    return float(np.abs(bins[:, 0] - bins[:, 1]) @ bins[:, 2])


def reliability(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What a reliability diagram shows: float (B, 3), a row for each bin that is not empty.

    Columns: mean confidence, accuracy, share of the pictures.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    return np.array(
        [
            (confidence[bins == index].mean(), right[bins == index].mean(), (bins == index).mean())
            for index in np.unique(bins)
        ]
    )
