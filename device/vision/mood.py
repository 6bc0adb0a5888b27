"""A steady mood out of flickering readings: a time filter, hysteresis, and an honest "unsure"."""

import dataclasses
import math

import numpy as np

from data.emotions import EMOTIONS
from device.contracts import Mood


@dataclasses.dataclass(frozen=True)
class Steadiness:
    """How readings become a mood.

    time_constant_s: of the exponential average over the probabilities.
    settle_s: how long a face is looked at before its first mood is told.
    tell_at, tell_lead: the averaged probability that an emotion needs to be told, and by how much
        it must lead the second.
    unsure_below: a told emotion is taken back when its average falls below this.
    change_s: how long another emotion must have led like that before it replaces a told one.
    """

    time_constant_s: float = 0.6
    settle_s: float = 1.0
    tell_at: float = 0.40
    tell_lead: float = 0.10
    unsure_below: float = 0.25
    change_s: float = 0.8


class SteadyMood:
    """Follows one visitor. Times are monotonic seconds; readings may come at any rate."""

    def __init__(self, steadiness: Steadiness | None = None):
        self._how = steadiness or Steadiness()
        self.reset()

    def reset(self) -> None:
        """Forgets the visitor."""
        self._average: np.ndarray | None = None
        self._first = self._last = self._since = 0.0
        self._emotion: str | None = None
        self._challenger: int | None = None
        self._challenged_at = 0.0

    def update(self, probabilities: np.ndarray, at: float) -> Mood:
        """Takes one reading, float (7,), made at ``at``; gives the mood it leaves."""
        if self._average is None:
            self._average = np.asarray(probabilities, np.float64)
            self._first = self._since = at
        else:
            # The weight follows from the time that passed, so the frame rate does not matter.
            weight = 1 - math.exp(-max(0.0, at - self._last) / self._how.time_constant_s)
            self._average += weight * (probabilities - self._average)
        self._last = at

        second, leader = np.argsort(self._average)[-2:]
        clear = (
            self._average[leader] >= self._how.tell_at
            and self._average[leader] - self._average[second] >= self._how.tell_lead
        )
        self._challenge(int(leader) if clear else None, at)
        if self._emotion is None:
            if clear and at - self._first >= self._how.settle_s:
                self._tell(EMOTIONS[leader], at)
        elif (
            self._challenger is not None
            and EMOTIONS[self._challenger] != self._emotion
            and at - self._challenged_at >= self._how.change_s
        ):
            self._tell(EMOTIONS[self._challenger], at)
        elif self._average[EMOTIONS.index(self._emotion)] < self._how.unsure_below and not clear:
            self._tell(None, at)
        return self._mood(at, leader)

    def _challenge(self, leader: int | None, at: float) -> None:
        if leader != self._challenger:
            self._challenger, self._challenged_at = leader, at

    def _tell(self, emotion: str | None, at: float) -> None:
        self._emotion, self._since = emotion, at

    def _mood(self, at: float, leader: int) -> Mood:
        shown = leader if self._emotion is None else EMOTIONS.index(self._emotion)
        confidence = float(self._average[shown])
        if self._emotion is not None:
            settled = 1.0
        else:
            # The ring is full only when both the time and the certainty are there.
            looked = min(1.0, (at - self._first) / self._how.settle_s)
            settled = min(0.99, looked * min(1.0, confidence / self._how.tell_at))
        return Mood(self._emotion, confidence, settled, self._since, tuple(self._average.tolist()))
