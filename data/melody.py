"""Melodies out of MIDI files, and how two of them agree. Times are in quarter notes."""

import dataclasses
import math
import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import mido

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_TOGETHER = 1 / 16  # quarter notes by which the notes of one chord may start apart
_RHYTHM_TOLERANCE = math.log(1.2)
_SAME, _UNDER, _OTHER, _ONLY_OURS, _ONLY_THEIRS, _IN_TIME = 3, 0, -2, -2, -1, 1
_JUMP = -16  # more than a run of four notes gains, so that no chance likeness hides a mistake
_MOVES = _ALONG, _OVER_OURS, _OVER_THEIRS, _ELSEWHERE = range(4)


@dataclasses.dataclass(frozen=True)
class Note:
    """The highest note of those that start together.

    onset: since the track's start; pitch: MIDI key number; below: those that start with it.
    """

    onset: float
    pitch: int
    below: frozenset[int] = frozenset()


@dataclasses.dataclass(frozen=True)
class Alignment:
    """Which note is compared with which.

    pairs: (ours, theirs) as indices, None where one side has no note; jumps: our notes that are
    compared with another place than the one after their predecessor's, as where only one side
    writes a repeat out; transposition: semitones from ours to theirs; stretch: their quarter
    notes for one of ours.
    """

    pairs: tuple[tuple[int | None, int | None], ...]
    jumps: frozenset[int]
    transposition: int
    stretch: float
    score: float


def note_name(pitch: int) -> str:
    """Such as C4, which is middle C, MIDI key 60."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def skyline(file: mido.MidiFile, track: int, start_s: float = 0.0) -> list[Note]:
    """The melody of a track: the highest notes, without those that start under a held higher one.

    start_s: seconds into the file where to begin, by its tempo map.
    """
    begin = tick_at(file, start_s)
    starts: dict[int, list[tuple[float, int]]] = {}
    notes: list[tuple[float, float, int]] = []
    now = 0
    for message in file.tracks[track]:
        now += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        beat = now / file.ticks_per_beat
        waiting = starts.setdefault(message.note, [])
        if message.type == "note_on" and message.velocity > 0:
            waiting.append((beat, now))
        elif waiting:
            onset, tick = waiting.pop(0)
            if tick >= begin:
                notes.append((onset, beat, message.note))
    notes.sort(key=lambda note: (note[0], -note[2]))
    melody: list[Note] = []
    held: list[tuple[float, int]] = []  # ends and pitches of what may still sound
    for onset, end, pitch in notes:
        held = [(until, high) for until, high in held if until > onset + _TOGETHER]
        if melody and onset - melody[-1].onset < _TOGETHER:
            last = melody[-1]
            high, low = max(pitch, last.pitch), min(pitch, last.pitch)
            melody[-1] = Note(last.onset, high, last.below | ({low} - {high}))
        elif all(high <= pitch for _, high in held):
            melody.append(Note(onset, pitch))
        held.append((end, pitch))
    return melody


def tick_at(file: mido.MidiFile, seconds: float) -> int:
    """The tick that sounds at a time, less 10 ms, so that a rounded time meets its own note."""
    left, tempo, tick = seconds - 0.01, 500_000, 0
    for message in mido.merge_tracks(file.tracks):
        step = mido.tick2second(message.time, file.ticks_per_beat, tempo)
        if step > left:
            break
        left -= step
        tick += message.time
        if message.type == "set_tempo":
            tempo = message.tempo
    return tick + max(0, round(mido.second2tick(left, file.ticks_per_beat, tempo)))


def read_midi(path: Path) -> mido.MidiFile:
    """Raises ValueError if it is no MIDI file."""
    try:
        return mido.MidiFile(path, clip=True)
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise ValueError(f"is no MIDI file: {error}") from error


def align(ours: Sequence[Note], theirs: Sequence[Note]) -> Alignment:
    """The best alignment over all transpositions that bring some run of notes to agree.

    All of ours is placed; theirs may begin earlier and go on longer. By dynamic programming
    (Needleman and Wunsch, J. Mol. Biol. 48, 1970), twice: the second time with the note lengths.
    """
    candidates = _transpositions(ours, theirs)
    best = max((_place(ours, theirs, shift, None) for shift in candidates), key=_rank)
    ratios = [
        (theirs[b2].onset - theirs[b1].onset) / (ours[a2].onset - ours[a1].onset)
        for (a1, b1), (a2, b2) in neighbours(best)
    ]
    if not ratios:
        return best
    return _place(ours, theirs, best.transposition, statistics.median(ratios))


def neighbours(alignment: Alignment) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Consecutive notes of ours with the notes of theirs that are compared, but over no jump."""
    both = [(a, b) for a, b in alignment.pairs if a is not None and b is not None]
    return [
        (one, two)
        for one, two in pairwise(both)
        if two[0] == one[0] + 1 and two[0] not in alignment.jumps
    ]


