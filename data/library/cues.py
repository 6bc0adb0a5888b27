"""What of a piece's sound carries its mood.

The cues are those of Gabrielsson & Lindström, "The role of structure in the musical expression of
emotions", in Handbook of Music and Emotion (2010), as far as sound tells them: tempo, density,
articulation, dynamics, timbre, register, consonance, tonality and mode. All but the loudness stay
the same when a piece is played louder.
"""

import dataclasses
import itertools

import numpy as np

from data import loudness
from data.library.sound import RATE, SoundError, mono, spectra

_WINDOW, _HOP = 2048, 512  # samples of an analysis frame, 46 ms, and from one to the next
_FRAMES_A_SECOND = RATE / _HOP
_LONG_WINDOW, _LONG_HOP = 8192, 2048  # where neighbouring semitones must be told apart
_SILENT_LUFS = -60.0
_SOUNDING_DB = 35.0  # below the loud frames; what is softer is reverberation and hiss
_FLOOR_DB = 60.0
_ONSET_DB = 0.7  # above the mean rise of 0.8 s
_USUAL_TEMPO, _USUAL_OCTAVES = 135, 0.8  # beats a minute, and a standard deviation of them

# Albrecht & Shanahan, "The use of large corpora to train a new type of key-finding algorithm",
# Music Perception 31 (2013): how often each pitch class sounds in a key, from the tonic up.
_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)


@dataclasses.dataclass(frozen=True)
class Cues:
    """How an excerpt sounds; the columns in a library's database have the same names.

    tempo: beats a minute. onsets: notes or chords a second. pulse: how regular they are, 0 to 1.
    articulation: change of the level in 12 ms, dB; legato is low. change: how unlike spectra 46 ms
    apart are, 0 to 1. dynamics: standard deviation of the level, dB. loudness: LUFS, before
    levelling. percussive: share of the energy in what is short and wide, 0 to 1. brightness:
    spectral centroid, log2 Hz. variety: its standard deviation, octaves. roughness: of the
    partials' beating, 0 is none. register: mean pitch of the partials, log2 Hz. clarity: how well
    the best key fits each 4 s, −1 to 1. majorness: how much better the best major key fits than the
    best minor one, −1 to 1.
    """

    tempo: float
    onsets: float
    pulse: float
    articulation: float
    change: float
    dynamics: float
    loudness: float
    percussive: float
    brightness: float
    variety: float
    roughness: float
    register: float
    clarity: float
    majorness: float


def measure(piece: np.ndarray) -> Cues:
    """The cues of float32 (samples, 2) audio. Raises SoundError if it is too quiet to have any."""
    heard = loudness.integrated(piece, RATE)
    if heard < _SILENT_LUFS:
        raise SoundError("is silent")
    signal = mono(piece)
    frames = spectra(signal, _WINDOW, _HOP)
    level = 10 * np.log10((frames**2).sum(axis=1) + 1e-9)
    sounding = level > np.percentile(level, 95) - _SOUNDING_DB
    brightness = _brightness(frames[sounding])
    return Cues(
        loudness=heard,
        articulation=float(np.abs(np.diff(level[sounding])).mean()),
        dynamics=float(level[sounding].std()),
        change=_change(frames, sounding),
        percussive=_percussive(frames[::2]),
        brightness=float(brightness.mean()),
        variety=float(brightness.std()),
        **_rhythm(_novelty(frames)),
        **_tonality(spectra(signal, _LONG_WINDOW, _LONG_HOP)),
    )


def _novelty(frames: np.ndarray) -> np.ndarray:
    """Rise of the level in dB, mean of 40 bands, smoothed: (frames − 2,).

    Bello et al., "A tutorial on onset detection in music signals", IEEE TSAP 13 (2005).
    """
    from scipy.ndimage import gaussian_filter1d

    edges = np.searchsorted(np.fft.rfftfreq(_WINDOW, 1 / RATE), np.geomspace(60, 12_000, 41))
    power = frames**2
    bands = np.stack(
        [power[:, low : max(high, low + 1)].sum(axis=1) for low, high in itertools.pairwise(edges)],
        axis=1,
    )
    full = np.percentile(bands.sum(axis=1), 95) + 1e-12
    levels = 10 * np.log10(np.maximum(bands / full, 10 ** (-_FLOOR_DB / 10)))
    return gaussian_filter1d(np.maximum(levels[2:] - levels[:-2], 0).mean(axis=1), 1.0)


def _rhythm(novelty: np.ndarray) -> dict[str, float]:
    """Tempo, onsets and pulse.

    Tempo after Ellis, "Beat tracking by dynamic programming", Journal of New Music Research 36
    (2007): an interval counts by its autocorrelation and those of its double and fourfold, weighed
    by how usual a tempo is. Pulse after Lartillot et al., "Multi-feature modeling of pulse
    clarity", ISMIR 2008: the highest autocorrelation of beats 0.25 to 1.5 s apart.
    """
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks

    above = novelty - uniform_filter1d(novelty, round(0.8 * _FRAMES_A_SECOND))
    peaks, _ = find_peaks(above, height=_ONSET_DB, distance=round(0.06 * _FRAMES_A_SECOND))
    beats = slice(round(0.25 * _FRAMES_A_SECOND), round(1.5 * _FRAMES_A_SECOND))
    alike = _autocorrelation(np.maximum(above, 0))
    tempi = np.geomspace(40, 220, 400)
    intervals = 60 * _FRAMES_A_SECOND / tempi
    strength = sum(
        np.interp(times * intervals, np.arange(len(alike)), alike) / times for times in (1, 2, 4)
    )
    usual = np.exp(-0.5 * (np.log2(tempi / _USUAL_TEMPO) / _USUAL_OCTAVES) ** 2)
    return {
        "tempo": float(tempi[(strength * usual).argmax()]),
        "onsets": len(peaks) / (len(novelty) / _FRAMES_A_SECOND),
        "pulse": float(_autocorrelation(novelty)[beats].max()),
    }


