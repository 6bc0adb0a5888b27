"""A whole stream: gate, follower and model together, on the built-in visitor."""

import itertools

import numpy as np
import pytest

from device.cameras.visitor.actor import Actor, paint_room
from device.options import VisionOptions
from device.vision.finder import Effort
from device.vision.sight import Sight
from device.vision.watch import Watch

RATE = 15


@pytest.fixture(scope="module", params=["auto", "cascade"])
def sight(request):
    return Sight.of(VisionOptions(finder=request.param))


@pytest.fixture
def efforts(sight, monkeypatch):
    """The effort of each search, noted as it happens."""
    noted, find = [], sight.finder.find

    def noting(grey, effort=Effort.THOROUGH):
        noted.append(effort)
        return find(grey, effort)

    monkeypatch.setattr(sight.finder, "find", noting)
    return noted


def test_an_empty_room_is_looked_at_twice_a_second(sight, efforts):
    watch, room = Watch(sight), paint_room((640, 480))
    random = np.random.default_rng(1)
    noisy = [
        (room + random.normal(0, 2, room.shape)).clip(0, 255).astype(np.uint8) for _ in "12345"
    ]
    modes = []
    for frame in range(20 * RATE):
        if frame == 10 * RATE:
            efforts.clear()
        modes.append(watch.look(noisy[frame % len(noisy)], frame / RATE).mode)
    assert 18 <= len(efforts) <= 21
    assert 2 <= efforts.count(Effort.THOROUGH) <= 3
    assert set(modes[10 * RATE :]) == {"empty", "search"}


def test_a_visit_is_one_visitor_followed_and_read_ten_times_a_second(sight):
    actor, watch = Actor(), Watch(sight)
    seen = {frame: watch.look(actor.render(frame / RATE), frame / RATE) for frame in range(180)}
    there = [frame for frame in seen if actor.act_at(frame / RATE).still]
    assert len(there) > 80
    assert np.mean([seen[frame].mode == "follow" for frame in there[5:]]) > 0.95
    assert {seen[frame].visitor for frame in there[5:]} == {1}
    readings = sum(seen[frame].reading is not None for frame in there)
    assert 0.55 < readings / len(there) < 0.72  # of 15 frames a second, ten are read
    assert all(seen[frame].others == () for frame in there)


def test_each_stage_that_ran_is_timed(sight):
    clock = itertools.count(step=0.001)
    watch, actor = Watch(sight, lambda: next(clock)), Actor()
    at = next(t for t in np.arange(0, 20, 0.5) if actor.act_at(t).still)
    first, second = (watch.look(actor.render(at + later), at + later).timings for later in (0, 0.2))
    assert first.gate > 0 and first.detect > 0 and first.follow == 0
    assert first.crop > 0 and first.classify > 0
    assert second.follow > 0 and second.detect == second.gate == 0
    assert second.total > second.follow + second.classify
