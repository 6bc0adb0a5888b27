"""The songs: ``songs/<emotion>.csv`` and ``previews/`` of a data folder.

The kiosk reads them at start, on a Raspberry Pi, so reading needs the standard library alone and
looks at the previews' first and last bytes only; ``deep`` decodes them, which needs soundfile.
A row that is wrong is left out and reported; it never takes its file down.
"""

import contextlib
import csv
import dataclasses
import hashlib
import io
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from data import audio, sheets
from data.emotions import EMOTIONS
from data.errors import Fault, FaultyFile

COLUMNS = (
    *("id", "title", "artist", "album", "year", "duration_s", "preview", "preview_start_s"),
    *("valence", "arousal", "tempo_bpm", "mode", "licence", "source", "source_sha256"),
    *("mood_by", "enabled"),
)
# A file may have these too, after the others; they are written only where a row needs them.
OPTIONAL_COLUMNS = ("language", "contour")
FEWEST_SONGS = 5  # an emotion needs, since a mood shows five
SHORTEST_S, LONGEST_S = 15.0, 35.0
MODES = ("major", "minor", "other")
MOOD_BY = ("hand", "auto", "dataset")

_ENABLED = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_NUMBERS = ("year", "duration_s", "preview_start_s", "valence", "arousal", "tempo_bpm")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d+$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_CONTOUR = re.compile(r"([a-z]{8,200})?")
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True)
class Song:
    """One row of a catalogue. For classical music the artist is the composer.

    year: of composition or release, None if not known; duration_s: of the preview, in seconds;
    preview: absolute; preview_start_s: where in the preview to start, in seconds; valence,
    arousal: 0 to 1; tempo_bpm: beats a minute, None if not known; mode: one of ``MODES``, or
    empty if not known; source: what the preview was made of, such as ``scores/<id>.abc``;
    source_sha256: of that file then; mood_by: who judged valence and arousal, of ``MOOD_BY``;
    language: in which it is sung, an ISO 639-1 code, or empty if not known or not sung; contour:
    as ``data.contour`` writes it, or empty if not known.
    """

    id: str
    title: str
    artist: str
    album: str
    year: int | None
    duration_s: float
    preview: Path
    preview_start_s: float
    valence: float
    arousal: float
    tempo_bpm: float | None
    mode: str
    licence: str
    source: str
    source_sha256: str
    mood_by: str
    enabled: bool
    emotion: str
    language: str = ""
    contour: str = ""


@dataclasses.dataclass(frozen=True)
class Catalogue:
    """What was read. songs: usable and enabled, by emotion, in the order of the files.

    faults: everything that is wrong, rows that were left out and emotions with too few songs.
    """

    songs: Mapping[str, tuple[Song, ...]]
    faults: tuple[Fault, ...]

    @property
    def wanting(self) -> tuple[str, ...]:
        """The emotions that have fewer than ``FEWEST_SONGS`` songs, an error in itself."""
        return tuple(emotion for emotion, songs in self.songs.items() if len(songs) < FEWEST_SONGS)


@dataclasses.dataclass(frozen=True)
class Row:
    """One row as it stands in a CSV file. values: by column, without white space around them.

    fault: why the values cannot be told apart, or None.
    """

    file: Path
    line: int
    values: dict[str, str]
    fault: Fault | None = None


class _Wrong(Exception):
    """Why a row is left out."""


def read(folder: Path, emotions: Iterable[str] = EMOTIONS, deep: bool = False) -> Catalogue:
    """Reads all songs of one data folder; as ``read_all``."""
    return read_all((folder,), emotions, deep)


def read_all(
    folders: Sequence[Path], emotions: Iterable[str] = EMOTIONS, deep: bool = False
) -> Catalogue:
    """Reads all songs of several data folders as one. Never raises for what the files hold.

    folders: each holds ``songs`` and ``previews``, or does not exist; an id, or a title and its
    artist, may stand only once in all of them. emotions: those that need songs; deep: decode each
    preview too, to find silence, damage and a false length.
    """
    emotions = tuple(emotions)
    songs: dict[str, tuple[Song, ...]] = dict.fromkeys(emotions, ())
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], str] = {}
    unread: set[str] = set()
    for folder in folders:
        for path in sorted((folder / "songs").glob("*.csv")):
            if path.stem not in emotions:
                names = ", ".join(emotions)
                reason = f"{path.stem!r} is not an emotion; those are {names}"
                faults.append(Fault(path, None, reason))
                continue
            shown = path.name if folder == folders[0] else str(path)
            try:
                table = rows(path)
            except FaultyFile as error:
                faults.extend(error.faults)
                unread.add(path.stem)
                continue
            songs[path.stem] += _usable(table, path, folder, deep, shown, seen, faults)
    for emotion in Catalogue(songs, ()).wanting:
        if emotion in unread:  # whose cause is told
            continue
        path = folders[0] / "songs" / f"{emotion}.csv"
        what = f"has {len(songs[emotion])} usable songs" if path.is_file() else "is missing"
        faults.append(Fault(path, None, f"{what}; {emotion} needs {FEWEST_SONGS} at least"))
    return Catalogue(songs, tuple(faults))


