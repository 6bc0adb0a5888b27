import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from convert import calibration, proof, quantize
from convert.__main__ import main
from convert.errors import ConversionError
from data.emotions import EMOTIONS
from device.vision.emotion import EmotionModel
from device.vision.runtime import RUNTIMES
from training import evaluation, fer2013, models, prior, soup


@pytest.fixture(scope="module")
def small_model(small_fer2013, tmp_path_factory):
    """A small network that has learnt the small data set well, as a .keras file."""
    import keras

    keras.utils.set_random_seed(1)
    faces = fer2013.read(small_fer2013)["Training"]
    model = keras.Sequential(
        [
            keras.layers.Input((48, 48, 1)),
            keras.layers.Conv2D(8, 5, strides=2, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(len(EMOTIONS), activation="softmax"),
        ],
        name="small",
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(evaluation.unit_range(faces.images), faces.labels, epochs=25, verbose=0)
    path = tmp_path_factory.mktemp("models") / "small.keras"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def converted(small_model, small_fer2013, tmp_path_factory):
    """What ``python -m convert`` makes of it."""
    output = tmp_path_factory.mktemp("out") / "small.tflite"
    code = main([str(small_model), "--data", str(small_fer2013), "--output", str(output)])
    assert code == 0
    return output


def test_the_model_reads_as_well_as_the_network(converted, small_model, small_fer2013):
    faces = fer2013.read(small_fer2013)["PublicTest"]
    model = EmotionModel.load(converted)
    quantized = np.stack([model.read(face) for face in faces.images])
    assert (quantized.argmax(1) == faces.labels).mean() > 0.9
    network = evaluation.load_keras(small_model)
    correction = prior.Correction.of_card(json.loads(converted.with_suffix(".json").read_text()))
    plain = evaluation.keras_predictor(network)(faces.images)
    exact = prior.softmax(correction.apply(prior.logarithms(plain)))
    assert np.abs(quantized - exact).max() < 0.1


def test_every_installed_runtime_runs_it_and_they_agree(converted, small_fer2013):
    images = fer2013.read(small_fer2013)["PublicTest"].images
    by_runtime = proof.in_every_runtime(converted.read_bytes(), images)
    assert by_runtime
    assert set(by_runtime) <= set(RUNTIMES)
    for probed in by_runtime.values():
        assert probed.float_tensors == ()
        assert probed.latency_ms > 0
        first = next(iter(by_runtime.values()))
        assert np.abs(probed.probabilities - first.probabilities).max() < 0.05


def test_the_card_says_what_was_made(converted):
    card = json.loads(converted.with_suffix(".json").read_text())
    assert card["name"] == "small"
    assert card["labels"] == list(EMOTIONS)
    assert card["bytes"] == converted.stat().st_size
    assert card["input"] == {
        "width": 48,
        "height": 48,
        "channels": 1,
        "dtype": "int8",
    }
    # 22 x 22 outputs of 5 x 5 kernels into 8 channels, then 11 x 11 x 8 values to 7 emotions.
    assert card["multiply_adds"] == 22 * 22 * 25 * 8 + 11 * 11 * 8 * 7
    assert card["public_test"]["int8"]["fer"]["pictures"] == 14
    assert set(card["latency_ms"]) <= set(RUNTIMES)


def test_the_card_of_a_mean_says_of_what(small_model, small_fer2013, tmp_path):
    soup.make([small_model, small_model], tmp_path / "mean")
    output = tmp_path / "mean.tflite"
    arguments = ["--data", str(small_fer2013), "--output", str(output)]
    assert main([str(tmp_path / "mean"), *arguments]) == 0
    card = json.loads(output.with_suffix(".json").read_text())
    several = f"{small_model.parent.name}/small.keras " * 2
    assert card["commands"][0] == f"python -m training average {several}--run RUN"
    assert str(tmp_path) not in output.with_suffix(".json").read_text()


def test_the_temperature_makes_confidence_true():
    random = np.random.default_rng(1)
    logits = random.normal(0, 2, (4000, 7))
    true = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([random.choice(7, p=row) for row in true])
    labels[:5] = -1  # without a majority
    sharp = true**2 / (true**2).sum(1, keepdims=True)
    assert calibration.temperature(true, labels) == pytest.approx(1, abs=0.05)
    assert calibration.temperature(sharp, labels) == pytest.approx(2, abs=0.1)


def test_compare_prints_all_kinds_and_writes_nothing(small_model, small_fer2013, tmp_path, capsys):
    output = tmp_path / "out.tflite"
    command = [str(small_model), "--data", str(small_fer2013), "--output", str(output)]
    assert main([*command, "--compare"]) == 0
    table = capsys.readouterr().out
    blocks = re.split(r"(?m)^(?=\w)", table)
    for kind in quantize.KINDS:
        block = next(block for block in blocks if block.startswith(f"{kind}: "))
        assert "agrees on" in block
    assert not output.exists()


def test_a_residual_network_that_enlarges_its_picture_becomes_int8_throughout():
    pictures = np.random.default_rng(1).integers(0, 256, (8, 48, 48), np.uint8)
    network = models.build("resnet")
    content = quantize.to_int8(network, pictures)
    exact = evaluation.keras_predictor(network)(pictures)
    for probed in proof.in_every_runtime(content, pictures).values():
        assert probed.float_tensors == ()
        assert np.abs(probed.probabilities - exact).max() < 0.05


def test_representative_pictures_are_balanced():
    labels = np.repeat(np.arange(7), [500, 70, 300, 900, 200, 100, 400])
    images = labels.astype(np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8)
    picked = quantize.representative(images, labels)
    assert np.bincount(picked[:, 0, 0]).tolist() == [quantize.PICTURES_PER_EMOTION] * 7
    assert np.array_equal(picked, quantize.representative(images, labels))
    with pytest.raises(ConversionError, match="no disgust picture"):
        quantize.representative(images[labels != 1], labels[labels != 1])


def test_a_float_operation_is_refused(small_model, small_fer2013):
    import tensorflow as tf

    network = evaluation.load_keras(small_model)
    float_model = tf.lite.TFLiteConverter.from_keras_model(network).convert()
    faces = fer2013.read(small_fer2013)["PublicTest"]
    with pytest.raises(ConversionError, match="tensors are float"):
        proof.prove(evaluation.keras_predictor(network), float_model, faces)


def test_a_loss_of_more_than_the_limit_is_refused(converted, small_fer2013):
    faces = fer2013.read(small_fer2013)["PublicTest"]
    # Judged by labels that only the float network knows, INT8 is wrong throughout.
    wrong = SimpleNamespace(images=faces.images, labels=(faces.labels + 1) % 7, majority=None)
    perfect = np.eye(7, dtype=np.float32)[wrong.labels]
    with pytest.raises(ConversionError, match=r"INT8 loses 100\.00% accuracy"):
        proof.prove(lambda _: perfect, converted.read_bytes(), wrong)


def test_a_model_that_a_runtime_cannot_load_is_refused(converted):
    cut = converted.read_bytes()[:4000]
    with pytest.raises(ConversionError, match="cannot be loaded by"):
        proof.in_every_runtime(cut, np.zeros((1, 48, 48), np.uint8))


def test_mistakes_of_the_user_get_a_sentence(small_fer2013, tmp_path, capsys):
    data = ["--data", str(small_fer2013), "--output", str(tmp_path / "out.tflite")]
    assert main([str(tmp_path / "none.keras"), *data]) == 1
    assert "there is no such model" in capsys.readouterr().err
    (tmp_path / "bad.keras").write_text("no")
    assert main([str(tmp_path / "bad.keras"), *data]) == 1
    assert "not a Keras model" in capsys.readouterr().err
    assert not (tmp_path / "out.tflite").exists()
