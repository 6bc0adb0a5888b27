import numpy as np
import pytest

from data.emotions import EMOTIONS
from training import prior
from training.errors import TrainingError
from training.fer2013 import Faces

SHARES = (0.1, 0.02, 0.06, 0.26, 0.15, 0.12, 0.29)


def drawn(count: int, shares: np.ndarray, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a reader who knows the shares and sees the label through noise, and the labels."""
    random = np.random.default_rng(seed)
    labels = random.choice(7, count, p=shares / np.sum(shares))
    seen = 1.5 * np.eye(7)[labels] + random.normal(0, 1, (count, 7))
    # Of normal noise, log p(seen | label) is 1.5 times what was seen at the label, and a constant.
    return 1.5 * seen + np.log(shares), labels


def faces_of(labels: np.ndarray) -> Faces:
    return Faces(np.zeros((len(labels), 48, 48), np.uint8), labels)


def test_shares_are_those_of_the_targets():
    votes = np.zeros((2, 7), np.float32)
    votes[0, 1], votes[1, 6] = 10, 5
    faces = Faces(np.zeros((2, 48, 48), np.uint8), np.array([0, 6]), np.array([1, 6]), votes)
    found = prior.shares(faces, 0.2)
    assert found == pytest.approx([0.1, 0.4, 1e-6, 1e-6, 1e-6, 1e-6, 0.5], abs=1e-6)


def test_full_strength_reads_best_where_all_emotions_are_as_frequent():
    logits, labels = drawn(20000, np.array(SHARES))
    points = prior.curve(logits, SHARES, faces_of(labels))
    assert max(points, key=lambda point: point.accuracy).strength <= 0.15
    assert max(points, key=lambda point: point.macro_recall).strength == pytest.approx(1, abs=0.2)
    assert points[20].macro_recall > points[0].macro_recall + 0.04


def test_intervals_hold_the_figure_and_shrink_with_more_pictures():
    widths = []
    for count in (500, 8000):
        logits, labels = drawn(count, np.array(SHARES))
        for point in prior.curve(logits, SHARES, faces_of(labels))[:3]:
            low, high = point.accuracy_interval
            assert low < point.accuracy < high
            worst, best = point.macro_recall_interval
            assert worst < point.macro_recall < best
        # Of n pictures the standard error is sqrt(p (1 - p) / n), and 1.96 of them each way.
        expected = 2 * 1.96 * np.sqrt(point.accuracy * (1 - point.accuracy) / count)
        assert high - low == pytest.approx(expected, rel=0.15)
        widths.append(high - low)
    assert widths[0] > 3 * widths[1]


def test_the_choice_gives_no_more_accuracy_than_is_allowed():
    logits, labels = drawn(5000, np.array(SHARES))
    points = prior.curve(logits, SHARES, faces_of(labels))
    chosen = prior.choose(points)
    best = max(point.accuracy for point in points)
    assert best - prior.ALLOWED_LOSS <= chosen.accuracy
    assert 0 < chosen.strength < 1
    dearer = [point for point in points if point.macro_recall > chosen.macro_recall]
    assert dearer
    assert all(point.accuracy < best - prior.ALLOWED_LOSS for point in dearer)
    arrow = [line for line in prior.as_text(points, chosen.strength).splitlines() if "<-" in line]
    assert len(arrow) == 1
    assert float(arrow[0].split()[0]) == chosen.strength


def test_a_correction_can_be_taken_back():
    correction = prior.Correction(0.7, 0.6, SHARES)
    logits, _ = drawn(10, np.array(SHARES))
    after = correction.apply(logits)
    np.testing.assert_allclose(correction.undo(after), logits)
    # Of equal logits, the rarest emotion becomes the likeliest.
    assert correction.apply(np.zeros((1, 7))).argmax() == 1
    expected = np.array(SHARES) ** -0.7
    np.testing.assert_allclose(
        prior.softmax(prior.Correction(0.7, 1.0, SHARES).apply(np.zeros((1, 7))))[0],
        expected / expected.sum(),
    )


def test_the_card_tells_what_is_in_force():
    card = {
        "calibration": {"temperature": 0.5},
        "prior": {"strength": 0.3, "shares": dict(zip(EMOTIONS, SHARES, strict=True))},
    }
    assert prior.Correction.of_card(card) == prior.Correction(0.3, 0.5, SHARES)
    old = prior.Correction.of_card({"calibration": {"temperature": 0.5}})
    assert old.strength == 0
    assert old.temperature == 0.5
    for damaged in ({}, {"calibration": {"temperature": "warm"}}, card | {"prior": {}}):
        with pytest.raises(TrainingError, match="card lacks or garbles"):
            prior.Correction.of_card(damaged)


def test_a_better_model_is_told_from_a_worse_one_and_from_itself():
    logits, labels = drawn(4000, np.array(SHARES))
    faces = faces_of(labels)
    noisy = logits + np.random.default_rng(2).normal(0, 1.5, logits.shape)
    itself = prior.compare(logits, logits, SHARES, faces)
    assert itself == []  # it reaches no 78 %
    easy = logits + 3 * np.eye(7)[labels]
    worse = noisy + 3 * np.eye(7)[labels]
    assert {each.gain for each in prior.compare(easy, easy, SHARES, faces)} == {0.0}
    gains = prior.compare(easy, worse, SHARES, faces)
    assert gains
    for each in gains:
        low, high = each.interval
        assert 0 < low < each.gain < high
    for there, back in zip(gains, prior.compare(worse, easy, SHARES, faces), strict=True):
        assert back.accuracy == there.accuracy
        assert back.gain == pytest.approx(-there.gain)
