import keras
import numpy as np
import pytest

from convert import quantize
from training import evaluation
from training.fused import fuse

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the fused operation is TensorFlow's"
)


@pytest.fixture(autouse=True)
def bfloat16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


def small() -> keras.Model:
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((48, 48, 1)),
            layers.Conv2D(8, 3, strides=4, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(7),
            layers.Softmax(dtype="float32"),
        ]
    )


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    faces = random.random((32, 48, 48, 1), np.float32)
    return faces, np.eye(7, dtype=np.float32)[random.integers(0, 7, 32)]


def test_it_learns_and_reads_as_keras_does():
    plain, fused = small(), fuse(small())
    for model in (plain, fused):
        model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy", jit_compile=False)
        for _ in range(10):
            model.train_on_batch(*batch())
    start = small().get_weights()
    for before, one, other in zip(start, plain.get_weights(), fused.get_weights(), strict=True):
        assert np.abs(one - before).max() > 1e-3
        # bfloat16 keeps eight bits of each number.
        np.testing.assert_allclose(other, one, atol=2**-8 * max(1, np.abs(one).max()))
    faces, _ = batch()
    np.testing.assert_allclose(
        fused.predict(faces, verbose=0), plain.predict(faces, verbose=0), atol=2**-7
    )


def test_it_really_calls_the_fused_operation():
    import tensorflow as tf

    def operations(model) -> set[str]:
        graph = tf.function(lambda faces: model(faces, training=True)).get_concrete_function(
            tf.TensorSpec((2, 48, 48, 1))
        )
        return {operation.type for operation in graph.graph.get_operations()}

    assert "FusedBatchNormV3" not in operations(small())
    assert "FusedBatchNormV3" in operations(fuse(small()))


def test_what_is_saved_is_plain_keras_and_converts(tmp_path):
    model = fuse(small())
    model.save(tmp_path / "small.keras")
    assert "training.fused" not in model.to_json()
    network = evaluation.load_keras(tmp_path / "small.keras")
    assert "call" not in vars(network.layers[1])
    content = quantize.to_int8(network, np.zeros((4, 48, 48), np.uint8))
    assert content[4:8] == b"TFL3"


def test_frozen_layers_keep_their_statistics():
    model = fuse(small())
    model.layers[1].trainable = False
    before = model.layers[1].get_weights()
    model(batch()[0], training=True)
    for old, new in zip(before, model.layers[1].get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
