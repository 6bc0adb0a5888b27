import itertools
import math

import pytest

from device.display.kit.motion import FORGOTTEN, Held, Motion, between, ease, follow, hold

FRAME = 1 / 30


def test_ease_is_clipped_and_rises():
    steps = [ease(step / 10) for step in range(-3, 14)]
    assert steps == sorted(steps)
    assert (steps[0], ease(0.5), steps[-1]) == (0.0, 0.5, 1.0)


def test_between_is_a_share_of_the_way():
    assert between((0.0, 10.0), (10.0, 0.0), 0.25) == (2.5, 7.5)


def test_following_takes_as_long_however_many_pictures_there_are():
    whole = follow((0.0,), (100.0,), 0.15, 0.15)
    assert whole[0] == pytest.approx(100 * (1 - 1 / math.e))
    steps = (0.0,)
    for _ in range(30):
        steps = follow(steps, (100.0,), 0.005, 0.15)
    assert steps == pytest.approx(whole)
    assert follow((3.0,), (7.0,), 0.0, 0.15) == (3.0,)


def test_a_trembling_box_comes_to_rest():
    """A finder's box jumps to and fro while the face keeps still."""
    motion = Motion()
    seen = [100.0 + 2.7 * (-1) ** number for number in range(60)]
    drawn = [motion.follow("face", (x,), number * FRAME, 0.15)[0] for number, x in enumerate(seen)]
    jumps = [abs(b - a) for a, b in itertools.pairwise(drawn[30:])]
    assert max(jumps) < 0.25 * 5.4
    assert drawn[-1] == pytest.approx(100.0, abs=1.0)


def test_what_was_not_drawn_for_long_appears_where_it_is():
    motion = Motion()
    motion.follow("face", (0.0,), 10.0, 0.15)
    assert 0 < motion.follow("face", (100.0,), 10.1, 0.15)[0] < 100
    assert motion.follow("face", (100.0,), 10.1 + FORGOTTEN + 0.1, 0.15) == (100.0,)
    assert motion.follow("face", (50.0,), 5.0, 0.15) == (50.0,), "a clock that went back"
    assert motion.follow("ring", (1.0,), 5.0, 0.15) == (1.0,), "another thing"


def test_nothing_is_on_its_way_where_motion_is_reduced():
    motion = Motion(still=True)
    motion.follow("face", (0.0,), 10.0, 0.15)
    assert motion.follow("face", (100.0,), 10.1, 0.15) == (100.0,)


def test_what_is_shown_gives_way_only_to_what_stays():
    held = Held("calm", 0.0, None, "calm", 0.0)
    for number in range(20):  # half a second of another hint, a frame of the old, and again
        held = hold(held, "calm" if number == 10 else "dark", 1 + number * 0.05, 0.8)
        assert held.shown == "calm"
    held = hold(held, "dark", 2.34, 0.8)
    assert held.shown == "calm"
    held = hold(held, "dark", 2.36, 0.8)
    assert (held.shown, held.before, held.since) == ("dark", "calm", 2.36)


def test_the_first_thing_is_shown_at_once():
    held = Motion().hold("hint", "dark", 10.0, 0.8)
    assert (held.shown, held.before) == ("dark", None)


def test_what_is_new_among_other_things_begins_where_it_is_told_to():
    motion = Motion()
    assert motion.follow("bar", (1.0,), 10.0, 0.1, start=(0.0,)) == (1.0,), "the first picture"
    motion.follow("face", (5.0,), 10.1, 0.1)
    assert motion.follow("new", (1.0,), 10.1, 0.1, start=(0.0,))[0] == 0.0
    assert 0 < motion.follow("new", (1.0,), 10.15, 0.1, start=(0.0,))[0] < 1
    assert motion.follow("later", (1.0,), 30.0, 0.1, start=(0.0,)) == (1.0,), "a leap"


def test_what_left_the_picture_is_not_kept():
    motion = Motion()
    for song in range(1000):
        motion.follow(("card", song), (1.0,), 10.0 + song, 0.1)
        motion.hold(("hint", song), "a", 10.0 + song, 0.8)
    assert len(motion._kept) <= 4
