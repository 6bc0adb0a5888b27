"""A drawn visitor: a posed face (``device.cameras.visitor.face``) with skin, hair and clothes."""

import dataclasses
import functools

import cv2
import numpy as np

from device.cameras.visitor.drawing import Colour, Sheet, Window, light, over, ramp, relief, tint
from device.cameras.visitor.face import Pose, Units, curve, mirror, outline

WIDTH, HEIGHT = 520, 640
ORIGIN = (260, 220)
"""Where face coordinates (0, 0) lie in the picture that ``Portrait.draw`` returns."""

_LEFT, _TOP, _RIGHT, _BOTTOM = -124, -180, 124, 196
_X = np.arange(_LEFT, _RIGHT, dtype=np.float32)
_Y = np.arange(_TOP, _BOTTOM, dtype=np.float32)
_RING = np.linspace(0, 2 * np.pi, 40)
_CIRCLE = np.stack([np.cos(_RING), np.sin(_RING)], 1)


@dataclasses.dataclass(frozen=True)
class Looks:
    """What tells one visitor from another. Colours are BGR, 0 to 255.

    width: of the face, 1 is the mean; hair_style: "short", "bob" or "long".
    """

    skin: Colour
    hair: Colour
    iris: Colour
    clothes: Colour
    width: float
    hair_style: str
    seed: int

    @classmethod
    def of(cls, seed: int) -> "Looks":
        """Draw a visitor's looks by lot; the same seed gives the same visitor."""
        lot = np.random.default_rng(seed)
        skins = (
            *((176, 200, 240), (158, 186, 232), (134, 168, 222)),
            *((112, 148, 206), (86, 120, 178), (66, 94, 146)),
        )
        hairs = ((30, 34, 42), (34, 48, 70), (44, 66, 100), (62, 100, 146), (40, 52, 104))
        irises = ((44, 66, 92), (104, 120, 84), (148, 116, 74), (60, 66, 78))
        clothes = ((120, 84, 54), (92, 104, 66), (72, 70, 132), (120, 118, 112), (58, 62, 72))

        def one_of(choices: tuple) -> tuple:
            return choices[int(lot.integers(len(choices)))]

        skin = one_of(skins)
        fair = skin[2] >= 200
        return cls(
            skin=skin,
            hair=one_of(hairs if fair else hairs[:2]),
            iris=one_of(irises if fair else irises[:1]),
            clothes=one_of(clothes),
            width=float(lot.uniform(0.95, 1.05)),
            hair_style=one_of(("short", "bob", "long")),
            seed=seed,
        )


