"""Pictures to train on, from FER-2013's CSV or from folders of images; kept for a quick start."""

import contextlib
import dataclasses
import hashlib
import os
import zipfile
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from data.emotions import EMOTIONS
from training import fer2013
from training.errors import TrainingError
from training.fer2013 import SIDE, Faces, listed

# What the split of each folder is called in FER-2013's own terms.
SPLIT_FOLDERS = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
ENDINGS = {".jpg", ".jpeg", ".png"}
# Raised when what ``read`` makes of the same files changes.
CACHE_VERSION = 1


def read(path: Path, votes: Path | None = None) -> dict[str, Faces]:
    """Reads ``path``: FER-2013's CSV (.csv, .csv.gz), or a folder of images.

    A folder holds ``train/<emotion>/*.jpg|png`` and, if wanted, ``validation`` (taken as
    PublicTest) and ``test`` (PrivateTest) in the same way. Images become grey, 48 x 48. FER+ votes
    belong to the CSV's rows, so they cannot be given with a folder.

    A CSV's second reading comes from an array in the user's cache folder, as long as neither
    file has changed. Raises TrainingError that names files and lines; nothing is skipped.
    """
    if path.is_dir():
        if votes is not None:
            raise TrainingError(f"--votes {votes}: belong to rows of FER-2013's CSV, not to {path}")
        return _read_folder(path)
    cached = _cache_file(path, votes)
    if cached is not None and (splits := _load(cached)):
        return splits
    splits = fer2013.read(path, votes)
    if cached is not None:
        _store(cached, splits)
    return splits


def _read_folder(folder: Path) -> dict[str, Faces]:
    files, faults = [], []
    for name, usage in SPLIT_FOLDERS.items():
        for inner in sorted((folder / name).glob("*/")):
            if inner.name.casefold() not in EMOTIONS:
                faults.append(f"{inner}: is not one of the emotions {', '.join(EMOTIONS)}")
                continue
            label = EMOTIONS.index(inner.name.casefold())
            pictures = (file for file in inner.iterdir() if file.suffix.lower() in ENDINGS)
            files += [(usage, label, file) for file in sorted(pictures)]
    if not files and not faults:
        raise TrainingError(
            f"{folder}: holds no train/<emotion>/*.jpg or *.png, such as train/happy/1.png"
        )
    images = np.zeros((len(files), SIDE, SIDE), np.uint8)
    for row, (_, _, file) in enumerate(tqdm(files, "Reading images", unit="image", delay=1)):
        image = _grey(file)
        if image is None:
            faults.append(f"{file}: cannot be read as an image")
        else:
            images[row] = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    if faults:
        raise TrainingError(listed(faults))
    labels = np.array([label for _, label, _ in files], np.int64)
    usages = np.array([usage for usage, _, _ in files])
    return {
        usage: Faces(images[usages == usage], labels[usages == usage])
        for usage in SPLIT_FOLDERS.values()
        if (usages == usage).any()
    }


def _grey(file: Path) -> np.ndarray | None:
    content = np.fromfile(file, np.uint8)
    return cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None


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
