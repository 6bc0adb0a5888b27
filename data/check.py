"""Checks data folders: rows, previews, scores, and that they belong together."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from data import audio, catalogue, levelling, loudness, needs, render, scores
from data.emotions import EMOTIONS
from data.errors import Fault, FaultyFile

FEWEST_SONGS = 8  # of each emotion, so that five songs vary from visit to visit
LARGEST_BYTES = 20_000_000  # of all previews made of our scores
_DURATION_TOLERANCE_S = 0.05


@dataclasses.dataclass(frozen=True)
class Total:
    """What one emotion has. seconds and size (bytes): of its previews."""

    emotion: str
    songs: int
    seconds: float
    size: int


Progress = Callable[[Iterable[list[Fault]], int], Iterable[list[Fault]]]


def check(
    folders: Sequence[Path], deep: bool, progress: Progress = lambda each, total: each
) -> tuple[tuple[Fault, ...], tuple[Total, ...], tuple[str, ...]]:
    """Finds all faults of data folders that are used together, and adds up their songs.

    deep: decode and measure the previews and have abc2midi play the scores; progress: passes on
    what it is given, and is told how many there will be. Returns faults, totals, and for whatever
    deep wants and this machine lacks a sentence that says what was left out and what to install.
    """
    without = {
        "Scores were not played": needs.lacking(["abc2midi"]) if deep else "",
        "Previews were not decoded": needs.lacking(packages=needs.SOUND) if deep else "",
    }
    played, decoded = (deep and not missing for missing in without.values())
    found = catalogue.read_all(folders, deep=decoded)
    faults = list(found.faults)
    for emotion, songs in found.songs.items():
        if catalogue.FEWEST_SONGS <= len(songs) < FEWEST_SONGS:
            path = folders[0] / "songs" / f"{emotion}.csv"
            faults.append(Fault(path, None, f"has {len(songs)} songs; {FEWEST_SONGS} are right"))
    for folder in folders:
        faults += _belonging(folder, played, decoded, progress)
    totals = tuple(
        Total(
            emotion,
            len(found.songs[emotion]),
            sum(song.duration_s for song in found.songs[emotion]),
            sum(song.preview.stat().st_size for song in found.songs[emotion]),
        )
        for emotion in EMOTIONS
    )
    unchecked = tuple(f"{what}. {missing}" for what, missing in without.items() if missing)
    return tuple(faults), totals, unchecked


def _belonging(folder: Path, played: bool, decoded: bool, progress: Progress) -> list[Fault]:
    """Whether rows, scores and previews of one folder belong together, and sound as they should."""
    rows, unread = catalogue.all_rows(folder), False
    for path in (folder / "songs").glob("*.csv"):
        try:
            catalogue.rows(path)
        except FaultyFile:
            unread = True
    # Where a file cannot be read, which reading the catalogue has told, its songs are no strangers.
    faults = [] if unread else _strangers(folder, rows)
    for row in rows:
        faults += _ties(folder, row)
    rendered = {row.values["preview"] for row in rows if row.values["source"].startswith("scores/")}
    previews = [path for name in sorted(rendered) if (path := folder / name).is_file()]
    paths = [*(_files(folder / "scores") if played else []), *(previews if decoded else [])]
    if paths:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = pool.map(
                lambda path: _score_faults(path) if path.suffix == ".abc" else _sound_faults(path),
                paths,
            )
            for result in progress(results, len(paths)):
                faults += result
    size = sum(path.stat().st_size for path in previews)
    if size > LARGEST_BYTES:
        reason = f"holds {size / 1e6:.1f} MB of ours; {LARGEST_BYTES / 1e6:g} MB are the most"
        faults.append(Fault(folder / "previews", None, reason))
    return faults


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _strangers(folder: Path, rows: list[catalogue.Row]) -> list[Fault]:
    """Files that no row names."""
    named = {row.values[column] for row in rows for column in ("preview", "source")}
    return [
        Fault(path, None, "belongs to no row in songs/")
        for name in ("scores", "previews")
        for path in _files(folder / name)
        if f"{name}/{path.name}" not in named
    ]


def _ties(folder: Path, row: catalogue.Row) -> list[Fault]:
    """Whether a row, its score and its preview belong together; nothing for imported music."""
    source = row.values["source"]
    if not source.startswith("scores/"):
        return []
    faults = []
    score, preview = folder / source, folder / row.values["preview"]
    if row.values["preview"] != f"previews/{score.stem}.ogg":
        faults.append(Fault(row.file, row.line, f"preview is not previews/{score.stem}.ogg"))
    if score.stem != row.values["id"]:
        faults.append(Fault(row.file, row.line, f"source {source} is not scores/<id>.abc"))
    if not score.is_file():
        faults.append(Fault(row.file, row.line, f"source {source} is missing"))
    elif row.values["source_sha256"] != catalogue.sha256(score):
        reason = f"{source} has changed since its preview was made; run: python -m data render"
        faults.append(Fault(row.file, row.line, reason))
    try:
        duration = audio.claimed_duration(preview)
        noted = float(row.values["duration_s"] or "nan")
    except (audio.AudioError, ValueError):
        return faults  # which reading the catalogue has told already
    if duration is not None and abs(duration - noted) > _DURATION_TOLERANCE_S:
        reason = f"duration_s is {noted:g}, but {preview.name} lasts {duration:.2f} s"
        faults.append(Fault(row.file, row.line, reason))
    return faults


def _score_faults(path: Path) -> list[Fault]:
    try:
        scores.check(scores.read(path))
    except FaultyFile as error:
        return list(error.faults)
    return []


def _sound_faults(path: Path) -> list[Fault]:
    """Whether a rendered preview is as long and as loud as rendering makes them."""
    import soundfile

    try:
        sound, rate = soundfile.read(path, always_2d=True)
    except soundfile.SoundFileError:
        return []  # which reading the catalogue has told already
    faults = []
    length = len(sound) / rate
    if not render.SHORTEST_S <= length <= render.LONGEST_S:
        right = f"{render.SHORTEST_S:g} to {render.LONGEST_S:g} s are right"
        faults.append(Fault(path, None, f"lasts {length:.1f} s; {right}"))
    loud = loudness.integrated(sound, rate)
    if abs(loud - levelling.LOUDNESS) > levelling.LOUDNESS_TOLERANCE:
        right = f"{levelling.LOUDNESS:g} ± {levelling.LOUDNESS_TOLERANCE:g} are right"
        faults.append(Fault(path, None, f"is {loud:.1f} LUFS loud; {right}"))
    peak = loudness.true_peak(sound)
    if peak >= levelling.TRUE_PEAK:
        right = f"below {levelling.TRUE_PEAK:g} is right"
        faults.append(Fault(path, None, f"peaks at {peak:.1f} dBTP; {right}"))
    return faults
