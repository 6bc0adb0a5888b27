"""A steady mood out of flickering readings: a weighted average, hysteresis, an honest "unsure"."""

import dataclasses
import math

import numpy as np

from data.emotions import EMOTIONS
from device.contracts import Mood

# Where readings stop for longer, as behind a hand, the one after counts for no more time than this.
LONGEST_STEP_S = 0.25


@dataclasses.dataclass(frozen=True)
class Steadiness:
    """How readings become a mood. ``tests/benchmarks/moods.py`` says what comes of it.

    time_constant_s: of the average over the probabilities, each weighted by how sure it is.
    settle_s: how long a face is looked at before its first mood is told.
    tell_at: the averaged probability that an emotion needs to be told.
    lead, late_lead, late_s: by how much it must lead the second at ``settle_s``, and from
        ``late_s`` on; whoever is easily read is told early, a closer race waits for more readings.
    change_lead_s: by how much, in probability times seconds, another emotion must have led the
        told one before it takes its place; a reading counts less by ``change_drift``, so chance
        adds up to nothing (the cumulative sum of Page, "Continuous inspection schemes", 1954).
    unsure_below, unsure_s: a told emotion is taken back when its average was below so little for
        so long.
    """

    time_constant_s: float = 0.8
    settle_s: float = 0.9
    tell_at: float = 0.30
    lead: float = 0.20
    late_lead: float = 0.02
    late_s: float = 1.2
    change_lead_s: float = 0.37
    change_drift: float = 0.05
    unsure_below: float = 0.20
    unsure_s: float = 1.5


class SteadyMood:
    """Follows one visitor. Times are monotonic seconds; readings may come at any rate."""

    def __init__(self, steadiness: Steadiness | None = None):
        self._how = steadiness or Steadiness()
        self.reset()

    def reset(self) -> None:
        """Forgets the visitor."""
        self._sum, self._weight = np.zeros(len(EMOTIONS)), 0.0
        self._first: float | None = None
        self._last = self._since = self._doubted_s = 0.0
        self._told: int | None = None
        self._leads = np.zeros(len(EMOTIONS))

    def update(self, probabilities: np.ndarray, at: float, score: float = 1.0) -> Mood:
        """Takes one reading, float (7,), made at ``at``; gives the mood it leaves.

        score: how sure the finder was of the face, 0 to 1. A reading's weight is its highest
        probability times the score: both tell a wrong reading better than the picture's sharpness,
        contrast or size do.
        """
        if self._first is None:
            self._first = self._last = self._since = at
        passed = max(0.0, at - self._last)
        lasted = min(passed, LONGEST_STEP_S)
        weight = float(np.max(probabilities)) * score
        kept = math.exp(-passed / self._how.time_constant_s)
        self._sum = kept * self._sum + weight * np.asarray(probabilities, np.float64)
        self._weight = kept * self._weight + weight
        self._last = at

        average = self._sum / max(1e-6, self._weight)
        leader = int(average.argmax())
        if self._told is None:
            if self._is_clear(average, at - self._first):
                self._tell(leader, at)
        else:
            self._challenge(probabilities, weight * lasted)
            doubted = average[self._told] < self._how.unsure_below
            self._doubted_s = self._doubted_s + lasted if doubted else 0.0
            if self._leads[leader] >= self._how.change_lead_s:
                self._tell(leader, at)
            elif self._doubted_s >= self._how.unsure_s:
                self._tell(None, at)
        return self._mood(average, at)

    def _is_clear(self, average: np.ndarray, looked_s: float) -> bool:
        how = self._how
        second, first = np.sort(average)[-2:]
        lead = np.interp(looked_s, (how.settle_s, how.late_s), (how.lead, how.late_lead))
        return looked_s >= how.settle_s and first >= how.tell_at and first - second >= lead

    def _challenge(self, probabilities: np.ndarray, weight: float) -> None:
        """Adds up by how much the others lead the told emotion."""
        lead = probabilities - probabilities[self._told] - self._how.change_drift
        self._leads = np.maximum(0.0, self._leads + weight * lead)

    def _tell(self, emotion: int | None, at: float) -> None:
        self._told, self._since, self._doubted_s = emotion, at, 0.0
        self._leads[:] = 0.0

    def _mood(self, average: np.ndarray, at: float) -> Mood:
        shown = int(average.argmax()) if self._told is None else self._told
        confidence = float(average[shown])
        if self._told is not None:
            settled = 1.0
        else:
            # The ring is full only when both the time and the certainty are there.
            looked = min(1.0, (at - self._first) / self._how.settle_s)
            settled = min(0.99, looked * min(1.0, confidence / self._how.tell_at))
        emotion = None if self._told is None else EMOTIONS[self._told]
        return Mood(emotion, confidence, settled, self._since, tuple(average.tolist()))
