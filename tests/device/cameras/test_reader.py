"""The camera thread against a camera whose every fault is scripted."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from device.cameras import reader as reader_module
from device.cameras.base import Camera
from device.cameras.reader import FrameReader
from device.contracts import Frame
from device.errors import CameraError, MissingCamera

PERIOD_S = 0.03


class ScriptedCamera(Camera):
    """Frames every PERIOD_S, until the script says otherwise.

    open_errors and read_errors: raised one after the other, then all is well. blocked: while set,
    read() hangs, deaf to its time limit.
    """

    def __init__(self, name: str = "scripted", value: int = 1) -> None:
        self.name, self.value = name, value
        self.open_errors: list[Exception] = []
        self.read_errors: list[Exception] = []
        self.blocked = threading.Event()
        self.unblocked = threading.Event()
        self.opened_at: list[float] = []
        self.captured_at: list[float] = []
        self.is_open = False
        self.threads: set[str] = set()

    def open(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.opened_at.append(time.monotonic())
        if self.open_errors:
            raise self.open_errors.pop(0)
        self.is_open = True

    def read(self, timeout_s: float = 2.0) -> Frame:
        assert self.is_open
        time.sleep(PERIOD_S)
        if self.blocked.is_set():
            self.unblocked.wait()
        if self.read_errors:
            raise self.read_errors.pop(0)
        self.captured_at.append(time.monotonic())
        return Frame(np.full((2, 2, 3), self.value, np.uint8), self.captured_at[-1])

    def close(self) -> None:
        self.is_open = False

    def describe(self) -> str:
        return f"Camera {self.name}"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "FIRST_BACKOFF_S", 0.05)
    monkeypatch.setattr(reader_module, "LAST_BACKOFF_S", 0.2)


@pytest.fixture
def start() -> Iterator[Callable[..., FrameReader]]:
    readers: list[FrameReader] = []

    def starter(make_camera: Callable[[], Camera]) -> FrameReader:
        readers.append(FrameReader(make_camera))
        return readers[-1]

    yield starter
    for running in readers:
        running.stop()


def wait_until(condition: Callable[[], bool], limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


def test_hands_out_frames_each_once(start) -> None:
    camera = ScriptedCamera()
    reader = start(lambda: camera)
    after = None
    for _ in range(5):
        frame = reader.newest(after, 1.0)
        assert after is None or frame.captured_at > after
        after = frame.captured_at
    assert reader.trouble is None
    assert reader.description == "Camera scripted"
    assert camera.threads == {"camera"}


def test_a_slow_reader_gets_the_newest_and_the_rest_is_counted(start) -> None:
    camera = ScriptedCamera()
    reader = start(lambda: camera)
    after = None
    dropped = []
    for _ in range(4):
        made = len(camera.captured_at)
        frame = reader.newest(after, 30.0)
        # The last one may still be on its way, so none is older than two frame times.
        assert made < 2 or frame.captured_at >= camera.captured_at[made - 2]
        after = frame.captured_at
        time.sleep(5 * PERIOD_S)
        dropped.append(reader.dropped)
    assert dropped[0] >= 2
    assert dropped == sorted(dropped)
    assert dropped[-1] > dropped[0]


def test_a_reader_that_keeps_up_drops_nothing(start) -> None:
    reader = start(ScriptedCamera)
    after = None
    for _ in range(10):
        after = reader.newest(after, 30.0).captured_at
    assert reader.dropped == 0


def test_newest_gives_up_in_time(start) -> None:
    camera = ScriptedCamera()
    camera.blocked.set()
    reader = start(lambda: camera)
    began = time.monotonic()
    assert reader.newest(None, 0.1) is None
    assert 0.09 < time.monotonic() - began < 10
    camera.unblocked.set()


def test_unplugged_and_plugged_in_again(start) -> None:
    camera = ScriptedCamera()
    reader = start(lambda: camera)
    assert reader.newest(None, 30.0)
    camera.open_errors = [MissingCamera("There is no webcam.")] * 3
    camera.read_errors = [CameraError("It was pulled out.")]
    wait_until(lambda: reader.trouble is not None)
    assert (reader.trouble.code, reader.trouble.text) == ("CAMERA", "It was pulled out.")
    assert reader.newest(None, 0.0) is None
    wait_until(lambda: reader.trouble.text == "There is no webcam.")
    frame = reader.newest(None, 30.0)
    assert frame is not None
    assert reader.trouble is None
    assert len(camera.opened_at) == 5


def test_waits_longer_and_longer_but_not_too_long(start, caplog) -> None:
    camera = ScriptedCamera()
    camera.open_errors = [CameraError("busy")] * 6
    reader = start(lambda: camera)
    assert reader.newest(None, 30.0) is not None
    assert (np.diff(camera.opened_at) >= [0.05, 0.1, 0.2, 0.2, 0.2, 0.2]).all()
    assert "Trying again in 0.2 s" in caplog.text
    assert "Trying again in 0.4 s" not in caplog.text


@pytest.mark.parametrize(("quiet_s", "wait"), [(0.1, "0.05 s"), (60.0, "0.2 s")])
def test_waits_shortly_again_only_after_a_quiet_time(
    start, monkeypatch, caplog, quiet_s: float, wait: str
) -> None:
    monkeypatch.setattr(reader_module, "QUIET_S", quiet_s)
    camera = ScriptedCamera()
    camera.open_errors = [CameraError("busy")] * 2
    reader = start(lambda: camera)
    assert reader.newest(None, 30.0)
    time.sleep(0.2)
    camera.read_errors = [CameraError("gone")]
    wait_until(lambda: reader.trouble is not None)
    wait_until(lambda: len(camera.opened_at) == 4)
    assert caplog.messages[-1] == f"gone Trying again in {wait}."


def test_an_unexpected_exception_does_not_end_the_thread(start, caplog) -> None:
    camera = ScriptedCamera()
    camera.read_errors = [ZeroDivisionError("division by zero")]
    reader = start(lambda: camera)
    wait_until(lambda: reader.trouble is not None)
    assert "division by zero" in reader.trouble.text
    assert not camera.is_open
    assert reader.newest(None, 30.0) is not None
    assert reader.trouble is None
    assert any(record.exc_info for record in caplog.records)


def test_a_camera_that_cannot_be_made_is_tried_again(start) -> None:
    attempts = []

    def make() -> Camera:
        attempts.append(1)
        if len(attempts) < 3:
            raise OSError("no driver")
        return ScriptedCamera()

    reader = start(make)
    wait_until(lambda: reader.trouble is not None)
    assert "no driver" in reader.trouble.text
    assert reader.newest(None, 30.0) is not None


def test_swap_shows_the_other_camera_and_closes_the_first(start) -> None:
    first, second = ScriptedCamera("first", 10), ScriptedCamera("second", 20)
    reader = start(lambda: first)
    assert reader.newest(None, 30.0).image[0, 0, 0] == 10
    reader.swap(lambda: second)
    assert reader.newest(None, 30.0).image[0, 0, 0] == 20
    assert reader.description == "Camera second"
    assert not first.is_open


def test_swap_ends_the_wait_for_a_broken_camera(start, monkeypatch) -> None:
    monkeypatch.setattr(reader_module, "FIRST_BACKOFF_S", 30.0)
    broken = ScriptedCamera()
    broken.open_errors = [CameraError("broken")]
    reader = start(lambda: broken)
    wait_until(lambda: reader.trouble is not None)
    reader.swap(ScriptedCamera)
    assert reader.trouble is None
    assert reader.newest(None, 30.0) is not None


@pytest.mark.parametrize("errors", [[], [CameraError("broken")]], ids=["working", "waiting"])
def test_stop_closes_the_camera_at_once(start, monkeypatch, errors: list[Exception]) -> None:
    monkeypatch.setattr(reader_module, "FIRST_BACKOFF_S", 30.0)
    camera = ScriptedCamera()
    camera.open_errors = list(errors)
    reader = start(lambda: camera)
    wait_until(lambda: reader.trouble is not None or reader.newest(None, 0.0) is not None)
    began = time.monotonic()
    reader.stop()
    assert time.monotonic() - began < 15, "it waits for the camera's 30 s"
    assert not camera.is_open
    assert reader.newest(None, 30.0) is None
    assert time.monotonic() - began < 15


def test_stop_does_not_wait_for_a_camera_that_hangs(start, monkeypatch, caplog) -> None:
    monkeypatch.setattr(reader_module, "STOP_S", 0.2)
    camera = ScriptedCamera()
    camera.blocked.set()
    reader = start(lambda: camera)
    wait_until(lambda: camera.is_open)
    began = time.monotonic()
    reader.stop()
    assert time.monotonic() - began < 10
    assert "hangs" in caplog.text
    camera.unblocked.set()
    wait_until(lambda: not camera.is_open)


def test_a_webcam_unplugged_and_back(start, v4l2, tmp_path) -> None:
    from device.cameras.webcam import Webcam

    reader = start(lambda: Webcam(str(tmp_path / "video0")))
    assert reader.newest(None, 30.0)
    v4l2.state = "unplugged"
    wait_until(lambda: reader.trouble is not None)
    assert not v4l2.held
    v4l2.state = "live"
    frame = reader.newest(None, 30.0)
    assert time.monotonic() - frame.captured_at < 10
    assert reader.trouble is None
    assert v4l2.openings == 2


def test_a_hundred_times_unplugged_it_is_back_each_time_and_nothing_is_left(
    start, monkeypatch
) -> None:
    monkeypatch.setattr(reader_module, "FIRST_BACKOFF_S", 0.0)
    camera = ScriptedCamera()
    reader = start(lambda: camera)
    threads = threading.active_count()
    last = reader.newest(None, 30.0).captured_at
    for number in range(100):
        camera.open_errors = [MissingCamera("There is no webcam.")] * (number % 3)
        camera.read_errors = [CameraError("It was pulled out.")]
        wait_until(lambda: not camera.read_errors and not camera.open_errors)
        frame = reader.newest(last, 30.0)
        assert frame is not None
        last = frame.captured_at
    assert reader.trouble is None
    assert threading.active_count() == threads
    assert len(camera.opened_at) == 1 + 100 + sum(number % 3 for number in range(100))
