"""The emotions' shares in the training set, how they weigh on every answer, and the cure.

A network that learnt from few disgusted faces finds disgust unlikely in any face. Subtracting
``strength`` times the logarithm of each emotion's share from the logits (logit adjustment, Menon et
al., ICLR 2021) takes that away: fully at 1, when faces before a kiosk show all emotions alike. It
finds more of the rare emotions and mistakes more of the common ones for them; the curve of
accuracy against macro recall as the strength grows is what tells networks apart.
"""

import dataclasses

import numpy as np

from data.emotions import EMOTIONS
from training import metrics
from training.errors import TrainingError
from training.fer2013 import Faces
from training.targets import targets

STRENGTHS = tuple((np.arange(31) / 20).tolist())
# The accuracy that may be given for macro recall, as a part of 1.
ALLOWED_LOSS = 0.01
RESAMPLES = 1000
INTERVAL = (2.5, 97.5)  # percent


@dataclasses.dataclass(frozen=True)
class Correction:
    """What was done to a model's logits: (logits - strength * log(shares)) / temperature.

    shares: of each of the seven emotions in the training targets.
    """

    strength: float
    temperature: float
    shares: tuple[float, ...]

    @classmethod
    def of_card(cls, card: dict) -> "Correction":
        """What is in force in a converted model, by its card; TrainingError where that is garbled.

        A card from before there was a correction has its temperature alone.
        """
        try:
            found = card.get("prior", {"strength": 0.0, "shares": dict.fromkeys(EMOTIONS, 1.0)})
            return cls(
                float(found["strength"]),
                float(card["calibration"]["temperature"]),
                tuple(float(found["shares"][emotion]) for emotion in EMOTIONS),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TrainingError(f"the model's card lacks or garbles {error}") from None

    @property
    def shift(self) -> np.ndarray:
        """What is added to the logits before the temperature, float (7,), 0 on the average."""
        logarithm = np.log(self.shares)
        return -self.strength * (logarithm - logarithm.mean())

    def apply(self, logits: np.ndarray) -> np.ndarray:
        """The corrected logits, float (N, 7)."""
        return (logits + self.shift) / self.temperature

    def undo(self, logits: np.ndarray) -> np.ndarray:
        """The logits as they were before the correction, float (N, 7)."""
        return logits * self.temperature - self.shift


@dataclasses.dataclass(frozen=True)
class Point:
    """One strength on the curve; figures are fractions of 1, intervals hold 95 % of resamples.

    fer: accuracy on FER-2013's labels. lowest_recall: of the emotion that is recalled worst.
    """

    strength: float
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_recall: float
    macro_recall_interval: tuple[float, float]
    fer: float
    lowest_recall: float


def shares(faces: Faces, fer_share: float) -> tuple[float, ...]:
    """The share of each of the seven emotions in the targets of a training, none below 1e-6."""
    means = targets(faces, fer_share).mean(axis=0, dtype=np.float64)
    return tuple(np.maximum(means, 1e-6).round(6).tolist())


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities, float (N, 7)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def logarithms(probabilities: np.ndarray) -> np.ndarray:
    """Logits that give these probabilities, float (N, 7)."""
    return np.log(np.maximum(probabilities, 1e-9))


def judged_by(faces: Faces) -> np.ndarray:
    """The labels that count, int (N,): the FER+ majority where there are votes."""
    return faces.labels if faces.majority is None else faces.majority


def curve(logits: np.ndarray, of: tuple[float, ...], faces: Faces, seed: int = 1) -> list[Point]:
    """Accuracy and macro recall by strength, with bootstrap intervals (Efron, 1979).

    logits: float (N, 7), without correction. of: the shares. The same pictures are
    drawn in each resample for all strengths, and for all models.
    """
    truth = judged_by(faces)
    known = truth >= 0
    counts = np.random.default_rng(seed).multinomial(
        known.sum(), np.full(known.sum(), 1 / known.sum()), RESAMPLES
    )
    points = []
    for strength in STRENGTHS:
        read = Correction(strength, 1.0, of).apply(logits).argmax(axis=1)
        recalls = _recalls(read[known], truth[known], counts)
        accuracies = counts @ (read == truth)[known] / known.sum()
        found = metrics.score(np.eye(len(EMOTIONS))[read], truth)
        points.append(
            Point(
                strength,
                found.accuracy,
                tuple(np.percentile(accuracies, INTERVAL)),
                found.macro_recall,
                tuple(np.percentile(np.nanmean(recalls, axis=1), INTERVAL)),
                float((read == faces.labels).mean()),
                float(np.nanmin(found.recall)),
            )
        )
    return points


def _recalls(read: np.ndarray, truth: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Recall of each emotion in each resample, float (RESAMPLES, 7); NaN where it has no face."""
    shown = np.eye(len(EMOTIONS))[truth]
    right = shown * (read == truth)[:, None]
    with np.errstate(invalid="ignore"):
        return (counts @ right) / (counts @ shown)


def choose(points: list[Point]) -> Point:
    """The point with the highest macro recall that costs no more accuracy than is allowed."""
    least = max(point.accuracy for point in points) - ALLOWED_LOSS
    return max(
        (point for point in points if point.accuracy >= least), key=lambda each: each.macro_recall
    )


def as_text(points: list[Point], in_force: float) -> str:
    """The curve as a table for people; an arrow shows the strength that is in force."""
    lines = [
        "  strength   accuracy                macro recall            FER labels  worst recall"
    ]
    for point in points[::2] if in_force in STRENGTHS[::2] else points:
        low, high = point.accuracy_interval
        worst, best = point.macro_recall_interval
        lines.append(
            f"  {point.strength:<8.2f}{point.accuracy:8.1%} ({low:.1%} to {high:.1%})"
            f"{point.macro_recall:8.1%} ({worst:.1%} to {best:.1%})"
            f"{point.fer:10.1%}{point.lowest_recall:12.1%}"
            + ("  <- in force" if np.isclose(point.strength, in_force) else "")
        )
    return "\n".join(lines)
