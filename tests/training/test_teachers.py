"""Networks that teach: what they say, and what becomes of it in a training."""

import dataclasses

import keras
import numpy as np
import pytest

from device.vision.crop import unit_range
from device.vision.emotion import MODEL
from training import evaluation, fer2013, models, prior, trainer
from training.__main__ import main
from training.errors import TrainingError
from training.teachers import Teachers

OPTIONS = trainer.Options(
    precision="float32", model="seed", epochs=2, batch_size=14, learning_rate=0.02, seed=3
)


@pytest.fixture(scope="module")
def faces(small_fer2013) -> fer2013.Faces:
    return fer2013.read(small_fer2013)["Training"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Two networks that nobody has trained, and their files."""
    folder, networks, paths = tmp_path_factory.mktemp("teachers"), [], []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        networks.append(models.build("seed"))
        paths.append(folder / f"{seed}.keras")
        networks[-1].save(paths[-1])
    return networks, paths


def test_several_teach_by_their_average(saved, faces):
    networks, paths = saved
    some = unit_range(faces.images)
    expected = np.mean([network.predict(some, verbose=0) for network in networks], axis=0)
    assert Teachers(paths, some)(some) == pytest.approx(expected, abs=1e-5)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="reading TFLite takes TensorFlow"
)
def test_a_shipped_model_teaches_without_its_correction(real_faces):
    images = real_faces["PublicTest"].images[:200]
    logits, _ = evaluation.uncorrected(MODEL, images)
    told = Teachers([MODEL], unit_range(images))(unit_range(images))
    expected = prior.softmax(logits)
    # INT8 rounds, the thawed network does not.
    assert np.abs(told - expected).mean() < 0.02
    assert (told.argmax(1) == expected.argmax(1)).mean() > 0.97


def test_targets_are_shared_with_the_teachers(saved, faces):
    _, paths = saved
    options = dataclasses.replace(OPTIONS, teacher_share=0.6)
    alone, taught = (trainer.Batches(faces, options, epoch=0) for _ in "12")
    taught.teachers = Teachers(paths, unit_range(faces.images))
    pictures, targets, weights = alone[1]
    same, shared, as_much = taught[1]
    assert np.array_equal(pictures, same) and np.array_equal(weights, as_much)
    assert shared == pytest.approx(0.4 * targets + 0.6 * taught.teachers(pictures), abs=1e-6)


def test_a_taught_run_goes_on_as_an_unbroken_one(saved, small_fer2013, tmp_path):
    _, paths = saved
    options = dataclasses.replace(OPTIONS, teachers=tuple(map(str, paths)))
    trainer.train(small_fer2013, tmp_path / "unbroken", options)
    trainer.train(small_fer2013, tmp_path / "other", dataclasses.replace(options, teachers=()))
    logs = [(tmp_path / name / trainer.LOG).read_text() for name in ("unbroken", "other")]
    assert logs[0] != logs[1]
    (tmp_path / "unbroken" / trainer.PROGRESS).unlink()  # as if killed in the first epoch
    (tmp_path / "unbroken" / trainer.LOG).unlink()
    trainer.train(small_fer2013, tmp_path / "unbroken", OPTIONS, resume=True)
    assert (tmp_path / "unbroken" / trainer.LOG).read_text() == logs[0]


def test_what_cannot_teach_is_named(small_fer2013, tmp_path, capsys):
    (tmp_path / "broken.keras").write_bytes(b"no network")
    for name in ("none.keras", "none.tflite", "broken.keras"):
        arguments = ["--teacher", str(tmp_path / name), "--run", str(tmp_path / f"run-{name}")]
        assert main(["train", "--data", str(small_fer2013), "--model", "seed", *arguments]) == 1
        assert f"{name}: cannot be read" in capsys.readouterr().err
    with pytest.raises(TrainingError, match=r"broken\.keras: cannot be read"):
        Teachers([tmp_path / "broken.keras"], np.zeros((1, 48, 48, 1), np.float32))
