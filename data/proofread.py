"""Finds wrong notes: compares the scores' melodies with MIDI files that are not in the project.

A score says in its header what it is to be compared with, in one line or more:
``%%proofread FILE.mid track=1 start=12.5 voice=1 bars=1-8``. A file's track (0-based) and start
(in seconds) come from ``catalogue.csv`` beside it unless they are given; the voice is the first
unless given; bars as written, the first complete one being 1, are all unless given.
"""

import bisect
import csv
import dataclasses
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import mido

from data import melody, needs, scores
from data.errors import DataError, Fault, FaultyFile

_DIRECTIVE = re.compile(r"%%proofread\s+(\S+)((?:\s+\w+=\S+)*)\s*$")
_USAGE = "%%proofread FILE.mid [track=N] [start=SECONDS] [voice=ID] [bars=FIRST-LAST]"
_SOME_MORE = 3  # times as many notes as ours are looked at, for what ours leaves out
# Quotes, decorations, inline fields and comments hide bar lines; only what group 1 has is one.
_BAR_LINE = re.compile(
    r'"[^"]*"|![^!]*!|\[[A-Za-z]:[^\]]*\]|%.*|((?:::|:*\|[|\]:]*)(?:\s*\d[\d,-]*)?)'
)
_FIELD = re.compile(r"[A-Za-z+]:")
_MARKER_HIGH, _MARKER_LOW = 102, 103  # controllers without a meaning in MIDI 1.0


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What to compare with: one %%proofread line. line: where it stands in the score."""

    line: int
    midi: str
    track: int | None
    start_s: float | None
    voice: str | None
    bars: tuple[int, int] | None


@dataclasses.dataclass(frozen=True)
class Report:
    """How one melody agrees with its reference; shares are 0 to 1. text: for people."""

    notes: int
    pitch: float
    rhythm: float
    text: str


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where a note stands in a score. bar: the first complete one is 1; line: of the file."""

    bar: int
    line: int


def proofread(folder: Path, ids: Iterable[str], reference: Path, least: float) -> int:
    """Prints a report for each score; 1 if any agrees less than ``least`` or cannot be compared.

    Raises DataError if abc2midi, the reference folder or a score is missing.
    """
    needs.require(["abc2midi"])
    known = _reference_catalogue(reference)
    ids = list(ids)
    failed, without = False, []
    for path in scores.find(folder, ids):
        try:
            score = scores.read(path)
            comparisons = directives(score)
            if not comparisons:
                without.append(path.stem)
            for comparison in comparisons:
                report = compare(score, comparison, reference, known)
                print(report.text)
                failed |= min(report.pitch, report.rhythm) < least
        except FaultyFile as error:
            print(error, file=sys.stderr)
            failed = True
    if without:
        print(f"Without a %%proofread line: {', '.join(without)}")
    return int(failed or (bool(ids) and bool(without)))


def directives(score: scores.Score) -> list[Comparison]:
    """The %%proofread lines of a score. Raises FaultyFile for one that cannot be understood."""
    found = []
    for number, line in enumerate(score.text.splitlines(), 1):
        if not line.startswith("%%proofread"):
            continue
        match = _DIRECTIVE.match(line)
        options = dict(part.split("=", 1) for part in match[2].split()) if match else {}
        try:
            if match is None or options.keys() - {"track", "start", "voice", "bars"}:
                raise ValueError(line)
            first, _, last = options.get("bars", "").partition("-")
            found.append(
                Comparison(
                    line=number,
                    midi=match[1],
                    track=int(options["track"]) if "track" in options else None,
                    start_s=float(options["start"]) if "start" in options else None,
                    voice=options.get("voice"),
                    bars=(int(first), int(last or first)) if first else None,
                )
            )
        except ValueError as error:
            fault = Fault(score.path, number, f"is not of the form {_USAGE}")
            raise FaultyFile((fault,)) from error
    return found


