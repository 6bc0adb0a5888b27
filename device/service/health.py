"""Whether the kiosk makes progress, how fast, and whom it tells: systemd and the log."""

import collections
import dataclasses
import faulthandler
import logging

import numpy as np

from device.service.notify import Notifier

LOG = logging.getLogger(__name__)

# Vision may be slow to load its networks from a cold SD card; longer than this and it hangs.
STUCK_S = 10.0
STATUS_S = 5.0
LOG_S = 60.0
# Of the frames that came to the screen: at 15 a second, the last twenty seconds.
KEPT = 300


class Latency:
    """How old the last KEPT frames were when the screen showed them, in seconds."""

    def __init__(self) -> None:
        self._ages: collections.deque[float] = collections.deque(maxlen=KEPT)

    def add(self, age_s: float) -> None:
        """One more frame has come to the screen."""
        self._ages.append(age_s)

    @property
    def p95_ms(self) -> float | None:
        """95 of 100 frames were not older than this, in milliseconds; None before the first."""
        return float(np.percentile(self._ages, 95)) * 1e3 if self._ages else None


@dataclasses.dataclass(frozen=True)
class Progress:
    """What the kiosk has done by now.

    screen: the name of what is shown. up: whether a visitor sees what the camera sees, or what is
    wrong with it. vision_at: when vision moved last, in monotonic seconds. pictures, frames,
    dropped: drawn, looked at and left out since the start. p95_ms: see ``Latency``.
    """

    screen: str
    up: bool
    vision_at: float
    pictures: int
    frames: int
    dropped: int
    p95_ms: float | None


class Health:
    """Called once a picture by the loop that draws, so that it is told only while that loop runs.

    systemd hears READY when the kiosk is up, and WATCHDOG only while vision moves too; where it
    does not, the log gets every thread's whereabouts once, and systemd starts the kiosk anew.
    """

    def __init__(self, notifier: Notifier, now: float) -> None:
        self._notifier = notifier
        self._ready = self._stuck = False
        self._alive_at = -float("inf")
        self._status = self._logged = (now, 0, 0)

    def tick(self, progress: Progress, now: float) -> None:
        """Tells what is due at ``now``, in monotonic seconds."""
        if progress.up and not self._ready:
            self._ready = True
            self._notifier.ready()
            self._notifier.status(_sentence(progress, (now, 0, 0), now))
        self._watch(now - progress.vision_at, now)
        if now - self._status[0] >= STATUS_S:
            self._notifier.status(_sentence(progress, self._status, now))
            self._status = (now, progress.pictures, progress.frames)
        if now - self._logged[0] >= LOG_S:
            LOG.info("%s", _sentence(progress, self._logged, now))
            self._logged = (now, progress.pictures, progress.frames)

    def _watch(self, still_s: float, now: float) -> None:
        if still_s > STUCK_S:
            if not self._stuck:
                LOG.critical("Vision has not moved for %.0f s. Where the threads are:", still_s)
                _dump()
            self._stuck = True
            return
        self._stuck = False
        watchdog_s = self._notifier.watchdog_s
        if watchdog_s is not None and now - self._alive_at >= watchdog_s / 4:
            self._alive_at = now
            self._notifier.alive()


def _dump() -> None:
    try:
        faulthandler.dump_traceback(all_threads=True)
    except (OSError, ValueError, AttributeError):  # there is no standard error
        LOG.error("nowhere to write them")


def _sentence(progress: Progress, before: tuple[float, int, int], now: float) -> str:
    then, pictures, frames = before
    told = progress.screen
    if now > then:
        told += (
            f", {(progress.pictures - pictures) / (now - then):.0f} pictures drawn and "
            f"{(progress.frames - frames) / (now - then):.0f} frames looked at a second"
        )
    told += f", {progress.dropped} frames dropped"
    if progress.p95_ms is not None:
        told += f", light to screen under {progress.p95_ms:.0f} ms in 95 of 100"
    return told
