"""How what is drawn goes from what it was to what it is to be, by the drawing clock.

The steps are pure functions; ``Motion`` keeps where each thing was in the picture before.
"""

import dataclasses
import math
from collections.abc import Hashable

Values = tuple[float, ...]

# What was not drawn for so long, in seconds, has no way to go: it appears where it is.
FORGOTTEN = 0.5


def ease(share: float) -> float:
    """Return ``share``, clipped to 0 to 1, with a gentle start and end."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def between(start: Values, end: Values, share: float) -> Values:
    """Return what lies ``share``, 0 to 1, of the way from ``start`` to ``end``."""
    return tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))


def follow(value: Values, target: Values, passed: float, constant: float) -> Values:
    """Return where ``value`` is after ``passed`` seconds on its way to ``target``.

    The way left shrinks to 1/e in ``constant`` seconds, however many pictures are drawn in them.
    """
    return between(value, target, 1 - math.exp(-passed / constant))


@dataclasses.dataclass(frozen=True)
class Entry:
    """How a screen comes in. passed: seconds since it began; after infinitely many all is there."""

    passed: float = math.inf

    def share(self, after: float, seconds: float) -> float:
        """Return how far that has come, 0 to 1, which begins ``after`` and takes ``seconds``."""
        return ease((self.passed - after) / seconds)


THERE = Entry()


@dataclasses.dataclass(frozen=True)
class Held:
    """What is shown, and what it is to give way to.

    shown, since: and when it came. before: what it replaced, or None. wanted, wanted_since: what
    is to be shown by now, and since when without a break.
    """

    shown: Hashable
    since: float
    before: Hashable
    wanted: Hashable
    wanted_since: float


def hold(held: Held, wanted: Hashable, now: float, least: float) -> Held:
    """Return what is shown ``now``: what is wanted, once it has been for ``least`` seconds."""
    if wanted != held.wanted:
        held = dataclasses.replace(held, wanted=wanted, wanted_since=now)
    if wanted != held.shown and now - held.wanted_since >= least:
        return Held(wanted, now, held.shown, wanted, held.wanted_since)
    return held


class Motion:
    """Where everything that moves was in the picture before. still: nothing is ever on its way.

    A clock that stands still or leaps shows everything where it is to be.
    """

    def __init__(self, still: bool = False) -> None:
        self.still = still
        self._kept: dict[Hashable, tuple[float, object]] = {}
        # When the picture before was drawn, and this one.
        self._drawn_at = (-math.inf, -math.inf)

    def follow(
        self,
        key: Hashable,
        target: Values,
        now: float,
        constant: float,
        start: Values | None = None,
    ) -> Values:
        """Return where ``key`` is on its gentle way to ``target``; see the function.

        start: where that begins which was not in the picture before, if not at ``target``.
        """
        value, passed = self._before(key, now)
        if value is None and not self.still and 0 < now - self._drawn_at[0] <= FORGOTTEN:
            value = start
        value = target if value is None else follow(value, target, passed, constant)
        self._kept[key] = (now, value)
        return value

    def hold(self, key: Hashable, wanted: Hashable, now: float, least: float) -> Held:
        """Return what ``key`` shows; see the function."""
        held, _ = self._before(key, now)
        if held is None:
            held = Held(wanted, -math.inf, None, wanted, now)
        held = hold(held, wanted, now, least)
        self._kept[key] = (now, held)
        return held

    def _before(self, key: Hashable, now: float) -> tuple:
        """What ``key`` was, and how long ago; None where that no longer matters."""
        if now != self._drawn_at[1]:
            self._drawn_at = (self._drawn_at[1], now)
            # What no longer matters is dropped, or every song ever shown would stay.
            self._kept = {
                each: kept for each, kept in self._kept.items() if 0 <= now - kept[0] <= FORGOTTEN
            }
        at, value = self._kept.get(key, (-math.inf, None))
        passed = now - at
        return (None, 0.0) if self.still or not 0 < passed <= FORGOTTEN else (value, passed)
