"""Pictures of a training, for people who would rather look than read."""

from pathlib import Path

import pandas as pd


def curves(log: Path, picture: Path) -> None:
    """Draws loss and accuracy by epoch from a run's ``log.csv`` into a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

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
