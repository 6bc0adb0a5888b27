"""Title, artist, album and year of a music file, from its tags or else from its name."""

import dataclasses
import functools
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from data.library import names

UNKNOWN_ARTIST = "Unknown artist"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST = 200  # characters that a card or a list could ever show
_UNKNOWN_SIZE = 0x7F00_0000  # bytes; what is streamed says that or more (SoX, FFmpeg) for "unknown"
_PROBE_LIMIT_S = 30.0
_WITH_PICTURES = {".mp4", ".m4a", ".m4b"}


@dataclasses.dataclass(frozen=True)
class Tags:
    """title and artist are never empty; album, year and licence may be.

    claimed_s: how long the file says its sound is, or None where it does not say or only guesses.
    """

    title: str
    artist: str
    album: str
    year: str
    licence: str
    claimed_s: float | None


def read(path: Path, root: Path | None = None) -> Tags:
    """Reads a file's tags. Never raises for what the file holds.

    root: of a collection, in which an untagged file may lie as artist/album/title.
    """
    from tinytag import TinyTag

    try:
        tag = TinyTag.get(path)
    except Exception:  # any file can come here, and a parser may stumble over it in any way
        tag = TinyTag()
    title, album, artist, year = tag.title, tag.album, _all(tag, "artist"), tag.year
    artist = artist or _all(tag, "albumartist")
    licence = (tag.other.get("license") or tag.other.get("copyright") or [""])[0]
    if not _clean(title) or not artist:  # WebM, ADTS and others that tinytag cannot read
        probed, _ = _probe(path)
        title, album, year = (
            own or probed.get(name)
            for own, name in ((title, "title"), (album, "album"), (year, "date"))
        )
        artist = artist or _joined(re.split("[;\0]", probed.get("artist", "")))
        artist = artist or _joined(re.split("[;\0]", probed.get("album_artist", "")))
        licence = licence or probed.get("license") or probed.get("copyright")
    guess = names.guess(shown(path), shown(root) if root else None)
    date = re.search(r"\b[12]\d{3}\b", str(year or ""))
    return Tags(
        title=_clean(title) or _clean(guess.title) or "Untitled",
        artist=artist or _clean(guess.artist) or UNKNOWN_ARTIST,
        # A folder's name is an album only beside an artist that is a folder's name, too.
        album=_clean(album) or ("" if artist else _clean(guess.album)),
        year=date[0] if date else "",
        licence=_clean(licence),
        claimed_s=_claimed(path, tag.duration, tag.bitrate),
    )


def audio_duration(path: Path) -> float | None:
    """Seconds of a file's first audio stream by its container's account, None if not known."""
    return _probe(path)[1]


def identifier(artist: str, title: str, audio_sha256: str) -> str:
    """An id that no other sound has: a readable part, where there is one, and part of the hash."""
    plain = unicodedata.normalize("NFKD", f"{artist} {title}".casefold())
    words = re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    readable = "-".join(words)[:60].strip("-")
    return "-".join(filter(None, (readable or "song", audio_sha256[:12])))


def shown(path: Path) -> str:
    """A path as text that can be printed and written, whatever its bytes are."""
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("�", text)


def _all(tag: object, name: str) -> str:
    """Every value of a field: tinytag keeps those after the first among the others."""
    values = [getattr(tag, name), *tag.other.get(name, ())]
    return _joined(part for value in values for part in str(value or "").split("\0"))


def _joined(values: Iterable[str]) -> str:
    cleaned = filter(None, map(_clean, values))
    return _clean(", ".join({value.casefold(): value for value in cleaned}.values()))


def _claimed(path: Path, duration: float | None, kilobits: float | None) -> float | None:
    """A duration that a header states. Others are worked out from the file's size, or made up."""
    if not duration or duration * (kilobits or 0.0) * 125 >= _UNKNOWN_SIZE:
        return None
    if path.suffix.lower() == ".mp3" and not _counts_frames(path):
        return None
    if path.suffix.lower() in _WITH_PICTURES:  # the duration is that of the longest track
        return min(duration, audio_duration(path) or duration)
    return duration


def _counts_frames(path: Path) -> bool:
    """Whether an MP3 file's first frame says how many there are (the Xing and VBRI headers)."""
    try:
        with path.open("rb") as file:
            head = file.read(10)
            size = 0
            if head.startswith(b"ID3") and len(head) == 10:
                # Seven bits a byte (ID3v2.4, section 6.2).
                size = 10 + functools.reduce(lambda size, byte: size << 7 | byte & 127, head[6:], 0)
            file.seek(size)
            frame = file.read(4096)
    except OSError:
        return False
    found = re.search(rb"(?:Xing|Info)...(.)", frame, re.DOTALL)
    return b"VBRI" in frame or bool(found and found[1][0] & 1)


def _probe(path: Path) -> tuple[dict[str, str], float | None]:
    """What ffprobe knows: tags by their names in small letters, and the sound's seconds."""
    command = [
        *("ffprobe", "-v", "quiet", "-protocol_whitelist", "file,pipe", "-of", "json"),
        *("-select_streams", "a:0", "-show_entries", "format_tags:stream=duration:stream_tags"),
        f"file:{path}",
    ]
    try:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_LIMIT_S,
            check=False,
        )
        told = json.loads(run.stdout.decode("utf-8", "replace") or "{}")
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}, None
    streams = told.get("streams") or [{}]
    tags = {**streams[0].get("tags", {}), **told.get("format", {}).get("tags", {})}
    try:
        duration = float(streams[0]["duration"])
    except (KeyError, ValueError):
        duration = None
    return {name.lower(): str(text) for name, text in tags.items()}, duration


def _clean(text: str | None) -> str:
    readable = str(text or "").encode("utf-8", "replace").decode()
    return " ".join(_CONTROL.sub(" ", readable).split())[:_LONGEST].strip()