def compare(
    score: scores.Score,
    comparison: Comparison,
    reference: Path,
    known: dict[str, dict[str, str]],
) -> Report:
    """Compares one melody. known: the reference catalogue's rows by MIDI file name.

    Raises FaultyFile if score, directive or reference file cannot be used.
    """

    def wrong(reason: str) -> FaultyFile:
        return FaultyFile((Fault(score.path, comparison.line, reason),))

    try:
        file = melody.read_midi(reference / comparison.midi)
    except ValueError as error:
        raise wrong(f"{comparison.midi} {error}") from error
    row = known.get(comparison.midi, {})
    track, start = comparison.track, comparison.start_s
    if track is None:
        track = int((row.get("melody_track") or "0").split()[0])
    if start is None:
        start = float(row.get("theme_starts_at_s") or 0)
    if not 0 <= track < len(file.tracks):
        raise wrong(f"{comparison.midi} has tracks 0 to {len(file.tracks) - 1}, not {track}")
    notes = _our_melody(score, comparison)
    if len(notes) < 4:
        raise wrong(f"only {len(notes)} notes are there to compare; 4 are needed")
    theirs = melody.skyline(file, track, start)[: _SOME_MORE * len(notes) + 30]
    if len(theirs) < 4:
        raise wrong(f"track {track} of {comparison.midi} has no melody from {start} s on")
    title = f"{score.id} and {comparison.midi}, track {track} from {start:g} s"
    return _report(title, row.get("note", ""), notes, theirs)


def _report(
    title: str,
    remark: str,
    placed: list[tuple[melody.Note, _Place]],
    theirs: list[melody.Note],
) -> Report:
    ours = [note for note, _ in placed]
    found = melody.align(ours, theirs)
    same = sum(
        a is not None and b is not None and ours[a].pitch + found.transposition == theirs[b].pitch
        for a, b in found.pairs
    )
    wrong_times = _wrong_times(ours, theirs, found)
    steps = len(melody.neighbours(found))
    pitch, rhythm = same / len(ours), 1 - len(wrong_times) / max(1, steps)
    figures = (
        f"  {len(ours)} notes: {pitch:.1%} of the pitches and {rhythm:.1%} of the rhythm agree"
    )
    if found.transposition:
        figures += f"; reference {found.transposition:+d} semitones"
    if abs(found.stretch - 1) > 0.01:
        figures += f"; its notes are {found.stretch:.3g} times as long"
    if found.jumps:
        bars = sorted({placed[index][1].bar for index in found.jumps})
        figures += f"; in bar {', '.join(map(str, bars))} the reference is read on elsewhere"
    lines = [title, *([f"  the reference's note: {remark}"] if remark else []), figures]
    differences = _wrong_pitches(ours, theirs, found) + wrong_times
    for index, text in sorted(differences, key=lambda difference: difference[0]):
        place = placed[index][1]
        lines.append(f"  bar {place.bar} (line {place.line}): {text}")
    return Report(len(ours), pitch, rhythm, "\n".join(lines))


def _wrong_pitches(
    ours: list[melody.Note], theirs: list[melody.Note], found: melody.Alignment
) -> list[tuple[int, str]]:
    """Notes that differ, or that one side lacks, each with the index of ours where that is."""
    differences = []
    missing: list[str] = []
    before = 0
    for a, b in [*found.pairs, (len(ours) - 1, None)]:
        if a is None:
            missing.append(_name(theirs[b], found))
            continue
        if missing:
            differences.append((before, f"not here: {_shortened(missing)}"))
            missing = []
        before = a
        if b is not None and ours[a].pitch + found.transposition != theirs[b].pitch:
            lower = ours[a].pitch + found.transposition in theirs[b].below
            hint = " with ours below it" if lower else ""
            name = melody.note_name(ours[a].pitch)
            differences.append((a, f"{name}, reference {_name(theirs[b], found)}{hint}"))
    for a, b in found.pairs:
        if b is None:
            differences.append((a, f"{melody.note_name(ours[a].pitch)} is not in the reference"))
    return differences


def _wrong_times(
    ours: list[melody.Note], theirs: list[melody.Note], found: melody.Alignment
) -> list[tuple[int, str]]:
    """Notes after which the next one comes too early or too late."""
    differences = []
    for (a, b), (a2, b2) in melody.neighbours(found):
        step, their_step = ours[a2].onset - ours[a].onset, theirs[b2].onset - theirs[b].onset
        if not melody.in_time(step, their_step, found.stretch):
            text = (
                f"{melody.note_name(ours[a].pitch)} to the next is {step:.3g} quarters, "
                f"reference {their_step / found.stretch:.3g}"
            )
            differences.append((a, text))
    return differences


