"""Photos, folders and videos in the place of a camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from device.cameras.replay import PhotoCamera, VideoCamera
from device.errors import CameraError, PictureError

RNG = np.random.default_rng(11)
PICTURE = RNG.integers(0, 255, (40, 60, 3), np.uint8)


class Clock:
    """Time that passes only while somebody sleeps: no load on the machine can make it late."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        # Some 0.1 ms late, as a real one is.
        self.now += seconds + 1e-4


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that replay goes by."""
    clock = Clock()
    monkeypatch.setattr("device.cameras.replay.time", clock)
    return clock


def test_a_folder_shows_its_photos_in_turn_and_leaves_out_what_is_broken(
    tmp_path: Path, clock: Clock
) -> None:
    for name, value in (("1.png", 50), ("2.png", 100), ("4.png", 200)):
        cv2.imwrite(str(tmp_path / name), np.full((20, 20, 3), value, np.uint8))
    (tmp_path / "0.png").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("no photo")
    with PhotoCamera(tmp_path, fps=50, each_s=0.1) as camera:
        seen = [int(camera.read().image[0, 0, 0]) for _ in range(23)]
    turns = [value for value, last in zip(seen, [0, *seen], strict=False) if value != last]
    assert turns == [50, 100, 200, 50, 100]


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no photo"):
        PhotoCamera(tmp_path).open()


def test_frames_come_at_the_rate_asked_for(tmp_path: Path, clock: Clock) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), PICTURE)
    with PhotoCamera(tmp_path / "p.png", fps=50) as camera:
        camera.read()
        began = clock.now
        for _ in range(20):
            camera.read()
        assert clock.now - began == pytest.approx(0.4, abs=0.01)


def test_a_time_limit_shorter_than_the_frame_time_is_kept(tmp_path: Path, clock: Clock) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), PICTURE)
    with PhotoCamera(tmp_path / "p.png", fps=1) as camera:
        camera.read()
        began = clock.now
        with pytest.raises(CameraError):
            camera.read(0.1)
        assert clock.now - began == pytest.approx(0.1, abs=0.01)


@pytest.fixture(params=[("avi", "MJPG"), ("mp4", "mp4v")], ids=lambda param: param[0])
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Ten frames at 25 a second, each brighter than the one before by 20."""
    path = tmp_path / f"clip.{request.param[0]}"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*request.param[1]), 25, (64, 48))
    for number in range(10):
        writer.write(np.full((48, 64, 3), number * 20, np.uint8))
    writer.release()
    return path


def number_of(image: np.ndarray) -> int:
    return round(image.mean() / 20)


def test_a_video_plays_in_real_time_and_begins_again(video: Path, clock: Clock) -> None:
    with VideoCamera(video) as camera:
        began = clock.now
        numbers = [number_of(camera.read().image) for _ in range(23)]
        elapsed = clock.now - began
    assert numbers == [*range(10), *range(10), 0, 1, 2]
    assert elapsed == pytest.approx(22 / 25, abs=0.05)


def test_a_video_skips_what_a_slow_reader_missed(video: Path, clock: Clock) -> None:
    with VideoCamera(video) as camera:
        assert number_of(camera.read().image) == 0
        clock.sleep(0.22)
        assert number_of(camera.read().image) in (5, 6)


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no video" * 100)
    with pytest.raises(PictureError, match=r"clip\.mp4: not a video"):
        VideoCamera(tmp_path / "clip.mp4").open()
    with pytest.raises(PictureError, match=r"gone\.mp4: .*No such file"):
        VideoCamera(tmp_path / "gone.mp4").open()
