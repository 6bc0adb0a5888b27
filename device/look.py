"""Faces, mood and songs of pictures on disk, without a window."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data import catalogue, places
from data.emotions import EMOTIONS
from data.library.tags import shown
from device.cameras.pictures import photos_in, read_picture
from device.errors import PictureError
from device.music.recommender import Recommender
from device.options import VisionOptions
from device.vision.finder import Effort
from device.vision.sight import Sight


def look(photos: list[Path], as_json: bool, options: VisionOptions) -> int:
    """Prints what each photo says, a folder's in turn; 1 where one could not be read, else 0.

    Raises VisionError or MusicError when there is nothing to look or to recommend with.
    """
    sight = Sight.of(options)
    songs = catalogue.read_all(places.song_folders()).songs
    failed = False
    for photo, image, error in _pictures(photos):
        if image is None:
            failed = True
            print(error, file=sys.stderr)
            if as_json:
                print(json.dumps({"photo": shown(photo), "error": str(error)}), flush=True)
            continue
        # A recommender of its own for each photo, so that its songs do not hang on the others';
        # songs of the emotion itself, since a photo needs no lifting.
        result = _read(photo, image, sight, Recommender(songs, seed=0, mode="match"))
        print(json.dumps(result, ensure_ascii=False) if as_json else _as_text(result), flush=True)
    return int(failed)


def _pictures(given: list[Path]) -> Iterator[tuple[Path, np.ndarray | None, PictureError | None]]:
    """Each photo, with its picture or with what is wrong with it."""
    for path in given:
        try:
            photos = photos_in(path) if path.is_dir() else [path]
        except PictureError as error:
            yield path, None, error
            continue
        for photo in photos:
            try:
                yield photo, read_picture(photo), None
            except PictureError as error:
                yield photo, None, error


def _read(photo: Path, image, sight: Sight, recommender: Recommender) -> dict:
    face, _, reading, timings = sight.look(image, effort=Effort.PHOTO)
    emotion, offered = None, ()
    if reading is not None:
        emotion = EMOTIONS[reading.probabilities.argmax()]
        offered = recommender.five(emotion)
    return {
        "photo": shown(photo),
        "face": None if face is None else list(face.box),
        "emotion": emotion,
        "confidence": 0.0 if reading is None else round(float(reading.probabilities.max()), 4),
        "probabilities": {
            name: 0.0 if reading is None else round(float(reading.probabilities[index]), 4)
            for index, name in enumerate(EMOTIONS)
        },
        "songs": [
            {
                "id": song.id,
                "title": song.title,
                "artist": song.artist,
                "preview": shown(song.preview),
            }
            for song in offered
        ],
        "ms": {
            "detect": round(timings.detect, 2),
            "classify": round(timings.classify, 2),
            "total": round(timings.total, 2),
        },
    }


def _as_text(result: dict) -> str:
    if result["emotion"] is None:
        return f"{result['photo']}: no face found ({result['ms']['total']:.0f} ms)"
    lines = [
        f"{result['photo']}: {result['emotion']}, {result['confidence']:.0%} sure "
        f"({result['ms']['total']:.0f} ms)"
    ]
    for name, probability in result["probabilities"].items():
        lines.append(f"  {name:<9}{'█' * round(probability * 30):<30} {probability:4.0%}")
    lines += [f"  ♪ {song['title']} – {song['artist']}" for song in result["songs"]]
    return "\n".join(lines)
