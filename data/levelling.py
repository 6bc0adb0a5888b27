"""Previews all sound equally loud: −16 LUFS, true peak below −1 dBTP (ITU-R BS.1770-4)."""

import dataclasses
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from data import loudness

LOUDNESS, LOUDNESS_TOLERANCE = -16.0, 0.5
TRUE_PEAK = -1.0

_ROUNDS = 8  # of turning the level until the encoded preview measures right
_STUCK = 0.9  # of the error before: rounds that gain less would not get there
_CLOSE = 0.1  # LU or dB that count as on target while turning


class CannotLevelError(Exception):
    """Why audio cannot be brought to the loudness of all previews."""


@dataclasses.dataclass(frozen=True)
class Levelled:
    """A preview as measured after encoding; size in bytes, loudness in LUFS, true_peak in dBTP."""

    duration_s: float
    size: int
    loudness: float
    true_peak: float
    quality: float


def encode_to_fit(
    audio: np.ndarray,
    rate: int,
    target: Path,
    encode: Callable[[np.ndarray, float], None],
    qualities: Sequence[float],
    largest_bytes: int,
) -> Levelled:
    """Encodes at the first quality that fits, turning the level until the result measures right.

    audio: float (samples, channels), audible and 0.4 s long at least; encode: writes audio to
    target at a quality; qualities: of the encoder, the best first. Raises CannotLevelError.
    """
    import soundfile

    reason = (
        f"cannot be made {LOUDNESS} LUFS loud with its true peak below {TRUE_PEAK} dBTP in "
        f"{largest_bytes // 1000} kB; its quietest and its loudest places are too unlike"
    )
    gain, ceiling = LOUDNESS - loudness.integrated(audio, rate), TRUE_PEAK - 0.5
    loud = loudness.limit(audio * 10 ** (gain / 20), rate, ceiling)
    for quality in qualities:
        before = math.inf
        for _ in range(_ROUNDS):
            encode(loud, quality)
            size = target.stat().st_size
            if size > largest_bytes:
                break
            decoded, _ = soundfile.read(target, always_2d=True)
            heard, peak = loudness.integrated(decoded, rate), loudness.true_peak(decoded)
            if abs(heard - LOUDNESS) <= _CLOSE and peak <= TRUE_PEAK - _CLOSE:
                return Levelled(len(decoded) / rate, size, heard, peak, quality)
            # Where turning it up no longer helps, as with single clicks, the limiter takes it all.
            off = abs(heard - LOUDNESS)
            if off > LOUDNESS_TOLERANCE and off > _STUCK * before:
                raise CannotLevelError(reason)
            before = off
            gain += LOUDNESS - heard
            ceiling -= max(0.0, peak - (TRUE_PEAK - 2 * _CLOSE))
            loud = loudness.limit(audio * 10 ** (gain / 20), rate, ceiling)
    raise CannotLevelError(reason)
