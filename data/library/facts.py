"""What other projects' CSV files know of songs, matched by title and artist.

Known forms: ``Name,Artist,Album`` and ``track_name,track_artist,valence,energy``, with columns in
any order and others between them.
"""

import csv
import dataclasses
import io
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from data.errors import Fault, FaultyFile

_COLUMNS = {
    "title": ("track_name", "title", "name", "track", "song"),
    "artist": ("track_artist", "artist", "artists", "artist_name"),
    "album": ("track_album_name", "album", "album_name"),
    "valence": ("valence",),
    "arousal": ("arousal", "energy"),
}
_BRACKETED = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_SUFFIX = re.compile(r"\s(-\s.*\b(remaster|version|mix|edit|live|mono|stereo)|feat\.|ft\.).*$")
Key = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Fact:
    """What is known of one song. valence, arousal: 0 to 1, or None; album: may be empty."""

    valence: float | None
    arousal: float | None
    album: str


def read(path: Path) -> dict[Key, Fact]:
    """Reads a CSV file; the first of several rows about one song counts.

    Raises FaultyFile if it cannot be read or has no columns for title and artist. Numbers that are
    none, or not from 0 to 1, count as not known.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FaultyFile((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what spreadsheets on Windows write
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        places = {
            meaning: next((header.index(name) for name in names if name in header), None)
            for meaning, names in _COLUMNS.items()
        }
        if places["title"] is None or places["artist"] is None:
            reason = (
                f"has no columns for title and artist ({', '.join(header[:8])}); "
                "Name,Artist,Album or track_name,track_artist,valence,energy are right"
            )
            raise FaultyFile((Fault(path, 1, reason),))
        found: dict[Key, Fact] = {}
        for row in reader:
            values = {
                meaning: row[at].strip() if at is not None and at < len(row) else ""
                for meaning, at in places.items()
            }
            fact = Fact(_unit(values["valence"]), _unit(values["arousal"]), values["album"])
            if values["title"] and values["artist"]:
                found.setdefault(key(values["title"], values["artist"]), fact)
    except csv.Error as error:
        raise FaultyFile((Fault(path, reader.line_num, f"is not CSV: {error}"),)) from error
    return found


def find(facts: Mapping[Key, Fact], title: str, artist: str) -> Fact | None:
    """What is known of a song."""
    return facts.get(key(title, artist))


def key(title: str, artist: str) -> Key:
    """Title and artist without case, accents, punctuation and suffixes like "(Remastered)"."""
    return _plain(title), _plain(artist)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    short = _SUFFIX.sub("", _BRACKETED.sub(" ", letters))
    # A title may stand in brackets altogether, or hold no letter at all.
    for candidate in (short, letters):
        words = "".join(sign if sign.isalnum() else " " for sign in candidate).split()
        if words:
            return " ".join(words)
    return letters.strip()


def _unit(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