def _usable(
    table: list[Row],
    path: Path,
    folder: Path,
    deep: bool,
    shown: str,
    seen: dict[tuple[str, ...], str],
    faults: list[Fault],
) -> tuple[Song, ...]:
    """The usable, enabled songs of one file; adds to ``seen`` what they take, and to ``faults``.

    shown: how the file is called where a later row takes the same.
    """
    usable = []
    root = folder.resolve()
    for row in table:
        if row.fault:
            faults.append(row.fault)
            continue
        try:
            song = _song(row.values, path.stem, root)
            audio.check(song.preview, SHORTEST_S, LONGEST_S, deep)
            _claim(song, f"{shown}, line {row.line}", seen)
        except (_Wrong, audio.AudioError) as error:
            faults.append(Fault(path, row.line, str(error)))
            continue
        if song.enabled:
            usable.append(song)
    return tuple(usable)


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(path: Path) -> list[Row]:
    """The rows of one CSV file as they stand, in which a line is always one row.

    What a spreadsheet saved is read too: semicolons or tabs between the fields, UTF-16, decimal
    commas. Raises FaultyFile if the file cannot be read, is not text or lacks columns.
    """
    try:
        text = sheets.decode(path.read_bytes())
    except OSError as error:
        raise FaultyFile((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = "is not UTF-8; a spreadsheet saves it as 'CSV UTF-8'"
        raise FaultyFile((Fault(path, line, reason),)) from error
    try:
        names, separator, at, lines = sheets.split(text, set(COLUMNS).issubset)
    except csv.Error as error:
        raise FaultyFile((Fault(path, 1, f"is not CSV: {error}"),)) from error
    while names and not names[-1]:
        names.pop()
    if missing := [name for name in COLUMNS if name not in names]:
        raise FaultyFile((Fault(path, at, f"lacks the columns {', '.join(missing)}"),))
    result = []
    for number, line in enumerate(lines, at + 1):
        if not line.strip(f"{separator} \t"):
            continue
        try:
            fields = sheets.fields(line, separator)
            while len(fields) > len(names) and not fields[-1].strip():
                fields.pop()
            if len(fields) != len(names):
                raise csv.Error(f"{len(fields)} fields in place of {len(names)}")
            values = {name: text.strip() for name, text in zip(names, fields, strict=True)}
            for name in _NUMBERS:
                values[name] = _DECIMAL_COMMA.sub(".", values[name])
            result.append(Row(path, number, values))
        except csv.Error as error:
            what = {";": "semicolon", "\t": "tab"}.get(separator, "comma")
            reason = f"is not CSV: {error}; a text with a {what} stands in double quotes"
            result.append(Row(path, number, {}, Fault(path, number, reason)))
    return result


def all_rows(folder: Path) -> list[Row]:
    """The sound rows of all CSV files of a data folder that can be read; ``read`` tells faults."""
    found = []
    for path in sorted((folder / "songs").glob("*.csv")):
        with contextlib.suppress(FaultyFile):
            found += [row for row in rows(path) if not row.fault]
    return found


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Writes one CSV file so that a reader, or a power cut, meets the old one or the new one."""
    text = io.StringIO()
    rows = list(rows)
    optional = [name for name in OPTIONAL_COLUMNS if any(row.get(name) for row in rows)]
    left_out = set(OPTIONAL_COLUMNS) - set(optional)
    rows = [{name: it for name, it in row.items() if name not in left_out} for row in rows]
    writer = csv.DictWriter(text, (*COLUMNS, *optional), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def update(row: Row, values: Mapping[str, str]) -> None:
    """Sets columns of one row in its file, unless they hold these values already.

    Raises FaultyFile if the file has changed since, or has rows or columns that would be lost.
    """
    if all(row.values.get(column) == value for column, value in values.items()):
        return
    table = rows(row.file)
    if faults := tuple(other.fault for other in table if other.fault):
        raise FaultyFile(faults)
    if unknown := row.values.keys() - {*COLUMNS, *OPTIONAL_COLUMNS}:
        reason = f"the columns {', '.join(sorted(unknown))} are not known; remove them"
        raise FaultyFile((Fault(row.file, 1, reason),))
    if row not in table:
        raise FaultyFile((Fault(row.file, row.line, "was changed meanwhile; try again"),))
    write(row.file, [{**it.values, **values} if it == row else it.values for it in table])


def _song(row: Mapping[str, str], emotion: str, root: Path) -> Song:
    for column in (*COLUMNS, *OPTIONAL_COLUMNS):
        if _CONTROL.search(row.get(column, "")):
            raise _Wrong(f"{column} {row[column]!r} has control characters")
    for column in ("title", "artist", "licence"):
        if not row[column]:
            raise _Wrong(f"{column} is empty")
    if not _IDENTIFIER.fullmatch(row["id"]):
        raise _Wrong(f"id {row['id']!r} is not small letters, digits and hyphens")
    if row["mode"] not in ("", *MODES):
        raise _Wrong(f"mode {row['mode']!r} is none of {', '.join(MODES)}")
    if row["mood_by"] not in MOOD_BY:
        raise _Wrong(f"mood_by {row['mood_by']!r} is none of {', '.join(MOOD_BY)}")
    if row["enabled"].casefold() not in _ENABLED:
        raise _Wrong(f"enabled {row['enabled']!r} is neither 1 nor 0")
    if not _LANGUAGE.fullmatch(row.get("language", "")):
        raise _Wrong(f"language {row['language']!r} is not an ISO 639-1 code such as en")
    if not _CONTOUR.fullmatch(row.get("contour", "")):
        raise _Wrong(f"contour {row['contour']!r} is not 8 to 200 letters from a to z")
    if not re.fullmatch(r"([0-9a-f]{64})?", row["source_sha256"]):
        raise _Wrong(f"source_sha256 {row['source_sha256']!r} is not 64 hexadecimal digits")
    year, tempo = _number(row, "year", -3000, 3000), _number(row, "tempo_bpm", 1, 1000)
    return Song(
        id=row["id"],
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        year=None if year is None else int(year),
        duration_s=_needed(row, "duration_s", SHORTEST_S, LONGEST_S),
        preview=_preview(row["preview"], root),
        preview_start_s=_needed(row, "preview_start_s", 0, LONGEST_S),
        valence=_needed(row, "valence", 0, 1),
        arousal=_needed(row, "arousal", 0, 1),
        tempo_bpm=tempo,
        mode=row["mode"],
        licence=row["licence"],
        source=row["source"],
        source_sha256=row["source_sha256"],
        mood_by=row["mood_by"],
        enabled=_ENABLED[row["enabled"].casefold()],
        emotion=emotion,
        language=row.get("language", ""),
        contour=row.get("contour", ""),
    )


def _needed(row: Mapping[str, str], column: str, low: float, high: float) -> float:
    value = _number(row, column, low, high)
    if value is None:
        raise _Wrong(f"{column} is empty; a number from {low:g} to {high:g} is right")
    return value


def _number(row: Mapping[str, str], column: str, low: float, high: float) -> float | None:
    """None for an empty field."""
    if not row[column]:
        return None
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise _Wrong(f"{column} {row[column]!r} is not a number from {low:g} to {high:g}")
    return value


def _preview(text: str, root: Path) -> Path:
    """Where the preview lies, once the path is sure to stay inside the resolved data folder."""
    if not text:
        raise _Wrong("preview is empty; a path such as previews/<id>.ogg is right")
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive:
        raise _Wrong(f"preview {text!r} is absolute; it must be relative to {root}")
    if ".." in PureWindowsPath(text).parts:
        raise _Wrong(f"preview {text!r} climbs out of its folder with '..'")
    path = root / text
    try:
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise _Wrong(f"preview {text!r} leads nowhere: {error}") from error
    if not inside:
        raise _Wrong(f"preview {text!r} is a link out of {root}")
    return path


def _claim(song: Song, place: str, seen: dict[tuple[str, ...], str]) -> None:
    """Notes that the song's id, title and artist are taken."""
    name = (song.title.casefold(), song.artist.casefold())
    for key, words in (
        ((song.id,), f"id {song.id!r}"),
        (name, f"{song.title!r} by {song.artist!r}"),
    ):
        if key in seen:
            raise _Wrong(f"{words} stands already in {seen[key]}")
    seen[(song.id,)] = seen[name] = place
