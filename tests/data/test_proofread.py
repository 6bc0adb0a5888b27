import re
import shutil

import mido
import pytest

from data import melody
from data.__main__ import main

pytestmark = pytest.mark.skipif(shutil.which("abc2midi") is None, reason="missing: abc2midi")

# An upbeat, then eight bars; C5 is MIDI key 72.
TUNE = "G | c2 d2 | e2 f2 | g2 e2 | c3 G |\nA2 B2 | c2 A2 | [EG]2 [DF]2 | [CE]3 |]"
BASS = "z | C,4 | C,4 | C,4 | C,4 | C,4 | C,4 | C,4 | C,3 |]"
PITCHES = [67, 72, 74, 76, 77, 79, 76, 72, 67, 69, 71, 72, 69, 67, 65, 64]
QUARTERS = [0.5, 1, 1, 1, 1, 1, 1, 1.5, 0.5, 1, 1, 1, 1, 1, 1, 1.5]
SCORE = """X:1
T:A tune
C:Somebody
M:2/4
L:1/8
Q:1/4=100
K:C
{directive}
V:bass
{bass}
V:tune
{tune}
"""
DIRECTIVE = "%%proofread tune.mid track=1 start=4 voice=tune"


def write_midi(folder, pitches, quarters, stretch=1.0):
    """Track 1: two notes of introduction in 4 s, the melody, and a note held below it."""
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)]))
    events = []
    now = 0.0
    for pitch, length in zip(
        [60, 60, *pitches], [2, 2, *(q * stretch for q in quarters)], strict=True
    ):
        events += [(now, 1, pitch), (now + length, 0, pitch)]
        now += length
    events += [(4.0, 1, 40), (now, 0, 40)]
    track, last = mido.MidiTrack(), 0
    for beat, on, pitch in sorted(events):
        tick = round(beat * 480)
        track.append(mido.Message("note_on", note=pitch, velocity=64 * on, time=tick - last))
        last = tick
    file.tracks.append(track)
    file.save(folder / "tune.mid")


@pytest.fixture
def reference(tmp_path):
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "catalogue.csv").write_text(
        "title,midi,melody_track,theme_starts_at_s,key,note\n"
        "A tune,tune.mid,1 melody,4.0,C major,take care\n"
    )
    write_midi(folder, PITCHES, QUARTERS)
    return folder


@pytest.fixture
def proof(library, reference, capsys):
    """Runs the command on one score; returns its exit code and what it printed."""

    def run(*options, tune=TUNE, bass=BASS, directive=DIRECTIVE):
        path = library / "scores" / "somebody-tune.abc"
        path.write_text(SCORE.format(tune=tune, bass=bass, directive=directive))
        code = main(
            ["proofread", "--folder", str(library), "--reference", str(reference), *options]
        )
        said = capsys.readouterr()
        return code, (said.out + said.err).splitlines()

    return run


def test_the_same_melody_agrees(proof):
    code, lines = proof("somebody-tune", "--min", "1")
    assert code == 0
    assert lines == [
        "somebody-tune and tune.mid, track 1 from 4 s",
        "  the reference's note: take care",
        "  16 notes: 100.0% of the pitches and 100.0% of the rhythm agree",
    ]


def test_track_and_start_come_from_the_reference_catalogue(proof):
    code, lines = proof("--min", "1", directive="%%proofread tune.mid voice=tune")
    assert (code, lines[0]) == (0, "somebody-tune and tune.mid, track 1 from 4 s")


def test_a_planted_wrong_note_is_found_with_its_bar_and_line(proof, reference):
    write_midi(reference, [*PITCHES[:5], 78, *PITCHES[6:]], QUARTERS)
    code, lines = proof("--min", "0.95")
    assert code == 1
    assert lines[2:] == [
        "  16 notes: 93.8% of the pitches and 100.0% of the rhythm agree",
        "  bar 3 (line 12): G5, reference F#5",
    ]
    assert proof("--min", "0.9")[0] == 0


def test_a_wrong_length_a_missing_and_an_extra_note_are_found(proof):
    wrong = TUNE.replace("c2 d2", "c3 d").replace("c3 G |", "c4 |").replace("c2 A2", "cc A2")
    _, lines = proof(tune=wrong)
    assert "  bar 1 (line 12): C5 to the next is 1.5 quarters, reference 1" in lines
    assert "  bar 1 (line 12): D5 to the next is 0.5 quarters, reference 1" in lines
    assert "  bar 4 (line 12): not here: G4" in lines
    assert any(re.fullmatch(r"  bar 6 \(line 13\): C5 is not in the reference", x) for x in lines)


