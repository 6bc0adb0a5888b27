import errno
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from data import catalogue, loudness
from data.__main__ import main
from data.errors import DataError
from data.library import importing, sound, store, suggesting, tags

ROOT = Path(__file__).parents[3]


def run(music, folder, *more):
    assert main(["import", str(music), "--folder", str(folder), "--jobs", "2", *more]) == 0
    return (folder / "import-report.txt").read_text(encoding="utf-8")


def rows(folder):
    return {row.values["title"]: row.values for row in catalogue.all_rows(folder)}


@pytest.fixture(scope="module")
def imported(tmp_path_factory, make_music, encode):
    """A folder of sound and broken files, the library made of it, and the report."""
    base = tmp_path_factory.mktemp("import")
    music, folder = base / "music", base / "library"
    music.mkdir()
    encode(music / "a.flac", make_music(tempo=140), title="Fast", artist="Zoë", date="1999-05-01")
    encode(music / "b.mp3", make_music(tempo=70, third=3, level=0.1), title="Slow", artist="Zoë")
    encode(music / "03 - Some Band - Their Song.opus", make_music(tempo=100))
    encode(music / "d.m4a", make_music(tempo=110), title="Fast", artist="zoë", album="Live")
    encode(music / "e.wma", make_music(tempo=90), title="Fünf", artist="Zoë")
    (music / "same.flac").write_bytes((music / "a.flac").read_bytes())
    encode(music / "retagged.flac", make_music(tempo=140), title="Other title")
    encode(music / "long.wav", make_music(tempo=80, seconds=20))
    (music / "wrong.mp3").write_bytes(_as_ogg(music, encode, make_music, 95))
    (music / ("長" * 60 + "x" * 16 + ".ogg")).write_bytes(_as_ogg(music, encode, make_music, 125))
    wave = (music / "long.wav").read_bytes()
    (music / "cut-off.wav").write_bytes(wave[: len(wave) // 3])
    (music / "empty.mp3").write_bytes(b"")
    (music / "text.mp3").write_text("#EXTM3U\n/etc/passwd\n" * 50)
    encode(music / "short.ogg", make_music(seconds=5))
    encode(music / "silent.flac", 0 * make_music())
    (music / "notes.txt").write_text("no music")
    (music / "loop").symlink_to(music)
    (music / "circle.mp3").symlink_to("circle.mp3")
    (music / os.fsdecode(b"not-utf8-\xff.mp3")).write_bytes(b"\xff\xfb")
    return music, folder, run(music, folder)


def _as_ogg(music, encode, make_music, tempo):
    path = music / "temporary.ogg"
    encode(path, make_music(tempo=tempo))
    content = path.read_bytes()
    path.unlink()
    return content


def test_every_sound_file_becomes_a_song(imported):
    _, folder, _ = imported
    found = rows(folder)
    assert {"Fast", "Slow", "Their Song", "Fast (Live)", "Fünf", "long", "wrong"} <= found.keys()
    assert found["Fast"]["year"] == "1999" and found["Their Song"]["artist"] == "Some Band"
    assert any(title.startswith("長長") for title in found)
    for row in found.values():
        assert row["mood_by"] == "auto" and row["enabled"] == "yes" and row["licence"]
        audio, rate = soundfile.read(folder / row["preview"], always_2d=True)
        assert 15 <= len(audio) / rate <= 25
        assert abs(loudness.integrated(audio, rate) + 16) <= 0.5
        assert loudness.true_peak(audio) < -1
    assert [found[name]["mode"] for name in ("Fast", "Slow")] == ["major", "minor"]
    assert float(found["Fast"]["valence"]) > float(found["Slow"]["valence"])
    assert float(found["Fast"]["tempo_bpm"]) == pytest.approx(140, rel=0.02)
    problems = [str(fault) for fault in catalogue.read(folder).faults if fault.line is not None]
    assert problems == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("same.flac", "has the same sound as "),
        ("retagged.flac", "has the same sound as "),
        ("cut-off.wav", "is cut off: "),
        ("empty.mp3", "is empty"),
        ("text.mp3", "holds no audio that ffmpeg can decode"),
        ("short.ogg", "lasts 5.0 s; 15 s are the least"),
        ("silent.flac", "is silent"),
        ("circle.mp3", "cannot be read: Too many levels of symbolic links"),
        ("not-utf8-�.mp3", "holds no audio"),
    ],
)
def test_every_other_file_is_told(imported, name, reason):
    music, _, report = imported
    names = ("same.flac", "a.flac", "retagged.flac") if "same sound" in reason else (name,)
    lines = [line for line in report.splitlines() if any(f"{music}/{n}: " in line for n in names)]
    assert lines and reason in " ".join(lines)
    assert "Passed over, since their names are not those of music: 1 .txt" in report


