import numpy as np

from training import augmentation


def a_face() -> np.ndarray:
    across = np.linspace(0, 3, 48)
    return (128 + 60 * np.sin(across)[None, :] * np.cos(across)[:, None]).astype(np.uint8)


def test_the_same_numbers_make_the_same_faces():
    faces = np.stack([a_face()] * 6)
    first = augmentation.augment(faces, np.random.default_rng(5))
    assert first.shape == faces.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, augmentation.augment(faces, np.random.default_rng(5)))
    assert not np.array_equal(first, augmentation.augment(faces, np.random.default_rng(6)))


def test_every_face_is_changed_in_its_own_way_and_the_given_ones_stay():
    faces = np.stack([a_face()] * 20)
    before = faces.copy()
    changed = augmentation.augment(faces, np.random.default_rng(1))
    assert np.array_equal(faces, before)
    assert len({face.tobytes() for face in changed}) == 20


def test_half_of_the_faces_are_mirrored():
    faces = np.zeros((400, 48, 48), np.uint8)
    faces[:, :, 36:] = 200  # a bright right side, which no turn or shift brings to the left
    changed = augmentation.augment(faces, np.random.default_rng(2)).astype(float)
    mirrored = changed[:, :, :12].mean(axis=(1, 2)) > changed[:, :, 36:].mean(axis=(1, 2))
    assert 0.4 < mirrored.mean() < 0.6
