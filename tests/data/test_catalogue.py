import csv
import io
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from data import catalogue
from data.emotions import EMOTIONS
from data.errors import FaultyFile

HAPPY = ("happy",)


def read(library, deep=False):
    return catalogue.read(library, HAPPY, deep)


def the_fault(library, line=4, deep=False):
    """The reason why one line, and no other, was left out of the happy songs."""
    found = read(library, deep)
    (fault, few) = found.faults
    assert fault.line == line
    assert str(fault).startswith(f"{library / 'songs' / 'happy.csv'}, line {line}: ")
    assert [song.id for song in found.songs["happy"]] == [
        "happy-0",
        "happy-1",
        "happy-3",
        "happy-4",
    ]
    assert "has 4 usable songs; happy needs 5" in few.reason
    assert found.wanting == HAPPY
    return fault.reason


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_what_a_spreadsheet_saved_is_read_as_before(library, separator, encoding, first):
    path = library / "songs" / "happy.csv"
    before = catalogue.read(library, ["happy"])
    table = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    table[0].append("")
    for row in table[1:]:
        row[8:10] = "0,5", "1,0"
        row.append("")
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([*table, [""] * len(table[0])])
    content = first.format(separator) + text.getvalue()
    path.write_bytes(content.encode(encoding))
    after = catalogue.read(library, ["happy"])
    assert after.faults == () and after.songs == before.songs
    assert [row.line for row in catalogue.rows(path)] == list(
        range(2 + bool(first), 7 + bool(first))
    )
    catalogue.update(catalogue.rows(path)[0], {"duration_s": "21.00"})
    assert path.read_text(encoding="utf-8").startswith("id,title,")
    assert catalogue.read(library, ["happy"]).songs["happy"][1:] == before.songs["happy"][1:]


@pytest.mark.parametrize("deep", [False, True])
def test_reads_typed_songs(library, deep):
    found = read(library, deep)
    assert found.faults == () and found.wanting == ()
    song = found.songs["happy"][3]
    assert song == catalogue.Song(
        id="happy-3",
        title="Title of happy-3",
        artist="Somebody",
        album="",
        year=1810,
        duration_s=20.0,
        preview=library.resolve() / "previews" / "happy-3.ogg",
        preview_start_s=0.0,
        valence=0.5,
        arousal=1.0,
        tempo_bpm=None,
        mode="minor",
        licence="MIT",
        source="imported/happy-3.mp3",
        source_sha256="",
        mood_by="hand",
        enabled=True,
        emotion="happy",
    )


def test_an_empty_folder_wants_all_emotions(tmp_path):
    found = catalogue.read(tmp_path)
    assert found.wanting == EMOTIONS
    assert [fault.file.stem for fault in found.faults] == list(EMOTIONS)
    assert found.faults[0].reason == "is missing; angry needs 5 at least"


def test_strips_a_byte_order_mark_and_takes_windows_lines(library):
    path = library / "songs" / "happy.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(library).faults == ()


def test_a_disabled_song_is_left_out_without_a_fault(library, change):
    change(enabled="no")
    found = read(library)
    assert "happy-2" not in {song.id for song in found.songs["happy"]}
    assert [fault.line for fault in found.faults] == [None]


def test_needs_utf_8(library):
    path = library / "songs" / "happy.csv"
    path.write_bytes(path.read_bytes().replace(b"Title of happy-2", b"F\xfcr Elise"))
    found = read(library)
    assert found.songs["happy"] == ()
    assert (found.faults[0].line, found.faults[0].reason) == (
        4,
        "is not UTF-8; a spreadsheet saves it as 'CSV UTF-8'",
    )


def test_needs_all_columns(library):
    path = library / "songs" / "happy.csv"
    path.write_text(path.read_text().replace("valence", "mood").replace("licence", "terms"))
    fault = read(library).faults[0]
    assert (fault.line, fault.reason) == (1, "lacks the columns valence, licence")