def test_transposition_and_other_note_lengths_are_found_by_themselves(proof, reference):
    write_midi(reference, [pitch - 14 for pitch in PITCHES], QUARTERS, stretch=2)
    code, lines = proof("--min", "1")
    assert code == 0
    assert lines[2].endswith("rhythm agree; reference -14 semitones; its notes are 2 times as long")


def test_a_repeat_that_only_we_play_costs_nothing_and_bars_are_as_written(proof):
    tune = "|: G | c2 d2 | e2 f2 | g2 e2 | c3 :| G | A2 =B2 | c2 B2 | [EG]2 [DF]2 | [CE]3 |]"
    bass = "|: z | C,4 | C,4 | C,4 | C,3 :| z | C,4 | C,4 | C,4 | C,3 |]"
    code, lines = proof("--min", "0.9", tune=tune, bass=bass)
    assert code == 0
    assert lines[2:] == [
        "  24 notes: 95.8% of the pitches and 100.0% of the rhythm agree; "
        "in bar 0 the reference is read on elsewhere",
        "  bar 7 (line 12): B4, reference A4",
    ]


def test_only_the_given_bars_are_compared(proof):
    wrong = TUNE.replace("A2 B2", "A2 _B2")
    code, lines = proof("--min", "1", tune=wrong, directive=f"{DIRECTIVE} bars=0-3")
    assert (code, lines[2].split()[0]) == (0, "7")
    code, lines = proof("--min", "1", tune=wrong, directive=f"{DIRECTIVE} bars=5-8")
    assert (code, lines[3]) == (1, "  bar 5 (line 13): Bb4, reference B4")


@pytest.mark.parametrize(
    ("directive", "reason"),
    [
        ("%%proofread", "line 8: is not of the form %%proofread FILE.mid"),
        ("%%proofread tune.mid track=one", "line 8: is not of the form"),
        ("%%proofread tune.mid tracks=1", "line 8: is not of the form"),
        ("%%proofread none.mid", "line 8: none.mid is no MIDI file"),
        ("%%proofread catalogue.csv", "line 8: catalogue.csv is no MIDI file"),
        ("%%proofread tune.mid track=2", "line 8: tune.mid has tracks 0 to 1, not 2"),
        ("%%proofread tune.mid voice=alto", "line 8: there is no voice alto, but bass, tune"),
        ("%%proofread tune.mid start=600", "line 8: track 1 of tune.mid has no melody from 600"),
        ("%%proofread tune.mid bars=40-50", "line 8: only 0 notes are there to compare"),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_line(proof, directive, reason):
    code, lines = proof(directive=directive)
    assert code == 1
    assert len(lines) == 1 and reason in lines[0]


def test_a_score_without_a_directive_is_told(proof):
    code, lines = proof(directive="%")
    assert (code, lines) == (0, ["Without a %%proofread line: somebody-tune"])
    assert proof("somebody-tune", directive="%")[0] == 1


def test_an_unsound_score_is_not_compared(proof):
    code, lines = proof(tune=TUNE.replace("e2 f2", "e2 f3"))
    assert code == 1
    assert "line 12: bar 3 of voice 2, an upbeat counted, has 5/2 beats" in lines[0]


def test_the_skyline_leaves_out_what_lies_under_a_held_note(tmp_path):
    track = mido.MidiTrack()
    for time, note, on in [(0, 72, 1), (0, 60, 1), (480, 64, 1), (240, 64, 0), (240, 72, 0)]:
        track.append(mido.Message("note_on", note=note, velocity=64 * on, time=time))
    track += [
        mido.Message("note_on", note=55, velocity=64, time=0),
        mido.Message("note_off", note=55, time=480),
        mido.Message("note_off", note=60, time=0),
    ]
    found = melody.skyline(mido.MidiFile(ticks_per_beat=480, tracks=[track]), 0)
    assert (found[0].onset, found[0].pitch) == (0, 72)
    assert 64 not in [note.pitch for note in found]
    assert found[0].below == frozenset({60})


def test_note_names():
    assert [melody.note_name(pitch) for pitch in (60, 61, 70, 69, 59)] == [
        "C4",
        "C#4",
        "Bb4",
        "A4",
        "B3",
    ]


def test_a_damaged_midi_file_is_told(tmp_path):
    path = tmp_path / "x.mid"
    path.write_bytes(b"MThd\x00\x00")
    with pytest.raises(ValueError, match="is no MIDI file"):
        melody.read_midi(path)
