import cv2
import numpy as np
import pytest

from device.vision.crop import crop_face, unit_range


def test_a_crop_of_the_whole_picture_is_the_picture():
    face = np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)
    assert np.array_equal(crop_face(face, (0, 0, 48, 48), (48, 48), margin=0.0), face)


def test_the_box_is_what_comes_out():
    picture = np.zeros((200, 300), np.uint8)
    picture[50:150, 100:200] = 200
    crop = crop_face(picture, (100, 50, 100, 100), (48, 48), margin=0.0)
    assert crop.shape == (48, 48)
    assert (crop == 200).all()


def test_a_margin_widens_and_a_negative_one_narrows():
    picture = np.zeros((200, 200), np.uint8)
    picture[50:150, 50:150] = 200
    wide = crop_face(picture, (50, 50, 100, 100), (60, 60), margin=0.1)
    assert wide[0, 0] == 0
    assert wide[30, 30] == 200
    assert abs(int((wide > 100).sum()) - 50 * 50) < 150
    narrow = crop_face(picture, (40, 40, 120, 120), (48, 48), margin=-0.1)
    assert (narrow >= 190).all()


def test_a_box_beyond_the_edge_repeats_the_edge():
    picture = np.full((100, 100), 90, np.uint8)
    picture[:, 0] = 30
    crop = crop_face(picture, (-40, 10, 80, 80), (40, 40), margin=0.0)
    assert crop.shape == (40, 40)
    assert (crop[:, :18] == 30).all()
    assert (crop[:, 25:] == 90).all()


def test_faces_go_in_as_zero_to_one():
    faces = np.array([[[0, 255], [51, 102]]], np.uint8)
    values = unit_range(faces)
    assert values.shape == (1, 2, 2, 1)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values.ravel(), [0, 1, 0.2, 0.4], atol=1e-6)


def drawn_face(lean: float) -> np.ndarray:
    """Two dark eyes and a mouth on a bright disc, the head leaning clockwise by so many degrees."""
    picture = np.full((300, 300), 90, np.uint8)
    turn = np.deg2rad(lean)
    cv2.circle(picture, (150, 150), 90, 220, -1)
    for across, down, radius in ((-35, -25, 12), (35, -25, 12), (0, 45, 18)):
        x = 150 + across * np.cos(turn) - down * np.sin(turn)
        y = 150 + across * np.sin(turn) + down * np.cos(turn)
        cv2.circle(picture, (round(x), round(y)), radius, 20, -1)
    return picture


@pytest.mark.parametrize("lean", [-30.0, -18.0, 18.0, 30.0])
def test_a_leaning_face_is_set_upright(lean):
    box = (60, 60, 180, 180)
    upright = crop_face(drawn_face(0), box, (48, 48), 0.02).astype(int)
    set_upright = crop_face(drawn_face(lean), box, (48, 48), 0.02, tilt=lean).astype(int)
    other_way = crop_face(drawn_face(lean), box, (48, 48), 0.02, tilt=-lean).astype(int)
    assert np.abs(set_upright - upright).mean() < 5
    assert np.abs(other_way - upright).mean() > 20


def test_a_small_tilt_is_left():
    face = drawn_face(12)
    box = (60, 60, 180, 180)
    assert np.array_equal(
        crop_face(face, box, (48, 48), 0.02, tilt=12.0), crop_face(face, box, (48, 48), 0.02)
    )
