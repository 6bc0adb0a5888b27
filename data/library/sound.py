"""From a music file to its best 25 seconds: decoding, choosing, measuring.

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

from data import levelling, loudness

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

# Krumhansl & Kessler, "Tracing the dynamic changes in perceived tonal organization", Psychological
# Review 89 (1982): how well each pitch class fits a major and a minor key, from the tonic up.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


class SoundError(Exception):
    """Why a file's sound cannot be used. passing: whether another try may go better."""

    def __init__(self, reason: str, passing: bool = False):
        super().__init__(reason)
        self.passing = passing


@dataclasses.dataclass(frozen=True)
class Cues:
    """What of an excerpt carries its mood.

    tempo: beats a minute; majorness: how much better the best major key fits than the best minor
    one, −1 to 1; loudness: LUFS, before levelling; brightness: spectral centroid in log2 Hz.
    """

    tempo: float
    majorness: float
    loudness: float
    brightness: float


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


def measure(piece: np.ndarray) -> Cues:
    """The cues of an excerpt. Raises SoundError for one too quiet to have any."""
    heard = loudness.integrated(piece, RATE)
    if heard < _SILENT_LUFS:
        raise SoundError("is silent")
    mono = _mono(piece, _channels(piece))
    _, flux = _level_and_flux((piece * 32767).astype(np.int16), hop=_HOP // 2)
    power = _spectra(mono, _WINDOW, _HOP).astype(np.float64) ** 2
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    total = power.sum(axis=0)
    centroid = float((frequencies * total).sum() / max(total.sum(), 1e-12))
    return Cues(
        tempo=_tempo(flux, RATE / (_HOP // 2)),
        majorness=_majorness(mono),
        loudness=heard,
        brightness=math.log2(max(centroid, 20.0)),
    )


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


def _spectra(mono: np.ndarray, window: int, hop: int) -> np.ndarray:
    """Magnitudes, float32 (frames, window // 2 + 1)."""
    from scipy.fft import rfft

    if len(mono) < window:
        mono = np.pad(mono, (0, window - len(mono)))
    frames = np.lib.stride_tricks.sliding_window_view(mono, window)[::hop]
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


def _mono(audio: np.ndarray, channels: slice) -> np.ndarray:
    return audio[:, channels].astype(np.float32).mean(axis=1)


def _level_and_flux(audio: np.ndarray, hop: int = _HOP) -> tuple[np.ndarray, np.ndarray]:
    """RMS (0 to 1) and onset flux of each frame of int16 audio, both (frames,).

    The flux is the half-wave rectified rise of log-compressed magnitudes (Bello et al., "A
    tutorial on onset detection in music signals", IEEE TSAP 13, 2005, section III-B).
    """
    levels, fluxes = [], []
    before = None
    channels = _channels(audio)
    chunk = 1024 * hop  # a whole file's spectra would take ten times its memory
    for at in range(0, max(1, len(audio) - _WINDOW), chunk):
        part = _mono(audio[at : at + chunk + _WINDOW - hop], channels) / 32768
        spectra = _spectra(part, _WINDOW, hop)
        levels.append(np.sqrt((spectra**2).sum(axis=1) * 2 / (0.375 * _WINDOW**2)))
        bands = np.log1p(100 * spectra[:, 1:513].reshape(len(spectra), -1, 8).mean(axis=2))
        earlier = np.vstack([bands[:1] if before is None else before, bands[:-1]])
        fluxes.append(np.maximum(bands - earlier, 0).sum(axis=1))
        before = bands[-1:]
    return np.concatenate(levels), np.concatenate(fluxes)


def _tempo(flux: np.ndarray, rate: float) -> float:
    """Beats a minute: autocorrelation of the flux, weighed by how usual a tempo is.

    After Ellis, "Beat tracking by dynamic programming", Journal of New Music Research 36 (2007):
    a log-Gaussian about 120 with a deviation of 0.9 octaves.
    """
    from scipy.signal import correlate

    even = flux - flux.mean()
    lags = correlate(even, even, mode="full", method="fft")[len(even) - 1 :]
    tempi = 60 * rate / np.arange(1, len(lags))
    usual = np.exp(-0.5 * (np.log2(tempi / 120) / 0.9) ** 2)
    strength = np.where((tempi >= 40) & (tempi <= 220), lags[1:] * usual, -np.inf)
    return float(tempi[strength.argmax()])


def _majorness(mono: np.ndarray) -> float:
    """How much better the best major key correlates with the pitch classes than the best minor."""
    window = 16_384
    spectra = _spectra(mono, window, window // 2)
    frequencies = np.fft.rfftfreq(window, 1 / RATE)
    heard = (frequencies > 80) & (frequencies < 2000)
    pitch = np.rint(12 * np.log2(frequencies[heard] / 440) + 9).astype(int) % 12
    # Only peaks are pitches; each frame counts the same, loud or quiet.
    peaks = np.zeros_like(spectra)
    middle = spectra[:, 1:-1]
    is_peak = (middle > spectra[:, :-2]) & (middle > spectra[:, 2:])
    peaks[:, 1:-1] = np.where(is_peak, middle, 0)
    classes = np.stack([peaks[:, heard][:, pitch == each].sum(axis=1) for each in range(12)], 1)
    chroma = (classes / np.maximum(classes.sum(axis=1, keepdims=True), 1e-9)).mean(axis=0)
    if chroma.std() < 1e-9:
        return 0.0

    def fit(profile: tuple[float, ...]) -> float:
        return max(np.corrcoef(chroma, np.roll(profile, key))[0, 1] for key in range(12))

    return float(fit(_MAJOR) - fit(_MINOR))
