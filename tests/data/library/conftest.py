import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 22050


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """Where ffmpeg is; skips the test where it is not."""
    found = shutil.which("ffmpeg")
    if found is None:
        pytest.skip("missing: ffmpeg")
    return found


@pytest.fixture(scope="session")
def make_music() -> Callable[..., np.ndarray]:
    """Makes chords with an attack on each beat, float (samples,) at 22.05 kHz."""

    def make(
        seconds: float = 17.0, tempo: float = 120.0, third: int = 4, level: float = 0.3
    ) -> np.ndarray:
        times = np.arange(round(seconds * RATE)) / RATE
        since_beat = times % (60 / tempo)
        tones = [
            np.sin(2 * np.pi * 261.63 * 2 ** (step / 12) * times) / (1 + at)
            for at, step in enumerate((0, 7, third))
        ]
        return level * sum(tones) / 2 * np.exp(-6 * since_beat)

    return make


@pytest.fixture(scope="session")
def encode(ffmpeg: str) -> Callable[..., None]:
    """Writes audio to a file in the format of its name, with tags."""

    def write(path: Path, audio: np.ndarray, **tags: str) -> None:
        wave = path.with_name("encode.tmp.wav")
        soundfile.write(wave, audio, RATE)
        words = [word for name, text in tags.items() for word in ("-metadata", f"{name}={text}")]
        command = [ffmpeg, "-nostdin", "-v", "error", "-y", "-i", wave, *words, path]
        subprocess.run(command, check=True, timeout=60)
        wave.unlink()

    return write
