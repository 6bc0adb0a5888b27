"""Screens that are mounted on their side or upside down, with fingers and mouse."""

import dataclasses

import numpy as np
import pygame
import pytest

from device.actions import Choose
from device.display.hardware.rotation import Rotation
from device.display.window import Window

pytestmark = pytest.mark.usefixtures("no_fading")
SCREEN = (800, 480)
ANGLES = [0, 90, 180, 270]


@pytest.fixture(params=ANGLES)
def turned(request):
    """A window on a screen that is turned, and its rotation."""
    window = Window(SCREEN, rotate=request.param)
    window.open()
    yield window, Rotation(request.param, SCREEN)
    window.close()


def test_the_picture_is_the_upright_one_turned_also_where_only_parts_change(
    turned, mood_view, shown
):
    window, rotation = turned
    view = mood_view()
    views = [view, dataclasses.replace(view, now=view.now + 0.6)]
    for each in views:
        window.draw(each)
    found = np.rot90(shown(), rotation.angle // 90)  # counterclockwise, back to upright
    window.close()
    upright = Window(rotation.picture)
    upright.open()
    for each in views:
        upright.draw(each)
    expected = shown()
    upright.close()
    assert found.shape[:2] == rotation.picture[::-1]
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("finger", [False, True], ids=["mouse", "finger"])
def test_what_is_touched_is_what_is_seen_there(turned, mood_view, finger):
    window, rotation = turned
    window.draw(mood_view())
    window.actions()
    for index in (0, 3):
        area = next(hit.area for hit in window.hits if hit.action == Choose(index))
        point = rotation.on_screen(area).center
        if finger:
            x, y = point[0] / SCREEN[0], point[1] / SCREEN[1]
            event = pygame.event.Event(pygame.FINGERDOWN, x=x, y=y, finger_id=0, touch_id=0)
        else:
            event = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=point, button=1)
        pygame.event.post(event)
        assert window.actions() == [Choose(index)]


@pytest.mark.parametrize("angle", ANGLES)
def test_the_corners_go_round_clockwise(angle):
    rotation = Rotation(angle, SCREEN)
    corner = rotation.on_screen(pygame.Rect(0, 0, 10, 20))  # the picture's top left
    expected = {0: (0, 0), 90: (780, 0), 180: (790, 460), 270: (0, 470)}[angle]
    assert corner.topleft == expected
    assert corner.size == ((20, 10) if angle in (90, 270) else (10, 20))
    x, y = rotation.in_picture(corner.center)
    assert (x, y) == (5, 10)


@pytest.mark.parametrize("angle", ANGLES)
def test_screenshots_are_upright(angle, mood_view, tmp_path):
    window = Window(SCREEN, rotate=angle)
    window.open()
    window.draw(mood_view())
    window.save(tmp_path / "screen.png")
    window.close()
    assert pygame.image.load(tmp_path / "screen.png").size == Rotation(angle, SCREEN).picture
