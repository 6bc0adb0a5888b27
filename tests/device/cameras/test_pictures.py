"""Photos of all kinds that people have lying about."""

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from device.cameras.pictures import photos_in, read_picture
from device.errors import PictureError

RNG = np.random.default_rng(11)
PICTURE = RNG.integers(0, 255, (40, 60, 3), np.uint8)
# An EXIF block with one entry: orientation 6, "turn by 90° clockwise to see it upright".
EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"

# 64 x 48 pixels, the left half blue and the right one red; no library here writes such files.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAACQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADw"
    "NgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAA"
    "AAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcA"
    "AAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWB"
    "AgMFhAAAACxtZGF0AAAAICgBrxmA70mlv//nuUR8437+wsheF7OQf9bP+e/Q421v"
)


def test_reads_colour_exactly(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), PICTURE)
    assert np.array_equal(read_picture(tmp_path / "p.png"), PICTURE)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_become_eight(tmp_path: Path, suffix: str) -> None:
    cv2.imwrite(str(tmp_path / f"p.{suffix}"), PICTURE.astype(np.uint16) * 257)
    assert np.array_equal(read_picture(tmp_path / f"p.{suffix}"), PICTURE)


def test_grey_gets_three_equal_channels(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), PICTURE[:, :, 0])
    assert np.array_equal(read_picture(tmp_path / "p.png"), np.dstack([PICTURE[:, :, 0]] * 3))


def test_transparency_is_dropped(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), np.dstack([PICTURE, PICTURE[:, :, 0]]))
    assert np.array_equal(read_picture(tmp_path / "p.png"), PICTURE)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = np.zeros((40, 60, 3), np.uint8)
    image[:20, :30] = 255  # the top left corner, which turns to the top right
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    segment = b"\xff\xe1" + (len(EXIF) + 2).to_bytes(2, "big") + EXIF
    (tmp_path / "p.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])
    upright = read_picture(tmp_path / "p.jpg")
    assert upright.shape == (60, 40, 3)
    assert upright[10, 30].min() > 200
    assert upright[10, 10].max() < 50


def test_huge_pictures_are_made_smaller(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.jpg"), np.full((3000, 1500, 3), 90, np.uint8))
    assert read_picture(tmp_path / "p.jpg").shape == (1280, 640, 3)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.png").write_bytes(content)
    with pytest.raises(PictureError, match=r"p\.png: .*JPEG"):
        read_picture(tmp_path / "p.png")


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"gone\.png: .*No such file"):
        read_picture(tmp_path / "gone.png")


@pytest.mark.parametrize("suffix", ["gif", "avif"])
def test_formats_that_opencv_does_not_read(tmp_path: Path, suffix: str) -> None:
    halves = Image.new("RGB", (64, 48), (200, 60, 30))
    halves.paste((20, 60, 220), (0, 0, 32, 48))
    later = [Image.new("RGB", (64, 48))] if suffix == "gif" else []  # an animation's first counts
    halves.save(tmp_path / f"p.{suffix}", save_all=True, append_images=later)
    check_halves(read_picture(tmp_path / f"p.{suffix}"))


def test_pictures_of_telephones(tmp_path: Path) -> None:
    (tmp_path / "p.heic").write_bytes(HEIC)
    check_halves(read_picture(tmp_path / "p.heic"))


def check_halves(image: np.ndarray) -> None:
    assert image.shape == (48, 64, 3)
    assert np.abs(image[24, 10].astype(int) - (220, 60, 20)).max() < 16
    assert np.abs(image[24, 54].astype(int) - (30, 60, 200)).max() < 16


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tif", "gif"])
def test_of_a_cut_file_what_there_is_is_used(tmp_path: Path, suffix: str, caplog) -> None:
    smooth = cv2.resize(PICTURE, (600, 400), interpolation=cv2.INTER_CUBIC)
    Image.fromarray(smooth[:, :, ::-1]).save(tmp_path / f"p.{suffix}")
    whole = (tmp_path / f"p.{suffix}").read_bytes()
    (tmp_path / f"p.{suffix}").write_bytes(whole[: len(whole) * 4 // 5])
    image = read_picture(tmp_path / f"p.{suffix}")
    assert image.shape == (400, 600, 3)
    # A BMP begins with its last line.
    part, original = (image[250:], smooth[250:]) if suffix == "bmp" else (image[:150], smooth[:150])
    assert np.abs(part.astype(int) - original).mean() < 16
    assert f"p.{suffix}: is damaged, its end is missing" in caplog.text


@pytest.mark.parametrize("suffix", ["webp", "avif"])
def test_where_nothing_decodes_the_file_is_named(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(PICTURE).save(tmp_path / f"p.{suffix}")
    whole = (tmp_path / f"p.{suffix}").read_bytes()
    (tmp_path / f"p.{suffix}").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PictureError, match=rf"p\.{suffix}: "):
        read_picture(tmp_path / f"p.{suffix}")


@pytest.mark.parametrize("size", [(20000, 20), (20, 20000)])
def test_ribbons_stay_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("L", size, 90).save(tmp_path / "p.png")
    assert sorted(read_picture(tmp_path / "p.png").shape) == [1, 3, 1280]


def test_hidden_and_foreign_files_are_no_photos(tmp_path: Path) -> None:
    for name in ("a.png", "._a.png", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert photos_in(tmp_path) == [tmp_path / "a.png"]