class Portrait:
    """One visitor, ready to be drawn in any pose."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self._skin = ramp(looks.skin)
        self._lot = np.random.default_rng(looks.seed)
        self._brow_hairs = self._lot.uniform(-1, 1, (46, 3))
        self._back, self._alpha = self._paint_body()
        self._hair = self._paint_hair()
        self._cheeks = self._blush()

    def draw(self, units: Units) -> tuple[np.ndarray, np.ndarray]:
        """Return the visitor cut out: colours, uint8 BGR (HEIGHT, WIDTH, 3), premultiplied by
        alpha, uint8 (HEIGHT, WIDTH).

        Raises ValueError for an action unit that the face does not have.
        """
        face, mask = self._paint_head(Pose(units))
        picture, alpha = self._back.copy(), self._alpha.copy()
        left, top = ORIGIN[0] + _LEFT, ORIGIN[1] + _TOP
        here = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
        over(picture[here], alpha[here], face, mask)
        here, hair, mask = self._hair
        over(picture[here], alpha[here], hair, mask)
        return picture, alpha

    def _paint_head(self, pose: Pose) -> tuple[np.ndarray, np.ndarray]:
        mask, dome = head_shape(round(pose.jaw, 1), self.looks.width)
        head = Sheet(np.empty((*mask.shape, 3), np.uint8), (-_LEFT, -_TOP))
        detail = self._hills(pose) - self._creases(pose, head)
        shade = light(dome + detail, detail)
        head.image[:] = tint(shade, self._skin)
        warm = np.array(self.looks.skin, np.float32) * (0.72, 0.70, 1.0)
        for window, cheek in self._cheeks:
            head.lay(window, cheek, warm, 0.22 + 0.1 * pose.a[12])
        for side in (1, -1):
            self._paint_eye(head, pose, side)
            self._paint_brow(head, pose, side)
            self._paint_nostril(head, pose, side)
        self._paint_mouth(head, pose)
        return head.image, mask

    def _hills(self, pose: Pose) -> np.ndarray:
        rows = pose.hills()
        rows = np.vstack([rows, rows[rows[:, 0] > 0] * (-1, 1, 1, 1, 1)]).astype(np.float32)
        x, y, wide, high, height = rows.T[:, :, None]
        over_x = np.exp(-0.5 * ((_X - x) / wide) ** 2)
        over_y = height * np.exp(-0.5 * ((_Y - y) / high) ** 2)
        return over_y.T @ over_x

    def _creases(self, pose: Pose, head: Sheet) -> np.ndarray:
        lines = np.zeros(head.image.shape[:2], np.uint8)
        for points, depth in pose.creases():
            for half in (points, mirror(points)):
                head.line(lines, half, int(255 * min(depth, 1)), 2)
        deep = cv2.GaussianBlur(lines, (0, 0), 1.6)
        wide = cv2.blur(cv2.blur(deep, (9, 9)), (9, 9))
        return (deep * np.float32(2.6) + wide * np.float32(3.2)) / 255

    def _blush(self) -> list[tuple[Window, np.ndarray]]:
        head = Sheet(np.empty((len(_Y), len(_X), 3), np.uint8), (-_LEFT, -_TOP))
        cheek = curve([(38, 44), (58, 26), (80, 34), (66, 58)])
        return [head.mask(half, soft=9) for half in (cheek, mirror(cheek))]

    def _paint_brow(self, head: Sheet, pose: Pose, side: int) -> None:
        dark = np.array(self.looks.hair, np.float32) * 0.75
        middle = pose.brow * (side, 1)
        along = np.linspace(0, 1, len(middle))
        thick = np.interp(along, (0, 0.12, 0.5, 1), (3.0, 4.6, 4.2, 1.0))[:, None]
        up = np.array((0.0, -1.0))
        shape = np.vstack([middle + up * thick, (middle - up * thick)[::-1]])
        head.paint(shape, tuple(dark), 0.8, soft=1.3)
        where, offset, bright = self._brow_hairs.T
        at = (where + 1) / 2
        root = np.stack([np.interp(at, along, middle[:, k]) for k in (0, 1)], 1)
        root[:, 1] += offset * np.interp(at, along, thick[:, 0]) * 0.8
        tip = root + np.stack([side * (2 + 5 * at), -4.5 * (1 - 0.9 * at)], 1)
        for shade, chosen in ((0.7, bright < 0), (1.4, bright >= 0)):
            hairs = np.stack([root[chosen], tip[chosen]], 1)
            window, mask = head.strands(hairs)
            head.lay(window, mask, dark * shade, 0.55)

    def _paint_eye(self, head: Sheet, pose: Pose, side: int) -> None:
        upper, lower = pose.upper_lid * (side, 1), pose.lower_lid * (side, 1)
        opening = np.vstack([upper, lower[::-1]])
        crease = upper + np.stack(
            [np.zeros(len(upper)), -5.5 + 2.2 * pose.a[5] - 1.5 * np.linspace(1, 0, len(upper))], 1
        )
        skin = np.array(self.looks.skin, np.float32)
        head.paint(crease[2:], tuple(skin * (0.36, 0.42, 0.55)), 0.55, soft=1.0, thickness=2)
        head.paint(np.vstack([crease, upper[::-1]]), tuple(skin * 0.62), 0.35, soft=1.5)

        window, mask = head.mask(opening)
        eye = Sheet(np.empty_like(head.image), head.origin)
        eye.image[window] = (214, 220, 224)
        centre = np.array((side * 44.5, -1.0 + pose.gaze))
        iris = np.array(self.looks.iris, np.float32)
        eye.paint(upper[:4], (120, 130, 190), 0.6, soft=2, thickness=4)
        eye.paint(centre + 9.6 * _CIRCLE, tuple(iris * 0.35), soft=0.6)
        eye.paint(centre + 8.2 * _CIRCLE, tuple(iris), soft=1.0)
        eye.paint(
            centre + (0, 3.6) + (5.5, 3.2) * _CIRCLE, tuple(np.minimum(iris * 1.7, 255)), 0.6, 1.5
        )
        eye.paint(centre + 4.0 * _CIRCLE, (16, 14, 14), soft=0.5)
        eye.paint(upper, (40, 44, 56), 0.75, soft=2.6, thickness=5)
        eye.paint(centre + (-3.2, -3.8) + 2.0 * _CIRCLE, (255, 255, 255), 0.95, soft=0.5)
        eye.paint(centre + (3.4, 3.6) + 1.1 * _CIRCLE, (255, 255, 255), 0.5, soft=0.5)
        head.lay(window, mask, eye.image[window].astype(np.float32))

        lash = np.array(self.looks.hair, np.float32) * 0.4
        head.paint(lower, tuple(skin * (0.42, 0.45, 0.60)), 0.7, soft=0.7, thickness=1)
        lid = np.vstack(
            [upper - np.array((0, 1.6)), [[side * 68.5, upper[-1, 1] - 3.5]], upper[::-1]]
        )
        head.paint(lid, tuple(lash), 0.95, soft=0.5)

    def _paint_nostril(self, head: Sheet, pose: Pose, side: int) -> None:
        y = 60 - 4.5 * pose.a[9]
        flare = 1 + 0.15 * pose.a[9]
        shape = curve([(side * x * flare, y + d) for x, d in ((3, 1), (8, -2.2), (13, 0), (8, 2))])
        skin = np.array(self.looks.skin, np.float32)
        head.paint(shape, tuple(skin * (0.14, 0.16, 0.28)), 0.85, soft=1.2)
        wing = curve([(side * x * flare, y + d) for x, d in ((17, -11), (22, -4), (17, 1))])
        head.paint(wing, tuple(skin * (0.36, 0.40, 0.55)), 0.5, soft=1.6, thickness=2)

    def _paint_mouth(self, head: Sheet, pose: Pose) -> None:
        rosy = np.array((0.60, 0.57, 0.84), np.float32)
        pale = 1 - 0.4 * pose.a[23]
        for edge, inner, deep in (
            (pose.edge_upper, pose.lip_upper, 0.88),
            (pose.edge_lower, pose.lip_lower, 1.0),
        ):
            window, mask = head.mask(np.vstack([edge, inner[::-1]]), soft=0.9)
            head.lay(window, mask, head.image[window] * (rosy * deep), 0.9 * pale)
        if pose.open > 1.5:
            self._paint_inside(head, pose)
        line = (
            pose.lip_upper + np.minimum(pose.lip_lower, pose.lip_upper + np.array((0, 1.0)))
        ) / 2
        head.paint(line, (30, 24, 52), 0.85, soft=0.8, thickness=2)

    def _paint_inside(self, head: Sheet, pose: Pose) -> None:
        window, mask = head.mask(np.vstack([pose.lip_upper, pose.lip_lower[::-1]]))
        inside = Sheet(np.empty_like(head.image), head.origin)
        inside.image[window] = (26, 18, 48)
        a, half = pose.a, pose.corner[0]
        middle = pose.lip_lower[20]
        if a[26] > 0.2:
            tongue = (0.6 * half, 9) * _CIRCLE
            inside.paint(middle + tongue, (92, 88, 172), 0.9, soft=2.5)
        s = np.linspace(-0.86, 0.86, 30)
        top = np.interp(s * half, pose.lip_upper[:, 0], pose.lip_upper[:, 1])
        bare = 10.5 * max(a[12], 0.75 * a[9], 0.5 * a[20], 0.3)
        gum = np.stack([s * half, top - 2], 1)
        bite = np.stack([s * half, top + bare * (1 - 0.35 * np.abs(s) ** 2)], 1)
        inside.paint(np.vstack([gum, bite[::-1]]), (228, 237, 241), 1.0, soft=0.7)
        for x in (0, 9, -9, 17, -17, 24, -24):
            if abs(x) < 0.8 * half:
                y = float(np.interp(x, s * half, gum[:, 1]))
                gap = np.array([(x, y), (x, y + bare)])
                inside.paint(gap, (120, 130, 150), 0.35, thickness=1)
        base = np.interp(s * half, pose.lip_lower[:, 0], pose.lip_lower[:, 1])
        low = 7.0 * max(a[16], 0.5 * a[20] * a[25], 0.25 * a[26])
        if low > 1:
            rim = np.stack([0.9 * s * half, base - low * (1 - 0.3 * np.abs(s) ** 2)], 1)
            root = np.stack([0.9 * s * half, base + 3], 1)
            inside.paint(np.vstack([rim, root[::-1]]), (196, 208, 216), 1.0, soft=0.7)
        for lip, depth in ((pose.lip_upper, 4), (pose.lip_lower, 2)):
            inside.paint(lip, (18, 12, 34), 0.45, soft=1.6, thickness=depth)
        head.lay(window, mask, inside.image[window].astype(np.float32))

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

        if looks.hair_style != "short":
            end = 235 if looks.hair_style == "long" else 140
            mane = [(0, -150), (100, -110), (124, -20), (132, 80), (120, end), (0, end + 6)]
            add(both(mane), ramp(looks.hair), 30, 0.6)
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

    def _paint_hair(self) -> tuple[Window, np.ndarray, np.ndarray]:
        looks, lot = self.looks, self._lot
        part = float(lot.choice((-34, 34)))
        rim = [(-108, -4), (-114, -60), (-96, -132), (-46, -178), (0, -186)]
        rim += [(-x, y) for x, y in rim[-2::-1]]
        line = [(-102, 4), (-97, -52), (-80, -88), (-30, -106), (part, -112)]
        line += [(80, -88), (97, -52), (102, 4)]
        bands = [(curve(rim, 24), curve(sorted(line), 24))]
        if looks.hair_style != "short":
            end = 225 if looks.hair_style == "long" else 136
            for side in (1, -1):
                outer = [
                    (20, -180),
                    (100, -128),
                    (124, -30),
                    (132, 60),
                    (124, end - 12),
                    (112, end),
                ]
                inner = [(10, -116), (84, -92), (101, -30), (104, 60), (94, end - 16), (110, end)]
                bands.append((curve(outer, 24) * (side, 1), curve(inner, 24) * (side, 1)))
        sheet = Sheet(np.zeros((HEIGHT, WIDTH, 3), np.uint8), ORIGIN)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        for outer, inner in bands:
            window, shape = sheet.mask(np.vstack([outer, inner[::-1]]), soft=1.6)
            mask[window] = np.maximum(mask[window], shape)
        sheet.image[:] = tint(0.95 * light(relief(mask, 24)), ramp(looks.hair))
        strands = Sheet(sheet.image.copy(), ORIGIN)
        t = np.linspace(0, 1, 40)[:, None]
        for outer, inner in bands:
            rim, line = _resample(outer, 40), _resample(inner, 40)
            for _ in range(320):
                level, wave = lot.uniform(), lot.uniform(0, 6)
                gloss = 0.9 * np.exp(-(((level - 0.55) / 0.2) ** 2))
                colour = np.array(looks.hair) * (lot.uniform(0.3, 2.0) + gloss)
                start = int(lot.integers(0, 28))
                mix = level + 0.08 * np.sin(3 * t + wave)
                strand = (line + (rim - line) * mix)[start : start + 12]
                strands.line(strands.image, strand, tuple(np.minimum(colour, 255)), 1)
        cv2.addWeighted(sheet.image, 0.6, strands.image, 0.4, 0, dst=sheet.image)
        left, top, wide, high = cv2.boundingRect(mask)
        here = slice(top, top + high), slice(left, left + wide)
        return here, sheet.image[here].copy(), mask[here].copy()


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


def _resample(points: np.ndarray, count: int) -> np.ndarray:
    at = np.linspace(0, len(points) - 1, count)
    index = np.arange(len(points))
    return np.stack([np.interp(at, index, points[:, k]) for k in (0, 1)], 1)
