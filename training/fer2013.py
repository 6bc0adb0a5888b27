"""Reading FER-2013 and the FER+ votes.

FER-2013 (Goodfellow et al., "Challenges in Representation Learning", ICML 2013) is one CSV with
the columns ``emotion,pixels,Usage``: a label 0 to 6, 48 x 48 grey values separated by spaces, and
``Training``, ``PublicTest`` or ``PrivateTest``. Kaggle gives the same as ``icml_face_data.csv``,
with spaces in the header, and as ``train.csv``, without ``Usage``.

FER+ (Barsoum et al., "Training Deep Networks for Facial Expression Recognition with
Crowd-Sourced Label Distribution", ICMI 2016) is a second CSV whose row i holds ten people's votes
for row i of the first.
"""

import dataclasses
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from data.emotions import EMOTIONS, named
from training.errors import TrainingError

SIDE = 48
USAGES = ("Training", "PublicTest", "PrivateTest")
_FOLDERS = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
# What others call the three, in folders and in the column Usage.
_USAGE_OF = (
    dict.fromkeys(("train", "training"), "Training")
    | dict.fromkeys(("validation", "valid", "val", "dev", "publictest"), "PublicTest")
    | dict.fromkeys(("test", "testing", "privatetest"), "PrivateTest")
)

# The ten columns of FER+ in its own order, which decides ties, and the seven of them that FER-2013
# knows, in FER-2013's order. Contempt, unknown and NF (not a face) have no counterpart.
VOTE_COLUMNS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
VOTES_OF_EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
NO_MAJORITY = -1

FAULTS_SHOWN = 10


@dataclasses.dataclass(frozen=True)
class Faces:
    """One split of FER-2013.

    images: uint8 (N, 48, 48), grey.
    labels: int64 (N,), 0 to 6, FER-2013's label.
    majority: int64 (N,), FER+ majority 0 to 6, or -1 where it is contempt, unknown or not a
        face; None when no votes were given.
    votes: float32 (N, 7), FER+ votes for the seven emotions; None when no votes were given.
    """

    images: np.ndarray
    labels: np.ndarray
    majority: np.ndarray | None = None
    votes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, rows: np.ndarray) -> "Faces":
        """These rows alone; ``rows`` are indices or booleans, (N,)."""
        return Faces(
            self.images[rows],
            self.labels[rows],
            None if self.majority is None else self.majority[rows],
            None if self.votes is None else self.votes[rows],
        )


