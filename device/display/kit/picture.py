"""The live picture: mirrored, so that it moves as a mirror does, and cut to fill its place."""

import functools
import math

import cv2
import numpy as np
import pygame

from device.contracts import Box
from device.display.kit import paint

Crop = tuple[float, float, float, float]
# The height of a close-up, in heights of the face it follows.
ROOM = 1.9
# The mean brightness up to which a dark picture is lifted, 0 to 1, and the least exponent; measured
# on every so many-th pixel.
LIT, DARKEST, SPARSE = 0.28, 0.5, 16


def cover(frame: tuple[int, int], view: tuple[int, int]) -> Crop:
    """Return the largest middle part (x, y, width, height) of ``frame`` in the shape of ``view``.

    Both are (width, height) in pixels.
    """
    scale = min(frame[0] / view[0], frame[1] / view[1])
    width, height = view[0] * scale, view[1] * scale
    return (frame[0] - width) / 2, (frame[1] - height) / 2, width, height


def close_up(box: Box, crop: Crop, room: float) -> Crop:
    """Return the part of ``crop``, in its shape and within it, that shows the face in ``box``.

    room: the height of the part, in heights of the face.
    """
    scale = min(1.0, room * box[3] / crop[3])
    width, height = crop[2] * scale, crop[3] * scale
    x = box[0] + box[2] / 2 - width / 2
    y = box[1] + box[3] / 2 - height / 2
    x = min(max(x, crop[0]), crop[0] + crop[2] - width)
    y = min(max(y, crop[1]), crop[1] + crop[3] - height)
    return x, y, width, height


def place(box: Box | tuple[float, ...], crop: Crop, view: tuple[int, int]) -> pygame.FRect:
    """Return where ``box`` of the frame is in the mirrored view, in pixels of the view."""
    scale = view[0] / crop[2]
    x, y, width, height = box
    left = view[0] - (x + width - crop[0]) * scale
    return pygame.FRect(left, (y - crop[1]) * scale, width * scale, height * scale)


def mirrored(
    image: np.ndarray,
    crop: Crop,
    view: tuple[int, int],
    radius: float,
    lift: np.ndarray | None = None,
) -> np.ndarray:
    """Return the mirrored ``crop`` of ``image`` as uint8 BGRA of the size ``view``.

    image: uint8 BGR (H, W, 3). radius: of the round corners, in pixels. lift: what each of the 256
    levels becomes, or None.
    """
    x, y, width, height = (round(value) for value in crop)
    part = image[max(0, y) : y + max(1, height), max(0, x) : x + max(1, width)]
    # Whatever is done to single pixels is done to the fewest.
    if part.shape[1] > view[0]:
        shrinks = part.shape[1] > 2 * view[0]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        pixels = _turned(cv2.resize(part, view, interpolation=how), lift)
    else:
        pixels = cv2.resize(_turned(part, lift), view, interpolation=cv2.INTER_LINEAR)
    paint.round_off(pixels, radius)
    return pixels


def _turned(image: np.ndarray, lift: np.ndarray | None) -> np.ndarray:
    """Return ``image``, mirrored and lifted, as uint8 BGRA."""
    image = cv2.flip(image, 1)
    return cv2.cvtColor(image if lift is None else cv2.LUT(image, lift), cv2.COLOR_BGR2BGRA)


def gamma(brightness: float) -> float:
    """Return the exponent that lifts a picture of mean ``brightness``, 0 to 1, towards ``LIT``.

    1 where that is bright enough; never less than ``DARKEST``, below which noise is all there is.
    """
    if brightness >= LIT:
        return 1.0
    return max(DARKEST, math.log(LIT) / math.log(max(brightness, 1e-3)))


class LivePicture:
    """Draws the newest frame with round corners, and makes each frame only once."""

    # How much of the way to a face that moves the view goes with each frame; and to another light.
    FOLLOW, ADAPTS = 0.15, 0.1

    def __init__(self) -> None:
        self._shape: tuple | None = None
        self._image: np.ndarray | None = None
        self._crop: Crop = (0.0, 0.0, 1.0, 1.0)
        self._surface: pygame.Surface | None = None
        self._gamma = 1.0

    def surface(
        self, image: np.ndarray, view: tuple[int, int], radius: float, follow: Box | None = None
    ) -> tuple[pygame.Surface, Crop]:
        """Return the picture for ``view`` (width, height), and the part of ``image`` it shows.

        image: uint8 BGR (H, W, 3). radius: of the corners, in pixels. follow: the face that the
        view comes near to, gently; without one it goes back to all of the image.
        """
        target = cover((image.shape[1], image.shape[0]), view)
        if follow is not None:
            target = close_up(follow, target, ROOM)
        if self._shape != (view, radius, image.shape):
            self._shape, self._image, self._crop = (view, radius, image.shape), None, target
        if self._image is not image:
            pairs = zip(self._crop, target, strict=True)
            self._crop = tuple(old + (new - old) * self.FOLLOW for old, new in pairs)
            self._adapt(image, first=self._image is None)
            pixels = mirrored(image, self._crop, view, radius, self.lift())
            self._surface = pygame.image.frombuffer(pixels, view, "BGRA")
            self._image = image
        return self._surface, self._crop

    def lift(self) -> np.ndarray | None:
        """Return what each of the 256 levels becomes, uint8, so that a dark room is seen."""
        return None if self._gamma > 0.99 else _levels(round(self._gamma, 2))

    def _adapt(self, image: np.ndarray, first: bool) -> None:
        wanted = gamma(float(image[::SPARSE, ::SPARSE].mean()) / 255)
        self._gamma += (wanted - self._gamma) * (1.0 if first else self.ADAPTS)


@functools.lru_cache(maxsize=64)
def _levels(exponent: float) -> np.ndarray:
    return np.rint(255 * np.linspace(0, 1, 256) ** exponent).astype(np.uint8)
