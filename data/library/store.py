"""The operator's library on disk: a data folder, and ``library.db`` with what its CSV lacks.

The CSV files say what the kiosk plays; the database remembers which files were looked at, and what
was measured. Every step leaves the folder whole: a preview is there before its song is known, a
song is known before it has a row, and what a kill left over is swept away at the next start.
"""

import contextlib
import dataclasses
import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from data import catalogue
from data.emotions import EMOTIONS
from data.errors import DataError, Fault, FaultyFile
from data.library.cues import Cues

DATABASE = "library.db"
_OURS = re.compile(r".*-[0-9a-f]{12}\.ogg|\..*\.unfinished")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS songs (
    id TEXT PRIMARY KEY, audio_sha256 TEXT UNIQUE NOT NULL, source TEXT NOT NULL,
    source_sha256 TEXT NOT NULL, title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL,
    year TEXT NOT NULL, duration_s REAL NOT NULL, tempo REAL NOT NULL, majorness REAL NOT NULL,
    loudness REAL NOT NULL, brightness REAL NOT NULL, given TEXT, fact_valence REAL,
    fact_arousal REAL, emotion TEXT, reason TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    song TEXT, reason TEXT);
"""


@dataclasses.dataclass(frozen=True)
class Stamp:
    """What tells, without reading it, that a file has not changed."""

    path: Path
    size: int
    mtime_ns: int


@dataclasses.dataclass(frozen=True)
class Imported:
    """A song as it was measured. given: an emotion the operator named, or None.

    cues: None where an earlier version measured others; fact_valence, fact_arousal: from another
    project's file, or None; emotion: the one of its CSV file, None before it has a row; reason: of
    the suggestion; language: ISO 639-1 code, or empty; contour: of its loudness.
    """

    id: str
    audio_sha256: str
    source: str
    source_sha256: str
    title: str
    artist: str
    album: str
    year: str
    duration_s: float
    cues: Cues | None
    given: str | None = None
    fact_valence: float | None = None
    fact_arousal: float | None = None
    emotion: str | None = None
    reason: str = ""
    language: str = ""
    contour: str = ""


class Store:
    """One library. Made by ``opened``, which locks it."""

    def __init__(self, folder: Path, database: sqlite3.Connection):
        self.folder = folder
        self._database = database

    def preview(self, name: str) -> Path:
        """Where a song's preview lies."""
        return self.folder / "previews" / f"{name}.ogg"

    def songs(self) -> list[Imported]:
        """All imported songs, in the order of their import."""
        found = []
        for row in self._database.execute("SELECT * FROM songs ORDER BY rowid"):
            values = dict(row)
            cues = {name: values.pop(name) for name in _CUES}
            values["cues"] = None if None in cues.values() else Cues(**cues)
            found.append(Imported(**values))
        return found

    def reason(self, name: str) -> str:
        """Why a song got its suggestion; empty for one that was not imported."""
        row = self._database.execute("SELECT reason FROM songs WHERE id = ?", (name,)).fetchone()
        return row["reason"] if row else ""

    def known_files(self) -> dict[str, tuple[str, str | None]]:
        """(song, reason) by the SHA-256 of each file whose sound the library has."""
        rows = self._database.execute(
            "SELECT sha256, song, reason FROM files WHERE song IS NOT NULL ORDER BY reason IS NULL"
        )
        return {row["sha256"]: (row["song"], row["reason"]) for row in rows}

    def seen(self, stamp: Stamp) -> tuple[str | None, str | None] | None:
        """(song, reason) of an unchanged file, or None for one that is new or has changed."""
        row = self._database.execute(
            "SELECT song, reason FROM files WHERE path = ? AND size = ? AND mtime_ns = ?",
            (os.fsencode(stamp.path), stamp.size, stamp.mtime_ns),
        ).fetchone()
        return (row["song"], row["reason"]) if row else None

    def note_file(self, stamp: Stamp, sha256: str, song: str | None, reason: str | None) -> None:
        """Remembers a file, what song it gave or why it gave none."""
        with self._database:
            self._note_file(stamp, sha256, song, reason)

    def add(self, song: Imported, unfinished: Path, stamp: Stamp) -> None:
        """Takes a song in, whose preview was written beside the others; it has no row yet."""
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(self.preview(song.id))
        values = {**vars(song), **vars(song.cues)}
        del values["cues"]
        with self._database:
            self._database.execute(
                f"INSERT INTO songs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )
            self._note_file(stamp, song.source_sha256, song.id, None)

    def change(self, name: str, **values: str | float | None) -> None:
        """Sets columns of one song in the database; nothing for a song it does not know."""
        columns = ", ".join(f"{column} = ?" for column in values)
        with self._database:
            self._database.execute(
                f"UPDATE songs SET {columns} WHERE id = ?", (*values.values(), name)
            )

    def place(self, placed: Mapping[str, tuple[str, dict[str, str]]]) -> None:
        """Writes rows: by id, the emotion whose file they belong to and all their values.

        Raises FaultyFile before anything is changed if a CSV file could not be written back whole.
        """
        tables, leaving = self.tables(), []
        with self._database:
            self._database.executemany(
                "UPDATE songs SET emotion = ? WHERE id = ?",
                [(emotion, name) for name, (emotion, _) in placed.items()],
            )
        target = {
            emotion: {
                name: row
                for name, row in table.items()
                if name not in placed or placed[name][0] == emotion
            }
            for emotion, table in tables.items()
        }
        for name, (emotion, row) in placed.items():
            target[emotion][name] = row
        # First what comes, then without what goes: a kill between leaves a row twice, never none.
        for emotion, table in tables.items():
            both = table | target[emotion]
            if both != table:
                self._write(emotion, both)
            if both != target[emotion]:
                leaving.append(emotion)
        for emotion in leaving:
            self._write(emotion, target[emotion])

    def remove(self, name: str) -> None:
        """Forgets a song; its row goes before its preview."""
        with self._database:
            self._database.execute("DELETE FROM songs WHERE id = ?", (name,))
            self._database.execute("DELETE FROM files WHERE song = ?", (name,))
        for emotion, table in self.tables().items():
            if name in table:
                preview = self.folder / table[name]["preview"]
                self._write(emotion, {each: row for each, row in table.items() if each != name})
                if preview.resolve().is_relative_to(self.folder.resolve()):
                    preview.unlink(missing_ok=True)

    def tables(self) -> dict[str, dict[str, dict[str, str]]]:
        """The rows of each emotion by id. Raises FaultyFile for what writing back would lose."""
        found = {}
        for emotion in EMOTIONS:
            path = self.folder / "songs" / f"{emotion}.csv"
            found[emotion] = {}
            for row in catalogue.rows(path) if path.exists() else []:
                if row.fault:
                    raise FaultyFile((row.fault,))
                if unknown := row.values.keys() - _COLUMNS:
                    reason = f"the columns {', '.join(sorted(unknown))} are not known; remove them"
                    raise FaultyFile((Fault(path, 1, reason),))
                if row.values["id"] in found[emotion]:
                    reason = f"id {row.values['id']!r} stands twice; remove one of them"
                    raise FaultyFile((Fault(path, row.line, reason),))
                found[emotion][row.values["id"]] = row.values
        return found

    def sweep(self) -> None:
        """Clears away what a kill left: half-written files, and a row on its way elsewhere."""
        for path in (self.folder / "songs").glob(".*.csv.*"):
            path.unlink()
        songs = {song.id: song for song in self.songs()}
        tables = self.tables()
        named = {row["preview"] for table in tables.values() for row in table.values()}
        for path in (self.folder / "previews").iterdir():
            used = path.stem in songs or f"previews/{path.name}" in named
            if _OURS.fullmatch(path.name) and not used:
                path.unlink()
        for emotion, table in tables.items():
            strays = {
                name
                for name in table
                if name in songs
                and songs[name].emotion not in (None, emotion)
                and name in tables[songs[name].emotion]
            }
            if strays:
                self._write(emotion, {name: table[name] for name in table if name not in strays})
        with self._database:
            for name in songs:
                if not self.preview(name).is_file():  # so that its file is imported again
                    self._database.execute("DELETE FROM songs WHERE id = ?", (name,))
                    self._database.execute("DELETE FROM files WHERE song = ?", (name,))

    def _write(self, emotion: str, table: Mapping[str, Mapping[str, str]]) -> None:
        catalogue.write(self.folder / "songs" / f"{emotion}.csv", table.values())

    def _note_file(self, stamp: Stamp, sha256: str, song: str | None, reason: str | None) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
            (os.fsencode(stamp.path), stamp.size, stamp.mtime_ns, sha256, song, reason),
        )


