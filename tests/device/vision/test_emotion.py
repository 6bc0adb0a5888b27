import json
import shutil

import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.errors import VisionError
from device.vision import emotion, runtime
from device.vision.emotion import EmotionModel


@pytest.fixture
def copy(tmp_path):
    """The shipped model and its card, where a test may damage them."""
    for suffix in (".tflite", ".json"):
        shutil.copy(emotion.MODEL.with_suffix(suffix), tmp_path)
    return tmp_path / emotion.MODEL.name


def test_the_shipped_model_gives_probabilities():
    model = EmotionModel.load()
    face = np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)
    probabilities = model.read(face)
    assert probabilities.shape == (len(EMOTIONS),)
    assert probabilities.dtype == np.float32
    assert probabilities.sum() == pytest.approx(1, abs=0.05)
    assert np.array_equal(probabilities, model.read(face))


def test_the_shipped_model_is_int8_throughout():
    model = EmotionModel.load()
    kinds = {tensor["dtype"] for tensor in model._interpreter.get_tensor_details()}
    assert kinds <= {np.int8, np.int32}


def test_the_card_is_the_models(copy):
    card = json.loads(copy.with_suffix(".json").read_text())
    assert card["labels"] == list(EMOTIONS)
    assert card["bytes"] == copy.stat().st_size
    assert card["public_test"]["int8"]["fer"]["accuracy"] > 0.5


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "SHA-256 differs"),
        (lambda path: path.write_bytes(b"not a model"), "SHA-256 differs"),
        (lambda path: path.with_suffix(".json").unlink(), "card is missing"),
        (lambda path: path.with_suffix(".json").write_text("{"), "not a readable model card"),
        (lambda path: path.with_suffix(".json").write_text("[]"), "lacks or garbles"),
        (lambda path: path.with_suffix(".json").write_text("{}"), "lacks or garbles 'labels'"),
        (lambda path: path.with_suffix(".json").write_bytes(b"\xff\xfe"), "not a readable"),
    ],
)
def test_a_damaged_pair_is_told_with_its_file(copy, damage, reason):
    damage(copy)
    with pytest.raises(VisionError, match=reason) as told:
        EmotionModel.load(copy)
    assert str(copy.parent) in str(told.value)
    assert "python -m convert" in str(told.value)


def test_labels_in_another_order_are_refused(copy):
    path = copy.with_suffix(".json")
    card = json.loads(path.read_text())
    card["labels"].reverse()
    path.write_text(json.dumps(card))
    with pytest.raises(VisionError, match="labels are"):
        EmotionModel.load(copy)


def test_a_runtime_that_imports_but_cannot_run_is_passed_over(monkeypatch, tmp_path):
    # As tflite-runtime does with numpy 2: the import works, the interpreter does not.
    (tmp_path / "broken_runtime.py").write_text(
        "class Interpreter:\n"
        "    def __init__(self, **_):\n"
        "        raise SystemError('initialization failed')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    works = runtime.RUNTIMES
    monkeypatch.setattr(runtime, "RUNTIMES", {"broken": "broken_runtime"} | works)
    assert EmotionModel.load().runtime in works
    monkeypatch.setattr(runtime, "RUNTIMES", {"broken": "broken_runtime", "none": "no.such"})
    with pytest.raises(
        VisionError, match=r"broken: initialization failed; none: No module"
    ) as told:
        EmotionModel.load()
    assert "pip install" in str(told.value)


def test_quantizing_and_back_stays_within_half_a_step():
    tensor = {"dtype": np.int8, "quantization": (1 / 255, -128)}
    values = np.linspace(0, 1, 100, dtype=np.float32)
    back = runtime.dequantize(runtime.quantize(values, tensor), tensor)
    assert np.abs(back - values).max() <= 0.5 / 255 + 1e-6


def test_the_shipped_model_says_what_its_card_says():
    assert EmotionModel.load().deviation() <= 2 / 256


def test_a_test_vector_of_another_length_is_a_fault(tmp_path):
    card = json.loads(emotion.MODEL.with_suffix(".json").read_text())
    path = tmp_path / "emotion.json"
    path.write_text(json.dumps(card | {"test_vector": {"probabilities": [0.5, 0.5]}}))
    with pytest.raises(VisionError, match="test_vector has 2 values"):
        emotion.Card.read(path)
