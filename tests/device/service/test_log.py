import logging
import os
import subprocess
import sys

from device.service.log import JournalFormatter

SPEAKS = """
import logging
from device.service import log
log.begin()
logging.getLogger("kiosk").warning("one\\ntwo")
"""


def said(root, **environment):
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def test_on_a_terminal_levels_are_words(root):
    assert said(root).startswith("WARNING kiosk: one\ntwo")


def test_another_stream_of_the_journal_is_not_ours(root):
    assert said(root, JOURNAL_STREAM="1:2").startswith("WARNING kiosk")


def test_journald_gets_a_priority_in_front_of_every_line(root, tmp_path):
    file = tmp_path / "journal"
    with file.open("w") as stream:
        stat = os.fstat(stream.fileno())
        subprocess.run(
            [sys.executable, "-c", SPEAKS],
            cwd=root,
            env=os.environ | {"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino}"},
            stderr=stream,
            check=True,
        )
    assert file.read_text() == "<4>kiosk: one\n<4>two\n"


def test_each_line_of_a_traceback_keeps_its_level():
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    lines = JournalFormatter().format(record).splitlines()
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)
