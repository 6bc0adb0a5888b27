"""Title, artist, album and year of a music file, from its tags or else from its name."""

import dataclasses
import re
import unicodedata
from pathlib import Path

UNKNOWN_ARTIST = "Unknown artist"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TRACK_NUMBER = re.compile(r"^\d{1,3}\s*[-._)]\s*(?=\S)|^\d{2}\s+(?=\S)")
_LONGEST = 200  # characters that a card or a list could ever show


@dataclasses.dataclass(frozen=True)
class Tags:
    """title and artist are never empty; album, year and licence may be.

    claimed_s: how long the file says it is, or None.
    """

    title: str
    artist: str
    album: str
    year: str
    licence: str
    claimed_s: float | None


def read(path: Path) -> Tags:
    """Reads a file's tags. Never raises for what the file holds."""
    from tinytag import TinyTag

    try:
        tag = TinyTag.get(path)
    except Exception:  # any file can come here, and a parser may stumble over it in any way
        tag = TinyTag()
    artist, title = _from_name(path)
    year = re.search(r"\b[12]\d{3}\b", str(tag.year or ""))
    return Tags(
        title=_clean(tag.title) or title,
        artist=_clean(tag.artist) or _clean(tag.albumartist) or artist,
        album=_clean(tag.album),
        year=year[0] if year else "",
        licence=_clean((tag.other.get("license") or tag.other.get("copyright") or [""])[0]),
        claimed_s=tag.duration,
    )


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


def _from_name(path: Path) -> tuple[str, str]:
    """Artist and title from a name such as "03 - Artist - Title.mp3"."""
    name = _clean(shown(Path(path.stem)).replace("_", " "))
    name = _TRACK_NUMBER.sub("", name) or name
    artist, dash, title = (part.strip() for part in name.partition(" - "))
    return (artist, title) if dash and artist and title else (UNKNOWN_ARTIST, name or "Untitled")


def _clean(text: str | None) -> str:
    readable = str(text or "").encode("utf-8", "replace").decode()
    return " ".join(_CONTROL.sub(" ", readable).split())[:_LONGEST].strip()
