"""A suggested emotion, valence and arousal for each song of a library, and why.

Which way tempo, mode, dynamics and timbre push what listeners hear follows Eerola, Friberg &
Bresin, "Emotional expression in music: contribution, linearity, and additivity of primary musical
cues", Frontiers in Psychology 4:487 (2013): fast, loud and bright is tense or glad; slow, soft and
dark is sad or calm; mode parts glad from sad. Their cues add up, so a weighted sum does. The
weights are ours. Such suggestions are weak for valence: a person should confirm them.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from data.library.sound import Cues


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """What a song seems to express. valence, arousal: 0 to 1; reason: for the operator to read."""

    emotion: str
    valence: float
    arousal: float
    reason: str


# What each emotion sounds like: tempo, mode (major above 0), loudness and brightness, as deviations
# from the library's medians. Neutral is calm music, for a kiosk that has nothing to answer.
_SOUNDS_LIKE = {
    "angry": (0.8, -0.8, 1.2, 0.9),
    "disgust": (-0.6, -0.8, 0.9, -0.9),
    "fear": (0.3, -1.0, -0.4, 0.4),
    "happy": (0.8, 1.1, 0.4, 0.3),
    "sad": (-0.9, -0.9, -0.8, -0.6),
    "surprise": (0.6, 0.2, -0.2, 1.2),
    "neutral": (-0.5, 0.6, -0.6, -0.5),
}
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
_VALENCE = (0.05, 0.18, -0.04, 0.02)  # for a deviation of 1 in each cue
_AROUSAL = (0.11, 0.0, 0.14, 0.08)
_FARTHEST = 2.5  # deviations that still count
_CLOSE_TO_MEDIAN = 0.35
_WORDS = (("slow", "fast"), ("minor", "major"), ("quiet", "loud"), ("dark", "bright"))
# The least deviation that is taken for one: a library of one style has medians all alike.
_LEAST_SPREAD = np.array([12.0, 0.08, 1.5, 0.2])
_CLEAR_MODE = 0.05


def suggest(cues: Sequence[Cues]) -> list[Suggestion]:
    """A suggestion for each song, from how it stands out of all of them."""
    if not cues:
        return []
    table = np.array([dataclasses.astuple(each) for each in cues])
    medians = np.median(table, axis=0)
    # Minor and major lie on either side of 0 whatever the library holds most of.
    middles = medians * (1, 0, 1, 1)
    # 1.4826 times the median absolute deviation is the deviation of a normal distribution.
    spreads = np.maximum(1.4826 * np.median(np.abs(table - middles), axis=0), _LEAST_SPREAD)
    deviations = np.clip((table - middles) / spreads, -_FARTHEST, _FARTHEST)
    return [
        _suggestion(each, deviation, medians)
        for each, deviation in zip(cues, deviations, strict=True)
    ]


def nearest(valence: float, arousal: float) -> str:
    """The emotion whose songs lie nearest to a valence and an arousal (0 to 1)."""
    return min(_LIES_AT, key=lambda name: math.dist(_LIES_AT[name], (valence, arousal)))


def towards(emotion: str, valence: float, arousal: float) -> tuple[float, float]:
    """Valence and arousal half-way to an emotion's, for a song that a person put there."""
    there = _LIES_AT[emotion]
    return (valence + there[0]) / 2, (arousal + there[1]) / 2


def mode(majorness: float) -> str:
    """The catalogue's ``mode``; empty where major and minor fit about alike."""
    return "" if abs(majorness) < _CLEAR_MODE else "major" if majorness > 0 else "minor"


def _suggestion(cues: Cues, deviation: np.ndarray, medians: np.ndarray) -> Suggestion:
    # Far out of the middle, only the direction matters.
    direction = deviation / max(1.0, float(np.linalg.norm(deviation)) / 1.6)
    emotion = min(_SOUNDS_LIKE, key=lambda name: math.dist(_SOUNDS_LIKE[name], direction))
    valence, arousal = (
        float(np.clip(0.5 + deviation @ weights, 0.02, 0.98)) for weights in (_VALENCE, _AROUSAL)
    )
    heard = (
        f"{cues.tempo:.0f} beats a minute, the library's median is {medians[0]:.0f}",
        f"{cues.majorness:+.2f}",
        f"{cues.loudness:.0f} LUFS, median {medians[2]:.0f}",
        f"{2**cues.brightness:.0f} Hz, median {2 ** medians[3]:.0f}",
    )
    names = ("tempo", "mode", "loudness", "brightness")
    parts = []
    for name, words, much, figures in zip(names, _WORDS, deviation, heard, strict=True):
        word = f"middling {name}" if abs(much) < _CLOSE_TO_MEDIAN else words[int(much > 0)]
        parts.append(f"{word} ({figures})")
    return Suggestion(emotion, valence, arousal, ", ".join(parts))
