import hashlib
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from data import catalogue, loudness, needs, render, scores
from data.__main__ import main
from data.errors import FaultyFile

MISSING = [name for name in needs.DEBIAN_PACKAGES if shutil.which(name) is None]
if not render.SOUNDFONT.is_file():
    MISSING.append("fluid-soundfont-gm")
needs_programs = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")
needs_abc2midi = pytest.mark.skipif(shutil.which("abc2midi") is None, reason="missing: abc2midi")

# 20 bars of a second each.
SCORE = """X:1
T:Übung
C:Somebody Müller
M:2/4
L:1/8
Q:1/4=120
K:C
V:1
%%MIDI program 0
{melody}
V:2
%%MIDI program 48
%%MIDI channel 2
{bass}
"""
MELODY = "!p!CDEF | GABc | !ff!cBAG | FEDC | " * 4 + "CDEF | GABc | cBAG | C4 |]"
BASS = "!p!C,4 | E,4 | G,4 | C,4 | " * 5
LONG_MELODY, LONG_BASS = MELODY.replace("|]", "|") + MELODY, BASS * 2


def write_score(folder: Path, melody: str = MELODY, bass: str = BASS) -> Path:
    path = folder / "scores" / "mueller-exercise.abc"
    path.write_text(SCORE.format(melody=melody, bass=bass), encoding="utf-8")
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(FaultyFile) as caught:
        scores.check(scores.read(path))
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@needs_programs
def test_renders_the_same_bytes_at_the_right_loudness_and_fills_the_row(library, make_row, capsys):
    path = write_score(library)
    row = make_row("mueller-exercise", duration_s="", source=f"scores/{path.name}")
    catalogue.write(library / "songs" / "sad.csv", [make_row("other"), row])
    preview = library / "previews" / "mueller-exercise.ogg"

    assert main(["render", "--folder", str(library)]) == 0
    assert "1 rendered, 0 failed, 0 were current" in capsys.readouterr().out
    first = preview.read_bytes()
    sound, rate = soundfile.read(preview)
    assert rate == 44100 and sound.shape[1] == 2
    assert len(first) <= 200_000
    assert 20.3 < len(sound) / rate < 23
    assert abs(loudness.integrated(sound, rate) + 16) <= 0.5
    assert loudness.true_peak(sound) < -1
    (audible,) = np.nonzero(np.abs(sound).max(axis=1) > 0.001)
    assert audible[0] / rate < 0.05
    # The end dies away: the last tenth of a second is 40 dB below the whole.
    assert np.abs(sound[-rate // 10 :]).max() < 0.01 * np.abs(sound).max()
    assert b"TITLE=\xc3\x9cbung" in first.replace(b"title=", b"TITLE=")
    assert "ARTIST=Somebody Müller".encode() in first.replace(b"artist=", b"ARTIST=")

    filled = catalogue.all_rows(library)[-1].values
    contour = filled["contour"]
    assert contour.startswith("aehlmlheaaehlml") and len(contour) == 48
    assert filled == {
        **row,
        "contour": contour,
        "duration_s": f"{len(sound) / rate:.2f}",
        "source_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }

    assert main(["render", "--folder", str(library)]) == 0
    assert "0 rendered, 0 failed, 1 were current" in capsys.readouterr().out
    catalogue.update(catalogue.all_rows(library)[-1], {"contour": ""})
    assert main(["render", "--folder", str(library)]) == 0
    assert "0 rendered, 0 failed, 1 were current" in capsys.readouterr().out
    assert catalogue.all_rows(library)[-1].values == filled
    assert main(["render", "--force", "--folder", str(library), "mueller-exercise"]) == 0
    assert "1 rendered" in capsys.readouterr().out
    assert preview.read_bytes() == first
    path.write_text(path.read_text(encoding="utf-8") + "% changed\n", encoding="utf-8")
    assert render.outdated(library, [path]) == [path]


@needs_programs
def test_a_score_that_is_too_long_or_too_short_fails_by_name_and_length(library, capsys):
    path = write_score(library, LONG_MELODY, LONG_BASS)
    assert main(["render", "--folder", str(library)]) == 1
    said = capsys.readouterr().err
    assert f"{path}: lasts 40.0 s to its last note's end" in said
    write_score(library, "CDEF | C4 |]", "C,4 | C,4 |]")
    assert main(["render", "--folder", str(library)]) == 1
    assert re.search(
        r"mueller-exercise\.abc: lasts \d\.\d s with its ending", capsys.readouterr().err
    )
    assert not (library / "previews" / "mueller-exercise.ogg").exists()


def test_an_unknown_id_is_told(library, capsys, monkeypatch):
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(render, "SOUNDFONT", Path(__file__))
    assert main(["render", "nobody", "--folder", str(library)]) == 1
    assert capsys.readouterr().err.startswith("No score nobody.abc in ")


def test_missing_programs_are_told_with_their_packages(library, tmp_path):
    write_score(library)
    run = subprocess.run(
        [sys.executable, "-m", "data", "render", "--folder", library, "--soundfont", "none.sf2"],
        env={"PATH": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == (
        "Missing: abc2midi, fluidsynth, oggenc, none.sf2; install with: "
        "sudo apt install abcmidi fluid-soundfont-gm fluidsynth vorbis-tools\n"
    )


@needs_abc2midi
@pytest.mark.parametrize(
    ("melody", "bass", "line", "reason"),
    [
        (
            MELODY.replace("GABc", "GAB", 1),
            BASS,
            10,
            "bar 2 of voice 1, an upbeat counted, has 3/2",
        ),
        (MELODY, BASS + "C,4 |", 15, "voice 2 lasts 42.05 quarters, but another one 40.05"),
        (MELODY, BASS[:-6] + "CDE |", 14, "bar 20 of voice 2, an upbeat counted, has 3/2 beats"),
        (MELODY.replace("!ff!", "!loud!"), BASS, 10, "!loud! ignored"),
        ("%%MIDI wrong 3\n" + MELODY, BASS, 10, '%%MIDI command "wrong" not recognized'),
        ("C | CDEF | GAB :|", "z | C,4 | C,3 :|", 10, "is there a |: where the repeat begins?"),
    ],
)
def test_what_abc2midi_complains_of_is_a_fault_with_its_line(library, melody, bass, line, reason):
    told = faults_of(write_score(library, melody, bass))
    assert any(f"line {line}: " in fault and reason in fault for fault in told), told


@needs_abc2midi
def test_an_upbeat_with_a_repeat_is_no_fault(library, tmp_path):
    score = scores.read(write_score(library, "|: C | CDEF | GAB :|", "|: z | C,4 | C,3 :|"))
    scores.to_midi(score, tmp_path / "played.mid")
    assert (tmp_path / "played.mid").read_bytes().startswith(b"MThd")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"X:1\nT:a\nC:b\nM:4/4\nK:C\nX:2\nT:c\nK:C\n", ": must hold one tune"),
        (b"X:1\nT: % nothing\nC:b\nM:4/4\nK:C\n", ": has no T: field (the title)"),
        ("X:1\nT:F\xfcr\nC:b\nM:4/4\nK:C\n".encode("latin-1"), ", line 2: is not UTF-8"),
    ],
)
def test_a_score_with_a_wrong_header_is_refused(library, content, reason):
    path = library / "scores" / "somebody-piece.abc"
    path.write_bytes(content)
    assert any(fault.startswith(reason) for fault in faults_of(path))


def test_the_limiter_turns_down_peaks_and_nothing_else():
    rate = 44100
    times = np.arange(rate) / rate
    quiet = 0.2 * np.sin(2 * np.pi * 997 * times)
    # At a quarter of the rate the samples miss the peaks, by 3 dB at this phase.
    burst = np.where((times > 0.5) & (times < 0.6), np.sin(np.pi / 2 * np.arange(rate) + 0.785), 0)
    audio = np.stack([quiet + burst, quiet], axis=1)
    assert loudness.true_peak(audio) > 1.0
    limited = loudness.limit(audio, rate, -1.5)
    assert -1.7 < loudness.true_peak(limited) < -1.3
    far = np.abs(times - 0.55) > 0.07
    assert np.allclose(limited[far], audio[far], rtol=1e-12)


def test_loudness_of_the_reference_tone():
    # BS.1770-4: a 997 Hz sine at full scale in one channel reads −3.01 LUFS.
    tone = np.sin(2 * np.pi * 997 * np.arange(48000 * 2) / 48000)
    one_channel = np.stack([tone, np.zeros_like(tone)], axis=1)
    assert loudness.integrated(one_channel, 48000) == pytest.approx(-3.01, abs=0.05)
    assert loudness.true_peak(one_channel) == pytest.approx(0, abs=0.05)
    assert loudness.integrated(0 * one_channel, 48000) == -math.inf
    assert loudness.true_peak(0 * one_channel) == -math.inf