def _autocorrelation(signal: np.ndarray) -> np.ndarray:
    """1 at lag 0, of a signal whose mean is taken away; (samples,)."""
    from scipy.signal import correlate

    even = signal - signal.mean()
    lags = correlate(even, even, mode="full", method="fft")[len(even) - 1 :]
    return lags / max(lags[0], 1e-12)


def _change(frames: np.ndarray, sounding: np.ndarray) -> float:
    """One less the cosine of spectra 46 ms apart, mean over the sounding frames."""
    shapes = frames / np.maximum(np.linalg.norm(frames, axis=1, keepdims=True), 1e-9)
    alike = np.einsum("ij,ij->i", shapes[4:], shapes[:-4])[sounding[4:]]
    return float(1 - alike.mean())


def _percussive(frames: np.ndarray) -> float:
    """Share of the energy below 8.6 kHz that is percussive.

    Fitzgerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
    """
    from scipy.ndimage import median_filter

    part = frames[:, :400]
    harmonic = median_filter(part, (17, 1)) ** 2
    percussive = median_filter(part, (1, 17)) ** 2
    energy = part**2
    share = percussive / (percussive + harmonic + 1e-12)
    return float((share * energy).sum() / max(energy.sum(), 1e-12))


def _brightness(frames: np.ndarray) -> np.ndarray:
    """Centroid of each frame's energy, log2 Hz; that of magnitudes would be the hiss's."""
    power = frames**2
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE).astype(np.float32)
    centroids = (power @ frequencies) / np.maximum(power.sum(axis=1), 1e-9)
    return np.log2(np.maximum(centroids, 20))


def _tonality(frames: np.ndarray) -> dict[str, float]:
    """Register, roughness, clarity and majorness, from the peaks of the spectra."""
    frequencies = np.fft.rfftfreq(_LONG_WINDOW, 1 / RATE)
    middle = frames[:, 1:-1]
    peaks = np.zeros_like(frames)
    is_peak = (middle > frames[:, :-2]) & (middle >= frames[:, 2:])
    peaks[:, 1:-1] = np.where(is_peak, middle, 0)
    heard = (frequencies > 60) & (frequencies < 4200)
    peaks, frequencies = peaks[:, heard], frequencies[heard]
    peaks[peaks < 0.02 * peaks.max(axis=1, keepdims=True)] = 0
    strength = peaks.sum(axis=1)
    loud = strength > 0.03 * np.percentile(strength, 95)
    peaks, strength = peaks[loud], strength[loud]
    pitch = np.rint(12 * np.log2(frequencies / 440) + 9).astype(int) % 12
    low = frequencies < 1000
    classes = np.stack([peaks[:, low & (pitch == each)].sum(axis=1) for each in range(12)], 1)
    # Each frame counts the same, loud or quiet.
    chroma = classes / np.maximum(classes.sum(axis=1, keepdims=True), 1e-9)
    width = round(4 * RATE / _LONG_HOP)
    starts = range(0, max(1, len(chroma) - width // 2), width // 2)
    fits = [_keys(chroma[at : at + width].mean(axis=0)) for at in starts]
    major, minor = _keys(chroma.mean(axis=0))
    return {
        "register": float((peaks @ np.log2(frequencies) / strength).mean()),
        "roughness": float(np.mean([_roughness(each, frequencies) for each in peaks[::3]])),
        "clarity": float(np.mean([max(each) for each in fits])),
        "majorness": major - minor,
    }


def _keys(chroma: np.ndarray) -> tuple[float, float]:
    """How well the best major and the best minor key correlate with the pitch classes (12,)."""
    if chroma.std() < 1e-9:
        return 0.0, 0.0
    major, minor = (
        max(np.corrcoef(chroma, np.roll(profile, key))[0, 1] for key in range(12))
        for profile in (_MAJOR, _MINOR)
    )
    return float(major), float(minor)


def _roughness(peaks: np.ndarray, frequencies: np.ndarray) -> float:
    """Of the 20 strongest peaks of a spectrum whose squares sum to one.

    Sethares, "Local consonance and the relationship between timbre and scale", Journal of the
    Acoustical Society of America 94 (1993).
    """
    strongest = np.sort(np.argsort(peaks)[-20:])
    pitch, strength = frequencies[strongest], peaks[strongest] / max(np.linalg.norm(peaks), 1e-9)
    apart = np.abs(pitch[:, np.newaxis] - pitch)
    scaled = apart * 0.24 / (0.021 * np.minimum(pitch[:, np.newaxis], pitch) + 19)
    beating = np.exp(-3.5 * scaled) - np.exp(-5.75 * scaled)
    return float((np.minimum(strength[:, np.newaxis], strength) * beating).sum() / 2)