def _name(note: melody.Note, found: melody.Alignment) -> str:
    """A note of theirs as it would be called in our key."""
    return melody.note_name(note.pitch - found.transposition)


def _shortened(names: list[str]) -> str:
    shown = " ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} … ({len(names)} notes)"


def _our_melody(score: scores.Score, comparison: Comparison) -> list[tuple[melody.Note, _Place]]:
    """The melody of one voice as abc2midi plays it, and where each note stands."""
    found = re.findall(r"(?m)(?:^|\[)V:\s*([^\s%\]]+)", score.text)
    names = list(dict.fromkeys(found)) or ["1"]
    wanted = comparison.voice or names[0]
    if wanted not in names:
        reason = f"there is no voice {wanted}, but {', '.join(names)}"
        raise FaultyFile((Fault(score.path, comparison.line, reason),))
    text, lines = _with_markers(score.text)
    with tempfile.TemporaryDirectory(prefix="proofread-") as temporary:
        midi = Path(temporary) / "score.mid"
        scores.to_midi(score, midi)  # for its complaints
        scores.to_midi(score, midi, text)
        file = mido.MidiFile(midi)
    track = 0 if len(file.tracks) == 1 else names.index(wanted) + 1
    marks = _marks(file, track)
    # A bar line before the first note, such as |:, closes no bar.
    opening = {number for beat, number in marks if beat == 0}
    closing = sorted({number for _, number in marks} - opening)
    upbeat = bool(closing) and _has_upbeat(file, [beat for beat, _ in marks if beat > 0])
    result = []
    for note in melody.skyline(file, track):
        passed = [-1, *(number for beat, number in marks if beat <= note.onset)][-1]
        bar = bisect.bisect_right(closing, passed)
        # The bar line that closes the note's bar stands in its line.
        line = lines[closing[min(bar, len(closing) - 1)]] if closing else comparison.line
        place = _Place(bar + (0 if upbeat else 1), line)
        if comparison.bars is None or comparison.bars[0] <= place.bar <= comparison.bars[1]:
            result.append((note, place))
    return result


def _with_markers(text: str) -> tuple[str, list[int]]:
    """Puts two controllers, which sound like nothing, after each bar line: its number in the text.

    Shortened notes would have abc2midi pass their bar lines too early, so they are left long.
    Returns the marked text and, for each number, the line of the file.
    """
    lines: list[int] = []
    marked = []
    body = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("%%MIDI trim"):
            continue
        parts, end = [], 0
        for match in _BAR_LINE.finditer(line) if body and not _FIELD.match(line) else ():
            if match[1]:
                high, low = divmod(len(lines), 128)
                lines.append(number)
                parts += [line[end : match.end()], f" [I:MIDI=control {_MARKER_HIGH} {high}]"]
                parts += [f"[I:MIDI=control {_MARKER_LOW} {low}] "]
                end = match.end()
        marked.append("".join((*parts, line[end:])))
        body |= line.startswith("K:")
    return "\n".join(marked) + "\n", lines


def _marks(file: mido.MidiFile, track: int) -> list[tuple[float, int]]:
    """When each bar line is passed, in quarter notes, and its number in the text."""
    marks, now, high = [], 0, 0
    for message in file.tracks[track]:
        now += message.time
        if message.type == "control_change" and message.control == _MARKER_HIGH:
            high = message.value
        elif message.type == "control_change" and message.control == _MARKER_LOW:
            marks.append((now / file.ticks_per_beat, high * 128 + message.value))
    return marks


def _has_upbeat(file: mido.MidiFile, bar_lines: list[float]) -> bool:
    """Whether the bar lines lie an incomplete bar off the start.

    Told by most of them: abc2midi marks the end of a bar that closes with rests too early.
    """
    metre = next((m for m in file.tracks[0] if m.type == "time_signature"), None)
    full = 4 * metre.numerator / metre.denominator if metre else 4.0
    phases = Counter(round(beat / full % 1, 2) % 1 for beat in bar_lines)
    return phases.most_common(1)[0][0] != 0


def _reference_catalogue(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "catalogue.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["midi"]: row for row in csv.DictReader(file) if row.get("midi")}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
