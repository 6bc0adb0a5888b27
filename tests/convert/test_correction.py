"""The correction for the emotions' shares, on a model that is converted already."""

import json
import shutil

import numpy as np
import pytest

from convert import correction, proof
from convert.__main__ import main
from convert.errors import ConversionError
from data.emotions import EMOTIONS
from device.vision.emotion import MODEL, EmotionModel
from training import evaluation, fer2013, prior
from training.int8 import Int8Model

SHARES = (0.1, 0.02, 0.06, 0.26, 0.15, 0.12, 0.29)


@pytest.fixture(scope="module")
def faces(small_fer2013) -> fer2013.Faces:
    return fer2013.read(small_fer2013)["PublicTest"]


def logits_of(content: bytes, images: np.ndarray) -> np.ndarray:
    """The INT8 model's logits to within a float's precision."""
    model = Int8Model(content)
    runtime = proof.installed_runtimes()[0]
    probed = proof.probe.in_own_process(runtime, model.up_to_features(), images)
    head = model.head()
    return probed.probabilities @ head.kernel.T + head.bias


def test_the_logits_are_those_the_model_rounds(faces):
    probabilities = np.stack([EmotionModel.load(MODEL).read(face) for face in faces.images])
    exact = prior.softmax(logits_of(MODEL.read_bytes(), faces.images))
    assert np.abs(exact - probabilities).max() < 0.05
    assert (exact.argmax(1) == probabilities.argmax(1)).mean() > 0.9


def test_a_new_head_gives_the_logits_it_is_told_to_in_every_runtime(faces):
    content = MODEL.read_bytes()
    before = logits_of(content, faces.images)
    shift = np.linspace(-1, 1, 7)
    wanted = 0.7 * before + shift
    changed = Int8Model(content).with_head(0.7, shift, wanted)
    assert len(changed) == len(content)
    np.testing.assert_allclose(logits_of(changed, faces.images), wanted, atol=0.002)
    for probed in proof.in_every_runtime(changed, faces.images).values():
        assert probed.float_tensors == ()
        assert np.abs(probed.probabilities - prior.softmax(wanted)).max() < 0.05


def test_logits_beyond_the_old_range_are_not_cut_off(faces):
    content = MODEL.read_bytes()
    shift = np.array([0, 0, 0, 0, 0, 0, -60.0])
    wanted = logits_of(content, faces.images) + shift
    changed = Int8Model(content).with_head(1.0, shift, wanted)
    runtime = proof.installed_runtimes()[0]
    probed = proof.probe.in_own_process(runtime, changed, faces.images)
    assert np.abs(probed.probabilities - prior.softmax(wanted)).max() < 0.1


def test_logits_that_decide_get_finer_steps_than_those_far_below(real_faces):
    images = real_faces["Training"].images[:600]
    content = MODEL.read_bytes()
    exact = logits_of(content, images)
    changed = Int8Model(content).with_head(1.0, np.zeros(7), exact)
    (step,), _ = Int8Model(changed)._quantization(Int8Model(changed)._logits)
    assert step < 0.7 * np.ptp(exact) / 255
    runtime = proof.installed_runtimes()[0]
    told = proof.probe.in_own_process(runtime, changed, images).probabilities
    assert np.abs(told - prior.softmax(exact)).max() < 0.03
    assert (told.argmax(1) == exact.argmax(1)).mean() > 0.99


def test_a_correction_is_taken_back_before_the_next(faces, monkeypatch):
    content = MODEL.read_bytes()
    none = prior.Correction.of_card(json.loads(MODEL.with_suffix(".json").read_text()))
    plain = none.undo(logits_of(content, faces.images))
    points = prior.curve(plain, SHARES, faces)
    found = []
    for strength in (1.0, 0.5):
        monkeypatch.setattr(prior, "choose", lambda _, at=strength: points[int(at * 20)])
        found.append(correction.correct(content, none, SHARES, faces))
        content, none = found[-1].content, found[-1].correction
        assert none.strength == strength
        np.testing.assert_allclose(none.undo(logits_of(content, faces.images)), plain, atol=0.02)
    again = correction.correct(content, none, SHARES, faces)
    assert again.content == content


def test_a_converted_model_gets_its_correction_once(small_fer2013, tmp_path, capsys, monkeypatch):
    # One of 14 pictures that are no faces is more than the limits for thousands of faces allow.
    monkeypatch.setattr(proof, "LEAST_AGREEMENT", 0.8)
    monkeypatch.setattr(proof, "LARGEST_DROP", 0.2)
    for suffix in (".tflite", ".json"):
        shutil.copy(MODEL.with_suffix(suffix), tmp_path / f"copy{suffix}")
    copy = tmp_path / "copy.tflite"
    command = [str(copy), "--data", str(small_fer2013)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "<- in force" in said
    assert f"Wrote {copy} and copy.json" in said
    card = json.loads(copy.with_suffix(".json").read_text())
    assert card["prior"]["shares"] == pytest.approx(dict.fromkeys(EMOTIONS, 1 / 7), abs=1e-6)
    assert card["commands"][-1].startswith("python -m convert copy.tflite")
    assert EmotionModel.load(copy).card.sha256 == card["sha256"]
    logits, in_force = evaluation.uncorrected(
        copy, fer2013.read(small_fer2013)["PublicTest"].images
    )
    assert in_force == prior.Correction.of_card(card)
    assert logits.shape == (14, 7)
    once = copy.read_bytes()
    assert main(command) == 0
    assert copy.read_bytes() == once
    assert json.loads(copy.with_suffix(".json").read_text()) == card


def test_what_cannot_be_corrected_is_told(small_fer2013, tmp_path, capsys):
    copy = tmp_path / "copy.tflite"
    command = [str(copy), "--data", str(small_fer2013)]
    assert main(command) == 1
    assert "copy.json: cannot be read" in capsys.readouterr().err
    copy.write_bytes(MODEL.read_bytes()[:9000])
    shutil.copy(MODEL.with_suffix(".json"), tmp_path / "copy.json")
    assert main(command) == 1
    assert "is not the card of copy.tflite" in capsys.readouterr().err
    (tmp_path / "copy.json").write_text("[]")
    assert main(command) == 1
    assert "not a model's card" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--compare"])
    assert "converted already" in capsys.readouterr().err


def test_a_file_that_is_no_classifier_is_refused(faces):
    none = prior.Correction(0.0, 1.0, SHARES)
    with pytest.raises(ConversionError, match="cannot be corrected: it is not a TFLite model"):
        correction.correct(b"no model" * 20, none, SHARES, faces)
