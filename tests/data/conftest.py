import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from data import catalogue

RATE = 8000


@pytest.fixture(scope="session")
def make_ogg() -> Callable[..., bytes]:
    """Makes Ogg Vorbis of a tone: its length in seconds and its amplitude."""

    def make(seconds: float, amplitude: float = 0.1) -> bytes:
        times = np.arange(round(seconds * RATE)) / RATE
        file = io.BytesIO()
        tone = amplitude * np.sin(2 * np.pi * 440 * times)
        soundfile.write(file, tone, RATE, format="OGG", subtype="VORBIS")
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def preview(make_ogg: Callable[..., bytes]) -> bytes:
    """20 s of a tone in Ogg Vorbis."""
    return make_ogg(20)


@pytest.fixture
def make_row() -> Callable[..., dict[str, str]]:
    def make(name: str, **changes: str) -> dict[str, str]:
        return {
            "id": name,
            "title": f"Title of {name}",
            "artist": "Somebody",
            "album": "",
            "year": "1810",
            "duration_s": "20",
            "preview": f"previews/{name}.ogg",
            "preview_start_s": "0",
            "valence": "0.5",
            "arousal": "1",
            "tempo_bpm": "",
            "mode": "minor",
            "licence": "MIT",
            "source": f"imported/{name}.mp3",
            "source_sha256": "",
            "mood_by": "hand",
            "enabled": "yes",
            **changes,
        }

    return make


@pytest.fixture
def library(tmp_path: Path, preview: bytes, make_row: Callable[..., dict[str, str]]) -> Path:
    """A data folder with five happy songs, happy-0 to happy-4, in lines 2 to 6."""
    for name in ("songs", "previews", "scores"):
        (tmp_path / name).mkdir()
    rows = [make_row(f"happy-{number}") for number in range(5)]
    for row in rows:
        (tmp_path / row["preview"]).write_bytes(preview)
    catalogue.write(tmp_path / "songs" / "happy.csv", rows)
    return tmp_path


@pytest.fixture
def change(library: Path) -> Callable[..., None]:
    """Changes columns of happy-2, in line 4, past all that would refuse it."""

    def apply(**changes: str) -> None:
        path = library / "songs" / "happy.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        rows[2].update(changes)
        catalogue.write(path, rows)

    return apply
