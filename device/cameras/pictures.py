"""Reading a photo of any kind that people have, as far as it can be read."""

import contextlib
import io
import logging
import warnings
from pathlib import Path

import cv2
import numpy as np

from data.library.tags import shown
from data.places import is_foreign
from device.cameras.base import quiet_opencv
from device.errors import PictureError

log = logging.getLogger(__name__)

LONG_SIDE = 1280
SUFFIXES = frozenset((".avif", ".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg")) | frozenset(
    (".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)


def read_picture(path: Path | str) -> np.ndarray:
    """Read a photo as uint8 BGR (H, W, 3), upright, at most LONG_SIDE pixels on its long side.

    Grey, 16-bit and transparent pictures are converted (transparency is dropped); the EXIF
    orientation is applied; of an animation the first picture is taken. Where a file's end is
    missing, what there is is used, and a warning says so. Raises PictureError, naming the file,
    when it cannot be read.
    """
    path = Path(path)
    try:
        # Devices and pipes may never end.
        if path.exists() and not path.is_file():
            raise PictureError(f"{shown(path)}: is no file.")
        encoded = path.read_bytes()
    except OSError as error:
        raise PictureError(f"{shown(path)}: cannot be read ({error.strerror or error}).") from error
    quiet_opencv()
    try:
        image = (
            cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR) if encoded else None
        )
    except cv2.error as error:
        raise PictureError(f"{shown(path)}: OpenCV cannot decode it ({error.err}).") from error
    if image is None:
        image = _by_pillow(encoded, shown(path))
    return fit(image)


def photos_in(folder: Path) -> list[Path]:
    """The photos in a folder, by name, without hidden ones; PictureError where there are none."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise PictureError(f"{folder}: cannot be read ({error.strerror}).") from error
    photos = [
        entry
        for entry in entries
        if entry.suffix.lower() in SUFFIXES and not is_foreign(entry.name)
    ]
    if not photos:
        raise PictureError(f"{folder}: no photo in this folder (JPEG, PNG, WebP …).")
    return photos


def fit(image: np.ndarray) -> np.ndarray:
    """Make ``image`` (H, W, 3) smaller where its long side has more than LONG_SIDE pixels."""
    height, width = image.shape[:2]
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _by_pillow(encoded: bytes, name: str) -> np.ndarray:
    """Read what OpenCV does not: other formats, and files that end too early."""
    # Here, since only rare pictures need it.
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

    with contextlib.suppress(ImportError):
        import pi_heif

        pi_heif.register_heif_opener()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of small faults, beside the picture
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(encoded))
            try:
                picture.load()
            except (OSError, SyntaxError):
                ImageFile.LOAD_TRUNCATED_IMAGES = True
                picture = Image.open(io.BytesIO(encoded))
                picture.load()
                log.warning("%s: is damaged, its end is missing; what there is is used.", name)
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
            upright = ImageOps.exif_transpose(picture).convert("RGB")
        except UnidentifiedImageError:
            raise PictureError(
                f"{name}: not a picture. "
                "JPEG, PNG, WebP, GIF, AVIF, HEIC, BMP and TIFF can be read."
            ) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PictureError(f"{name}: has too many pixels to be read here.") from None
        except Exception as error:  # decoders of damaged files raise whatever they met
            raise PictureError(f"{name}: is damaged and cannot be read ({error}).") from error
    return cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR)