def test_an_unknown_emotion(library):
    (library / "songs" / "bored.csv").write_text("")
    (fault,) = read(library).faults
    assert "'bored' is not an emotion" in fault.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " "}, "title is empty"),
        ({"artist": ""}, "artist is empty"),
        ({"licence": ""}, "licence is empty"),
        ({"id": "Happy 2"}, "id 'Happy 2' is not small letters, digits and hyphens"),
        ({"id": "happy-1"}, "id 'happy-1' stands already in happy.csv, line 3"),
        ({"title": "TITLE of happy-0"}, "'TITLE of happy-0' by 'Somebody' stands already"),
        ({"valence": "nan"}, "valence 'nan' is not a number from 0 to 1"),
        ({"valence": "-0.1"}, "valence '-0.1' is not a number from 0 to 1"),
        ({"arousal": "inf"}, "arousal 'inf' is not a number from 0 to 1"),
        ({"arousal": "1.01"}, "arousal '1.01' is not a number from 0 to 1"),
        ({"arousal": ""}, "arousal is empty"),
        ({"year": "long ago"}, "year 'long ago' is not a number"),
        ({"contour": "ABC"}, "contour 'ABC' is not 8 to 200 letters from a to z"),
        ({"duration_s": "36"}, "duration_s '36' is not a number from 15 to 35"),
        ({"tempo_bpm": "0"}, "tempo_bpm '0' is not a number"),
        ({"preview_start_s": "-1"}, "preview_start_s '-1' is not a number"),
        ({"mode": "loud"}, "mode 'loud' is none of major, minor, other"),
        ({"mood_by": "me"}, "mood_by 'me' is none of hand, auto, dataset"),
        ({"enabled": "maybe"}, "enabled 'maybe' is neither"),
        ({"source_sha256": "abc"}, "source_sha256 'abc' is not 64"),
        ({"album": "a\tb"}, "album 'a\\tb' has control characters"),
        ({"preview": ""}, "preview is empty"),
        ({"preview": "/etc/passwd"}, "preview '/etc/passwd' is absolute"),
        ({"preview": "C:\\music\\a.ogg"}, "is absolute"),
        ({"preview": "previews/../../a.ogg"}, "climbs out of its folder"),
        ({"preview": "previews\\..\\a.ogg"}, "climbs out of its folder"),
        ({"preview": "previews/nothing.ogg"}, "preview nothing.ogg is missing"),
        ({"preview": "previews"}, "preview previews is missing"),
    ],
)
def test_a_wrong_row_is_left_out_with_its_line_and_reason(library, change, changes, reason):
    change(**changes)
    assert reason in the_fault(library)


def test_the_same_song_in_two_files_counts_once(library, make_row):
    row = make_row("other", title="title OF happy-4", preview="previews/happy-0.ogg")
    catalogue.write(library / "songs" / "sad.csv", [row])
    found = catalogue.read(library, ("happy", "sad"))
    assert len(found.songs["happy"]) == 5
    assert found.songs["sad"] == ()
    assert "stands already in happy.csv, line 6" in found.faults[0].reason


def test_a_wrong_row_takes_no_name_from_a_right_one(library, change):
    change(id="happy-3", preview="previews/nothing.ogg")
    found = read(library)
    assert [fault.line for fault in found.faults] == [4, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('happy-2,"no end', "is not CSV: unexpected end of data"),
        ("happy-2,Allegro, ma non troppo,Somebody", "4 fields in place of 17"),
    ],
)
def test_a_broken_line_costs_no_other(library, text, reason):
    path = library / "songs" / "happy.csv"
    lines = path.read_text().splitlines()
    lines[3] = text
    path.write_text("\n".join(lines))
    assert reason in the_fault(library)


def test_a_link_out_is_refused_and_a_link_inside_is_not(library, tmp_path_factory, preview):
    outside = tmp_path_factory.mktemp("outside") / "song.ogg"
    outside.write_bytes(preview)
    path = library / "previews" / "happy-2.ogg"
    path.unlink()
    path.symlink_to(library / "previews" / "happy-1.ogg")
    assert read(library).faults == ()
    path.unlink()
    path.symlink_to(outside)
    assert "is a link out of" in the_fault(library)
    path.unlink()
    path.symlink_to(path)
    the_fault(library)


