"""What other projects' lists know of songs, matched by title and artist.

Known forms: ``Name,Artist,Album`` and ``track_name,track_artist,valence,energy``, with columns in
any order and others between them, and what ``data.sheets`` reads.
"""

import csv
import dataclasses
import math
import re
import unicodedata
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from data import sheets
from data.errors import Fault, FaultyFile

_COLUMNS = {
    "title": ("track_name", "title", "name", "track", "song", "song_name", "song_title"),
    "artist": ("track_artist", "artist", "artists", "artist_name", "artists_name", "artist_names"),
    "album": ("track_album_name", "album", "album_name"),
    "valence": ("valence", "valence_tags", "val"),
    "arousal": ("arousal", "energy", "arousal_tags", "nrgy"),
}
# (lowest, highest) of the scales in use: Spotify's; of models that centre on 0; of Warriner's norms
# of words, which MuSe's valence_tags come from; and per cent.
_UNIT, _CENTRED, _NORMS, _PER_CENT = (0, 1), (-1, 1), (1, 9), (0, 100)
_BRACKETED = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_SUFFIX = re.compile(r"\s(-\s.*\b(remaster|version|mix|edit|live|mono|stereo)|feat\.|ft\.).*$")
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_BETWEEN_ARTISTS = re.compile(
    r"\s*[;,/|&+]\s*|\s+(?:and|with|x|vs\.?)\s+|[\s(]+(?:feat|ft|featuring)\b\.?\s*",
    re.IGNORECASE,
)
Key = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Fact:
    """What is known of one song. valence, arousal: 0 to 1, or None; album: may be empty."""

    valence: float | None
    arousal: float | None
    album: str


class Facts(dict[Key, Fact]):
    """What a list knows, under each of a song's artists and under all of them together.

    rows: how many the list has below its header; remarks: how its numbers were read and every
    row or column that could not be used, in sentences.
    """

    def __init__(self, known: Mapping[Key, Fact], rows: int, remarks: Iterable[str]):
        super().__init__(known)
        self.rows = rows
        self.remarks = tuple(remarks)


class _Numbers:
    """One column's numbers as they stand, until all of them tell their scale."""

    def __init__(self, name: str, place: int | None):
        self.name, self.place = name, place
        self._values, self._lines = array("d"), array("L")
        self._odd: dict[int, str] = {}

    def take(self, line: int, row: list[str]) -> float | None:
        """A row's number, not yet from 0 to 1."""
        text = row[self.place] if self.place is not None else ""
        if not text:
            return None
        try:
            value = sheets.number(text)
            if not math.isfinite(value):
                raise ValueError
        except ValueError:
            self._odd[line] = text
            return None
        self._values.append(value)
        self._lines.append(line)
        return value

    def scale(self) -> tuple[int, int]:
        """Of the column: 0 to 1 where half the numbers or more lie there, −1 to 1 where a tenth
        are between −1 and 0, 1 to 9 where all are, else 0 to 100.

        A column of per cent or of Warriner's scale says so in its name, "%" or "_tags".
        """
        if self.name.endswith("%"):
            return _PER_CENT
        if self.name.casefold().endswith("_tags"):
            return _NORMS
        count = len(self._values)
        inside = sum(0 <= value <= 1 for value in self._values)
        below = sum(-1 < value < 0 for value in self._values)  # -1 alone stands for "not known"
        if 2 * (inside + below) >= count:
            return _CENTRED if below and 10 * below >= count else _UNIT
        return _NORMS if all(1 <= value <= 9 for value in self._values) else _PER_CENT

    def remarks(self) -> list[str]:
        """How the numbers were read, and which rows' numbers were not."""
        low, high = self.scale()
        told = []
        if self._values and (low, high) != _UNIT:
            told.append(f"{self.name}: read as numbers from {low} to {high}")
        odd = self._odd | {
            line: f"{value:g}"
            for line, value in zip(self._lines, self._values, strict=True)
            if not low <= value <= high
        }
        if odd:
            right = f"a number from {low} to {high} is right"
            first = odd[min(odd)]
            told.append(f"{self.name}: not used in {_lines(odd)} ({first!r}); {right}")
        return told


