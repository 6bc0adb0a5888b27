import cv2
import numpy as np
import pytest

from device.cameras.visitor.actor import Actor, paint_room
from device.vision.gate import SETTLES_S, Gate

RATE = 15


@pytest.fixture
def room():
    return cv2.cvtColor(paint_room((640, 480)), cv2.COLOR_BGR2GRAY)


def noisy(image, random, light=1.0):
    return (image * light + random.normal(0, 4, image.shape)).round().clip(0, 255).astype(np.uint8)


def settled(room, random, seconds=6.0):
    gate = Gate()
    for frame in range(round(seconds * RATE)):
        gate.changed(noisy(room, random), frame / RATE)
    return gate, seconds


def test_the_first_seconds_count_as_a_change(room):
    gate = Gate()
    assert gate.changed(room, 100.0)
    assert gate.changed(room, 100.0 + SETTLES_S / 2)
    assert not gate.changed(room, 101.0 + SETTLES_S)


def test_noise_flicker_and_a_lamp_that_dims_change_nothing(room):
    random = np.random.default_rng(1)
    gate, at = settled(room, random)
    for frame in range(60):
        light = 1 + 0.03 * np.sin(2.1 * frame)
        assert not gate.changed(noisy(room, random, light), at + frame / RATE)


def test_a_person_changes_it_and_goes_on_to_while_standing_still():
    actor = Actor()
    gate, told = Gate(), {}
    for t in np.arange(0, 12, 1 / RATE):
        told[t] = gate.changed(cv2.cvtColor(actor.render(t), cv2.COLOR_BGR2GRAY), t)
    there = [told[t] for t in told if t > SETTLES_S and actor.act_at(t).face_box]
    assert len(there) > 50
    assert np.mean(there) > 0.98


def test_what_stays_becomes_the_background_unless_it_is_frozen(room):
    random = np.random.default_rng(1)
    chair = room.copy()
    cv2.rectangle(chair, (200, 200), (400, 470), 20, -1)
    gate, at = settled(room, random)
    assert gate.changed(noisy(chair, random), at)
    for second in range(120):
        gate.freeze(at + second)
    assert gate.changed(noisy(chair, random), at + 120)
    for second in range(121, 240):
        told = gate.changed(noisy(chair, random), at + second)
    assert not told


def test_a_person_in_the_dark_is_a_change(room):
    random = np.random.default_rng(1)
    gate, at = Gate(), 0.0
    for at in np.arange(0, 6, 1 / RATE):
        gate.changed((noisy(room, random) // 8), at)
    somebody = room.copy()
    cv2.ellipse(somebody, (320, 260), (90, 120), 0, 0, 360, 220, -1)
    assert gate.changed(noisy(somebody, random) // 8, at + 0.1)
