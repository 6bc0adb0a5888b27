import time

import cv2
import numpy as np
import pytest

from device.cameras.reader import FrameReader
from device.cameras.visitor.actor import Actor
from device.options import VisionOptions
from device.vision import budget
from device.vision.boxes import overlap
from device.vision.budget import NOTHING, STEPS, Budget, Coarse
from device.vision.finder import Effort
from device.vision.finders import choose_finder
from device.vision.sight import Sight
from device.vision.worker import VisionWorker

FPS = 15


def told(ages, judged=None, begin=0.0):
    """The changes that a script of ages brings, as (second, what is spared from then on)."""
    judged = judged or Budget()
    return [
        (begin + number / FPS, judged.spared)
        for number, age in enumerate(ages)
        if judged.add(age, begin + number / FPS)
    ]


def seconds(age, count):
    return [age] * int(count * FPS)


def test_in_time_nothing_is_given_up():
    assert told(seconds(0.05, 60) + seconds(0.2, 60)) == []


def test_readings_go_first_then_resolution_then_frames():
    changes = told(seconds(0.28, 60))
    assert [spared for _, spared in changes] == list(STEPS[1:])
    kept = [(1 / one.read_every_s, not one.halved, -one.frame_every_s) for one in STEPS]
    assert kept == sorted(kept, reverse=True)
    assert STEPS[1].read_every_s > NOTHING.read_every_s and not STEPS[1].halved
    first_halved = next(one for one in STEPS if one.halved)
    assert not first_halved.frame_every_s


def test_each_step_is_judged_by_frames_of_its_own():
    (first, _), (second, _), *_ = told(seconds(0.28, 60))
    assert first == pytest.approx((budget.JUDGED - 1) / FPS)
    assert second - first == pytest.approx(budget.JUDGED / FPS)


def test_where_frames_come_slowly_fewer_of_them_will_do():
    judged = Budget()
    changed = [judged.add(0.5, number / 2) for number in range(20)]
    assert changed.index(True) == budget.LEAST_JUDGED - 1


def test_one_late_frame_in_fifty_is_no_danger():
    assert told(([0.05] * 49 + [0.9]) * 20) == []


def test_one_late_frame_in_ten_is():
    assert told(([0.05] * 9 + [0.4]) * 20)


def test_what_was_given_up_comes_back_once_there_has_been_room():
    judged = Budget()
    told([0.28] * budget.JUDGED, judged)
    assert judged.spared == STEPS[1]
    (at, spared), *more = told(seconds(0.06, 30), judged, 100.0)
    assert (spared, more) == (NOTHING, [])
    assert at - 100 >= budget.ROOM_FOR_S


def test_between_danger_and_room_nothing_changes():
    judged = Budget()
    told([0.28] * budget.JUDGED, judged)
    assert told(seconds(0.2, 120), judged, 100.0) == []


def test_what_comes_back_too_soon_waits_longer_each_time():
    judged, at, waits = Budget(), 0.0, []
    for _ in range(4):
        while judged.spared == NOTHING:
            judged.add(0.28, at)
            at += 1 / FPS
        gone = at
        while judged.spared != NOTHING:
            judged.add(0.06, at)
            at += 1 / FPS
        waits.append(at - gone)
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]


def test_it_says_what_is_left():
    assert str(STEPS[1]) == "5 readings a second"
    assert str(STEPS[-1]) == "3 readings a second, half the resolution, at most 5 frames a second"


@pytest.mark.parametrize("wanted", ["auto", "cascade"])
def test_a_coarse_look_finds_the_same_face(wanted):
    finder = Coarse(choose_finder(wanted, Sight.of(VisionOptions()).model.runtime))
    actor = Actor()
    grey = cv2.cvtColor(actor.render(6.0), cv2.COLOR_BGR2GRAY)
    (fine,) = finder.find(grey, Effort.THOROUGH)
    finder.halved = True
    (coarse,) = finder.find(grey, Effort.THOROUGH)
    assert overlap(fine.box, coarse.box) > 0.8
    pattern = np.zeros((24, 24), np.uint8)
    x, y, wide, high = coarse.box
    pattern[:] = cv2.resize(grey[y : y + high, x : x + wide], (24, 24))
    (near,) = finder.near(grey, coarse, pattern)
    assert overlap(near.box, fine.box) > 0.8


class Slowed:
    """A finder that takes its time."""

    name = "slowed"

    def __init__(self, finder, seconds):
        self._finder, self._seconds = finder, seconds

    def find(self, grey, effort=Effort.THOROUGH):
        time.sleep(self._seconds)
        return self._finder.find(grey, effort)

    def near(self, grey, face, pattern):
        time.sleep(self._seconds)
        return self._finder.near(grey, face, pattern)


def test_a_slow_vision_looks_less_often_and_always_at_the_newest_frame():
    """What the kiosk's loop does, with a vision that alone would take all of the budget."""

    def make_sight():
        sight = Sight.of(VisionOptions())
        return Sight(Slowed(sight.finder, 0.26), sight.model)

    reader = FrameReader(lambda: Actor(speed=2, emotions=("happy",) * 7))
    worker, judged = VisionWorker(reader, make_sight), Budget()
    worker.start()
    try:
        shown_at, waited, spared = None, [], []
        end = time.monotonic() + 40
        while judged.spared == NOTHING and time.monotonic() < end:
            snapshot = worker.snapshot
            frame = snapshot.frame
            if frame is not None and frame.captured_at != shown_at:
                now, shown_at = time.monotonic(), frame.captured_at
                waited.append(now - shown_at - snapshot.timings.total / 1e3)
                if judged.add(now - shown_at, now):
                    worker.spared = judged.spared
                    spared.append(judged.spared)
            time.sleep(0.005)
        assert spared == [STEPS[1]]
        assert reader.dropped > 2 * len(waited)
        assert np.median(waited) < 2 / FPS, "frames wait in a queue"
    finally:
        worker.stop()
        reader.stop()
