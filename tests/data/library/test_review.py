import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data import catalogue
from data.__main__ import main

ROOT = Path(__file__).parents[3]
ENTER, UP = "\r", "\x1b[A"


@pytest.fixture
def suggested(library, make_row):
    """Five happy songs, of which happy-0 is judged by hand and the others are not."""
    path = library / "songs" / "happy.csv"
    for row in catalogue.rows(path)[1:]:
        catalogue.update(row, {"mood_by": "auto"})
    return library


def review(folder, keys, driver="dummy"):
    """Reviews in a terminal of its own, a key for each song; returns what stood on the screen."""
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "data", "review", "--folder", folder]
    environment = {**os.environ, "SDL_AUDIODRIVER": driver}
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, pending, until = "", list(keys), time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 4096).decode()
            except OSError:  # EIO: the other side has closed it
                break
        answered = len(keys) - len(pending)
        if pending and shown.count("  no reason was kept") > answered:
            os.write(terminal, pending.pop(0).encode())
    assert child.wait(10) == 0, shown
    os.close(terminal)
    return shown.replace("\r\n", "\n")


def by_id(folder):
    return {row.values["id"]: (row.file.stem, row.values) for row in catalogue.all_rows(folder)}


def test_each_key_does_what_it_says_and_review_is_taken_up_again(suggested):
    shown = review(suggested, [ENTER, "5", "q"])
    assert "1/4  Title of happy-1 – Somebody\n  happy: valence 0.5, arousal 1\n" in shown
    assert shown.endswith("2 decided, 2 left to review\n")
    found = by_id(suggested)
    assert found["happy-1"][0] == "happy" and found["happy-1"][1]["mood_by"] == "hand"
    assert found["happy-2"][0] == "sad" and found["happy-2"][1]["mood_by"] == "hand"
    assert (found["happy-2"][1]["valence"], found["happy-2"][1]["arousal"]) == ("0.32", "0.60")
    assert found["happy-3"][1]["mood_by"] == "auto"

    shown = review(suggested, [UP + "d", "s"])
    assert "1/2  Title of happy-3" in shown and "1 decided, 1 left" in shown
    found = by_id(suggested)
    assert found["happy-3"][1]["enabled"] == "no"
    assert found["happy-4"][1]["mood_by"] == "auto"

    review(suggested, ["a"])
    assert "Nothing to review" in review(suggested, [])


def test_without_sound_it_says_so_and_goes_on(suggested):
    shown = review(suggested, ["q"], driver="none-such")
    assert "No sound, the songs can be reviewed without hearing them: " in shown


def test_without_a_terminal_it_says_so(suggested):
    command = [sys.executable, "-m", "data", "review", "--folder", suggested]
    run = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (1, "review asks for keys: it needs a terminal\n")


def test_list_move_disable_enable_and_remove(suggested, capsys):
    folder = ["--folder", str(suggested)]
    assert main(["move", "happy-2", "fear", *folder]) == 0
    assert main(["disable", "happy-3", *folder]) == 0
    capsys.readouterr()
    assert main(["list", *folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "fear     0.35 0.80 hand    happy-2  Title of happy-2 – Somebody"
    assert lines[3].endswith("happy-3  Title of happy-3 – Somebody (disabled)")
    assert len(lines) == 5
    assert main(["enable", "happy-3", *folder]) == 0
    assert by_id(suggested)["happy-3"][1]["enabled"] == "yes"
    assert main(["remove", "happy-2", *folder]) == 0
    assert "happy-2" not in by_id(suggested)
    assert not (suggested / "previews" / "happy-2.ogg").exists()
    assert (suggested / "previews" / "happy-3.ogg").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["remove", "nothing"], "No song nothing in "),
        (["move", "nothing", "sad"], "No song nothing in "),
        (["disable", "beethoven-moonlight-adagio"], "is one of the shipped songs, which are read"),
    ],
)
def test_unknown_and_shipped_songs_are_told(suggested, capsys, arguments, said):
    before = by_id(suggested)
    assert main([*arguments, "--folder", str(suggested)]) == 1
    assert said in capsys.readouterr().err
    assert by_id(suggested) == before