def read(path: Path, votes: Path | None = None) -> dict[str, Faces]:
    """Reads FER-2013 (``path``, .csv or .csv.gz) and, if given, the FER+ votes beside it.

    Returns one ``Faces`` for each usage that occurs in the file.
    Raises TrainingError naming file, line and value of the first faults; nothing is skipped.
    """
    table = _read_table(path, ("emotion", "pixels"))
    if "usage" not in table.columns:
        table["usage"] = "Training"
    images = np.empty((len(table), SIDE, SIDE), np.uint8)
    faults = []
    labels = pd.to_numeric(table["emotion"].map(_number), errors="coerce")
    usages = table["usage"].map(usage_of)
    good_labels = labels.isin(range(len(EMOTIONS)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # numpy 1 only warns where text is not a number
        for row, (emotion, pixels, usage) in enumerate(
            zip(table["emotion"], table["pixels"], table["usage"], strict=True)
        ):
            fault = None
            if not good_labels.iat[row]:
                fault = f"emotion is {emotion!r}, not a number from 0 to {len(EMOTIONS) - 1}"
            elif usages.iat[row] is None:
                fault = f"Usage is {usage!r}, not one of {', '.join(USAGES)}"
            else:
                fault = _parse_pixels(pixels, images[row])
            if fault:
                faults.append(f"{path}, line {row + 2}: {fault}")
    if faults:
        raise TrainingError(listed(faults))

    majority = counts = None
    if votes is not None:
        majority, counts = _read_votes(votes, len(table), path)
    labels = labels.to_numpy(np.int64)
    splits = {}
    for usage in USAGES:
        rows = (usages == usage).to_numpy()
        if rows.any():
            splits[usage] = Faces(images, labels, majority, counts).of(rows)
    return splits


def split(splits: dict[str, Faces], name: str, path: Path) -> Faces:
    """The split called ``name``; TrainingError when file or folder have none of its pictures."""
    if name not in splits and path.is_dir():
        here = ", ".join(_FOLDERS[usage] for usage in splits)
        raise TrainingError(f"{path}: has no folder {_FOLDERS.get(name, name)}, only {here}")
    if name not in splits:
        raise TrainingError(f"{path}: has no {name} rows, only {', '.join(splits)}")
    return splits[name]


def usage_of(name: str) -> str | None:
    """FER-2013's own name of a split, from what others call it (``val``, ``Test``), or None."""
    return _USAGE_OF.get(name.strip().casefold())


def _number(emotion: str) -> str | int:
    return EMOTIONS.index(name) if (name := named(emotion)) else emotion


def _parse_pixels(text: str, out: np.ndarray) -> str | None:
    try:
        values = np.fromstring(text, dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):
        return f"pixels are not numbers between spaces: {text[:40]!r} …"
    if values.size != SIDE * SIDE:
        return f"{values.size} pixels, not {SIDE * SIDE} ({SIDE} x {SIDE})"
    if values.min() < 0 or values.max() > 255:
        return f"a pixel of {values.min() if values.min() < 0 else values.max()}, not 0 to 255"
    out[:] = values.reshape(SIDE, SIDE)
    return None


def _read_votes(path: Path, rows: int, of: Path) -> tuple[np.ndarray, np.ndarray]:
    table = _read_table(path, VOTE_COLUMNS)[[name.casefold() for name in VOTE_COLUMNS]]
    votes = table.apply(pd.to_numeric, errors="coerce")
    bad = ~(votes >= 0).all(axis=1)
    if bad.any():
        raise TrainingError(
            listed(
                [
                    f"{path}, line {row + 2}: votes are {', '.join(table.iloc[row])}, "
                    "not ten numbers from 0 up"
                    for row in np.flatnonzero(bad)
                ]
            )
        )
    if len(votes) < rows:
        raise TrainingError(
            f"{path}: {len(votes)} rows of votes for {rows} pictures of {of}; "
            "row i must hold the votes for picture i"
        )
    # Votes for the rows that this copy of FER-2013 does not hold stand at the end and are left.
    votes = votes.to_numpy(np.float32)[:rows]
    ours = [VOTE_COLUMNS.index(name) for name in VOTES_OF_EMOTIONS]
    label_of_column = np.full(len(VOTE_COLUMNS), NO_MAJORITY)
    label_of_column[ours] = range(len(ours))
    return label_of_column[votes.argmax(axis=1)], votes[:, ours]


def _read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """All cells as text, under the columns' names without spaces and capitals."""
    try:
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig"
        )
    except FileNotFoundError:
        raise TrainingError(f"{path}: there is no such file") from None
    except (OSError, EOFError, ValueError, pd.errors.ParserError) as error:
        raise TrainingError(f"{path}: cannot be read as CSV: {error}") from None
    found = ", ".join(table.columns[:12])
    table.columns = table.columns.str.strip().str.casefold()
    missing = [name for name in columns if name.casefold() not in table.columns]
    if missing:
        raise TrainingError(f"{path}, line 1: no column {', '.join(missing)}; found {found}")
    # Only lines at the end may be empty: votes belong to pictures by their number.
    filled = np.flatnonzero((table.fillna("") != "").any(axis=1))
    return table.iloc[: filled[-1] + 1 if len(filled) else 0].fillna("")


def listed(faults: list[str]) -> str:
    """The first faults, a line each, and how many more there are."""
    shown = "\n".join(faults[:FAULTS_SHOWN])
    left = len(faults) - FAULTS_SHOWN
    return shown + (f"\n… and {left} more" if left > 0 else "")
