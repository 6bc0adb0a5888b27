"""The contour of a song: how high its melody stands, or how loud it is, from step to step.

It is written as ``STEPS`` letters, a the lowest and z the highest, which share the preview's time
evenly. Covers are drawn from it. A melody gets a letter for each semitone as far as they go.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import mido

STEPS = 48
HIGHEST = 25  # the letter z

_DRUMS = 9  # the channel whose keys are no pitches (General MIDI)
_OCTAVE = 12
_PATIENCE_S = 4.0
_RANGE_DB = 24.0  # from the loudest step down to the letter a


def of_midi(midi: Path, duration_s: float) -> str:
    """The melody of a MIDI file: the highest notes of its first voice.

    While that keeps silent for long, they are those of all voices, the skyline (Uitdenbogerd &
    Zobel, "Manipulation of music for melody matching", ACM Multimedia 1998).
    duration_s: of the preview, which begins with the first note. Raises ValueError without notes.
    """
    import mido

    file = mido.MidiFile(midi)
    first = next((each.channel for track in file.tracks for each in track if _is_note(each)), None)
    if first is None:
        raise ValueError("has no notes")
    voice, skyline = _tops(file, first), _tops(file)
    middles = skyline[0, 0] + duration_s * (np.arange(STEPS) + 0.5) / STEPS
    at, anyhow = (np.searchsorted(each[0], middles, side="right") - 1 for each in (voice, skyline))
    silent = (at < 0) | (middles - voice[0, at] > _PATIENCE_S)
    heard = np.where(silent, skyline[1, anyhow], voice[1, at])
    # Farther down it is the accompaniment, heard through a rest.
    heard = np.maximum(heard, np.median(heard) - _OCTAVE)
    heard -= heard.min()
    return _letters(heard * min(1.0, HIGHEST / max(heard.max(), 1)))


def _tops(file: mido.MidiFile, channel: int | None = None) -> np.ndarray:
    """When notes begin, of ``channel`` or of all, and the highest pitch that sounds then: (2, N).

    Notes that end tell nothing: the last of a chord to be released need not be its highest.
    """
    now, held, tops = 0.0, Counter[tuple[int, int]](), []
    for message in file:
        now += message.time
        if not _is_note(message) or channel not in (None, message.channel):
            continue
        begins = message.type == "note_on" and message.velocity > 0
        held[message.channel, message.note] += 1 if begins else -1
        if begins:
            tops.append((now, max(note for (_, note), count in held.items() if count > 0)))
    return np.array(tops).T


def _is_note(message: mido.Message) -> bool:
    return message.type in ("note_on", "note_off") and message.channel != _DRUMS


def of_sound(piece: np.ndarray) -> str:
    """The loudness of a piece, float (samples, channels): RMS, on a scale of decibels."""
    power = [float(np.mean(np.square(part))) for part in np.array_split(piece, STEPS)]
    loudest = max(*power, 1e-12)
    levels = [10 * math.log10(max(each / loudest, 1e-12)) for each in power]
    return _letters((1 + np.array(levels) / _RANGE_DB) * HIGHEST)


def _letters(levels: np.ndarray) -> str:
    whole = np.clip(np.rint(levels), 0, HIGHEST).astype(int)
    return "".join(chr(ord("a") + level) for level in whole)
