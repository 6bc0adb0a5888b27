"""What a kiosk has counted, for its operator: moods and songs, and nothing about visitors."""

import csv
import sys

from data import catalogue, places
from data.emotions import EMOTIONS
from device.music import memory

BAR = 30
COLUMNS = ("emotion", "told", "id", "title", "artist", "shown", "heard", "liked", "skipped")


def stats(as_csv: bool) -> int:
    """Prints how often each mood was told and how each song was taken; returns 0.

    as_csv: a table of moods, then of songs by mood, with COLUMNS, for programs. Raises MusicError
    when the counts cannot be read.
    """
    totals = memory.totals(places.state_folder())
    if totals is None:
        print("Nothing was counted yet: no kiosk has run here.", file=sys.stderr)
        return 0
    found = catalogue.read_all(places.song_folders())
    songs = {song.id: song for each in found.songs.values() for song in each}
    _write_csv(totals, songs) if as_csv else print(_as_text(totals, songs))
    return 0


def _write_csv(totals: memory.Totals, songs: dict[str, catalogue.Song]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for emotion in EMOTIONS:
        writer.writerow((emotion, totals.told.get(emotion, 0), *[""] * 7))
    for (emotion, name), counts in sorted(totals.counts.items()):
        song = songs.get(name)
        named = (song.title, song.artist) if song else ("", "")
        writer.writerow((emotion, "", name, *named, *_numbers(counts)))


def _as_text(totals: memory.Totals, songs: dict[str, catalogue.Song]) -> str:
    told = {emotion: totals.told.get(emotion, 0) for emotion in EMOTIONS}
    lines = [f"Moods told since {totals.day}: {sum(told.values())}"]
    most = max(1, *told.values())
    for emotion, times in told.items():
        lines.append(f"  {emotion:<9}{times:>6}  {'█' * round(BAR * times / most)}".rstrip())
    over_all: dict[str, list[int]] = {}
    for (_, name), counts in totals.counts.items():
        so_far = over_all.setdefault(name, [0, 0, 0, 0])
        for at, number in enumerate(_numbers(counts)):
            so_far[at] += number
    lines += ["", f"{'shown':>7}{'heard':>7}{'liked':>7}{'skipped':>9}  song, heard to its end:"]
    ordered = sorted(over_all.items(), key=lambda item: (-item[1][0], item[0]))
    for name, (shown, heard, liked, skipped) in ordered:
        song = songs.get(name)
        title = f"{song.title} – {song.artist}" if song else f"{name} (no longer there)"
        bar = "█" * round(10 * heard / max(1, shown))
        lines.append(f"{shown:>7}{heard:>7}{liked:>7}{skipped:>9}  {bar:<10} {title}")
    return "\n".join(lines)


def _numbers(counts: memory.Counts) -> tuple[int, int, int, int]:
    return counts.shown, counts.listened, counts.liked, counts.skipped
