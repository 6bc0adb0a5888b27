"""Pictures to train on from folders: ``train/happy/1.jpg``, as data sets are mostly handed around.

The splits' folders are called ``train``, ``validation`` (``val``, ``valid``) and ``test``, the
emotions' as in FER-2013 or as in other data sets (``anger``, ``happiness``), with or without
capitals. Emotions' folders without a split above them are all to train on. Names that begin with
a dot, and ``__MACOSX``, are passed over.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from data.emotions import EMOTIONS, named
from data.places import is_foreign
from training.errors import TrainingError
from training.fer2013 import SIDE, USAGES, Faces, listed, usage_of

ENDINGS = {".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".tif", ".tiff", ".webp"}


def read(folder: Path) -> dict[str, Faces]:
    """One ``Faces`` for each split that there is, in grey and 48 x 48, without votes.

    Raises TrainingError that names folders and pictures; what is passed over is told on stderr.
    """
    inside = _folders(folder)
    splits = [(usage, each) for each in inside if (usage := usage_of(each.name))]
    if not splits and any(named(each.name) for each in inside):
        splits = [("Training", folder)]
    elif ignored := [each.name for each in inside if not usage_of(each.name)]:
        print(f"{folder}: passed over: {', '.join(ignored)}", file=sys.stderr)
    files, faults = [], []
    for usage, split in splits:
        for inner in _folders(split):
            if emotion := named(inner.name):
                label = EMOTIONS.index(emotion)
                files += [(usage, label, file) for file in _pictures(inner)]
            else:
                faults.append(_no_emotion(inner))
    if not files and not faults:
        here = ", ".join(each.name for each in inside) or "none"
        raise TrainingError(
            f"{folder}: holds no train/<emotion>/*.jpg or *.png, such as train/happy/1.png; "
            f"the folders in it: {here}"
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
    faces = Faces(images, np.array([label for _, label, _ in files], np.int64))
    usages = np.array([usage for usage, _, _ in files])
    return {usage: faces.of(usages == usage) for usage in USAGES if (usages == usage).any()}


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not is_foreign(each.name))


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in ENDINGS and not is_foreign(file.name)
    )


def _no_emotion(folder: Path) -> str:
    what = "is not one of the emotions " + ", ".join(EMOTIONS)
    if folder.name.casefold() == "contempt":
        what = "is an emotion that this kiosk does not know"
    return f"{folder}: {what}; to train without it, rename it to “.{folder.name}”"


def _grey(file: Path) -> np.ndarray | None:
    content = np.fromfile(file, np.uint8)
    return cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
