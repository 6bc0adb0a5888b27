import datetime
import multiprocessing
import os
import queue
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from data import places
from device.errors import MusicError
from device.music.memory import NAME, Counts, Memory, totals


def test_counts_are_there_again_after_a_restart(tmp_path):
    memory = Memory(tmp_path / "state")
    memory.add("sad", ["air", "swan"], "shown")
    memory.add("sad", ["air"], "liked")
    memory.add("happy", ["air"], "skipped")
    memory.close()
    memory.close()
    again = Memory(tmp_path / "state")
    again.add("sad", ["air"], "listened")
    assert again.counts("sad", "air") == Counts(shown=1, listened=1, liked=1)
    assert again.counts("sad", "swan") == Counts(shown=1)
    assert again.counts("happy", "air") == Counts(skipped=1)
    assert again.counts("fear", "air") == Counts()
    again.close()


def test_a_like_is_brought_to_the_disk_by_a_thread_of_its_own(tmp_path, monkeypatch):
    """Until then a power cut would take it, and for half a minute the system sees no hurry."""
    synced = queue.Queue()

    def fsync(descriptor: int) -> None:
        file = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.put((threading.current_thread(), file))

    memory = Memory(tmp_path)
    monkeypatch.setattr(os, "fsync", fsync)
    memory.add("sad", ["air"], "liked")
    thread, file = synced.get(timeout=30)
    assert file == tmp_path / f"{NAME}-wal"
    assert thread is not threading.main_thread()
    memory.told("sad")
    assert synced.get(timeout=30)[1] == file
    memory.close()


def test_what_is_taken_back_never_falls_below_nothing(tmp_path):
    memory = Memory(tmp_path)
    for more in (-1, 1, 1, -1):
        memory.add("sad", ["air"], "liked", more)
    assert memory.counts("sad", "air").liked == 1
    memory.close()
    assert Memory(tmp_path).counts("sad", "air").liked == 1


def test_it_knows_counts_alone_and_no_times(tmp_path):
    memory = Memory(tmp_path)
    memory.add("sad", ["air"], "liked")
    memory.close()
    with sqlite3.connect(tmp_path / NAME) as database:
        (mode,) = database.execute("PRAGMA journal_mode").fetchone()
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
        (row,) = database.execute("SELECT * FROM counts").fetchall()
        (began,) = database.execute("SELECT * FROM began").fetchall()
    assert mode == "wal"
    assert set(tables) == {("counts",), ("moods",), ("began",)}
    assert row == ("sad", "air", 0, 0, 1, 0)
    assert began == (datetime.date.today().isoformat(),)  # of the kiosk's first day alone


def test_moods_told_are_counted_and_the_first_day_stays(tmp_path):
    memory = Memory(tmp_path)
    for emotion in ("sad", "sad", "happy"):
        memory.told(emotion)
    memory.close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("UPDATE began SET day = '2026-01-31'")
    again = Memory(tmp_path)
    again.told("sad")
    found = totals(tmp_path)  # beside a kiosk that has it open
    assert (found.day, found.told, found.counts) == ("2026-01-31", {"sad": 3, "happy": 1}, {})


def test_a_memory_from_before_moods_were_counted_is_taken_over(tmp_path):
    memory = Memory(tmp_path)
    memory.add("sad", ["air"], "liked")
    memory.close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("DROP TABLE moods")
        database.execute("DROP TABLE began")
    again = Memory(tmp_path)
    assert again.counts("sad", "air").liked == 1
    again.told("sad")
    assert totals(tmp_path).told == {"sad": 1}


def test_totals_of_nothing_and_of_no_database(tmp_path):
    assert totals(tmp_path) is None
    (tmp_path / NAME).write_text("not a database, whatever its name is")
    with pytest.raises(MusicError, match=r"state\.db: the counts cannot be read"):
        totals(tmp_path)


def test_without_a_folder_it_lasts_as_long_as_itself():
    memory = Memory()
    memory.add("sad", ["air"], "liked")
    assert memory.counts("sad", "air").liked == 1


def test_two_kiosks_may_share_it(tmp_path):
    one, other = Memory(tmp_path), Memory(tmp_path)
    for memory in (one, other, one):
        memory.add("sad", ["air"], "shown")
    one.close()
    other.close()
    assert Memory(tmp_path).counts("sad", "air").shown == 3


