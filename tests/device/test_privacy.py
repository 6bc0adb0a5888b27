"""What the kiosk promises its visitors, watched from outside: strace sees every file and socket."""

import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

WATCH = ("strace", "-f", "-qq", "--seccomp-bpf", "--signal=none")
CALLS = "%network,%file,memfd_create,write,writev,pwrite64,sendfile,splice,copy_file_range"
# What SQLite keeps beside a database while it is open.
STATE = {"state.db", "state.db-journal", "state.db-wal", "state.db-shm"}
# A visit's counts take a few pages of SQLite; the smallest picture of a face would take as much.
LARGEST_STATE = 64_000


def _can_watch() -> bool:
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run([*WATCH, "-e", "trace=none", "true"], capture_output=True, check=False)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(not _can_watch(), reason="strace is missing or may not watch here")


class Watched:
    """A kiosk that has run under strace."""

    def __init__(self, run_kiosk, folder, *arguments):
        self.state = folder / "state"
        trace = folder / "trace"
        kiosk = run_kiosk(
            *arguments,
            before=(*WATCH, "-e", f"trace={CALLS}", "-o", trace),
            STATE_DIRECTORY=str(self.state),
            SDL_AUDIODRIVER="dummy",
            PYTHONDONTWRITEBYTECODE="1",
        )
        _, self.log = kiosk.communicate(timeout=300)
        assert kiosk.returncode == 0, self.log
        self.calls = trace.read_text(errors="replace").splitlines()

    @property
    def written(self) -> set[str]:
        """All files that were opened to be written, or made in any other way."""
        opened = re.compile(r'open(?:at)?\(.*?"(.*?)", (\S*)')
        made = re.compile(r'\b(?:creat|mknod|rename|link|symlink)\w*\(.*"(.*?)"[^"]*= 0')
        files = set()
        for call in self.calls:
            if (found := opened.search(call)) and re.search("WRONLY|RDWR|CREAT", found[2]):
                files.add(found[1])
            if found := made.search(call):
                files.add(found[1])
        return files

    @property
    def sockets(self) -> set[str]:
        """The address families of all sockets."""
        found = (re.search(r"socket(?:pair)?\((\w+)", call) for call in self.calls)
        return {match[1] for match in found if match}


@pytest.fixture(scope="module")
def visit(run_kiosk, film, tmp_path_factory):
    return Watched(
        run_kiosk,
        tmp_path_factory.mktemp("watched"),
        *("--source", film.path, "--seconds", film.seconds, "--set", "visit.absent_mood_s=2"),
    )


def test_a_visit_writes_no_file_but_its_counts(visit):
    allowed = {str(visit.state / name) for name in STATE}
    assert str(visit.state / "state.db") in visit.written, "the watch sees nothing"
    assert visit.written - allowed - {"/dev/null"} == set()
    assert not [call for call in visit.calls if "memfd_create(" in call]


def test_a_visit_opens_no_socket_to_anywhere(visit):
    assert visit.sockets <= {"AF_UNIX", "AF_NETLINK"}
    assert not [call for call in visit.calls if "AF_INET" in call]


def test_what_is_kept_are_counts_and_nothing_else(visit):
    assert {path.name for path in visit.state.iterdir()} <= STATE
    assert sum(path.stat().st_size for path in visit.state.iterdir()) < LARGEST_STATE
    with sqlite3.connect(visit.state / "state.db") as database:
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
        columns = database.execute("SELECT name, type FROM pragma_table_info('counts')").fetchall()
        rows = database.execute("SELECT * FROM counts").fetchall()
        told = database.execute("SELECT * FROM moods").fetchall()
    assert set(tables) == {("counts",), ("moods",), ("began",)}
    assert sum(times for _, times in told) >= 1
    assert dict(columns) == {"emotion": "TEXT", "song": "TEXT"} | dict.fromkeys(
        ("shown", "listened", "liked", "skipped"), "INTEGER"
    )
    assert sum(row[2] for row in rows) >= 5, "there was no visit"


def test_the_watch_would_see_pictures_that_are_kept(run_kiosk, astronaut_file, tmp_path):
    pictures = tmp_path / "pictures"
    watched = Watched(
        run_kiosk,
        tmp_path,
        *("--source", astronaut_file, "--seconds", 4, "--screenshots", pictures),
    )
    assert {Path(file).parent for file in watched.written} >= {pictures, watched.state}
