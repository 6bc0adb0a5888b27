"""Loudness and true peak after ITU-R BS.1770-4, and a limiter. Audio is float (samples, channels).

Loudness is in LUFS, true peak in dBTP: decibels relative to full scale, between the samples too.
"""

import math

import numpy as np

# BS.1770-4, annex 2: four times as many samples show a peak to within 0.6 dB at 44.1 kHz.
_OVERSAMPLING = 4
_LOOK_AHEAD_S = 0.005


def integrated(audio: np.ndarray, rate: int) -> float:
    """Integrated loudness in LUFS, −inf for silence. The audio must last 0.4 s at least."""
    import pyloudnorm

    return float(pyloudnorm.Meter(rate).integrated_loudness(audio))


def true_peak(audio: np.ndarray) -> float:
    """Highest true peak of all channels in dBTP, −inf for silence."""
    highest = float(_peaks(audio.astype(np.float32)).max(initial=0.0))
    return 20 * math.log10(highest) if highest > 0 else -math.inf


def limit(audio: np.ndarray, rate: int, ceiling: float) -> np.ndarray:
    """Turns the audio down around every true peak above the ceiling (dBTP), and nowhere else."""
    from scipy.ndimage import convolve1d, minimum_filter1d

    reach = round(_LOOK_AHEAD_S * rate)
    needed = np.minimum(1.0, 10 ** (ceiling / 20) / np.maximum(_peaks(audio), 1e-9))
    # No sample of the smoothed gain can exceed what is needed there: all that the window averages
    # is, by the minimum over the same reach, no higher than that.
    held = minimum_filter1d(needed, 2 * reach + 1, mode="nearest")
    window = np.hanning(2 * reach + 3)[1:-1]
    gain = convolve1d(held, window / window.sum(), mode="nearest")
    return audio * gain[:, np.newaxis]


def _peaks(audio: np.ndarray) -> np.ndarray:
    """For each sample, the highest of all channels from it up to the next sample."""
    from scipy.signal import resample_poly

    dense = np.abs(resample_poly(np.ascontiguousarray(audio.T), _OVERSAMPLING, 1, axis=1))
    return dense.max(axis=0).reshape(-1, _OVERSAMPLING).max(axis=1)
