"""Whatever stands in a file that people may touch, only our own errors come out.

Some examples each time; FUZZ_EXAMPLES=100000 in the environment looks for an hour.
"""

import contextlib
import io
import os
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import data
from data import catalogue
from data.emotions import EMOTIONS
from data.errors import DataError
from data.library import facts
from device import config
from device.cameras.pictures import LONG_SIDE, read_picture
from device.errors import PictureError, UsageError, VisionError
from device.options import Config
from device.vision.emotion import MODEL, Card

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
fuzz = settings(
    max_examples=int(EXAMPLES or 250),
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def mutations(valid: bytes) -> st.SearchStrategy[bytes]:
    """A valid file, with some of its bytes replaced, repeated, cut out or put in between."""
    place = st.integers(0, max(0, len(valid) - 1))
    edit = st.tuples(place, st.integers(0, 40), st.binary(max_size=12) | _tokens(valid))

    def changed(edits: list[tuple[int, int, bytes]]) -> bytes:
        content = valid
        for at, gone, instead in edits:
            content = content[:at] + instead + content[at + gone :]
        return content

    return st.lists(edit, min_size=1, max_size=6).map(changed) | st.binary(max_size=400)


def _tokens(valid: bytes) -> st.SearchStrategy[bytes]:
    words = {b'"', b"'", b"\n", b",", b";", b"=", b"[", b"]", b"{", b"}", b"\0", b"\xff", b"-1"}
    words |= {b"nan", b"1e999", b"true", b"\xef\xbb\xbf", b'"""', b"../..", b"9" * 30}
    words |= set(valid.split()[:40])
    return st.sampled_from(sorted(words))


@contextlib.contextmanager
def file_of(content: bytes, name: str):
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


@fuzz
@given(mutations(config.sample().encode()))
@example(b"\xef\xbb\xbf[camera]\nfps = 15\n")
@example(b"[camera]\nfps = 1\nfps = 2\n")
@example(b"[[camera]]\nfps = 1\n")
@example(b"camera.fps = 15\n[camera]\n")
def test_any_config_is_right_or_told_what_is_wrong(content):
    with file_of(content, "kiosk.toml") as path, contextlib.suppress(UsageError):
        assert isinstance(config.load(path), Config)


@fuzz
@given(st.text(max_size=60) | st.from_regex(r"(camera|music)\.[a-z_]+=.{0,20}", fullmatch=True))
def test_any_setting_is_right_or_told_what_is_wrong(text):
    with contextlib.suppress(UsageError):
        assert isinstance(config.load(None, [text]), Config)


SONGS = (data.FOLDER / "songs" / "happy.csv").read_bytes()


@fuzz
@given(mutations(SONGS[: SONGS.index(b"\n", 2000) + 1]))
def test_any_list_of_songs_is_read_as_far_as_it_goes(content):
    with file_of(content, "happy.csv") as path:
        (path.parent / "songs").mkdir()
        shutil.move(path, path.parent / "songs")
        found = catalogue.read(path.parent)
        assert set(found.songs) == set(EMOTIONS)
        assert found.faults, "six of seven files are missing"
        assert all(str(fault) for fault in found.faults)


@fuzz
@given(mutations(b'Name,Artist,Album,valence,energy\nA,B,C,0.5,0.25\n"D, E",F,,1,0\n'))
def test_any_facts_are_read_or_refused(content):
    with file_of(content, "facts.csv") as path, contextlib.suppress(DataError):
        for fact in facts.read(path).values():
            for value in (fact.valence, fact.arousal):
                assert value is None or 0 <= value <= 1


@fuzz
@given(mutations(MODEL.with_suffix(".json").read_bytes()))
@example(b"[]")
@example(b"1" * 5000)
@example(b"[" * 100_000)
def test_any_card_is_right_or_told_what_is_wrong(content):
    with file_of(content, "emotion.json") as path, contextlib.suppress(VisionError):
        card = Card.read(path)
        assert card.labels == EMOTIONS


def _pictures() -> list[bytes]:
    grey = np.add.outer(np.arange(24), np.arange(32)).astype(np.uint8) * 4
    colour = np.dstack([grey, 255 - grey, grey // 2])
    return [
        bytes(cv2.imencode(suffix, image)[1])
        for suffix in (".png", ".jpg", ".bmp", ".webp", ".tiff")
        for image in (grey, colour)
    ]


@fuzz
@given(st.sampled_from(_pictures()).flatmap(mutations))
def test_any_picture_is_read_or_refused(content):
    with file_of(content, "photo.jpg") as path, contextlib.suppress(PictureError), _quietly():
        image = read_picture(path)
        assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
        assert min(image.shape[:2]) >= 1 and max(image.shape[:2]) <= LONG_SIDE


@contextlib.contextmanager
def _quietly():
    """The picture libraries complain straight to the process's standard error."""
    with contextlib.redirect_stderr(io.StringIO()), Path(os.devnull).open("w") as nowhere:
        before = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
