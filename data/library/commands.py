"""The commands of ``python -m data`` for the operator's own library."""

import argparse
import errno
import os
import re
import sqlite3
import sys
import tempfile
from pathlib import Path

import data
from data import console, needs, places
from data.emotions import EMOTIONS
from data.errors import DataError

REPORT = "import-report.txt"
RESERVE, RESERVED = ".reserve", 400_000  # bytes; the rows of some thousand songs
FULL = (
    "The disk is full. What was measured is kept, and the same command goes on with the rest once "
    "there is room."
)

ENDING = "Finishing the tracks in hand; Ctrl-C once more ends at once."


def add_to(commands: "argparse._SubParsersAction") -> None:
    """Adds import, review, list, move, disable, enable and remove."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--folder",
        type=Path,
        default=places.state_folder(),
        help="the operator's library (default: %(default)s)",
    )

    importing = commands.add_parser("import", parents=[shared], help="take in a folder of music")
    importing.set_defaults(command=_import)
    importing.add_argument("music", type=Path, metavar="FOLDER", help="of music, or one file")
    importing.add_argument("--emotion", choices=EMOTIONS, help="of all that is new")
    importing.add_argument(
        "--language",
        type=_language,
        metavar="CODE",
        help="in which all that is new is sung, such as en: visitors who read it get it first",
    )
    importing.add_argument(
        "--facts",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="CSV file of another project, matched by title and artist (may be repeated)",
    )
    importing.add_argument(
        "--jobs", type=_count, default=os.cpu_count() or 1, help="(default: %(default)s)"
    )

    review = commands.add_parser("review", parents=[shared], help="confirm suggested emotions")
    review.set_defaults(command=_review)

    listing = commands.add_parser("list", parents=[shared], help="list the operator's songs")
    listing.set_defaults(command=_list)
    listing.add_argument("--emotion", choices=EMOTIONS, help="only these")

    move = commands.add_parser("move", parents=[shared], help="put a song to another emotion")
    move.set_defaults(command=_move)
    move.add_argument("id", metavar="ID")
    move.add_argument("emotion", metavar="EMOTION", choices=EMOTIONS, help=", ".join(EMOTIONS))

    for name, what in (
        ("disable", "offer a song no longer"),
        ("enable", "offer a song again"),
        ("remove", "remove a song and its preview"),
    ):
        parser = commands.add_parser(name, parents=[shared], help=what)
        parser.set_defaults(command=_change, change=name)
        parser.add_argument("id", metavar="ID")


def _import(options: argparse.Namespace) -> int:
    try:
        return _import_all(options)
    except (OSError, sqlite3.OperationalError) as error:
        if not _is_full(error):
            raise
        raise DataError(FULL) from error


def _is_full(error: Exception) -> bool:
    return getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)


def _import_all(options: argparse.Namespace) -> int:
    needs.require(["ffmpeg"], (*needs.SOUND, "tinytag", "tqdm"))
    from tqdm import tqdm

    from data.library import facts, importing, suggesting, tags
    from data.library.store import Stamp, opened

    if not options.music.exists():
        raise DataError(f"{options.music}: there is no such folder")
    known_facts: dict[facts.Key, facts.Fact] = {}
    report, interrupted, full, fact_rows = importing.Report(), False, False, 0
    for path in options.facts:
        read = facts.read(path)
        known_facts = read | known_facts
        fact_rows += read.rows
        report.facts += [f"{tags.shown(path)}: {remark}" for remark in read.remarks]
    music = options.music.absolute()
    with opened(options.folder) as store:
        # Given back before the rows are written, so that a disk that previews have filled has room.
        reserve = options.folder / RESERVE
        if music.is_dir():
            stamps = importing.find(music, report)
        else:
            status = music.stat()
            stamps = [Stamp(music, status.st_size, status.st_mtime_ns)]
        try:
            reserve.write_bytes(bytes(RESERVED))
            with console.interrupts_announced(ENDING) as ending:
                importing.measure_new(
                    store,
                    stamps,
                    music if music.is_dir() else None,
                    options.emotion,
                    options.language or "",
                    options.jobs,
                    report,
                    lambda each, total: tqdm(
                        each, total=total, unit="file", disable=None, smoothing=0.1
                    ),
                    ending,
                )
            interrupted = ending.is_set()
        except KeyboardInterrupt:
            interrupted = True
            store.sweep()
        except (OSError, sqlite3.OperationalError) as error:
            if not _is_full(error):
                raise
            full = True
        finally:
            reserve.unlink(missing_ok=True)
        others = () if options.folder.resolve() == data.FOLDER else (data.FOLDER,)
        report.remarks |= suggesting.measure_anew(
            store, lambda songs: tqdm(songs, unit="song", desc="measured anew", disable=None)
        )
        counts = suggesting.suggest(store, known_facts, others)
        if options.facts:
            matched = sum(
                facts.find(known_facts, song.title, song.artist) is not None
                for song in store.songs()
            )
            told = f"facts: {fact_rows} rows, {matched} songs matched"
            report.facts.insert(0, told)
    text = report.text()
    _write(options.folder / REPORT, text)
    print(text, end="")
    if counts:
        told = ", ".join(f"{counts[emotion]} {emotion}" for emotion in EMOTIONS)
        print(f"\nSuggested: {told}. python -m data review confirms them.")
    print(f"The report is in {options.folder / REPORT}")
    if full:
        raise DataError(FULL)
    if interrupted:
        print("Interrupted; what was measured is kept. The same command goes on.")
    return console.INTERRUPTED if interrupted else 0


def _review(options: argparse.Namespace) -> int:
    from data.library.review import review
    from data.library.store import opened

    if not sys.stdin.isatty():
        raise DataError("review asks for keys: it needs a terminal")
    with opened(options.folder) as store:
        review(store)
    return 0


def _list(options: argparse.Namespace) -> int:
    from data import catalogue
    from data.library.edit import is_enabled

    for emotion in [options.emotion] if options.emotion else EMOTIONS:
        path = options.folder / "songs" / f"{emotion}.csv"
        for row in catalogue.rows(path) if path.exists() else []:
            if row.fault:
                print(row.fault, file=sys.stderr)
                continue
            it = row.values
            state = f" [{it['language']}]" if it.get("language") else ""
            state += "" if is_enabled(it) else " (disabled)"
            print(
                f"{emotion:8} {it['valence']:>4} {it['arousal']:>4} {it['mood_by']:7} {it['id']}  "
                f"{it['title']} – {it['artist']}{state}"
            )
    return 0


def _move(options: argparse.Namespace) -> int:
    from data.library import edit
    from data.library.store import opened

    with opened(options.folder) as store:
        edit.move(store, options.id, options.emotion)
    print(f"{options.id}: {options.emotion}, by hand")
    return 0


def _change(options: argparse.Namespace) -> int:
    from data.library import edit
    from data.library.store import opened

    with opened(options.folder) as store:
        if options.change == "remove":
            edit.remove(store, options.id)
        else:
            edit.enable(store, options.id, options.change == "enable")
    print(f"{options.id}: {options.change}d")
    return 0


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 639-1 code such as en or hi")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
