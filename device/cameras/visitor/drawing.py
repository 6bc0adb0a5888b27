"""Painting of smooth, lit surfaces: height fields, colour ramps and soft shapes.

Surfaces are matt (Lambert's cosine law) with a little gloss, lit by a key lamp above the shoulder
of whoever looks at them and by a weak fill lamp from the other side.
"""

import math

import cv2
import numpy as np

Colour = tuple[float, float, float]
"""Blue, green, red; 0 to 255."""

Window = tuple[slice, slice]

_KEY, _FILL = (-0.36, -0.50, 0.79), (0.62, -0.10, 0.78)
_BRIGHTEST = 1.25
_SHIFT = 4


def light(height: np.ndarray, detail: np.ndarray | None = None) -> np.ndarray:
    """Shade a height field, float32 (H, W) in pixels: float32 (H, W), about 0 to 1.

    detail: the part of the height whose hollows lie in shadow; all of it where None.
    """
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    length = np.sqrt(dx * dx + dy * dy + 1)
    key = np.maximum(_KEY[2] - _KEY[0] * dx - _KEY[1] * dy, 0) / length
    fill = np.maximum(_FILL[2] - _FILL[0] * dx - _FILL[1] * dy, 0) / length
    rough = height if detail is None else detail
    hollow = cv2.blur(rough, (19, 19)) - rough
    return 0.21 + 0.70 * key + 0.27 * fill - 0.030 * hollow + 0.10 * cv2.pow(key, 20)


def relief(mask: np.ndarray, depth: float) -> np.ndarray:
    """Round a shape, uint8 (H, W), into a cushion: float32 (H, W) height, ``depth`` at most."""
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    reach = max(1.0, min(60.0, float(inside.max())))
    height = depth * np.sqrt(1 - (1 - np.minimum(inside / reach, 1)) ** 2)
    return cv2.GaussianBlur(height.astype(np.float32), (0, 0), 3)


def ramp(colour: Colour) -> np.ndarray:
    """Colours of a surface from dark to bright, uint8 (256, 1, 3); shadows turn warm as on skin."""
    shade = np.linspace(0, _BRIGHTEST, 256)[:, None]
    tone = np.array(colour) * shade ** np.array((1.18, 1.08, 0.90))
    return np.clip(tone, 0, 255).astype(np.uint8)[:, None]


def tint(shade: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Give each shade (0 to 1.25) its colour of the ramp: uint8 BGR (H, W, 3)."""
    level = np.clip(shade * (255 / _BRIGHTEST), 0, 255).astype(np.uint8)
    return cv2.LUT(cv2.merge([level] * 3), colours)


class Sheet:
    """A picture with coordinates of its own, to paint smooth shapes on.

    image: uint8 (H, W, 3); origin: the pixel where the coordinates are (0, 0).
    """

    def __init__(self, image: np.ndarray, origin: tuple[float, float]) -> None:
        self.image = image
        self.origin = np.array(origin, np.float64)

    def _window(self, points: np.ndarray, margin: float) -> tuple[slice, slice, np.ndarray]:
        fixed = ((points + self.origin) * (1 << _SHIFT) + 0.5).astype(np.int32)
        left, top, wide, high = cv2.boundingRect(fixed)
        reach = math.ceil(margin)
        rows = slice(
            max((top >> _SHIFT) - reach, 0),
            min(((top + high) >> _SHIFT) + reach, self.image.shape[0]),
        )
        columns = slice(
            max((left >> _SHIFT) - reach, 0),
            min(((left + wide) >> _SHIFT) + reach, self.image.shape[1]),
        )
        fixed -= (columns.start << _SHIFT, rows.start << _SHIFT)
        return rows, columns, fixed

    def mask(
        self, points: np.ndarray, soft: float = 0.0, thickness: int = 0
    ) -> tuple[tuple[slice, slice], np.ndarray]:
        """Return (window, uint8 mask in it) of a closed shape, or of a line of that thickness."""
        rows, columns, fixed = self._window(points, 2 + thickness + 3 * soft)
        size = (max(rows.stop - rows.start, 0), max(columns.stop - columns.start, 0))
        mask = np.zeros(size, np.uint8)
        if mask.size:
            if thickness:
                cv2.polylines(mask, [fixed], False, 255, thickness, cv2.LINE_AA, _SHIFT)
            else:
                cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)
            if soft:
                mask = cv2.GaussianBlur(mask, (0, 0), soft)
        return (rows, columns), mask

    def line(
        self, image: np.ndarray, points: np.ndarray, colour: Colour | int, thickness: int
    ) -> None:
        """Draw a line into an image, uint8, as large as the picture."""
        fixed = ((points + self.origin) * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(image, [fixed], False, colour, thickness, cv2.LINE_AA, _SHIFT)

    def strands(self, lines: np.ndarray) -> tuple[tuple[slice, slice], np.ndarray]:
        """Return (window, uint8 mask in it) of fine lines, float (N, points, 2)."""
        rows, columns, fixed = self._window(lines.reshape(-1, 2), 2)
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        fixed = fixed.reshape(lines.shape)
        cv2.polylines(mask, list(fixed), False, 255, 1, cv2.LINE_AA, _SHIFT)
        return (rows, columns), mask

    def paint(
        self,
        points: np.ndarray,
        colour: Colour,
        opacity: float = 1.0,
        soft: float = 0.0,
        thickness: int = 0,
    ) -> None:
        """Lay a colour over a closed shape, or along a line of that thickness."""
        window, mask = self.mask(points, soft, thickness)
        self.lay(window, mask, np.array(colour, np.float32), opacity)

    def lay(
        self,
        window: tuple[slice, slice],
        mask: np.ndarray,
        over: np.ndarray,
        opacity: float = 1.0,
    ) -> None:
        """Blend ``over`` (a colour, or pixels of the window) into the window as the mask says."""
        part = self.image[window]
        if part.size:
            weight = (mask * np.float32(opacity / 255))[..., None]
            part[:] = part * (1 - weight) + (over * weight + np.float32(0.5))


def over(picture: np.ndarray, alpha: np.ndarray, top: np.ndarray, mask: np.ndarray) -> None:
    """Lay ``top`` over a picture with premultiplied alpha, in place, where the mask is set.

    picture, top: uint8 BGR (H, W, 3); alpha, mask: uint8 (H, W).
    """
    weight = mask * np.float32(1 / 255)
    rest = 1 - weight
    picture[:] = cv2.blendLinear(top, np.ascontiguousarray(picture), weight, rest)
    alpha[:] = alpha * rest + (mask + np.float32(0.5))
