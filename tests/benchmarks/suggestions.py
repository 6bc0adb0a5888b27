"""How right the suggested moods of imported songs are, told of songs the fit has not seen.

The 84 shipped previews are measured as an import measures a song; their valence, arousal and
emotion were judged by hand. One after the other is left out, the weights are fitted on the others,
and the one is suggested as the only song of a library. The previews are levelled, so the loudness
has no part in it.

    python tests/benchmarks/suggestions.py [--refit] [--jobs N]

Valence and arousal are ridge regressions, whose penalty is the best of a leave-one-out among the
songs fitted on; emotions are told apart by linear discriminants with a covariance shrunk after
Ledoit & Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal of
Multivariate Analysis 88 (2004), and scaled to be as sure as they are right. --refit writes the
weights of all songs. The cues were chosen with these songs in sight, so the figures flatter a
little; librosa's tempo (48 % within 4 %) and onset strength were no better than ours, for 270 MB
that a Raspberry Pi would have to install. Ends with 1 where the suggestions are less right than is
asked of them.
"""

import argparse
import csv
import dataclasses
import io
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
from scipy.optimize import minimize_scalar
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import data
from data import catalogue
from data.emotions import EMOTIONS
from data.library import cues, mood

CUES = tuple(each.name for each in dataclasses.fields(cues.Cues) if each.name != "loudness")
PENALTIES = np.geomspace(0.3, 1000, 15)
TEMPO_WITHIN = 0.04
RELATED = (1, 2, 3, 4, 1 / 2, 1 / 3, 1 / 4)  # octaves and triples
ASKED = {"arousal": 0.65, "valence": 0.60, "first guess": 0.40, "first two": 0.60}
STATEMENT = """\
# Written by tests/benchmarks/suggestions.py --refit, which says how: ridge regression and shrunk
# linear discriminants on the {count} shipped songs. For each cue, the mean and the deviation of
# those songs, and what a deviation of 1 adds to valence, arousal and each log-likelihood.
"""


@dataclasses.dataclass(frozen=True, eq=False)
class Songs:
    """What was measured, and what was judged by hand.

    table: float (N, cues); moods: float (N, 2), valence and arousal; emotions: int (N,).
    """

    measured: list[cues.Cues]
    table: np.ndarray
    moods: np.ndarray
    emotions: np.ndarray
    tempi: np.ndarray
    major: np.ndarray


def measure(preview: Path) -> cues.Cues:
    """The cues of a shipped preview."""
    audio, _ = soundfile.read(preview, dtype="float32", always_2d=True)
    return cues.measure(audio)


def read(jobs: int) -> Songs:
    """Measures all shipped songs whose mood was judged by hand."""
    rows = [row for row in catalogue.all_rows(data.FOLDER) if row.values["mood_by"] == "hand"]
    values = [row.values for row in rows]
    with ProcessPoolExecutor(jobs) as pool:
        measured = list(pool.map(measure, [data.FOLDER / each["preview"] for each in values]))
    return Songs(
        measured=measured,
        table=np.array([mood.numbers(each, CUES) for each in measured]),
        moods=np.array([[float(each["valence"]), float(each["arousal"])] for each in values]),
        emotions=np.array([EMOTIONS.index(row.file.stem) for row in rows]),
        tempi=np.array([float(each["tempo_bpm"]) for each in values]),
        major=np.array([each["mode"] == "major" for each in values]),
    )


def fit(table: np.ndarray, moods: np.ndarray, emotions: np.ndarray) -> mood.Weights:
    """The weights of these songs; the log-likelihoods are not scaled yet."""
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    inputs = np.clip((table - mean) / deviation, -mood.FARTHEST, mood.FARTHEST)
    parts = [_ridge(inputs, moods[:, 0]), _ridge(inputs, moods[:, 1])]
    parts += _discriminants(inputs, emotions)
    weights = np.stack([each for each, _ in parts], axis=1)
    return mood.Weights(CUES, mean, deviation, weights, np.array([each for _, each in parts]))


