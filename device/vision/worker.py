"""The vision thread: newest frame in, snapshot out."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from device.contracts import NOTHING_SEEN, Face, Frame, Mood, Snapshot, Timings, Trouble
from device.errors import VisionError
from device.vision import budget
from device.vision.mood import SteadyMood
from device.vision.sight import Sight
from device.vision.watch import Watch

LOG = logging.getLogger(__name__)

# Who is lost for a shorter time, as by a blink of the finder's, is still shown.
HELD_S = 0.4
RETRY_S = 5.0
# A camera whose driver hangs tells no trouble of its own.
SILENT_S = 8.0
STOP_S = 0.8


class FrameSource(Protocol):
    """What the worker needs of ``device.cameras.reader.FrameReader``."""

    trouble: Trouble | None

    def newest(self, after: float | None, timeout_s: float) -> Frame | None:
        """The newest frame captured after ``after``, or None when none came in time."""


class VisionWorker:
    """Runs ``Watch`` on the newest frame, over and over, in a thread of its own.

    ``snapshot`` is replaced as a whole, so any thread may read it at any time. moved_at: when the
    thread last made progress, if only by waiting for a frame in vain, in monotonic seconds.
    finder: the name of what finds the faces, empty before the first look. spared: what it goes
    without; may be set by any thread.
    """

    def __init__(self, source: FrameSource, make_sight: Callable[[], Sight]):
        self.snapshot: Snapshot = NOTHING_SEEN
        self.frames = 0
        self.moved_at = time.monotonic()
        self.finder = ""
        self.spared = budget.NOTHING
        self._source = source
        self._make_sight = make_sight
        self._mood = SteadyMood()
        self._fresh = threading.Event()
        self._telling = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vision", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self.moved_at = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; returns when it has ended, or after STOP_S."""
        self._stop.set()
        self._thread.join(STOP_S)

    def forget(self) -> None:
        """Forgets who was seen, as when another camera is looked through from now on."""
        with self._telling:
            self._fresh.set()
            self.snapshot = NOTHING_SEEN

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch(self._make_sight())
            except VisionError as error:
                LOG.error("%s", error)
                self._report(Trouble("VISION", str(error)))
            except Exception:
                LOG.exception("vision failed; it is started again")
                self._report(Trouble("VISION", "looking at the picture failed; see the log"))
            self.moved_at = time.monotonic()
            self._stop.wait(RETRY_S)

    def _watch(self, sight: Sight) -> None:
        """Looks at frames until it is stopped or fails."""
        self.finder = sight.finder.name
        finder = budget.Coarse(sight.finder)
        sight = Sight(finder, sight.model)
        watch, visitor = Watch(sight), 0
        last: float | None = None
        face: Face | None = None
        mood: Mood | None = None
        seen_at, came_at = 0.0, time.monotonic()
        while not self._stop.is_set():
            self.moved_at = time.monotonic()
            if self._fresh.is_set():
                self._fresh.clear()
                self._mood.reset()
                watch, visitor, face, mood = Watch(sight), 0, None, None
            spared = self.spared
            finder.halved, watch.read_every_s = spared.halved, spared.read_every_s
            after = None if last is None else last + spared.frame_every_s
            frame = self._source.newest(after=after, timeout_s=0.5)
            if frame is None:
                if self._source.trouble:
                    self._report(self._source.trouble)
                elif time.monotonic() - came_at > SILENT_S:
                    self._report(Trouble("CAMERA", "The camera does not answer."))
                continue
            last, came_at = frame.captured_at, time.monotonic()
            seen = watch.look(frame.image, last)
            if seen.visitor != visitor:
                visitor = seen.visitor
                self._mood.reset()
                mood = None
            if seen.reading is not None:
                score = seen.reading.face.score
                mood = self._mood.update(seen.reading.probabilities, last, score)
            if seen.face is not None:
                face, seen_at = seen.face, last
            elif last - seen_at >= HELD_S:
                face = mood = None
            self.frames += 1
            self._tell(
                Snapshot(
                    frame=frame,
                    face=face,
                    others=seen.others,
                    reading=seen.reading,
                    mood=mood,
                    trouble=None,
                    timings=seen.timings,
                    at=time.monotonic(),
                    hindrance=None if face is None else seen.hindrance,
                )
            )

    def _tell(self, snapshot: Snapshot) -> None:
        with self._telling:
            if not self._fresh.is_set():  # else it shows who is to be forgotten
                self.snapshot = snapshot

    def _report(self, trouble: Trouble) -> None:
        self._mood.reset()
        self._tell(Snapshot(None, None, (), None, None, trouble, Timings(), time.monotonic()))
