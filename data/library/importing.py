"""Measures a folder of music on all cores: every file that is new or has changed."""

import dataclasses
import errno
import hashlib
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path

from data import contour, levelling
from data.library import cues, sound, tags
from data.library.store import Imported, Stamp, Store
from data.places import is_foreign

SUFFIXES = {".mp3", ".flac", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".aac", ".wma", ".aif"}
SUFFIXES |= {".aiff", ".mp4", ".m4b", ".webm", ".weba", ".mka"}

_AHEAD = 2  # files a worker that wait for it
_LOOK_UP_S = 0.5  # how long an interrupt may go unseen
_CUT_OFF = 0.9  # of the length that a file claims


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one file: a song and its unfinished preview, or a reason, or neither of both.

    Neither is for what the library has already.
    passing: whether another try may go better; sha256: of the file, empty if it cannot be read;
    audio_sha256: of what was decoded, or empty; remark: on a song that is not quite sound.
    """

    stamp: Stamp
    sha256: str = ""
    audio_sha256: str = ""
    song: Imported | None = None
    unfinished: Path | None = None
    reason: str | None = None
    passing: bool = False
    remark: str = ""


@dataclasses.dataclass
class Report:
    """What an import did. unused: reason by path; remarks: by path, of files that were used.

    other: how many files were passed over since their names are not those of music, by suffix;
    facts: how other projects' lists were used, in lines.
    """

    imported: int = 0
    known: int = 0
    unused: dict[str, str] = dataclasses.field(default_factory=dict)
    remarks: dict[str, str] = dataclasses.field(default_factory=dict)
    other: Counter[str] = dataclasses.field(default_factory=Counter)
    facts: list[str] = dataclasses.field(default_factory=list)

    def text(self) -> str:
        """The report, for the screen and for the report file."""
        lines = [
            f"{self.imported} imported, {self.known} known already, {len(self.unused)} not used"
        ]
        for title, told in (("Not used:", self.unused), ("Used, but:", self.remarks)):
            if told:
                lines += ["", title, *(f"{path}: {why}" for path, why in sorted(told.items()))]
        if self.facts:
            lines += ["", *self.facts]
        if self.other:
            kinds = ", ".join(f"{count} {kind}" for kind, count in self.other.most_common())
            lines += ["", f"Passed over, since their names are not those of music: {kinds}"]
        return "\n".join(lines) + "\n"


def find(folder: Path, report: Report) -> list[Stamp]:
    """All music files under a folder, in order, links followed once; tells the others."""
    found: list[Stamp] = []
    entered: set[tuple[int, int]] = set()

    def cannot(error: OSError) -> None:
        report.unused[tags.shown(Path(error.filename))] = f"cannot be read: {error.strerror}"

    for name, folders, files in os.walk(folder, onerror=cannot, followlinks=True):
        here = Path(name)
        status = here.stat()
        if (status.st_dev, status.st_ino) in entered:  # a link that leads in a circle
            folders.clear()
            continue
        entered.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not is_foreign(name))
        for path in (here / file for file in sorted(files) if not is_foreign(file)):
            if path.suffix.lower() not in SUFFIXES:
                report.other[path.suffix.lower() or "without a suffix"] += 1
                continue
            try:
                status = path.stat()
            except OSError as error:
                report.unused[tags.shown(path)] = f"cannot be read: {error.strerror}"
                continue
            if path.is_file():
                found.append(Stamp(path, status.st_size, status.st_mtime_ns))
            else:
                report.unused[tags.shown(path)] = "is no file"
    return found


def measure_new(
    store: Store,
    stamps: list[Stamp],
    root: Path | None,
    given: str | None,
    language: str,
    jobs: int,
    report: Report,
    progress: Callable[[Iterator[Outcome], int], Iterator[Outcome]],
    ending: threading.Event,
) -> None:
    """Takes in every file that is new or has changed; each is safe as soon as it is done.

    root: the folder that is imported, or None for a file; given: the emotion of all of them, or
    None; language: of all of them, or empty; progress: passes on what it is given, and is told how
    many there will be; ending: once it is set, no other file is begun.
    """
    new = []
    for stamp in stamps:
        seen = store.seen(stamp)
        if seen is None:
            new.append(stamp)
        else:
            report.known += seen[1] is None
            if seen[1] is not None:
                report.unused[tags.shown(stamp.path)] = seen[1]
    songs = store.songs()
    names = {song.audio_sha256: song.id for song in songs}
    sources = {song.id: song.source for song in songs}
    previews = store.folder / "previews"
    context = _Context(root, previews, store.known_files(), frozenset(names))
    for outcome in progress(_outcomes(context, new, jobs, ending), len(new)):
        path = tags.shown(outcome.stamp.path)
        name, reason = names.get(outcome.audio_sha256), outcome.reason
        if outcome.sha256 in context.files:
            name, reason = context.files[outcome.sha256]
        if name is None and outcome.song:
            song = dataclasses.replace(outcome.song, given=given, language=language)
            store.add(song, outcome.unfinished, outcome.stamp)
            names[song.audio_sha256], sources[song.id] = song.id, song.source
            report.imported += 1
            if outcome.remark:
                report.remarks[path] = outcome.remark
            continue
        if outcome.unfinished:  # by another worker at the same time as its like
            outcome.unfinished.unlink()
        # A file that was only renamed, or whose tags were changed, is the same song as before.
        if name and reason is None and sources[name] != path and Path(sources[name]).exists():
            reason = f"has the same sound as {sources[name]}"
        if reason is None:
            report.known += 1
        else:
            report.unused[path] = reason
        if not outcome.passing:
            store.note_file(outcome.stamp, outcome.sha256, name, reason)


@dataclasses.dataclass(frozen=True)
class _Context:
    """What a worker knows of the library: all that was there when the import began.

    root: of the collection, where it is a folder; files: as ``Store.known_files``; sounds: SHA-256
    of what was decoded.
    """

    root: Path | None
    previews: Path
    files: Mapping[str, tuple[str, str | None]]
    sounds: frozenset[str]


_context: _Context


def _outcomes(
    context: _Context, stamps: list[Stamp], jobs: int, ending: threading.Event
) -> Iterator[Outcome]:
    """Measures files in processes. One that takes its process down is told, not fatal."""
    waiting = stamps[::-1]
    while waiting and not ending.is_set():
        doubtful: list[Stamp] = []
        with _pool(context, jobs) as pool:
            running: dict[Future[Outcome], Stamp] = {}
            try:
                while running or (waiting and not ending.is_set()):
                    while waiting and not ending.is_set() and len(running) < jobs * (1 + _AHEAD):
                        future = pool.submit(_measure, waiting[-1])
                        running[future] = waiting.pop()
                    if ending.is_set():
                        running = {each: its for each, its in running.items() if not each.cancel()}
                    done, _ = wait(running, timeout=_LOOK_UP_S, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        del running[future]
                        yield result
            except BrokenProcessPool:
                doubtful = list(running.values())
            except BaseException:
                for process in active_children():  # at once, where the pool would wait for them
                    process.kill()
                raise
        for stamp in doubtful:  # one by one, to find out which of them it was
            try:
                with _pool(context, 1) as pool:
                    result = pool.submit(_measure, stamp).result()
            except BrokenProcessPool:
                reason = "broke the program that measures it; memory may be short"
                result = Outcome(stamp, reason=reason, passing=True)
            yield result


def _pool(context: _Context, jobs: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a forked sibling would hold open the pipe that tells of the parent's end.
    return ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(context,)
    )


def _begin(context: _Context) -> None:
    global _context  # noqa: PLW0603 - a process pool has no other place for it
    _context = context
    os.setpgrp()  # Ctrl-C is the parent's; a terminal sends it to ffmpeg too, and it would give up
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    connection.wait([parent_process().sentinel])
    os._exit(1)


def _measure(stamp: Stamp) -> Outcome:
    path = stamp.path
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return Outcome(stamp, reason=f"cannot be read: {error.strerror}", passing=True)
    if stamp.size == 0:
        return Outcome(stamp, sha256, reason="is empty")
    if sha256 in _context.files:
        return Outcome(stamp, sha256)
    unfinished = _context.previews / f".{sha256}.{os.getpid()}.unfinished"
    try:
        return _measure_sound(stamp, sha256, unfinished)
    except sound.SoundError as error:
        return Outcome(stamp, sha256, reason=str(error), passing=error.passing)
    except levelling.CannotLevelError as error:
        return Outcome(stamp, sha256, reason=str(error))
    except Exception as error:  # one odd file among thousands must not end an import
        # But a full disk would make all of them odd; libsndfile does not say that it was the disk.
        if shutil.disk_usage(_context.previews).free < sound.LARGEST_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        return Outcome(stamp, sha256, reason=f"cannot be measured: {error!r}", passing=True)


def _measure_sound(stamp: Stamp, sha256: str, unfinished: Path) -> Outcome:
    decoded = sound.decode(stamp.path)
    if decoded.sha256 in _context.sounds:
        return Outcome(stamp, sha256, decoded.sha256)
    found = tags.read(stamp.path, _context.root)
    length, claimed = len(decoded.audio) / sound.RATE, found.claimed_s or 0.0
    cut_off = length < _CUT_OFF * min(claimed, sound.LONGEST_S)
    told = f"is cut off: {length:.0f} of its {claimed:.0f} s can be decoded" if cut_off else ""
    if cut_off and length < sound.SHORTEST_S:
        raise sound.SoundError(f"{told}; {sound.SHORTEST_S:.0f} s are the least")
    piece, _ = sound.excerpt(decoded.audio)
    measured = cues.measure(piece)
    preview = sound.write_preview(piece, unfinished)
    if decoded.complaint and not told:
        told = f"is damaged in places ({decoded.complaint})"
    song = Imported(
        id=tags.identifier(found.artist, found.title, decoded.sha256),
        audio_sha256=decoded.sha256,
        source=tags.shown(stamp.path),
        source_sha256=sha256,
        title=found.title,
        artist=found.artist,
        album=found.album,
        year=found.year,
        duration_s=preview.duration_s,
        cues=measured,
        contour=contour.of_sound(piece),
    )
    return Outcome(stamp, sha256, decoded.sha256, song, unfinished, remark=told)
