"""A suggested emotion, valence and arousal for each song of a library, and why.

Each is a weighted sum of the cues, for cues add up in what listeners hear: Eerola, Friberg &
Bresin, "Emotional expression in music: contribution, linearity, and additivity of primary musical
cues", Frontiers in Psychology 4:487 (2013). The weights in ``weights.csv`` were fitted on the
shipped songs, whose moods are judged by hand (tests/benchmarks/suggestions.py, which tells how
right they are too). A person should confirm what they suggest.
"""

import csv
import dataclasses
import functools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.emotions import EMOTIONS
from data.library.cues import Cues

WEIGHTS = Path(__file__).with_name("weights.csv")
FARTHEST = 2.5  # deviations that still count

# Where the seven lie in valence and arousal: the medians of the shipped songs, judged by hand.
_LIES_AT = {
    "angry": (0.25, 0.9),
    "disgust": (0.28, 0.7),
    "fear": (0.2, 0.6),
    "happy": (0.9, 0.8),
    "sad": (0.14, 0.2),
    "surprise": (0.75, 0.85),
    "neutral": (0.55, 0.28),
}
# So many songs of a library weigh as much as the shipped ones in saying what is usual.
_HALF_WAY = 24
# Previews are levelled, so the loudness has no fitted weight. These are ours: loud is aroused.
_LOUDNESS_SPREAD = 4.0  # LU
_LOUDNESS_AROUSAL, _LOUDNESS_EMOTION = 0.06, 1.0
_CLEAR_MODE = 0.05
_STANDS_OUT, _TOLD = 0.5, 5  # deviations, and cues that are told at most

# How each cue is told where it is low or high, and with which figure.
_WORDS = {
    "tempo": ("slow", "fast", lambda it: f" ({it:.0f} beats a minute)"),
    "onsets": ("few notes", "many notes", lambda it: f" ({it:.1f} a second)"),
    "pulse": ("free in its beat", "steady in its beat", None),
    "articulation": ("legato", "detached", None),
    "change": ("calm", "restless", None),
    "dynamics": ("even in loudness", "uneven in loudness", None),
    "loudness": ("quiet", "loud", lambda it: f" ({it:.0f} LUFS)"),
    "percussive": ("hardly percussive", "percussive", None),
    "brightness": ("dark", "bright", lambda it: f" ({2**it:.0f} Hz)"),
    "variety": ("of one colour", "of changing colour", None),
    "roughness": ("smooth", "rough", None),
    "register": ("low", "high", lambda it: f" ({2**it:.0f} Hz)"),
    "clarity": ("vague in its key", "clear in its key", None),
    "majorness": ("minor", "major", None),
}


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """What a song seems to express.

    likely: how likely each of the seven is, 0 to 1, the likeliest first; valence, arousal: 0 to 1;
    reason: for the operator to read.
    """

    likely: dict[str, float]
    valence: float
    arousal: float
    reason: str

    @property
    def emotion(self) -> str:
        """The likeliest."""
        return next(iter(self.likely))


@dataclasses.dataclass(frozen=True, eq=False)
class Weights:
    """What was fitted. cues: their names, N of them, the tempo as its log2.

    mean, deviation: float (N,), of the shipped songs; weights: float (N, 9), for a deviation of 1,
    and constant: float (9,), of valence, arousal and the log-likelihoods in EMOTIONS' order.
    """

    cues: tuple[str, ...]
    mean: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray
    constant: np.ndarray


def suggest(cues: Sequence[Cues]) -> list[Suggestion]:
    """A suggestion for each song, by its sound and how it stands out of all of them.

    What is usual is between the shipped songs and the library's median, nearer to the library the
    larger it is: a small one has no median to go by.
    """
    if not cues:
        return []
    fitted = weights()
    table = np.array([numbers(each, fitted.cues) for each in cues])
    part = len(cues) / (len(cues) + _HALF_WAY)
    usual = fitted.mean + part * (np.median(table, axis=0) - fitted.mean)
    # Minor and major lie on either side of the same middle whatever the library holds most of.
    usual = np.where(np.array(fitted.cues) == "majorness", fitted.mean, usual)
    deviations = np.clip((table - usual) / fitted.deviation, -FARTHEST, FARTHEST)
    loudness = np.array([each.loudness for each in cues])
    louder = part * (loudness - np.median(loudness)) / _LOUDNESS_SPREAD
    louder = np.clip(louder, -FARTHEST, FARTHEST)
    return [
        _suggestion(each, dict(zip(fitted.cues, row, strict=True)) | {"loudness": loud}, sums)
        for each, row, loud, sums in zip(
            cues, deviations, louder, fitted.constant + deviations @ fitted.weights, strict=True
        )
    ]


def numbers(cues: Cues, names: Sequence[str]) -> list[float]:
    """The named cues as they are weighted: the tempo in octaves, the others as they are."""
    return [math.log2(cues.tempo) if name == "tempo" else getattr(cues, name) for name in names]


@functools.cache
def weights() -> Weights:
    """The fitted weights."""
    with WEIGHTS.open(encoding="utf-8") as file:
        constant, *rows = csv.DictReader(line for line in file if not line.startswith("#"))
    sums = ("valence", "arousal", *EMOTIONS)
    return Weights(
        cues=tuple(row["cue"] for row in rows),
        mean=np.array([float(row["mean"]) for row in rows]),
        deviation=np.array([float(row["deviation"]) for row in rows]),
        weights=np.array([[float(row[name]) for name in sums] for row in rows]),
        constant=np.array([float(constant[name]) for name in sums]),
    )


def nearest(valence: float, arousal: float) -> tuple[str, str]:
    """The two emotions whose songs lie nearest to a valence and an arousal (0 to 1)."""
    first, second, *_ = sorted(
        _LIES_AT, key=lambda name: math.dist(_LIES_AT[name], (valence, arousal))
    )
    return first, second


def towards(emotion: str, valence: float, arousal: float) -> tuple[float, float]:
    """Valence and arousal half-way to an emotion's, for a song that a person put there."""
    there = _LIES_AT[emotion]
    return (valence + there[0]) / 2, (arousal + there[1]) / 2


def mode(majorness: float) -> str:
    """The catalogue's ``mode``; empty where major and minor fit about alike."""
    return "" if abs(majorness) < _CLEAR_MODE else "major" if majorness > 0 else "minor"


def _suggestion(cues: Cues, deviations: dict[str, float], sums: np.ndarray) -> Suggestion:
    louder = deviations["loudness"]
    valence, arousal = np.clip((sums[0], sums[1] + _LOUDNESS_AROUSAL * louder), 0.02, 0.98)
    aroused = np.array([_LIES_AT[name][1] for name in EMOTIONS])
    scores = sums[2:] + _LOUDNESS_EMOTION * louder * aroused
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    likely = {EMOTIONS[at]: float(chances[at]) for at in np.argsort(-chances)}
    (first, much), (second, less), *_ = likely.items()
    told = []
    for name in sorted(deviations, key=lambda name: -abs(deviations[name]))[:_TOLD]:
        low, high, figure = _WORDS[name]
        if abs(deviations[name]) >= _STANDS_OUT:
            value = figure(getattr(cues, name)) if figure else ""
            told.append(f"{high if deviations[name] > 0 else low}{value}")
    reason = f"sounds {first} ({100 * much:.0f} %) or {second} ({100 * less:.0f} %): "
    reason += ", ".join(told) or "middling in all"
    return Suggestion(likely, float(valence), float(arousal), reason)
