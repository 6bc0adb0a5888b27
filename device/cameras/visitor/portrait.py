"""A drawn visitor: a posed face (``device.cameras.visitor.face``) with skin, hair and clothes."""

import functools

import cv2
import numpy as np

from device.cameras.visitor.drawing import Sheet, Window, light, over, ramp, relief, tint
from device.cameras.visitor.face import Pose, Units, curve, mirror, outline
from device.cameras.visitor.features import (
    beard_texture,
    glasses_shape,
    paint_beard,
    paint_brow,
    paint_eye,
    paint_glasses,
    paint_mouth,
    paint_nostril,
)
from device.cameras.visitor.hair import mane, paint_hair
from device.cameras.visitor.looks import Looks

WIDTH, HEIGHT = 520, 640
ORIGIN = (260, 220)
"""Where face coordinates (0, 0) lie in the picture that ``Portrait.draw`` returns."""

_LEFT, _TOP, _RIGHT, _BOTTOM = -124, -180, 124, 196
_X = np.arange(_LEFT, _RIGHT, dtype=np.float32)
_Y = np.arange(_TOP, _BOTTOM, dtype=np.float32)


class Portrait:
    """One visitor, ready to be drawn in any pose."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self._skin = ramp(looks.skin)
        self._brow_hairs = np.random.default_rng(looks.seed).uniform(-1, 1, (46, 3))
        self._beard = beard_texture(looks, (len(_Y), len(_X))) if looks.beard else None
        self._glasses = glasses_shape(looks) if looks.glasses else []
        self._back, self._alpha = self._paint_body()
        self._hair = paint_hair(looks, (HEIGHT, WIDTH), ORIGIN)
        self._cheeks = self._blush()

    def draw(self, units: Units) -> tuple[np.ndarray, np.ndarray]:
        """Return the visitor cut out: colours, uint8 BGR (HEIGHT, WIDTH, 3), premultiplied by
        alpha, uint8 (HEIGHT, WIDTH).

        Raises ValueError for an action unit that the face does not have.
        """
        face, mask = self._paint_head(Pose(units, self.looks.age, self.looks.lips))
        picture, alpha = self._back.copy(), self._alpha.copy()
        left, top = ORIGIN[0] + _LEFT, ORIGIN[1] + _TOP
        here = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
        over(picture[here], alpha[here], face, mask)
        if self._hair is not None:
            here, hair, mask = self._hair
            over(picture[here], alpha[here], hair, mask)
        return picture, alpha

    def _paint_head(self, pose: Pose) -> tuple[np.ndarray, np.ndarray]:
        mask, dome = head_shape(round(pose.jaw, 1), self.looks.width)
        head = Sheet(np.empty((*mask.shape, 3), np.uint8), (-_LEFT, -_TOP))
        creases, shadow = self._creases(pose, head)
        detail = self._hills(pose) - creases
        head.image[:] = tint(light(dome + detail, detail) - shadow, self._skin)
        warm = np.array(self.looks.skin, np.float32) * (0.72, 0.70, 1.0)
        for window, cheek in self._cheeks:
            head.lay(window, cheek, warm, 0.22 + 0.1 * pose.a[12])
        if self._beard is not None:
            paint_beard(head, pose, self.looks, self._beard)
        for side in (1, -1):
            paint_eye(head, pose, self.looks, side)
            paint_brow(head, pose, self.looks, self._brow_hairs, side)
            paint_nostril(head, pose, self.looks, side)
        paint_mouth(head, pose)
        paint_glasses(head, self.looks, self._glasses)
        return head.image, mask

    def _hills(self, pose: Pose) -> np.ndarray:
        rows = pose.hills()
        rows = np.vstack([rows, rows[rows[:, 0] > 0] * (-1, 1, 1, 1, 1)]).astype(np.float32)
        x, y, wide, high, height = rows.T[:, :, None]
        over_x = np.exp(-0.5 * ((_X - x) / wide) ** 2)
        over_y = height * np.exp(-0.5 * ((_Y - y) / high) ** 2)
        return over_y.T @ over_x

    def _creases(self, pose: Pose, head: Sheet) -> tuple[np.ndarray, np.ndarray]:
        """Return how deep the folds are, in pixels, and how much of the light they swallow."""
        lines = np.zeros(head.image.shape[:2], np.uint8)
        for points, depth in pose.creases():
            for half in (points, mirror(points)):
                head.line(lines, half, int(255 * min(depth, 1)), 2)
        deep = cv2.GaussianBlur(lines, (0, 0), 1.6)
        wide = cv2.blur(cv2.blur(deep, (9, 9)), (9, 9))
        cut = (deep * np.float32(2.6) + wide * np.float32(3.2)) / 255
        return cut, (deep * np.float32(0.16) + wide * np.float32(0.45)) / 255

    def _blush(self) -> list[tuple[Window, np.ndarray]]:
        head = Sheet(np.empty((len(_Y), len(_X), 3), np.uint8), (-_LEFT, -_TOP))
        cheek = curve([(38, 44), (58, 26), (80, 34), (66, 58)])
        return [head.mask(half, soft=9) for half in (cheek, mirror(cheek))]

    def _paint_body(self) -> tuple[np.ndarray, np.ndarray]:
        looks = self.looks
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
        sheet = Sheet(picture, ORIGIN)
        y = np.arange(HEIGHT, dtype=np.float32)[:, None] - ORIGIN[1]
        chin_shadow = 1 - 0.5 * np.exp(-(((y - 130) / 50) ** 2))

        def add(shape: np.ndarray, colours: np.ndarray, depth: float, dim: object = 1.0) -> None:
            window, part = sheet.mask(shape)
            mask = np.zeros_like(alpha)
            mask[window] = part
            over(picture, alpha, tint(light(relief(mask, depth)) * dim, colours), mask)

        def both(right: list[tuple[float, float]]) -> np.ndarray:
            half = curve(right)
            return np.vstack([half, mirror(half)[::-1]])

        for shape, dim in mane(looks):
            add(shape, ramp(looks.hair), 30, dim)
        neck = [(0, 60), (58, 70), (56, 150), (63, 192), (110, 230), (0, 270)]
        add(both(neck), self._skin, 46, chin_shadow)
        ear = [(100, -14), (112, -22), (119, -10), (115, 14), (106, 34), (98, 30), (100, -14)]
        for side in (1, -1):
            add(curve(ear) * (side * looks.width, 1), self._skin, 9, 0.9)
            fold = curve([(105, -8), (111, -13), (112, 0), (107, 14)]) * (side * looks.width, 1)
            sheet.paint(fold, tuple(0.45 * c for c in looks.skin), 0.5, soft=1.5, thickness=2)
        shirt = [(0, 246), (46, 226), (66, 192), (84, 196), (150, 218), (206, 262), (228, 440)]
        add(both([*shirt, (0, 440)]), ramp(looks.clothes), 55)
        return picture, alpha


@functools.lru_cache(maxsize=16)
def head_shape(jaw: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the head's (mask uint8, bare height float32), jaw lowered by so many pixels."""
    right = outline(jaw, width)
    mask = np.zeros((len(_Y), len(_X)), np.uint8)
    window, part = Sheet(mask, (-_LEFT, -_TOP)).mask(np.vstack([right, mirror(right)[::-1]]))
    mask[window] = part
    half = np.interp(_Y, right[:, 1], right[:, 0]).astype(np.float32)
    across = np.minimum(np.abs(_X) / np.maximum(half, 1)[:, None], 1)
    along = np.clip((_Y + 12) / (right[-1, 1] + 26), -1, 1)
    dome = (78 * np.sqrt(1 - 0.92 * along**2))[:, None] * (1 - across**2.3) ** 0.62
    return mask, dome.astype(np.float32)
