"""What the kiosk remembers of its songs: counts, and nothing about visitors or when they came.

``state.db`` (SQLite) has one row for each emotion and song, one for each emotion told, and the day
on which it was begun. It is in WAL mode with ``synchronous``
NORMAL (sqlite.org/wal.html, sqlite.org/pragma.html), so no write waits for the disk while the
screen is drawn; a thread brings the log to the disk right after. So a kill loses nothing, and a
power cut what the last moment brought.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import logging
import os
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from data import places
from device.errors import MusicError

LOG = logging.getLogger(__name__)

NAME = "state.db"
VERSION = 1  # of the table, in the database's user_version
BUSY_S = 0.5  # another kiosk on the same database is waited for so long

_TABLES = """
CREATE TABLE IF NOT EXISTS began (day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS moods (
    emotion TEXT NOT NULL PRIMARY KEY,
    told INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (
    emotion TEXT NOT NULL,
    song TEXT NOT NULL,
    shown INTEGER NOT NULL DEFAULT 0,
    listened INTEGER NOT NULL DEFAULT 0,
    liked INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (emotion, song)
) WITHOUT ROWID;
"""


@dataclasses.dataclass(frozen=True)
class Counts:
    """How often a song was shown, listened to in full, liked and skipped in one emotion."""

    shown: int = 0
    listened: int = 0
    liked: int = 0
    skipped: int = 0


class _Damaged(Exception):
    """The file is no database of this kiosk."""


class Memory:
    """The counts by emotion and song id. Without a folder they last as long as the object.

    folder: of ``state.db``; made if need be. A damaged database is set aside and begun anew; where
    nothing can be written the counts are kept in memory alone. Both are warned of, neither raises.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._counts: dict[tuple[str, str], Counts] = {}
        self._database: sqlite3.Connection | None = None
        self._wal: Path | None = None
        self._syncer = ThreadPoolExecutor(1, thread_name_prefix="memory")
        if folder is None:
            return
        path = folder / NAME
        self._wal = folder / f"{NAME}-wal"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._open(path)
            except _Damaged as error:
                LOG.warning("%s: %s. It is set aside as %s.", path, error, _set_aside(path).name)
                self._open(path)
        except (OSError, sqlite3.Error, _Damaged) as error:
            self._forgo(path, error)

    @classmethod
    def of_this_kiosk(cls) -> Memory:
        """Open the memory in ``data.places.state_folder()``."""
        return cls(places.state_folder())

    def counts(self, emotion: str, song_id: str) -> Counts:
        """Return what is known of a song in an emotion; zeros at first."""
        return self._counts.get((emotion, song_id), Counts())

    def add(self, emotion: str, song_ids: Iterable[str], what: str, more: int = 1) -> None:
        """Count ``more`` of ``what``, a field of ``Counts``, for each of the songs, all or none.

        No count falls below zero.
        """
        keys = [(emotion, song_id) for song_id in song_ids]
        for key in keys:
            counts = self.counts(*key)
            count = max(0, getattr(counts, what) + more)
            self._counts[key] = dataclasses.replace(counts, **{what: count})
        self._write(
            f"INSERT INTO counts (emotion, song, {what}) VALUES (?, ?, ?) "
            f"ON CONFLICT DO UPDATE SET {what} = max(0, {what} + ?)",
            [(*key, max(0, more), more) for key in keys],
        )

    def told(self, emotion: str) -> None:
        """Count that a visitor was told this mood."""
        self._write(
            "INSERT INTO moods VALUES (?, 1) ON CONFLICT DO UPDATE SET told = told + 1", [[emotion]]
        )

    def close(self) -> None:
        """Close the database; closing it twice does no harm."""
        self._syncer.shutdown(cancel_futures=True)
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def _write(self, statement: str, rows: list) -> None:
        if self._database is None:
            return
        try:
            with self._database:
                self._database.executemany(statement, rows)
        except sqlite3.Error as error:
            self._forgo(NAME, error)
        else:
            self._syncer.submit(_sync, self._wal)

    def _open(self, path: Path) -> None:
        database = sqlite3.connect(path, timeout=BUSY_S)
        try:
            (fault,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if fault != "ok":
                raise _Damaged(fault)
            (version,) = database.execute("PRAGMA user_version").fetchone()
            tables = database.execute("SELECT name FROM sqlite_master").fetchall()
            if version != VERSION and tables:
                raise _Damaged(f"version {version} is not {VERSION}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            with database:
                for table in _TABLES.split(";"):
                    database.execute(table)
                database.execute(
                    "INSERT INTO began SELECT ? WHERE NOT EXISTS (SELECT 1 FROM began)",
                    [datetime.date.today().isoformat()],
                )
                database.execute(f"PRAGMA user_version = {VERSION}")
            self._counts = _counts(database)
        except sqlite3.OperationalError:
            database.close()
            raise  # of the disk or its rights, and no fault of the file
        except sqlite3.DatabaseError as error:
            database.close()
            raise _Damaged(str(error)) from error
        except _Damaged:
            database.close()
            raise
        self._database = database

    def _forgo(self, path: Path | str, error: Exception) -> None:
        LOG.warning("%s: %s. Likes and listens are kept until the kiosk ends.", path, error)
        self.close()


@dataclasses.dataclass(frozen=True)
class Totals:
    """All that a kiosk has counted. day: the first, as YYYY-MM-DD; told: by emotion."""

    day: str
    told: dict[str, int]
    counts: dict[tuple[str, str], Counts]


def totals(folder: Path) -> Totals | None:
    """Read ``state.db`` in ``folder`` beside a kiosk that may run; None where there is none.

    Changes nothing. Raises MusicError when it cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
        ) as database:
            (day,) = database.execute("SELECT day FROM began").fetchone()
            told = dict(database.execute("SELECT emotion, told FROM moods").fetchall())
            return Totals(day, told, _counts(database))
    except (sqlite3.Error, TypeError) as error:
        raise MusicError(f"{path}: the counts cannot be read ({error})") from error


def _counts(database: sqlite3.Connection) -> dict[tuple[str, str], Counts]:
    rows = database.execute("SELECT emotion, song, shown, listened, liked, skipped FROM counts")
    return {(emotion, song): Counts(*counts) for emotion, song, *counts in rows}


def _sync(path: Path) -> None:
    """Wait until what was written to the file is on the disk."""
    with contextlib.suppress(OSError):  # the disk's faults are told where it is written to
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _set_aside(path: Path) -> Path:
    """Rename the database, over one that was set aside before; its log is of no use without it."""
    aside = path.with_name(f"{path.name}.damaged")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