def of_another_kind(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE counts (song)")


def cut_in_half(path: Path) -> None:
    memory = Memory(path.parent)
    for number in range(300):
        memory.add("sad", [f"a song with a long name {number}"], "shown")
    memory.close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 8192 * 4096] + b"\xff" * 4096)


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_text("no database at all" * 99), cut_in_half, of_another_kind],
    ids=["text", "cut in half", "another table"],
)
def test_a_damaged_database_is_set_aside_and_begun_anew(tmp_path, caplog, damage):
    for _ in range(2):  # the second time there is one set aside already
        (tmp_path / NAME).unlink(missing_ok=True)
        damage(tmp_path / NAME)
        damaged = (tmp_path / NAME).read_bytes()
        caplog.clear()
        memory = Memory(tmp_path)
        assert "set aside as state.db.damaged" in caplog.text
        assert (tmp_path / "state.db.damaged").read_bytes() == damaged
        memory.add("sad", ["air"], "liked")
        memory.close()
        again = Memory(tmp_path)
        assert again.counts("sad", "air").liked == 1
        again.close()


def test_a_folder_that_cannot_be_made_is_warned_of(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "state")
    assert "until the kiosk ends" in caplog.text
    memory.add("sad", ["air"], "liked")
    assert memory.counts("sad", "air").liked == 1


def in_a_child(script) -> None:
    """Runs ``script`` in a process of its own, whose rights and limits may be changed."""
    child = multiprocessing.get_context("fork").Process(target=script)
    child.start()
    child.join(30)
    assert child.exitcode == 0


@pytest.fixture
def public_folder():
    """A folder that users other than root can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("there_before", [False, True])
def test_a_read_only_folder_is_warned_of(public_folder, caplog, there_before):
    if there_before:
        memory = Memory(public_folder)
        memory.add("sad", ["air"], "liked")
        memory.close()
    public_folder.chmod(0o555)

    def script():
        if os.getuid() == 0:
            os.setuid(65534)
        memory = Memory(public_folder)
        memory.add("sad", ["swan"], "liked")
        assert "until the kiosk ends" in caplog.text
        assert memory.counts("sad", "swan").liked == 1
        memory.close()

    in_a_child(script)
    public_folder.chmod(0o755)
    assert Memory(public_folder).counts("sad", "air").liked == there_before
    assert not (public_folder / "state.db.damaged").exists()


def test_a_full_disk_is_warned_of_once(tmp_path, caplog):
    def script():
        memory = Memory(tmp_path)
        memory.add("sad", ["air"], "liked")
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, resource.RLIM_INFINITY))
        for _ in range(200):
            memory.add("sad", ["air"], "shown")
        assert caplog.text.count("until the kiosk ends") == 1
        assert memory.counts("sad", "air").shown == 200
        memory.close()

    in_a_child(script)
    memory = Memory(tmp_path)
    assert memory.counts("sad", "air").liked == 1
    assert 0 < memory.counts("sad", "air").shown < 200


# Each round is a kiosk of its own, forked so that two hundred of them take seconds.
POWER_CUTS = """
import os, random, signal, sys, time
from pathlib import Path
from device.music.memory import Memory

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
wait = random.Random(1)
told = 0
for _ in range(rounds):
    reading, writing = os.pipe()
    kiosk = os.fork()
    if kiosk == 0:
        os.close(reading)
        memory = Memory(folder)
        while True:
            memory.add("sad", [f"song-{n}" for n in range(5)], "shown")
            os.write(writing, b"%d\\n" % memory.counts("sad", "song-0").shown)
    os.close(writing)
    with open(reading, "rb") as lines:
        told = int(lines.readline())
        time.sleep(wait.uniform(0, 0.01))
        os.kill(kiosk, signal.SIGKILL)
        for line in lines:
            told = int(line) if line.endswith(b"\\n") else told
    os.waitpid(kiosk, 0)
    memory = Memory(folder)
    counts = {memory.counts("sad", f"song-{n}").shown for n in range(5)}
    memory.close()
    assert len(counts) == 1, "a visit is counted whole or not at all"
    assert counts.pop() >= told, "what was told is lost"
print(told)
"""


def test_two_hundred_kills_while_writing_lose_nothing(root, tmp_path):
    rounds = 200
    done = subprocess.run(
        [sys.executable, "-c", POWER_CUTS, str(tmp_path), str(rounds)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > rounds
    assert done.stderr == "", "a database was set aside"


def test_the_state_folder_is_systemds_then_the_users(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/state")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/mood-kiosk")
    assert places.state_folder() == Path("/var/lib/mood-kiosk")
    monkeypatch.delenv("STATE_DIRECTORY")
    assert places.state_folder() == Path("/home/me/state/mood-kiosk")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert places.state_folder() == Path("/home/me/.local/state/mood-kiosk")
