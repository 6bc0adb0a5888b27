import re
import shutil
import sys
from pathlib import Path

import pytest

from data import catalogue
from data import check as checking
from data.__main__ import main
from data.emotions import EMOTIONS

needs_abc2midi = pytest.mark.skipif(shutil.which("abc2midi") is None, reason="missing: abc2midi")
SHIPPED = Path(__file__).parents[2] / "data"


@pytest.fixture
def full(library, make_row, preview):
    """A data folder that lacks nothing: eight songs an emotion."""
    for emotion in EMOTIONS:
        rows = [make_row(f"{emotion}-{number}") for number in range(8)]
        for row in rows:
            (library / row["preview"]).write_bytes(preview)
        catalogue.write(library / "songs" / f"{emotion}.csv", rows)
    return library


@pytest.fixture
def with_score(full, make_row, make_ogg):
    """One of the songs has a score; its preview is as long, but not as loud, as it should be."""
    score = full / "scores" / "sad-0.abc"
    score.write_text("X:1\nT:a\nC:b\nM:4/4\nL:1/4\nK:C\nCDEF|C4|]\n")
    (full / "previews" / "sad-0.ogg").write_bytes(make_ogg(21, amplitude=0.2))
    path = full / "songs" / "sad.csv"
    row = catalogue.rows(path)[0]
    values = {
        "source": "scores/sad-0.abc",
        "duration_s": "21",
        "source_sha256": catalogue.sha256(score),
    }
    catalogue.update(row, values)
    return full


def reasons(folder, deep=False):
    faults, _, _ = checking.check([folder], deep)
    return [str(fault).removeprefix(f"{folder}/") for fault in faults]


@pytest.mark.parametrize("depth", ["--shallow", pytest.param("--deep", marks=needs_abc2midi)])
def test_a_sound_folder_gets_a_table(full, preview, capsys, depth):
    assert main(["check", depth, "--folder", str(full)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["angry", "8", "160.0", f"{8 * len(preview) / 1e6:.2f}"]
    assert lines[-1].split() == ["all", "56", "1120.0", f"{56 * len(preview) / 1e6:.2f}"]
    assert len(lines) == 1 + 7 + 1


def test_faults_are_listed_with_their_place(full, capsys):
    (full / "previews" / "happy-3.ogg").unlink()
    (full / "previews" / "stranger.ogg").write_bytes(b"")
    (full / "scores" / "stranger.abc").write_bytes(b"")
    assert main(["check", "--shallow", "--folder", str(full)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"{full}/songs/happy.csv, line 5: preview happy-3.ogg is missing",
        f"{full}/songs/happy.csv: has 7 songs; 8 are right",
        f"{full}/scores/stranger.abc: belongs to no row in songs/",
        f"{full}/previews/stranger.ogg: belongs to no row in songs/",
        "4 faults",
    ]


def test_a_file_that_cannot_be_read_does_not_bury_its_cause(full, capsys):
    path = full / "songs" / "happy.csv"
    path.write_bytes(path.read_bytes().replace(b"valence", b"mood", 1))
    assert main(["check", "--shallow", "--folder", str(full)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{path}, line 1: lacks the columns valence",
        "1 faults",
    ]


def test_previews_of_ours_may_not_take_too_much_room(with_score, monkeypatch):
    monkeypatch.setattr(checking, "LARGEST_BYTES", 1_000)
    size = (with_score / "previews" / "sad-0.ogg").stat().st_size
    assert reasons(with_score) == [
        f"previews: holds {size / 1e6:.1f} MB of ours; 0.001 MB are the most"
    ]


def test_a_score_that_changed_needs_a_new_preview(with_score):
    assert reasons(with_score) == []
    with (with_score / "scores" / "sad-0.abc").open("a") as file:
        file.write("% more\n")
    (fault,) = reasons(with_score)
    assert fault.startswith("songs/sad.csv, line 2: scores/sad-0.abc has changed since")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"duration_s": "21.2"}, "duration_s is 21.2, but sad-0.ogg lasts 21.00 s"),
        ({"id": "sad-9"}, "source scores/sad-0.abc is not scores/<id>.abc"),
        ({"preview": "previews/sad-1.ogg"}, "preview is not previews/sad-0.ogg"),
    ],
)
def test_row_score_and_preview_belong_together(with_score, values, reason):
    catalogue.update(catalogue.rows(with_score / "songs" / "sad.csv")[0], values)
    assert f"songs/sad.csv, line 2: {reason}" in reasons(with_score)


def test_a_missing_score_is_a_fault(with_score):
    (with_score / "scores" / "sad-0.abc").unlink()
    assert reasons(with_score) == ["songs/sad.csv, line 2: source scores/sad-0.abc is missing"]


@needs_abc2midi
def test_deep_plays_the_scores_and_measures_the_previews(with_score, make_ogg):
    assert reasons(with_score, deep=True) == [
        "previews/sad-0.ogg: is -17.7 LUFS loud; -16 ± 0.5 are right"
    ]
    (with_score / "previews" / "sad-0.ogg").write_bytes(make_ogg(17, amplitude=0.95))
    score = with_score / "scores" / "sad-0.abc"
    score.write_text(score.read_text().replace("CDEF|", "CDEF|GAB|"))
    told = reasons(with_score, deep=True)
    assert (
        "scores/sad-0.abc, line 7: bar 2 of voice 1, an upbeat counted, has 3 beats in place of 4"
        in told
    )
    assert "previews/sad-0.ogg: lasts 17.0 s; 20 to 30 s are right" in told
    assert any(re.search(r"peaks at -?0\.\d dBTP; below -1 is right", fault) for fault in told)


def test_what_is_missing_is_told_once_and_the_rest_is_checked(
    with_score, monkeypatch, capsys, tmp_path
):
    (with_score / "previews" / "happy-3.ogg").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert main(["check", "--folder", str(with_score)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{with_score}/songs/happy.csv, line 5: preview happy-3.ogg is missing",
        f"{with_score}/songs/happy.csv: has 7 songs; 8 are right",
        "2 faults",
        "Scores were not played. Missing: abc2midi; install with: sudo apt install abcmidi",
        "Previews were not decoded. Missing: Python's soundfile; install with: "
        "pip install -r data/requirements.txt",
    ]


def test_a_missing_package_alone_makes_the_check_fail_too(full, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyloudnorm", None)
    assert main(["check", "--folder", str(full)]) == 1
    assert "pyloudnorm" in capsys.readouterr().err
    assert main(["check", "--shallow", "--folder", str(full)]) == 0


@needs_abc2midi
def test_the_shipped_songs_are_sound():
    faults, totals, unchecked = checking.check([SHIPPED], deep=True)
    assert [str(fault) for fault in faults] == []
    assert unchecked == ()
    assert [total.emotion for total in totals] == list(EMOTIONS)
    assert min(total.songs for total in totals) >= checking.FEWEST_SONGS