def _ridge(inputs: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights (cues,) and constant; the penalty is the one with the least leave-one-out error."""
    middle, mean = inputs.mean(axis=0), target.mean()
    left, values, right = np.linalg.svd(inputs - middle, full_matrices=False)
    along = left.T @ (target - mean)
    errors = []
    for penalty in PENALTIES:
        kept = values**2 / (values**2 + penalty)
        leverage = left**2 @ kept + 1 / len(target)
        errors.append((((target - mean - left @ (kept * along)) / (1 - leverage)) ** 2).mean())
    best = PENALTIES[np.argmin(errors)]
    weights = right.T @ (values / (values**2 + best) * along)
    return weights, mean - middle @ weights


def _discriminants(inputs: np.ndarray, emotions: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Weights (cues,) and constant of each emotion, all as frequent."""
    means = np.array([inputs[emotions == each].mean(axis=0) for each in range(len(EMOTIONS))])
    within = inputs - means[emotions]
    covariance = within.T @ within / len(within)
    even = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    noise = sum(((np.outer(each, each) - covariance) ** 2).sum() for each in within)
    share = min(1.0, noise / len(within) ** 2 / ((covariance - even) ** 2).sum())
    inverse = np.linalg.inv((1 - share) * covariance + share * even)
    return [(inverse @ mean, -mean @ inverse @ mean / 2) for mean in means]


def sums(weights: mood.Weights, row: np.ndarray) -> np.ndarray:
    """Valence, arousal and log-likelihoods (9,) of a song by itself."""
    inputs = np.clip((row - weights.mean) / weights.deviation, -mood.FARTHEST, mood.FARTHEST)
    return weights.constant + inputs @ weights.weights


def left_out(songs: Songs) -> np.ndarray:
    """What each song is told to be by weights fitted on the others, (N, 9)."""
    found = []
    for each in range(len(songs.table)):
        others = np.arange(len(songs.table)) != each
        weights = fit(songs.table[others], songs.moods[others], songs.emotions[others])
        found.append(sums(weights, songs.table[each]))
    return np.array(found)


def _log_likelihood(scores: np.ndarray, emotions: np.ndarray) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return float(scores[np.arange(len(scores)), emotions].mean())


def scale(scores: np.ndarray, emotions: np.ndarray) -> float:
    """What makes left-out scores (N, 7) as sure as they are right."""
    found = minimize_scalar(
        lambda factor: -_log_likelihood(factor * scores, emotions), (0.1, 1), bounds=(0.05, 2)
    )
    return float(found.x)


def write(weights: mood.Weights, factor: float, count: int) -> None:
    """Writes the weights where an import reads them."""
    text = io.StringIO(STATEMENT.format(count=count), newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["cue", "mean", "deviation", "valence", "arousal", *EMOTIONS])
    scaled = np.where(np.arange(2 + len(EMOTIONS)) < 2, 1, factor)
    rounded = np.round(np.vstack([weights.constant, weights.weights]) * scaled, 4)
    constant, *rows = rounded.tolist()
    writer.writerow(["constant", "", "", *constant])
    for cue, mean, deviation, row in zip(CUES, weights.mean, weights.deviation, rows, strict=True):
        writer.writerow([cue, f"{mean:.5g}", f"{deviation:.5g}", *row])
    mood.WEIGHTS.write_text(text.getvalue(), encoding="utf-8")


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--refit", action="store_true", help="write the weights of all songs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    songs = read(options.jobs)
    count = len(songs.table)
    told = left_out(songs)
    order = np.argsort(-told[:, 2:], axis=1)
    hits = order == songs.emotions[:, np.newaxis]
    factor = scale(told[:, 2:], songs.emotions)
    chances = np.exp(factor * (told[:, 2:] - told[:, 2:].max(axis=1, keepdims=True)))
    sure = (chances.max(axis=1) / chances.sum(axis=1)).mean()
    tempi = np.array([each.tempo for each in songs.measured]) / songs.tempi
    near = np.abs(tempi[:, np.newaxis] / RELATED - 1) < TEMPO_WITHIN
    modes = np.array([each.majorness > 0 for each in songs.measured]) == songs.major
    figures = {
        "arousal": spearmanr(told[:, 1], songs.moods[:, 1])[0],
        "valence": spearmanr(told[:, 0], songs.moods[:, 0])[0],
        "first guess": hits[:, 0].mean(),
        "first two": hits[:, :2].any(axis=1).mean(),
    }
    print(f"{count} songs, each told by weights fitted on the {count - 1} others")
    for name, figure in figures.items():
        kind = "Spearman" if name in ("arousal", "valence") else "right"
        print(f"  {name:12} {figure:.2f} {kind}, asked {ASKED[name]:.2f}")
    print(f"  its first guess is given {sure:.0%} on average")
    print("  told as (columns)  " + " ".join(f"{name[:5]:>5}" for name in EMOTIONS))
    for each, name in enumerate(EMOTIONS):
        row = np.bincount(order[songs.emotions == each, 0], minlength=len(EMOTIONS))
        print(f"  {name:18} " + " ".join(f"{number:5}" for number in row))
    print(
        f"tempo within 4 % {near[:, 0].mean():.0%}, or a double, triple … {near.any(1).mean():.0%}"
    )
    print(f"mode right {modes.mean():.0%}")
    if options.refit:
        write(fit(songs.table, songs.moods, songs.emotions), factor, count)
        print(f"Written: {mood.WEIGHTS}")
    return int(any(figures[name] < asked for name, asked in ASKED.items()))


if __name__ == "__main__":
    sys.exit(main())
