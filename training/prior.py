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
# Where two models are held against each other.
ACCURACIES = tuple((np.arange(156, 191) / 200).tolist())


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


@dataclasses.dataclass(frozen=True)
class Difference:
    """What one model has more than another in macro recall where both are as accurate.

    accuracy: the least that both reach. gain: the median of the resamples, and interval: what
    holds 95 % of them; all as fractions of 1.
    """

    accuracy: float
    gain: float
    interval: tuple[float, float]


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


def curve(logits: np.ndarray, of: tuple[float, ...], faces: Faces) -> list[Point]:
    """Accuracy and macro recall by strength, with bootstrap intervals (Efron, 1979).

    logits: float (N, 7), without correction. of: the shares.
    """
    truth = judged_by(faces)
    points = []
    for strength, accuracies, recalls in zip(
        STRENGTHS, *_resampled(logits, of, faces), strict=True
    ):
        read = _read(logits, of, strength)
        found = metrics.score(np.eye(len(EMOTIONS))[read], truth)
        points.append(
            Point(
                strength,
                found.accuracy,
                tuple(np.percentile(accuracies, INTERVAL)),
                found.macro_recall,
                tuple(np.percentile(recalls, INTERVAL)),
                float((read == faces.labels).mean()),
                float(np.nanmin(found.recall)),
            )
        )
    return points


def compare(
    logits: np.ndarray, others: np.ndarray, of: tuple[float, ...], faces: Faces
) -> list[Difference]:
    """How much higher the curve of one model lies than another's, on the same resamples.

    logits, others: float (N, 7), without correction, of the model and of the one it is held
    against. At each accuracy both take the strength with the highest macro recall that still
    reaches it, in every resample anew; accuracies that not every resample of both reaches in at
    least 19 of 20 cases are left out.
    """
    curves = [_resampled(each, of, faces) for each in (logits, others)]
    found = []
    for accuracy in ACCURACIES:
        one, other = (
            np.where(accuracies >= accuracy, recalls, -np.inf).max(axis=0)
            for accuracies, recalls in curves
        )
        reached = np.isfinite(one) & np.isfinite(other)
        if reached.mean() >= 0.95:
            gains = one[reached] - other[reached]
            low, high = np.percentile(gains, INTERVAL)
            found.append(Difference(accuracy, float(np.median(gains)), (low, high)))
    return found


def _read(logits: np.ndarray, of: tuple[float, ...], strength: float) -> np.ndarray:
    return Correction(strength, 1.0, of).apply(logits).argmax(axis=1)


def _resampled(
    logits: np.ndarray, of: tuple[float, ...], faces: Faces
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy and macro recall in each resample, each float (strengths, RESAMPLES).

    The same pictures are drawn for all strengths, and for all models.
    """
    truth = judged_by(faces)
    known = truth >= 0
    count = int(known.sum())
    # As float32, which holds such counts exactly, the products below go through BLAS.
    drawn = np.random.default_rng(1).multinomial(count, np.full(count, 1 / count), RESAMPLES)
    drawn = drawn.astype(np.float32)
    shown = np.eye(len(EMOTIONS), dtype=np.float32)[truth[known]]
    of_each = drawn @ shown
    accuracies, recalls = [], []
    for strength in STRENGTHS:
        right = (_read(logits, of, strength) == truth)[known]
        right_of_each = drawn @ (shown * right[:, None])
        accuracies.append(right_of_each.sum(axis=1) / count)
        with np.errstate(invalid="ignore"):  # an emotion that was not drawn has no recall
            recalls.append(np.nanmean(right_of_each / of_each, axis=1))
    return np.array(accuracies), np.array(recalls)


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


def differences_as_text(found: list[Difference]) -> str:
    """The comparison as a table for people."""
    lines = ["  accuracy   macro recall more (95 % of resamples)"]
    for each in found:
        low, high = each.interval
        lines.append(f"  {each.accuracy:<9.1%}{each.gain:+10.1%} ({low:+.1%} to {high:+.1%})")
    return "\n".join(lines)
