import numpy as np

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
