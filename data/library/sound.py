"""From a music file to its best 25 seconds: decoding, choosing, writing.

Audio is float32 (samples, 2) at 44.1 kHz, full scale ±1, unless it says otherwise.
"""

import dataclasses
import errno
import hashlib
import math
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from data import levelling

RATE = 44100
EXCERPT_S = 25.0
SHORTEST_S = 15.0
LONGEST_S = 900.0  # of a file is looked at: an hour's mix would fill a Raspberry Pi's memory
LARGEST_BYTES = 700_000  # of one preview

_TIME_LIMIT_S = 300.0
_HOP = 1024  # samples from one analysis frame to the next, 23 ms
_WINDOW = 2048
_SKIPPED = 0.05  # of the file at either end: intros, applause, fades
_SNAP_S = 1.5  # how far the start may move to meet an onset
_FADE_IN_S, _FADE_OUT_S = 0.03, 1.5
_SILENT_LUFS = -60.0
_CANCELLED = 0.2  # of the louder channel's power; one channel alone leaves 0.25 in the mean
_COMPRESSION = (0.8, 0.95)  # of libsndfile: about 96 and 64 kbit/s Vorbis
_BLOCK = 65_536  # libsndfile's Vorbis encoder keeps a block on the stack

# How ffmpeg names who speaks: [mp3float @ 0x55d0], [aist#0:0/mp3 @ 0x55d0] [dec:mp3float @ 0x…].
_ADDRESS = re.compile(r"\[[^\]]* @ 0x[0-9a-f]+\] *")
_SPEAKER = re.compile(r"(?:\[[^\]]*\] *)*\[(?:dec:)?([^\] ]+) @ 0x[0-9a-f]+\] *(.*)")
_AUDIO_DECODERS = re.compile(
    r"(?:mp[123]|aac|flac|vorbis|opus|lib|wma|pcm|adpcm|alac|e?ac3|dca|ape|tta|wavpack|amr|speex)\w*"
)
_OF_TAGS = re.compile(
    r"picture|attached|comment|\btags?\b|id3|mime|metadata|chapter", re.IGNORECASE
)


class SoundError(Exception):
    """Why a file's sound cannot be used. passing: whether another try may go better."""

    def __init__(self, reason: str, passing: bool = False):
        super().__init__(reason)
        self.passing = passing


@dataclasses.dataclass(frozen=True, eq=False)
class Decoded:
    """A file's sound. audio: int16 (samples, 2); sha256: of those bytes, in hex.

    complaint: what ffmpeg's audio decoder said about damage, or empty.
    """

    audio: np.ndarray
    sha256: str
    complaint: str


def decode(path: Path) -> Decoded:
    """Decodes up to ``LONGEST_S`` of a file's first audio stream. Raises SoundError."""
    # A file of text could be a play list; the protocols keep ffmpeg from following it anywhere.
    # "file:" keeps it from taking a name such as "concat:a" for something else.
    command = [
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error"),
        *("-protocol_whitelist", "file,pipe", "-i", f"file:{path}", "-map", "0:a:0", "-vn"),
        *("-t", str(LONGEST_S), "-ac", "2", "-ar", str(RATE), "-f", "s16le", "pipe:1"),
    ]
    with tempfile.TemporaryFile(prefix="import-") as pcm:
        try:
            run = subprocess.run(
                command, stdout=pcm, stderr=subprocess.PIPE, timeout=_TIME_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            reason = f"ffmpeg took more than {_TIME_LIMIT_S:.0f} s"
            raise SoundError(reason, passing=True) from error
        said = run.stderr.decode("utf-8", "replace").replace(f"file:{path}", "the file")
        if os.strerror(errno.ENOSPC) in said:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), tempfile.gettempdir())
        frames = pcm.seek(0, 2) // 4
        if frames:
            audio = np.memmap(pcm, dtype="<i2", mode="r", shape=(frames, 2))
        else:
            audio, said = _decode_otherwise(path, _why_none(said)), ""
    return Decoded(audio, hashlib.sha256(audio).hexdigest(), _complaint(said))


def _complaint(said: str) -> str:
    """What an audio decoder complained of last. Covers, tags and other streams are no sound."""
    told = ""
    for line in said.splitlines():
        speaker = _SPEAKER.match(line)
        if speaker and _AUDIO_DECODERS.fullmatch(speaker[1]) and not _OF_TAGS.search(speaker[2]):
            told = speaker[2].strip()
        elif not told and re.search("(decoding stream|submitting packet).*: ", line):
            told = line.rpartition(": ")[2]
    return told


def _why_none(said: str) -> str:
    """Why ffmpeg found no sound, without its advice on how to call it, and its addresses."""
    if "matches no streams" in said:
        return "it has no sound"
    lines = [_ADDRESS.sub("", line).strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not line.startswith("To ignore this")]
    return lines[-1].removeprefix("the file: ") if lines else ""