def test_a_second_run_decodes_nothing(imported, monkeypatch):
    music, folder, first = imported
    before = {path: path.stat().st_mtime_ns for path in (folder / "previews").iterdir()}
    decoded = []
    outcomes = importing._outcomes

    def watch(context, stamps, *others):
        decoded.extend(stamp.path.name for stamp in stamps)
        return outcomes(context, stamps, *others)

    monkeypatch.setattr(importing, "_outcomes", watch)
    (music / "b.mp3").rename(music / "renamed.mp3")
    second = run(music, folder)
    assert decoded == ["renamed.mp3"]
    assert second.startswith("0 imported, ")
    assert {path: path.stat().st_mtime_ns for path in (folder / "previews").iterdir()} == before
    for line in first.splitlines():
        if "cannot" in line or "silent" in line or "empty" in line:
            assert line in second


def test_emotion_and_facts(tmp_path, make_music, encode):
    music, folder, facts = tmp_path / "music", tmp_path / "library", tmp_path / "facts.csv"
    music.mkdir()
    encode(music / "a.wav", make_music(tempo=140), title="Café (Live)", artist="Zoë")
    facts.write_text(
        "track_name,track_artist,track_album_name,valence,energy\nCafe,ZOE,X,0.1,0.2\n"
    )
    report = run(music, folder, "--facts", str(facts))
    assert "\nfacts: 1 rows, 1 songs matched\n" in report
    (row,) = rows(folder).values()
    assert (row["valence"], row["arousal"], row["mood_by"]) == ("0.10", "0.20", "dataset")
    assert row["album"] == "X" and (folder / "songs" / "sad.csv").is_file()
    encode(music / "b.wav", make_music(tempo=80), title="B", artist="Zoë")
    run(music, folder, "--emotion", "surprise")  # without the facts, which are remembered
    found = {row.values["title"]: row for row in catalogue.all_rows(folder)}
    assert found["Café (Live)"].values["mood_by"] == "dataset"
    assert found["Café (Live)"].file.stem == "sad" and found["B"].file.stem == "surprise"


