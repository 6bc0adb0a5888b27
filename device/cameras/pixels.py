"""From whatever pixels a driver hands out to those of a Frame."""

import cv2
import numpy as np

from device.errors import CameraError

_DEPTHS = (8, 10, 12, 14, 16)


class Pixels:
    """Makes the pictures of one camera uint8 BGR (H, W, 3); keep one for as long as it is open.

    Grey comes as (H, W) or (H, W, 1), with 8 or 16 bits. Video4Linux's Y16 holds the samples of
    sensors with 10, 12 or 14 bits as they are (10 bits are 0 to 1023), without saying how many: the
    brightest sample since the opening tells.
    """

    def __init__(self) -> None:
        self._bits = 8

    def bgr(self, image: np.ndarray) -> np.ndarray:
        """Convert one picture; CameraError, with its shape, for a format that is none of these.

        Colour with three channels is returned as it is, of four the last one (alpha) is dropped.
        """
        channels = image.shape[2] if image.ndim == 3 else 1
        if image.ndim not in (2, 3) or channels not in (1, 3, 4) or not image.size:
            raise _unknown(image)
        if image.dtype == np.uint16:
            brightest = int(image.max()).bit_length()
            self._bits = max(self._bits, next(bits for bits in _DEPTHS if bits >= brightest))
            image = (image >> (self._bits - 8)).astype(np.uint8)
        elif image.dtype != np.uint8:
            raise _unknown(image)
        if channels == 1:
            return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        return image if channels == 3 else cv2.cvtColor(image, cv2.COLOR_BGRA2BGR)


def _unknown(image: np.ndarray) -> CameraError:
    shape = " × ".join(str(side) for side in image.shape)
    return CameraError(
        f"The camera sends an unknown pixel format ({shape}, {image.dtype}); grey with 8 or 16 "
        "bits and BGR with 8 bits can be read."
    )
