"""Pictures of a training, for people who would rather look than read."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.emotions import EMOTIONS
from training import metrics
from training.prior import Point


def curves(log: Path, picture: Path) -> None:
    """Draws loss and accuracy by epoch from a run's ``log.csv`` into a PNG."""
    pyplot = _pyplot()
    table = pd.read_csv(log, index_col="epoch")
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, name in ((left, "loss"), (right, "accuracy")):
        axes.plot(table[name], label="Training")
        axes.plot(table[f"val_{name}"], label="PublicTest")
        axes.set(xlabel="epoch", title=name)
        axes.grid(alpha=0.3)
        axes.legend()
    best = table["val_accuracy"].idxmax()
    right.annotate(
        f"best: {table['val_accuracy'][best]:.1%} after epoch {best}",
        (best, table["val_accuracy"][best]),
        xytext=(0.95, 0.05),
        textcoords="axes fraction",
        horizontalalignment="right",
        arrowprops={"arrowstyle": "->"},
    )
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)


def confusion(counts: np.ndarray, title: str, picture: Path) -> None:
    """Draws a confusion matrix, int (7, 7), rows true, as parts of each row into a PNG."""
    pyplot = _pyplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = pyplot.subplots(figsize=(6.4, 5.6), layout="constrained")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(counts.shape):
        colour = "white" if shares[row, column] > 0.5 else "black"
        text = f"{shares[row, column]:.0%}\n{counts[row, column]}"
        axes.text(column, row, text, color=colour, ha="center", va="center", fontsize=8)
    axes.set(title=title, xlabel="read as", ylabel="true")
    axes.set_xticks(range(len(EMOTIONS)), EMOTIONS, rotation=45)
    axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)


def reliability(probabilities: np.ndarray, labels: np.ndarray, title: str, picture: Path) -> None:
    """Draws how often the model is right by how sure it is; on the diagonal, confidence is true."""
    pyplot = _pyplot()
    known = labels >= 0
    confidence, right, share = metrics.reliability(probabilities[known], labels[known]).T
    figure, axes = pyplot.subplots(figsize=(5.6, 5.6), layout="constrained")
    axes.plot((0, 1), (0, 1), color="grey", linestyle="--", label="calibrated")
    axes.bar(confidence, share, width=1 / metrics.CALIBRATION_BINS, alpha=0.3, label="pictures")
    axes.plot(confidence, right, marker="o", label="right")
    axes.set(title=title, xlabel="confidence", ylabel="part", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left")
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)


def prior(points: list[Point], in_force: float, title: str, picture: Path) -> None:
    """Draws accuracy against macro recall as the correction grows, with 95 % intervals."""
    pyplot = _pyplot()
    recall = np.array([point.macro_recall for point in points])
    accuracy = np.array([point.accuracy for point in points])
    low, high = np.array([point.accuracy_interval for point in points]).T
    figure, axes = pyplot.subplots(figsize=(6.4, 4.8), layout="constrained")
    axes.fill_between(recall, low, high, alpha=0.2, label="accuracy, 95 % of resamples")
    axes.plot(recall, accuracy, marker=".", label="strength 0 to 1.5")
    for point in points:
        if np.isclose(point.strength % 0.5, 0) and point.strength <= 1:
            axes.annotate(
                f"{point.strength:g}",
                (point.macro_recall, point.accuracy),
                (4, 6),
                textcoords="offset points",
            )
        if np.isclose(point.strength, in_force):
            axes.plot(point.macro_recall, point.accuracy, "o", label=f"in force: {in_force:g}")
    axes.set(title=title, xlabel="macro recall", ylabel="accuracy")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)


def _pyplot():
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot
