import numpy as np
import pytest

from training import robustness
from training.fer2013 import Faces


def faces_with_a_bright_middle() -> Faces:
    images = np.full((3, 48, 48), 60, np.uint8)
    images[:, 20:28, 20:28] = 240
    return Faces(images, labels=np.array([0, 1, 2]), majority=np.array([3, 3, -1]))


def test_each_change_does_what_its_name_says():
    face = faces_with_a_bright_middle().images[0]
    centre = {}
    for name, change in robustness.CHANGES.items():
        found = change(face).astype(float)
        assert found.shape == (48, 48)
        weights = found - found.min()
        down, right = np.indices(found.shape)
        centre[name] = ((right * weights).sum(), (down * weights).sum()) / weights.sum()
    middle = 23.5
    assert centre["shifted right by 10 %"] == pytest.approx((middle + 4.8, middle), abs=0.2)
    assert centre["shifted up by 10 %"] == pytest.approx((middle, middle - 4.8), abs=0.2)
    assert (robustness.CHANGES["15 % larger"](face) > 150).sum() > (face > 150).sum()
    assert (robustness.CHANGES["15 % smaller"](face) > 150).sum() < (face > 150).sum()
    assert robustness.CHANGES["darkened to a third"](face).max() == 80
    assert robustness.CHANGES["blurred (sigma 1)"](face)[20, 20] < 240


def test_accuracy_is_of_the_majority_after_the_change():
    seen = []

    def always_happy(images):
        seen.append(images)
        return np.eye(7, dtype=np.float32)[[3] * len(images)]

    found = robustness.accuracy(always_happy, faces_with_a_bright_middle())
    assert found.keys() == robustness.CHANGES.keys()
    assert set(found.values()) == {1.0}  # the row without a majority is left out
    assert {len(images) for images in seen} == {2}