def test_a_kill_leaves_a_library_that_loads_and_goes_on(tmp_path, make_music, encode):
    music, folder = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    for number in range(4):
        encode(music / f"{number}.wav", make_music(tempo=80 + 10 * number))
    command = [sys.executable, "-m", "data", "import", music, "--folder", folder, "--jobs", "1"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(list(folder.glob("previews/[!.]*.ogg"))) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with sqlite3.connect(folder / store.DATABASE) as database:
        names = [name for (name,) in database.execute("SELECT id FROM songs")]
    done = {path: path.read_bytes() for path in (folder / f"previews/{n}.ogg" for n in names)}
    assert 0 < len(done) < 4
    assert [fault for fault in catalogue.read(folder).faults if fault.line is not None] == []
    (folder / "previews" / ".half.1.unfinished").write_bytes(b"half")
    (folder / "songs" / ".sad.csv.xyz").write_text("half")
    run(music, folder)
    assert len(rows(folder)) == 4
    assert all(path.read_bytes() == content for path, content in done.items())
    assert not [path for path in folder.rglob(".*") if path.is_file()]


def test_the_language_is_kept_and_listed(tmp_path, make_music, encode, capsys):
    music, folder = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    encode(music / "a.wav", make_music(tempo=140), title="Lied", artist="Zoë")
    run(music, folder, "--emotion", "happy", "--language", "de")
    assert rows(folder)["Lied"]["language"] == "de"
    (song,) = catalogue.read(folder).songs["happy"]
    assert song.language == "de"
    assert len(set(song.contour)) > 1  # of its loudness
    encode(music / "b.wav", make_music(tempo=100), title="Tune", artist="Zoë")
    run(music, folder, "--emotion", "happy")
    assert {title: row["language"] for title, row in rows(folder).items()} == {
        "Lied": "de",
        "Tune": "",
    }
    capsys.readouterr()
    assert main(["list", "--folder", str(folder)]) == 0
    assert "Lied – Zoë [de]" in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        main(["import", str(music), "--folder", str(folder), "--language", "german"])
    assert refused.value.code == 2
    assert "'german' is not an ISO 639-1 code" in capsys.readouterr().err


def test_an_old_library_is_taken_over_and_its_songs_are_measured_anew(tmp_path, make_music, encode):
    music, folder = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    for name, tempo in (("Kept", 80), ("Broken", 120)):
        encode(music / f"{name}.wav", make_music(tempo=tempo, level=0.1), title=name)
    run(music, folder)
    with store.opened(folder) as library:
        before = {song.title: song for song in library.songs()}
    with sqlite3.connect(folder / store.DATABASE) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(songs)")]
        for name in columns[columns.index("reason") + 1 :]:
            database.execute(f"ALTER TABLE songs DROP COLUMN {name}")
        database.execute("UPDATE songs SET tempo = 55, brightness = 5, majorness = 0")
    broken = folder / rows(folder)["Broken"]["preview"]
    broken.write_bytes(broken.read_bytes()[:3000])
    with store.opened(folder) as library:
        assert [(song.cues, song.language) for song in library.songs()] == [(None, "")] * 2

    mood_before = rows(folder)["Broken"]
    report = run(music, folder)
    assert f"{music / 'Broken.wav'}: keeps its mood, since its preview cannot be" in report
    assert rows(folder)["Broken"] == mood_before
    with store.opened(folder) as library:
        after = {song.title: song.cues for song in library.songs()}
    assert after["Broken"] is None
    cues = before["Kept"].cues
    assert after["Kept"].loudness == cues.loudness
    assert after["Kept"].tempo == pytest.approx(cues.tempo, rel=0.02)
    assert after["Kept"].brightness == pytest.approx(cues.brightness, abs=0.1)


FAKE_FFMPEG = """#!/usr/bin/env python3
# Behaves as the name of the file asks, else as the real one.
import os, signal, sys, time
text = " ".join(sys.argv)
if "slow" in text:
    time.sleep(60)
if "fatal" in text:
    os.kill(os.getppid(), signal.SIGKILL)  # as a kernel short of memory does with the worker
os.execv({ffmpeg!r}, [{ffmpeg!r}, *sys.argv[1:]])
"""


@pytest.fixture
def fake_ffmpeg(tmp_path, monkeypatch, ffmpeg):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ffmpeg").write_text(FAKE_FFMPEG.format(ffmpeg=ffmpeg))
    (folder / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_worker_that_is_killed_costs_its_file_alone(tmp_path, make_music, encode, fake_ffmpeg):
    music, folder = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    for name, tempo in (("a", 80), ("fatal", 100), ("z", 120)):
        encode(music / f"{name}.wav", make_music(tempo=tempo), title=name)
    report = run(music, folder)
    assert rows(folder).keys() == {"a", "z"}
    assert "fatal.wav: broke the program that measures it; memory may be short" in report


def test_ffmpeg_does_not_hold_up_an_import_forever(tmp_path, make_music, encode, fake_ffmpeg):
    encode(tmp_path / "slow.wav", make_music())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sound, "_TIME_LIMIT_S", 0.5)
        with pytest.raises(sound.SoundError, match="ffmpeg took more than 0 s") as caught:
            sound.decode(tmp_path / "slow.wav")
    assert caught.value.passing


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_ends_well_and_a_second_one_at_once(
    tmp_path, make_music, encode, fake_ffmpeg, times
):
    music, folder = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    for number in range(6):
        encode(music / f"{number}.wav", make_music(tempo=80 + 10 * number), title=f"T{number}")
    if times == 2:
        (music / "1.wav").rename(music / "1 slow.wav")  # for a minute, if nobody ends it
    command = [sys.executable, "-m", "data", "import", music, "--folder", folder, "--jobs", "1"]
    # A group of its own, to which signals go as from a terminal: to the workers' ffmpeg too.
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    while not list(folder.glob("previews/[!.]*.ogg")):
        assert child.poll() is None
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)
    assert any("Finishing the tracks in hand" in line for line in child.stderr)
    if times == 2:
        os.killpg(child.pid, signal.SIGINT)
    said, errors = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "what was measured is kept" in said and "Traceback" not in errors
    assert 0 < len(rows(folder)) < 6
    assert "damaged" not in said and "cut off" not in said
    assert not [path for path in folder.rglob(".*") if path.is_file()]


