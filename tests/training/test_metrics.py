import json

import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.vision.emotion import MODEL
from training import metrics, robustness
from training.__main__ import main


def sure_of(labels, confidence: float) -> np.ndarray:
    probabilities = np.full((len(labels), 7), (1 - confidence) / 6)
    probabilities[np.arange(len(labels)), labels] = confidence
    return probabilities


def test_figures_of_a_small_case_worked_by_hand():
    true = np.array([0, 0, 0, 3, 3, 6])
    read = np.array([0, 0, 3, 3, 3, 5])
    found = metrics.score(sure_of(read, 0.9), true)
    assert found.pictures == 6
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.recall[0] == pytest.approx(2 / 3)
    assert found.recall[3] == 1
    assert found.recall[6] == 0
    assert np.isnan(found.recall[1])
    assert found.macro_recall == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found.precision[3] == pytest.approx(2 / 3)
    assert np.isnan(found.precision[1])
    assert found.macro_f1 == pytest.approx((0.8 + 0.8 + 0) / 3)
    assert found.confusion[0, 3] == 1
    assert found.confusion[6, 5] == 1
    assert found.confusion.sum() == 6


def test_rows_without_a_label_are_left_out():
    found = metrics.score(sure_of([0, 1, 2], 0.9), np.array([0, -1, 2]))
    assert found.pictures == 2
    assert found.accuracy == 1


def test_calibration_error_is_the_gap_between_confidence_and_truth():
    labels = np.zeros(100, int)
    read = np.where(np.arange(100) < 60, 0, 1)
    assert metrics.calibration_error(sure_of(read, 0.6), labels) == pytest.approx(0, abs=1e-9)
    assert metrics.calibration_error(sure_of(read, 0.95), labels) == pytest.approx(0.35)
    assert metrics.calibration_error(sure_of(labels, 1.0), labels) == 0


def test_evaluate_prints_a_table_or_json(small_fer2013, capsys):
    command = ["evaluate", "--model", str(MODEL), "--data", str(small_fer2013)]
    assert main(command) == 0
    table = capsys.readouterr().out
    assert "FER-2013 labels: accuracy" in table
    assert all(emotion in table for emotion in EMOTIONS)
    assert table.count("<- in force") == 1
    assert "Against" not in table
    assert main([*command, "--against", str(MODEL)]) == 0
    assert f"Against {MODEL}" in capsys.readouterr().out
    assert main([*command, "--split", "Training", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["split"] == "Training"
    assert found["fer"]["pictures"] == 42
    assert set(found["fer"]["recall"]) == set(EMOTIONS)
    curve = found["prior"]["curve"]
    assert found["prior"]["strength"] in [point["strength"] for point in curve]
    for point in curve:
        assert point["accuracy_interval"][0] <= point["accuracy"] <= point["accuracy_interval"][1]
    assert set(found["robustness"]) == set(robustness.CHANGES)


def test_evaluate_writes_a_report_with_plots(small_fer2013, tmp_path, capsys):
    folder = tmp_path / "new" / "report"
    command = ["evaluate", "--model", str(MODEL), "--data", str(small_fer2013)]
    assert main([*command, "--report", str(folder)]) == 0
    assert json.loads((folder / "report.json").read_text())["fer"]["pictures"] == 14
    for name in ("confusion_fer.png", "reliability_fer.png", "prior.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
    (tmp_path / "taken").write_text("")
    assert main([*command, "--report", str(tmp_path / "taken")]) == 1
    assert "--report" in capsys.readouterr().err


def test_what_cannot_be_evaluated_is_told(small_fer2013, tmp_path, capsys):
    data = ["--data", str(small_fer2013)]
    assert main(["evaluate", "--model", str(tmp_path / "none.tflite"), *data]) == 1
    assert "card is missing" in capsys.readouterr().err
    assert main(["evaluate", "--model", str(MODEL), *data, "--split", "PrivateTest"]) == 1
    assert "has no PrivateTest rows, only Training, PublicTest" in capsys.readouterr().err