_CUES = tuple(each.name for each in dataclasses.fields(Cues))
_COLUMNS = {*catalogue.COLUMNS, *catalogue.OPTIONAL_COLUMNS}


_LATER = dict.fromkeys(("language", "contour"), "TEXT NOT NULL DEFAULT ''")
_LATER |= dict.fromkeys(_CUES, "REAL")

# Of the disk, its rights or another program, and no fault of the database itself.
_NO_DAMAGE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
}


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """Opens, locks and tidies up a library, and makes it where there is none.

    A damaged database is set aside: the songs stay, and files are measured anew. Raises DataError
    if the folder cannot be written to or another command has it.
    """
    try:
        for name in ("songs", "previews"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        lock = (folder / f"{DATABASE}.lock").open("w")
    except OSError as error:
        raise DataError(f"{folder}: cannot be written to: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataError(f"{folder}: another command is changing this library") from error
        with contextlib.closing(_database(folder / DATABASE)) as database:
            store = Store(folder, database)
            store.sweep()
            yield store


def _database(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        # The low byte is the kind of error, the rest tells it apart (sqlite.org/rescode.html).
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _NO_DAMAGE:
            raise DataError(f"{path}: cannot be used ({error}); nothing was changed") from error
        aside = path.with_name(f"{path.name}.damaged")
        path.replace(aside)
        print(f"{path}: is damaged ({error}); set aside as {aside.name}, files are measured anew")
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        database.row_factory = sqlite3.Row
        database.executescript(_SCHEMA)
        columns = {row["name"] for row in database.execute("PRAGMA table_info(songs)")}
        # What the first libraries had stands in the schema, what came later is added to it here.
        for name, kind in _LATER.items():
            if name not in columns:
                database.execute(f"ALTER TABLE songs ADD COLUMN {name} {kind}")
        if database.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("its check fails")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
