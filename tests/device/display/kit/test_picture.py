import numpy as np
import pygame
import pytest

from device.display.kit.picture import (
    DARKEST,
    LIT,
    ROOM,
    LivePicture,
    close_up,
    cover,
    gamma,
    mirrored,
    place,
)

FRAME = (640, 480)


@pytest.mark.parametrize("view", [(500, 400), (100, 300), (640, 480), (1000, 200)])
def test_the_cover_fills_the_view_from_the_middle(view):
    x, y, width, height = cover(FRAME, view)
    assert width / height == pytest.approx(view[0] / view[1])
    assert (x + width / 2, y + height / 2) == pytest.approx((320, 240))
    assert width == pytest.approx(640) or height == pytest.approx(480)
    assert x >= 0
    assert y >= 0


def test_a_face_is_marked_where_the_mirror_shows_it():
    image = np.zeros((480, 640, 3), np.uint8)
    image[100:180, 50:130] = 255
    view = (320, 240)
    crop = cover(FRAME, view)
    found = place((50, 100, 80, 80), crop, view)
    assert tuple(found) == pytest.approx((255, 50, 40, 40))
    pixels = mirrored(image, crop, view, radius=0)
    rows, columns = np.nonzero(pixels[..., 0] > 128)
    assert (columns.min(), columns.max() + 1) == pytest.approx((255, 295), abs=1)
    assert (rows.min(), rows.max() + 1) == pytest.approx((50, 90), abs=1)


@pytest.mark.parametrize("box", [(0, 0, 60, 60), (600, 440, 80, 80), (200, 100, 100, 100)])
def test_a_close_up_stays_in_the_picture(box):
    whole = cover(FRAME, (100, 100))
    x, y, width, height = close_up(box, whole, 2.0)
    assert width == pytest.approx(height) == pytest.approx(2.0 * box[3])
    assert x >= whole[0]
    assert y >= whole[1]
    assert x + width <= whole[0] + whole[2] + 1e-6
    assert y + height <= whole[1] + whole[3] + 1e-6


def test_a_close_up_of_a_large_face_is_the_whole_picture():
    whole = cover(FRAME, (100, 100))
    assert close_up((100, 50, 400, 400), whole, 2.0) == pytest.approx(whole)


def test_a_frame_is_made_once_and_its_corners_are_round():
    image = np.full((480, 640, 3), 200, np.uint8)
    live = LivePicture()
    first, _ = live.surface(image, (160, 120), 30)
    again, _ = live.surface(image, (160, 120), 30)
    other, _ = live.surface(image.copy(), (160, 120), 30)
    assert first is again
    assert first is not other
    assert first.get_at((0, 0)).a == 0
    assert first.get_at((80, 60)) == (200, 200, 200, 255)


def test_the_view_follows_a_face_gently():
    live = LivePicture()
    box = (400, 100, 120, 120)
    live.surface(np.zeros((480, 640, 3), np.uint8), (80, 80), 40)
    steps = [
        live.surface(np.zeros((480, 640, 3), np.uint8), (80, 80), 40, box)[1][0] for _ in range(60)
    ]
    target = close_up(box, cover(FRAME, (80, 80)), ROOM)[0]
    away = np.abs(np.array(steps) - target)
    assert np.all(np.diff(away) <= 0)
    assert away[0] > 0.5 * abs(80 - target)
    assert away[-1] < 1


def shown(live, level) -> float:
    """The mean brightness, 0 to 255, of a grey room of ``level`` in the mirror."""
    image = np.full((48, 64, 3), level, np.uint8)
    surface, _ = live.surface(image, (32, 24), 0)
    return pygame.surfarray.array3d(surface).mean()


@pytest.mark.parametrize("level", [80, 128, 255])
def test_a_room_with_light_is_shown_as_it_is(level):
    assert shown(LivePicture(), level) == level


@pytest.mark.parametrize(("level", "least"), [(6, 35), (16, 60), (40, 68)])
def test_a_dark_room_is_lifted(level, least):
    assert least <= shown(LivePicture(), level) <= 255 * LIT + 2


def test_noise_is_not_lifted_beyond_measure():
    assert gamma(0.0) == gamma(0.001) == DARKEST
    assert gamma(LIT) == gamma(1.0) == 1
    assert DARKEST < gamma(0.2) < 1


def test_the_mirror_adapts_when_the_light_goes_out_and_does_not_jump():
    live = LivePicture()
    shown(live, 120)
    levels = [shown(live, 30) for _ in range(60)]
    assert levels[0] < 40
    assert levels == sorted(levels)
    assert levels[-1] == pytest.approx(255 * LIT, abs=3)
