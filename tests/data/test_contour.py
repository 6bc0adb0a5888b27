import shutil
from pathlib import Path

import mido
import numpy as np
import pytest

from data import catalogue, contour, scores

DATA = Path(catalogue.__file__).parent


def write_midi(path: Path, *voices: list[tuple[int, int, float, float]]) -> Path:
    """Voices of notes (channel, pitch, start, end), in seconds, at 120 quarters a minute."""
    file = mido.MidiFile()
    for voice in voices:
        events = [(start, "note_on", channel, pitch) for channel, pitch, start, _ in voice]
        events += [(end, "note_off", channel, pitch) for channel, pitch, _, end in voice]
        track, now = mido.MidiTrack(), 0
        for seconds, kind, channel, pitch in sorted(events):
            tick = round(seconds * 2 * file.ticks_per_beat)
            track.append(mido.Message(kind, channel=channel, note=pitch, time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(path)
    return path


def test_a_melody_is_told_in_semitones_and_goes_on_to_the_end(tmp_path):
    scale = [(0, pitch, start, start + 4.0) for pitch, start in ((60, 2.0), (64, 6.0), (72, 10.0))]
    below = [(1, 36, 2.0, 14.0), (9, 90, 2.0, 14.0)]
    line = contour.of_midi(write_midi(tmp_path / "a.mid", [], scale, below), 16.0)
    assert line == 12 * "a" + 12 * "e" + 24 * "m"


def test_of_a_chord_its_highest_note_counts_whichever_ends_last(tmp_path):
    chords = [(0, 60, 0.0, 4.0), (0, 67, 0.0, 3.0), (0, 62, 4.0, 8.0)]
    line = contour.of_midi(write_midi(tmp_path / "a.mid", chords), 8.0)
    assert line == 24 * "f" + 24 * "a"


def test_other_voices_are_heard_where_the_first_is_long_silent(tmp_path):
    first, second = [(0, 72, 12.0, 24.0)], [(1, 67, 0.0, 24.0), (1, 60, 14.0, 20.0)]
    line = contour.of_midi(write_midi(tmp_path / "a.mid", first, second), 24.0)
    assert line == 24 * "a" + 24 * "f"


def test_what_lies_more_than_an_octave_below_is_cut_and_wide_leaps_are_drawn_together(tmp_path):
    notes = [(0, pitch, 2.0 * at, 2.0 * at + 2) for at, pitch in enumerate((60, 60, 60, 20, 100))]
    line = contour.of_midi(write_midi(tmp_path / "a.mid", notes), 10.0)
    assert len(line) == contour.STEPS
    assert (line[0], line[30], line[-1]) == ("g", "a", "z")


def test_a_file_without_notes_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="has no notes"):
        contour.of_midi(write_midi(tmp_path / "a.mid", []), 10.0)


def test_a_sound_is_told_in_decibels():
    loudness = np.repeat([0.5, 0.25, 0.0, 0.5], 12_000)
    piece = (loudness * np.sin(np.arange(48_000)))[:, np.newaxis].repeat(2, axis=1)
    line = contour.of_sound(piece.astype(np.float32))
    assert len(line) == contour.STEPS
    assert set(line[:12]) == set(line[-12:]) <= {"y", "z"}
    # Half as high is 6 of 24 dB less, which is 6 of 25 letters.
    assert set(line[12:24]) <= {"s", "t"}
    assert set(line[24:36]) == {"a"}


@pytest.mark.skipif(shutil.which("abc2midi") is None, reason="missing: abc2midi")
def test_the_songs_have_the_contours_of_their_scores(tmp_path):
    songs = [song for songs in catalogue.read(DATA).songs.values() for song in songs]
    assert len({song.contour for song in songs}) == len(songs)
    for song in songs:
        midi = tmp_path / "score.mid"
        scores.to_midi(scores.read(DATA / song.source), midi)
        assert song.contour == contour.of_midi(midi, song.duration_s), song.id