def test_a_link_of_a_folder_out_is_refused(library, change, tmp_path_factory, preview):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "song.ogg").write_bytes(preview)
    (library / "more").symlink_to(outside)
    change(preview="more/song.ogg")
    assert "is a link out of" in the_fault(library)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda ogg, _: b"this is no music", "is no Ogg, WAVE, FLAC or MP3 file"),
        (lambda ogg, _: b"", "is no Ogg, WAVE, FLAC or MP3 file"),
        (lambda ogg, _: ogg[:40] + bytes(4) + ogg[44:], "is damaged"),
        (lambda ogg, _: ogg[:50], "is damaged"),
        (lambda ogg, _: ogg[: len(ogg) // 2], "is damaged: its end is cut off"),
        (lambda ogg, _: ogg[:-1], "is damaged: its end is cut off"),
        (lambda _, make_ogg: make_ogg(36), "lasts 36.0 s; 15 to 35 s are right"),
        (lambda _, make_ogg: make_ogg(14), "lasts 14.0 s; 15 to 35 s are right"),
    ],
)
@pytest.mark.parametrize("deep", [False, True])
def test_a_wrong_preview_is_seen_without_decoding(library, preview, make_ogg, damage, reason, deep):
    (library / "previews" / "happy-2.ogg").write_bytes(damage(preview, make_ogg))
    assert reason in the_fault(library, deep=deep)


def corrupt(ogg: bytes) -> bytes:
    """Overwrites the headers that say how to decode, behind the first page."""
    return ogg[:100] + bytes(3000) + ogg[3100:]


def lose_the_middle(ogg: bytes) -> bytes:
    """Zeroes all pages of sound but the last."""
    start, end = len(ogg) // 4, ogg.rindex(b"OggS")
    return ogg[:start] + bytes(end - start) + ogg[end:]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda ogg, _: corrupt(ogg), "cannot be decoded"),
        (lambda ogg, _: lose_the_middle(ogg), "s can be decoded"),
        (lambda _, make_ogg: make_ogg(20, amplitude=1e-4), "is silent"),
    ],
)
def test_decoding_sees_what_the_first_and_last_bytes_hide(
    library, preview, make_ogg, damage, reason
):
    (library / "previews" / "happy-2.ogg").write_bytes(damage(preview, make_ogg))
    assert read(library).faults == ()
    assert reason in the_fault(library, deep=True)


@pytest.mark.parametrize("format", ["WAV", "FLAC", "MP3"])
def test_other_formats_are_measured_by_decoding(library, change, format):
    path = library / "previews" / f"happy-2.{format.lower()}"
    tone = 0.1 * np.sin(np.arange(8000 * 14))
    soundfile.write(path, tone, 8000, format=format)
    change(preview=f"previews/{path.name}")
    assert read(library).faults == ()
    assert "lasts 14." in the_fault(library, deep=True)


def test_reading_needs_the_standard_library_alone(library):
    code = (
        "import sys; from pathlib import Path; from data import catalogue\n"
        f"assert catalogue.read(Path({str(library)!r}), ('happy',)).faults == ()\n"
        "print(sorted({'numpy', 'soundfile', 'scipy', 'mido', 'tqdm'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_writing_and_reading_rows_changes_nothing(library, make_row):
    path = library / "songs" / "sad.csv"
    row = make_row("sad", title='He said: "Allegro, ma non troppo"', artist="Frédéric Chopin")
    catalogue.write(path, [row])
    assert [each.values for each in catalogue.rows(path)] == [row]
    assert sorted(each.name for each in path.parent.iterdir()) == ["happy.csv", "sad.csv"]


def test_a_write_that_fails_leaves_the_old_file(library):
    path = library / "songs" / "happy.csv"
    before = path.read_bytes()
    with pytest.raises(ValueError, match="unheard"):
        catalogue.write(path, [{"unheard": "of"}])
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["happy.csv"]


def test_an_update_changes_one_row_alone(library):
    before = catalogue.all_rows(library)
    catalogue.update(before[2], {"duration_s": "21.00"})
    after = catalogue.all_rows(library)
    assert [row.values["duration_s"] for row in after] == ["20", "20", "21.00", "20", "20"]
    assert after[1] == before[1]


def test_an_update_refuses_to_lose_anything(library):
    path = library / "songs" / "happy.csv"
    row = catalogue.all_rows(library)[2]
    text = path.read_text()
    for changed, reason in (
        (text + "too,short\n", "2 fields in place of 17"),
        (text.replace("Title of happy-2", "New title"), "was changed meanwhile"),
    ):
        path.write_text(changed)
        with pytest.raises(FaultyFile, match=reason):
            catalogue.update(row, {"duration_s": "21.00"})
        assert path.read_text() == changed
    path.write_text("\n".join(line + ",more" for line in text.splitlines()))
    with pytest.raises(FaultyFile, match="the columns more are not known"):
        catalogue.update(catalogue.all_rows(library)[2], {"duration_s": "21.00"})
