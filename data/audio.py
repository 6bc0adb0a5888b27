"""Is a preview playable? Told quickly, from a file's first and last bytes, or by decoding it."""

import math
import struct
from pathlib import Path

# What the kiosk's player can decode, by the first bytes: RFC 3533 (Ogg), RIFF WAVE, FLAC, ID3
# and the eleven set bits of an MPEG audio frame (MP3).
_PLAYABLE = (b"OggS", b"RIFF", b"fLaC", b"ID3")
_LONGEST_PAGE = 65_307  # bytes, of Ogg, by RFC 3533
_SILENT = 10 ** (-60 / 20)  # of full scale


class AudioError(Exception):
    """Why a preview cannot be used."""


def check(path: Path, shortest_s: float, longest_s: float, deep: bool = False) -> None:
    """Raises AudioError for a preview that is missing, no audio, or too short or too long.

    deep: decode it, which also finds damage and silence and any format's length; without, only
    the length of Ogg Vorbis is known. Needs soundfile.
    """
    duration = decoded_duration(path) if deep else claimed_duration(path)
    if duration is not None and not shortest_s <= duration <= longest_s:
        raise AudioError(
            f"preview {path.name} lasts {duration:.1f} s; "
            f"{shortest_s:g} to {longest_s:g} s are right"
        )


def claimed_duration(path: Path) -> float | None:
    """Seconds by the file's own account, None if that would take decoding.

    An Ogg Vorbis stream names its rate on its first page and its number of samples on its last
    (Vorbis I specification, sections 4.2.2 and A.2).
    """
    if not path.is_file():
        raise AudioError(f"preview {path.name} is missing")
    try:
        with path.open("rb") as file:
            head = file.read(64)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _LONGEST_PAGE))
            tail = file.read()
    except OSError as error:
        raise AudioError(f"preview {path.name} cannot be read: {error.strerror}") from error
    if not head.startswith(_PLAYABLE) and not _is_mpeg_frame(head):
        raise AudioError(f"preview {path.name} is no Ogg, WAVE, FLAC or MP3 file")
    if head[28:35] != b"\x01vorbis":
        return None
    (rate,) = struct.unpack_from("<I", head, 40)
    last = tail.rfind(b"OggS")
    if rate == 0 or last < 0 or not _is_complete_last_page(tail[last:]):
        raise AudioError(f"preview {path.name} is damaged: its end is cut off")
    (samples,) = struct.unpack_from("<q", tail, last + 6)
    return samples / rate


def decoded_duration(path: Path) -> float:
    """Seconds that really decode. Raises AudioError also if they cannot or are all silent."""
    claimed = claimed_duration(path)
    import soundfile

    loudest, frames = 0.0, 0
    try:
        with soundfile.SoundFile(path) as file:
            for block in file.blocks(65_536, dtype="float32", always_2d=True):
                frames += len(block)
                loudest = max(loudest, float(abs(block).max(initial=0.0)))
            rate = file.samplerate
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"preview {path.name} cannot be decoded: {error}") from error
    duration = frames / rate
    if claimed is not None and not math.isclose(claimed, duration, abs_tol=0.1):
        raise AudioError(
            f"preview {path.name} is damaged: {duration:.1f} of its {claimed:.1f} s can be decoded"
        )
    if loudest < _SILENT:
        raise AudioError(f"preview {path.name} is silent")
    return duration


def _is_mpeg_frame(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0


def _is_complete_last_page(page: bytes) -> bool:
    """Whether an Ogg page is whole and says that it is the last (RFC 3533, section 6)."""
    if len(page) < 27 or not page[5] & 4:
        return False
    header = 27 + page[26]
    return len(page) >= header + sum(page[27:header])