def read(path: Path) -> Facts:
    """Reads a list; of several rows about one song the first counts that has both numbers.

    Raises FaultyFile if it cannot be read or has no columns for title and artist. Numbers that
    cannot be used count as not known, and are told.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FaultyFile((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    try:
        text = sheets.decode(content)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what spreadsheets on Windows write
    try:
        header, separator, line, lines = sheets.split(text, lambda names: not _lacks(names))
    except csv.Error as error:
        raise FaultyFile((Fault(path, 1, f"is not CSV: {error}"),)) from error
    if _lacks(header):
        reason = (
            f"has no columns for title and artist ({', '.join(header[:8])}); "
            "Name,Artist,Album or track_name,track_artist,valence,energy are right"
        )
        raise FaultyFile((Fault(path, line, reason),))
    return _collect(header, sheets.rows(lines, line + 1, separator, len(header)))


def _collect(header: list[str], rows: Iterable[tuple[int, list[str], str]]) -> Facts:
    places = {meaning: _place(header, meaning) for meaning in _COLUMNS}
    valence, arousal = columns = [
        _Numbers("" if at is None else header[at], at)
        for at in (places["valence"], places["arousal"])
    ]
    whole: dict[Key, tuple[float | None, float | None, str]] = {}
    partly: dict[Key, Key] = {}
    count, faults, nameless, repeated = 0, {}, [], []
    for line, row, fault in rows:
        count += 1
        if fault:
            faults.setdefault(fault, []).append(line)
            continue
        title, everyone = row[places["title"]], artists(row[places["artist"]])
        if not title or not everyone:
            nameless.append(line)
            continue
        album = "" if places["album"] is None else row[places["album"]]
        known = (valence.take(line, row), arousal.take(line, row), album)
        name = key(title, ", ".join(everyone))
        if name in whole:
            repeated.append(line)
            if None not in whole[name][:2] or None in known[:2]:
                continue
            known = (*known[:2], whole[name][2] or album)
        whole[name] = known
        for artist in everyone if len(everyone) > 1 else ():
            partly.setdefault(key(title, artist), name)
    remarks = [f"not used, {why}: {_lines(where)}" for why, where in faults.items()]
    if nameless:
        remarks.append(f"not used, without title or artist: {_lines(nameless)}")
    if repeated:
        remarks.append(f"repeat a song that stands above: {_lines(repeated)}")
    for column, meaning in zip(columns, ("valence", "arousal"), strict=True):
        if column.place is None:
            names = ", ".join(_COLUMNS[meaning])
            remarks.append(f"no column for {meaning} ({names}); only the albums are used")
        else:
            remarks += column.remarks()
    scales = [column.scale() for column in columns]
    known = {
        name: Fact(*map(_from_scale, numbers, scales), album)
        for name, (*numbers, album) in whole.items()
    }
    return Facts({name: known[other] for name, other in partly.items()} | known, count, remarks)


def find(facts: Mapping[Key, Fact], title: str, artist: str) -> Fact | None:
    """What is known of a song, by all its artists or else by the first of them that is known."""
    if found := facts.get(key(title, artist)):
        return found
    names = artists(artist)
    keys = (key(title, name) for name in (", ".join(names), *names))
    return next((facts[each] for each in keys if each in facts), None)


def artists(text: str) -> list[str]:
    """The artists in one cell: a list as Python or JSON writes it, or names with ";", "&", "and",
    "feat." and the like between them."""
    if text.startswith("[") and text.endswith("]"):
        names = [one or other for one, other in _QUOTED.findall(text)] or text[1:-1].split(",")
        names = [re.sub(r"\\(.)", r"\1", name) for name in names]
    else:
        names = _BETWEEN_ARTISTS.split(text)
    return [name for name in (each.strip() for each in names) if name]


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


def _place(header: list[str], meaning: str) -> int | None:
    """Where a column stands, whatever is written between the words of its name."""
    plain = [
        re.sub(r"\W+", "_", re.sub(r"\(s\)", "s", name.casefold())).strip("_") for name in header
    ]
    return next((plain.index(name) for name in _COLUMNS[meaning] if name in plain), None)


def _lacks(header: list[str]) -> bool:
    return None in (_place(header, "title"), _place(header, "artist"))


def _from_scale(value: float | None, scale: tuple[int, int]) -> float | None:
    low, high = scale
    return (value - low) / (high - low) if value is not None and low <= value <= high else None


def _lines(lines: Iterable[int]) -> str:
    lines = sorted(lines)
    named = ", ".join(map(str, lines[:5]))
    if len(lines) == 1:
        return f"1 row (line {named})"
    rest = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
    return f"{len(lines)} rows (lines {named}{rest})"
