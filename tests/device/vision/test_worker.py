import threading
import time

import pytest

from device.contracts import Frame, Hindrance, Trouble
from device.errors import VisionError
from device.options import VisionOptions
from device.vision.sight import Sight
from device.vision.worker import VisionWorker


class Slot:
    """A frame source that a test fills by hand."""

    def __init__(self):
        self.trouble = None
        self._frame = None
        self._new = threading.Condition()

    def put(self, image, at=None):
        with self._new:
            self._frame = Frame(image, time.monotonic() if at is None else at)
            self._new.notify_all()

    def newest(self, after, timeout_s):
        def fresh():
            return self._frame and (after is None or self._frame.captured_at > after)

        with self._new:
            return self._frame if self._new.wait_for(fresh, min(timeout_s, 0.05)) else None


def until(condition, limit_s=20.0):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def sight():
    return Sight.of(VisionOptions())


@pytest.fixture
def slot():
    return Slot()


@pytest.fixture
def start(slot):
    started = []

    def start(make_sight=sight):
        worker = VisionWorker(slot, make_sight)
        started.append(worker)
        worker.start()
        return worker

    yield start
    for worker in started:
        worker.stop()
        assert not worker._thread.is_alive()


def test_a_smiling_photograph_becomes_a_happy_mood(slot, start, astronaut):
    worker = start()

    def told():
        slot.put(astronaut)
        snapshot = worker.snapshot
        if snapshot.mood is not None and snapshot.mood.emotion and snapshot.reading:
            told_by.append(snapshot)
        return told_by

    told_by = []
    until(told)
    snapshot = told_by[0]
    assert snapshot.mood.emotion == "happy"
    assert snapshot.trouble is None
    assert snapshot.face == snapshot.reading.face
    assert snapshot.timings.total >= snapshot.timings.follow > 0


def test_the_visitor_is_forgotten_when_nobody_is_there(slot, start, astronaut):
    worker = start()
    until(lambda: slot.put(astronaut) or worker.snapshot.face is not None)
    until(lambda: slot.put(astronaut * 0) or worker.snapshot.face is None)
    assert worker.snapshot.mood is worker.snapshot.hindrance is None
    assert worker.snapshot.frame is not None


def test_what_hinders_reading_is_told(slot, start, astronaut):
    worker = start()
    until(lambda: slot.put(astronaut // 10) or worker.snapshot.hindrance is Hindrance.DARK)


def test_frames_without_a_face_for_a_moment_change_nothing(slot, start, astronaut):
    worker, told = start(), []
    # From 2 s on it is dark for half a second.
    for frame in range(40):
        seen = worker.frames
        slot.put(astronaut * (not 20 <= frame < 25), 100 + frame / 10)
        until(lambda seen=seen: worker.frames > seen)
        told.append(worker.snapshot)
    assert told[19].mood.emotion == "happy"
    for snapshot in told[20:23]:
        assert snapshot.face == told[19].face
        assert snapshot.mood is told[19].mood
    assert told[24].face is None and told[24].mood is None
    assert told[25].mood.since == told[19].mood.since


def test_after_forgetting_a_face_is_a_new_visitor(slot, start, astronaut):
    worker, told = start(), []
    for frame in range(40):
        seen = worker.frames
        if frame == 20:
            worker.forget()
            assert worker.snapshot.face is None and worker.snapshot.mood is None
        slot.put(astronaut, 100 + frame / 10)
        until(lambda seen=seen: worker.frames > seen)
        told.append(worker.snapshot)
    assert told[19].mood.emotion == "happy"
    assert told[21].mood.emotion is None and told[21].mood.settled < 0.5
    assert told[39].mood.emotion == "happy" and told[39].mood.since >= 102


def test_camera_trouble_is_passed_on_and_goes_by(slot, start, astronaut):
    worker = start()
    slot.trouble = Trouble("CAMERA", "unplugged")
    until(lambda: worker.snapshot.trouble is not None)
    assert worker.snapshot.trouble == slot.trouble
    slot.trouble = None
    slot.put(astronaut)
    until(lambda: worker.snapshot.trouble is None and worker.snapshot.frame is not None)


def test_a_broken_model_is_trouble_and_is_tried_again(slot, start, astronaut, monkeypatch):
    monkeypatch.setattr("device.vision.worker.RETRY_S", 0.05)
    attempts = []

    def make_sight():
        attempts.append(1)
        if len(attempts) < 3:
            raise VisionError("emotion.tflite: is damaged")
        return sight()

    worker = start(make_sight)
    until(lambda: worker.snapshot.trouble is not None)
    assert worker.snapshot.trouble.code == "VISION"
    assert "damaged" in worker.snapshot.trouble.text
    until(lambda: slot.put(astronaut) or worker.snapshot.face is not None)
    assert len(attempts) == 3