def _decode_otherwise(path: Path, complaint: str) -> np.ndarray:
    """Decodes with libsndfile, which plays some Ogg files that ffmpeg takes for broken."""
    import soundfile
    from scipy.signal import resample_poly

    try:
        with path.open("rb") as raw, soundfile.SoundFile(raw) as file:
            rate = file.samplerate
            audio = file.read(round(LONGEST_S * rate), dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        reason = f"holds no audio that ffmpeg can decode ({complaint or 'empty'})"
        raise SoundError(reason) from error
    if rate != RATE:
        shared = math.gcd(rate, RATE)
        audio = resample_poly(audio.astype(np.float32), RATE // shared, rate // shared, axis=0)
        audio = np.clip(np.rint(audio), -32768, 32767).astype(np.int16)
    return np.ascontiguousarray(audio[:, [0, min(1, audio.shape[1] - 1)]], dtype="<i2")


def excerpt(audio: np.ndarray) -> tuple[np.ndarray, float]:
    """The best 25 s of int16 audio, and the second at which they start, on an onset.

    Best is the highest mean of loudness and onset flux, each relative to its highest in the file,
    with the first and the last 5 % left out; of a short file nearly all. Raises SoundError for
    one that is shorter than ``SHORTEST_S`` or silent.
    """
    duration = len(audio) / RATE
    if duration < SHORTEST_S:
        raise SoundError(f"lasts {duration:.1f} s; {SHORTEST_S:.0f} s are the least")
    level, flux = _level_and_flux(audio)
    if level.max(initial=0.0) < 10 ** (_SILENT_LUFS / 20):
        raise SoundError("is silent")
    length_s = min(EXCERPT_S, max(SHORTEST_S, (1 - 2 * _SKIPPED) * duration))
    margin_s = min(_SKIPPED * duration, (duration - length_s) / 2)
    frames_a_second = RATE / _HOP
    width = min(len(level), max(1, int(length_s * frames_a_second)))
    first = math.ceil(margin_s * frames_a_second)
    last = max(first, int((duration - margin_s - length_s) * frames_a_second))

    def mean(values: np.ndarray) -> np.ndarray:
        sums = np.cumsum(np.concatenate(([0.0], values)))
        return (sums[width:] - sums[:-width])[first : last + 1]

    loud, lively = mean(level), mean(flux)
    worth = loud / max(loud.max(initial=0.0), 1e-9) + lively / max(lively.max(initial=0.0), 1e-9)
    best = first + int(worth.argmax()) if worth.size else first
    reach = int(_SNAP_S * frames_a_second)
    near = flux[max(first, best - reach) : min(last, best + reach) + 1]
    if near.size:
        best = max(first, best - reach) + int(near.argmax())
    # The frame in which the flux is highest ends after the onset: begin a frame before it.
    start = max(0, best - 1) * _HOP
    piece = audio[start : start + round(length_s * RATE)].astype(np.float32) / 32768
    # A constant offset is not heard, but takes the room that levelling needs.
    return piece - piece.mean(axis=0), start / RATE


def write_preview(piece: np.ndarray, target: Path) -> levelling.Levelled:
    """Fades an excerpt, levels it and writes it as Ogg Vorbis. Raises CannotLevelError."""
    import soundfile

    faded = piece.astype(np.float64)
    for seconds, step in ((_FADE_IN_S, 1), (_FADE_OUT_S, -1)):
        ramp = round(seconds * RATE)
        rise = 0.5 - 0.5 * np.cos(np.linspace(0, math.pi, ramp))
        faded[::step][:ramp] *= rise[:, np.newaxis]

    def encode(loud: np.ndarray, compression: float) -> None:
        with soundfile.SoundFile(
            target, "w", RATE, 2, "VORBIS", format="OGG", compression_level=compression
        ) as file:
            for at in range(0, len(loud), _BLOCK):
                file.write(loud[at : at + _BLOCK])

    return levelling.encode_to_fit(faded, RATE, target, encode, _COMPRESSION, LARGEST_BYTES)


def spectra(signal: np.ndarray, window: int, hop: int) -> np.ndarray:
    """Magnitudes of float32 (samples,) audio, float32 (frames, window // 2 + 1)."""
    from scipy.fft import rfft

    if len(signal) < window:
        signal = np.pad(signal, (0, window - len(signal)))
    frames = np.lib.stride_tricks.sliding_window_view(signal, window)[::hop]
    return np.abs(rfft(frames * np.hanning(window).astype(np.float32), axis=1))


def _channels(audio: np.ndarray) -> slice:
    """Which channels to average: both, or the louder alone where they cancel each other out."""
    powers = np.zeros(3)
    for at in range(0, len(audio), 16 * _BLOCK):
        part = audio[at : at + 16 * _BLOCK].astype(np.float32)
        for which, signal in enumerate((part[:, 0], part[:, 1], part.mean(axis=1))):
            powers[which] += float(np.dot(signal, signal))
    louder = int(powers[1] > powers[0])
    cancelled = powers[2] < _CANCELLED * powers[louder]
    return slice(louder, louder + 1) if cancelled else slice(0, 2)


def mono(audio: np.ndarray, channels: slice | None = None) -> np.ndarray:
    """float32 (samples,) of int16 or float32 audio; the louder channel where both cancel out."""
    return audio[:, channels or _channels(audio)].astype(np.float32).mean(axis=1)


def _level_and_flux(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RMS (0 to 1) and onset flux of each frame of int16 audio, both (frames,).

    The flux is the half-wave rectified rise of log-compressed magnitudes (Bello et al., "A
    tutorial on onset detection in music signals", IEEE TSAP 13, 2005, section III-B).
    """
    levels, fluxes = [], []
    before = None
    channels = _channels(audio)
    chunk = 1024 * _HOP  # a whole file's spectra would take ten times its memory
    for at in range(0, max(1, len(audio) - _WINDOW), chunk):
        part = mono(audio[at : at + chunk + _WINDOW - _HOP], channels) / 32768
        frames = spectra(part, _WINDOW, _HOP)
        levels.append(np.sqrt((frames**2).sum(axis=1) * 2 / (0.375 * _WINDOW**2)))
        bands = np.log1p(100 * frames[:, 1:513].reshape(len(frames), -1, 8).mean(axis=2))
        earlier = np.vstack([bands[:1] if before is None else before, bands[:-1]])
        fluxes.append(np.maximum(bands - earlier, 0).sum(axis=1))
        before = bands[-1:]
    return np.concatenate(levels), np.concatenate(fluxes)
