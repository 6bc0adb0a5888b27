import keras
import numpy as np
import pytest

from convert import quantize
from training import evaluation, models
from training.errors import TrainingError
from training.thaw import thaw

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="reading TFLite takes TensorFlow"
)


def small() -> keras.Model:
    layers = keras.layers
    faces = x = layers.Input((48, 48, 1))
    for filters in (4, 6):
        x = layers.Conv2D(filters, 3, strides=3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dense(7)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(faces, layers.Softmax()(x), name="small")


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (32, 48, 48), np.uint8)


@pytest.fixture(scope="module")
def shipped(pictures, tmp_path_factory):
    """A network that has seen pictures, and its INT8 file."""
    keras.utils.set_random_seed(1)
    model = small()
    faces = evaluation.unit_range(pictures)
    for _ in range(100):  # until the moving statistics have settled
        model(faces, training=True)
    kernel, bias = model.layers[-2].get_weights()
    model.layers[-2].set_weights([kernel * 20, bias + np.linspace(-0.1, 0.1, 7)])
    file = tmp_path_factory.mktemp("thaw") / "small.tflite"
    file.write_bytes(quantize.to_int8(model, pictures))
    return model, file


def test_a_thawed_network_reads_as_the_shipped_one(shipped, pictures):
    model, file = shipped
    faces = evaluation.unit_range(pictures)
    thawed = small()
    thaw(thawed, file, faces)
    expected = evaluation.keras_predictor(model)(pictures)
    assert expected.std(axis=0).max() > 0.02  # it does tell pictures apart
    found = evaluation.keras_predictor(thawed)(pictures)
    np.testing.assert_allclose(found, expected, atol=0.03)
    # In training, batch normalization takes the batch's own statistics: they must be the same.
    np.testing.assert_allclose(np.asarray(thawed(faces, training=True)), found, atol=0.01)
    norms = np.sqrt((thawed.layers[1].get_weights()[0] ** 2).sum(axis=(0, 1, 2)))
    assert norms == pytest.approx(1, abs=1e-5)


def test_another_networks_file_is_refused(shipped, pictures, tmp_path):
    _, file = shipped
    faces = evaluation.unit_range(pictures)
    with pytest.raises(TrainingError, match="is not the network mood in INT8"):
        thaw(models.build("mood"), file, faces)
    (tmp_path / "bad.tflite").write_bytes(b"TFL3 but no model")
    with pytest.raises(TrainingError, match=r"--weights .*bad\.tflite: not a TFLite model"):
        thaw(small(), tmp_path / "bad.tflite", faces)
