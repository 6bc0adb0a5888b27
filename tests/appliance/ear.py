"""Tells from a piece of a recording which of some songs it is from."""

from pathlib import Path

import numpy as np
from scipy import fft
from scipy.signal import resample_poly

# Below 2.7 kHz the songs are themselves, and an eighth of the samples is soon searched.
SLOWER = 8
# Of a piece and its place in a song, their correlation; other songs reach 0.6.
ALIKE = 0.9
PIECES, NEEDED = 5, 4
AUDIBLE = 0.01
ENERGY_FLOOR = 1e-6  # so that silence is like nothing


class Ear:
    """Knows the songs of a folder with ``.ogg`` files of so many samples a second."""

    def __init__(self, folder: Path, rate: int) -> None:
        import soundfile

        paths = sorted(folder.glob("*.ogg"))
        songs = []
        for path in paths:
            audio, its_rate = soundfile.read(path, always_2d=True)
            assert its_rate == rate, path
            songs.append(_slow(audio))
        self._names = [path.stem for path in paths]
        self._size = fft.next_fast_len(max(map(len, songs)) + rate // SLOWER, real=True)
        padded = np.stack([np.pad(song, (0, self._size - len(song))) for song in songs])
        self._spectra = fft.rfft(padded, axis=1)
        self._energy = np.cumsum(np.pad(padded.astype(float) ** 2, ((0, 0), (1, 0))), axis=1)

    def recognise(self, audio: np.ndarray) -> str | None:
        """The song's file without ``.ogg``, or None. audio: float (samples, channels), up to 1 s.

        In pieces, because a sound card and a recording may not keep quite the same time.
        """
        pieces = np.array_split(_slow(audio), PIECES)
        found = [self._most_alike(piece) for piece in pieces if np.abs(piece).max() > AUDIBLE]
        name = max(found, key=found.count, default=None)
        return name if found.count(name) >= NEEDED else None

    def _most_alike(self, piece: np.ndarray) -> str | None:
        # Correlation by way of the Fourier transform; what wraps around is left out.
        size = len(piece)
        product = self._spectra * np.conj(fft.rfft(piece, self._size))
        alike = fft.irfft(product, self._size, axis=1)[:, : self._size - size + 1]
        energy = (self._energy[:, size:] - self._energy[:, :-size]).clip(ENERGY_FLOOR)
        best = (alike / np.sqrt(energy * (piece @ piece))).max(axis=1)
        return self._names[best.argmax()] if best.max() > ALIKE else None


def _slow(audio: np.ndarray) -> np.ndarray:
    return resample_poly(audio.mean(axis=1), 1, SLOWER).astype(np.float32)
