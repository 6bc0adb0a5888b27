"""Pictures to train on, from FER-2013's CSV or from folders of images; kept for a quick start."""

import contextlib
import dataclasses
import hashlib
import os
import sys
import zipfile
from pathlib import Path

import numpy as np

from data.emotions import EMOTIONS
from training import fer2013, folders
from training.errors import TrainingError
from training.fer2013 import Faces

# Raised when what ``read`` makes of the same files changes.
CACHE_VERSION = 2
# Where the data names no pictures to choose the network by, so much of Training is taken for it;
# always the same ones, so that ``evaluate`` and ``convert`` find them again.
VALIDATION_SHARE = 0.1
VALIDATION_SEED = 2013


def read(path: Path, votes: Path | None = None) -> dict[str, Faces]:
    """Reads ``path``: FER-2013's CSV (.csv, .csv.gz), or a folder of images (``folders.py``).

    Where there are Training but no PublicTest pictures, a tenth of each emotion's becomes
    PublicTest, and a line on stderr says so.

    A CSV's second reading comes from an array in the user's cache folder, as long as neither
    file has changed. Raises TrainingError that names files and lines; nothing is skipped.
    """
    if path.is_dir():
        if votes is not None:
            raise TrainingError(f"--votes {votes}: belong to rows of FER-2013's CSV, not to {path}")
        return _with_validation(folders.read(path), path)
    cached = _cache_file(path, votes)
    splits = _load(cached) if cached is not None else None
    if not splits:
        splits = fer2013.read(path, votes)
        if cached is not None:
            _store(cached, splits)
    return _with_validation(splits, path)


def _with_validation(splits: dict[str, Faces], path: Path) -> dict[str, Faces]:
    if "PublicTest" in splits or "Training" not in splits:
        return splits
    faces = splits["Training"]
    if len(faces) < 2:
        raise TrainingError(f"{path}: one picture is too few, to train on and to validate by")
    random = np.random.default_rng(VALIDATION_SEED)
    chosen = np.zeros(len(faces), bool)
    for label in range(len(EMOTIONS)):
        rows = np.flatnonzero(faces.labels == label)
        chosen[random.permutation(rows)[: round(len(rows) * VALIDATION_SHARE)]] = True
    if not chosen.any():
        chosen[random.integers(len(faces))] = True
    print(
        f"{path}: has no pictures for validation; {chosen.sum()} of its {len(faces)} to train on, "
        "always the same, are kept for it.",
        file=sys.stderr,
    )
    return splits | {"Training": faces.of(~chosen), "PublicTest": faces.of(chosen)}


def _cache_file(path: Path, votes: Path | None) -> Path | None:
    """Where the array of these files lies; None where they cannot be looked at."""
    key = hashlib.sha256(str(CACHE_VERSION).encode())
    for file in (path, votes):
        if file is None:
            continue
        try:
            status = file.stat()
        except OSError:
            return None  # reading it will say why
        key.update(f"{file.resolve()}|{status.st_size}|{status.st_mtime_ns}".encode())
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "mood-kiosk" / f"fer2013-{key.hexdigest()[:16]}.npz"


def _load(file: Path) -> dict[str, Faces] | None:
    try:
        with np.load(file) as arrays:
            names = {name.split(".")[0] for name in arrays.files}
            return {
                usage: Faces(
                    **{
                        field.name: arrays[f"{usage}.{field.name}"]
                        for field in dataclasses.fields(Faces)
                        if f"{usage}.{field.name}" in arrays.files
                    }
                )
                for usage in fer2013.USAGES
                if usage in names
            }
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # not there yet, or cut short: it is made anew


def _store(file: Path, splits: dict[str, Faces]) -> None:
    arrays = {
        f"{usage}.{field.name}": getattr(faces, field.name)
        for usage, faces in splits.items()
        for field in dataclasses.fields(Faces)
        if getattr(faces, field.name) is not None
    }
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            np.savez(stream, **arrays)
        part.replace(file)
    except OSError:
        # A cache that cannot be kept costs only time.
        with contextlib.suppress(OSError):
            part.unlink()