def in_time(ours: float, theirs: float, stretch: float) -> bool:
    """Whether two times from one note to the next agree, to a fifth."""
    return abs(math.log(theirs / (ours * stretch))) < _RHYTHM_TOLERANCE


def _rank(alignment: Alignment) -> tuple[float, int]:
    return alignment.score, -abs(alignment.transposition)


def _transpositions(ours: Sequence[Note], theirs: Sequence[Note]) -> list[int]:
    """The differences in pitch of runs of four notes with the same intervals, likeliest first."""
    places: dict[tuple[int, ...], list[int]] = {}
    for run in zip(theirs, theirs[1:], theirs[2:], theirs[3:], strict=False):
        pitches = [note.pitch for note in run]
        places.setdefault(tuple(b - a for a, b in pairwise(pitches)), []).append(pitches[0])
    found: Counter[int] = Counter()
    for run in zip(ours, ours[1:], ours[2:], ours[3:], strict=False):
        pitches = [note.pitch for note in run]
        steps = tuple(b - a for a, b in pairwise(pitches))
        found.update({pitch - pitches[0] for pitch in places.get(steps, ())})
    return [0, *(shift for shift, _ in found.most_common(4) if shift)]


def _place(
    ours: Sequence[Note], theirs: Sequence[Note], shift: int, stretch: float | None
) -> Alignment:
    """The best alignment at one transposition; stretch: None while it is not known."""
    scores = [0.0] * (len(theirs) + 1)
    rows: list[list[int]] = []
    bests: list[int] = []
    for i, note in enumerate(ours):
        best = scores.index(max(scores))
        row, moves = [scores[0] + _ONLY_OURS], [_OVER_OURS]
        for j, other in enumerate(theirs):
            gain = float(_likeness(note.pitch + shift, other))
            if stretch is not None and i + 1 < len(ours) and j + 1 < len(theirs):
                step, their_step = ours[i + 1].onset - note.onset, theirs[j + 1].onset - other.onset
                gain += _IN_TIME * in_time(step, their_step, stretch)
            options = (
                scores[j] + gain,
                scores[j + 1] + _ONLY_OURS,
                row[j] + _ONLY_THEIRS,
                scores[best] + _JUMP + gain,
            )
            moves.append(max(_MOVES, key=options.__getitem__))
            row.append(options[moves[-1]])
        scores = row
        rows.append(moves)
        bests.append(best)
    # What they play before ours begins and after it ends costs nothing.
    score = max(scores)
    i, j = len(ours), scores.index(score)
    pairs: list[tuple[int | None, int | None]] = []
    jumps = set()
    while i > 0:
        move = rows[i - 1][j]
        if move == _OVER_THEIRS:
            j -= 1
            pairs.append((None, j))
            continue
        i -= 1
        if move == _OVER_OURS:
            pairs.append((i, None))
            continue
        pairs.append((i, j - 1))
        if move == _ELSEWHERE:
            jumps.add(i)
            j = bests[i]
        else:
            j -= 1
    return Alignment(tuple(reversed(pairs)), frozenset(jumps), shift, stretch or 1.0, score)


def _likeness(pitch: int, other: Note) -> int:
    if pitch == other.pitch:
        return _SAME
    return _UNDER if pitch in other.below else _OTHER