AS_NOBODY = """
import os, sys
from pathlib import Path
from data.library import importing
os.setgid(65534), os.setuid(65534)
report = importing.Report()
stamps = importing.find(Path(sys.argv[1]), report)
importing._context = importing._Context(None, Path("/nowhere"), {}, frozenset())
print([importing._measure(stamp).reason for stamp in stamps], report.unused)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become nobody")
def test_files_and_folders_that_may_not_be_read_are_told(make_music, encode):
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to nobody
        music = Path(name)
        music.chmod(0o755)
        encode(music / "secret.wav", make_music())
        (music / "secret.wav").chmod(0)
        (music / "closed").mkdir(mode=0)
        child = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, music],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if "Permission denied" in child.stderr or "No module named" in child.stderr:
        pytest.skip("nobody may not read this Python or this checkout")
    assert "['cannot be read: Permission denied']" in child.stdout, child.stderr
    assert f"'{music}/closed': 'cannot be read: Permission denied'" in child.stdout


def test_a_damaged_database_is_set_aside(tmp_path, capsys):
    (tmp_path / store.DATABASE).write_bytes(b"not a database, but long enough to look at" * 9)
    with store.opened(tmp_path) as library:
        assert library.songs() == []
    assert "set aside as library.db.damaged" in capsys.readouterr().out
    assert (tmp_path / "library.db.damaged").is_file()
    with sqlite3.connect(tmp_path / store.DATABASE) as database:
        assert database.execute("SELECT count(*) FROM songs").fetchone() == (0,)


def test_two_commands_do_not_change_a_library_at_once(tmp_path, capsys):
    with store.opened(tmp_path):
        assert main(["disable", "x", "--folder", str(tmp_path)]) == 1
    assert "another command is changing this library" in capsys.readouterr().err


def test_a_missing_ffmpeg_is_told_with_its_package(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["import", str(tmp_path), "--folder", str(tmp_path / "library")]) == 1
    assert "Missing: ffmpeg; install with: sudo apt install ffmpeg" in capsys.readouterr().err


def test_a_missing_package_is_told_once_before_anything_is_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tinytag", None)
    assert main(["import", str(tmp_path), "--folder", str(tmp_path / "library")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Python's tinytag" in told.err
    assert "pip install -r data/requirements.txt" in told.err
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Artist - Title.mp3", "Artist", "Title"),
        ("07. Artist - Title - Live.mp3", "Artist", "Title - Live"),
        ("01_my_song.mp3", tags.UNKNOWN_ARTIST, "my song"),
        ("1999.mp3", tags.UNKNOWN_ARTIST, "1999"),
        ("夜曲.mp3", tags.UNKNOWN_ARTIST, "夜曲"),
        ("1-03 Some Song.mp3", tags.UNKNOWN_ARTIST, "Some Song"),
        ("CD1-03 - Some Song.mp3", tags.UNKNOWN_ARTIST, "Some Song"),
        ("A1 - Side One.mp3", tags.UNKNOWN_ARTIST, "Side One"),
        ("99 Luftballons.mp3", tags.UNKNOWN_ARTIST, "99 Luftballons"),
        ("24 Hours.mp3", tags.UNKNOWN_ARTIST, "24 Hours"),
        ("Anna – Night Train.mp3", "Anna", "Night Train"),
        ("Anna - Night Train (Official Video) [dQw4w9WgXcQ].mp3", "Anna", "Night Train"),
        ("Anna - Night Train [Remastered].mp3", "Anna", "Night Train [Remastered]"),
    ],
)
def test_names_stand_in_for_tags(tmp_path, name, artist, title):
    (tmp_path / name).write_bytes(b"no tags")
    found = tags.read(tmp_path / name)
    assert (found.artist, found.title) == (artist, title)
    assert catalogue._IDENTIFIER.fullmatch(tags.identifier(artist, title, "0f" * 32))


def test_two_digits_are_a_track_number_where_the_folder_counts_up(tmp_path):
    for name in ("01 One.mp3", "11 Eleven.mp3", "12 Twelve.mp3"):
        (tmp_path / name).write_bytes(b"no tags")
    assert tags.read(tmp_path / "12 Twelve.mp3").title == "Twelve"


def test_folders_of_a_collection_tell_artist_and_album(tmp_path):
    path = tmp_path / "Miles Ahead" / "Blue Album" / "01 Song.mp3"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no tags")
    found = tags.read(path, tmp_path)
    assert (found.artist, found.album, found.title) == ("Miles Ahead", "Blue Album", "Song")
    assert tags.read(path).artist == tags.UNKNOWN_ARTIST, "a file alone is in no collection"


def take_in(folder, library):
    """What an import of ``folder`` made and said."""
    assert main(["import", str(folder), "--folder", str(library)]) == 0
    with store.opened(library) as opened:
        return opened.songs(), (library / "import-report.txt").read_text()


def test_all_artists_are_named(tmp_path, encode, make_music):
    encode(tmp_path / "both.flac", make_music(), TITLE="Song", ARTIST="Anna;Bert")
    encode(tmp_path / "web.webm", make_music(third=3), title="Film", artist="Carl")
    songs, _ = take_in(tmp_path, tmp_path / "library")
    assert {(song.title, song.artist) for song in songs} >= {("Film", "Carl")}
    assert len(songs) == 2


def test_a_broken_cover_is_no_damage_of_the_sound(tmp_path, encode, make_music):
    mp3 = tmp_path / "cover.mp3"
    encode(mp3, make_music(), title="Song", artist="Anna")
    plain = mp3.read_bytes()
    shifts = (21, 14, 7, 0)
    skipped = 10 + sum(byte << shift for byte, shift in zip(plain[6:10], shifts, strict=True))
    picture = b"\0image/png\0\3\0\x89PNG\r\n\x1a\n" + bytes(range(1, 128)) * 8
    # Sizes in ID3v2.3: plain ones of frames, seven bits a byte of the whole.
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 127 for shift in shifts)
    mp3.write_bytes(b"ID3\3\0\0" + size + frame + plain[skipped:])
    songs, report = take_in(tmp_path, tmp_path / "library")
    assert len(songs) == 1
    assert "damaged" not in report and "0x" not in report


def test_a_length_that_a_header_cannot_know_is_no_claim(tmp_path, encode, make_music):
    wave = tmp_path / "streamed.wav"
    encode(wave, make_music())
    content = bytearray(wave.read_bytes())
    at = content.index(b"data")
    content[4:8] = content[at + 4 : at + 8] = b"\xff" * 4
    wave.write_bytes(content)
    songs, report = take_in(tmp_path, tmp_path / "library")
    assert len(songs) == 1
    assert "cut off" not in report


def test_inverted_channels_are_not_silent(tmp_path, make_music):
    mono = make_music()
    soundfile.write(tmp_path / "inverted.wav", np.stack([mono, -mono], 1), 22050)
    soundfile.write(tmp_path / "offset.wav", 0.5 + 0.4 * np.stack([mono, mono], 1), 22050)
    songs, report = take_in(tmp_path, tmp_path / "library")
    assert len(songs) == 2, report


@pytest.mark.parametrize("full", ["measuring", "writing"])
def test_a_full_disk_is_one_sentence_and_what_was_measured_is_kept(
    tmp_path, encode, make_music, monkeypatch, capsys, full
):
    music, library = tmp_path / "music", tmp_path / "library"
    music.mkdir()
    encode(music / "one.flac", make_music(), TITLE="One", ARTIST="Anna")

    def no_room(*arguments):
        if full == "writing":
            raise sqlite3.OperationalError("database or disk is full")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        where = (suggesting, "suggest") if full == "writing" else (importing, "measure_new")
        patch.setattr(*where, no_room)
        assert main(["import", str(music), "--folder", str(library)]) == 1
    told = capsys.readouterr().err
    assert "disk is full" in told and "same command" in told
    songs, _ = take_in(music, library)
    assert [song.title for song in songs] == ["One"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can be mounted by root only")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_on_a_disk_that_really_fills_up_the_songs_so_far_are_listed(
    tmp_path, encode, make_music, small_disk, capsys
):
    music, library = tmp_path / "music", small_disk / "library"
    music.mkdir()
    for number in range(4):
        tempo = 100.0 + 10 * number
        encode(music / f"{number}.flac", make_music(26.0, tempo), TITLE=f"Song {number}")
    # Room for the first songs, and for no more.
    filler = small_disk / "filler"
    filler.write_bytes(bytes(2_250_000))
    assert main(["import", str(music), "--folder", str(library), "--jobs", "1"]) == 1
    assert "The disk is full" in capsys.readouterr().err
    with store.opened(library) as opened:
        kept = {song.id for song in opened.songs()}
    assert 1 <= len(kept) < 4
    assert {row["id"] for row in rows(library).values()} == kept, "each has its row"
    filler.unlink()
    assert len(take_in(music, library)[0]) == 4
    assert not list(library.glob("*.damaged"))


def test_a_full_disk_is_no_damage_of_the_database(tmp_path, monkeypatch):
    with store.opened(tmp_path):
        pass
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL

    def connect(path):
        raise error

    monkeypatch.setattr(store, "_connect", connect)
    with pytest.raises(DataError, match="cannot be used"), store.opened(tmp_path):
        pass
    assert (tmp_path / store.DATABASE).exists()
    assert not list(tmp_path.glob("*.damaged"))


def test_hidden_and_foreign_files_are_no_songs(tmp_path):
    for name in ("a.mp3", "._a.mp3", ".hidden/b.mp3", "__MACOSX/c.mp3", ".ipynb_checkpoints/d.mp3"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    report = importing.Report()
    assert [stamp.path.name for stamp in importing.find(tmp_path, report)] == ["a.mp3"]
    assert not report.unused and not report.other
