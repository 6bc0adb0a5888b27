"""Paint a visitor: a posed face (``device.cameras.face``) with skin, hair and clothes.

Every surface is a height field lit as a matt body (Lambert's cosine law) by a key lamp above the
visitor's shoulder and a weak fill lamp; brows, eyes, lips and teeth are painted on the skin.
"""

import dataclasses

import cv2
import numpy as np

from device.cameras.face import Pose, Units, curve, mirror

WIDTH, HEIGHT = 520, 640
ORIGIN = (260, 220)
"""Where face coordinates (0, 0) lie in the picture that ``Portrait.draw`` returns."""

_LEFT, _TOP, _RIGHT, _BOTTOM = -124, -180, 124, 190
_KEY, _FILL = (-0.36, -0.50, 0.79), (0.62, -0.10, 0.78)
_SHIFT = 4

Colour = tuple[float, float, float]


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
        skins = ((176, 200, 240), (158, 186, 232), (134, 168, 222), (112, 148, 206))
        hairs = ((30, 34, 42), (34, 48, 70), (44, 66, 100), (62, 100, 146), (40, 52, 104))
        irises = ((52, 82, 112), (104, 120, 84), (148, 116, 74), (60, 66, 78))
        clothes = ((120, 84, 54), (92, 104, 66), (72, 70, 132), (120, 118, 112), (58, 62, 72))

        def one_of(choices: tuple) -> tuple:
            return choices[int(lot.integers(len(choices)))]

        return cls(
            skin=one_of(skins),
            hair=one_of(hairs),
            iris=one_of(irises),
            clothes=one_of(clothes),
            width=float(lot.uniform(0.95, 1.05)),
            hair_style=one_of(("short", "bob", "long")),
            seed=seed,
        )


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
    return 0.16 + 0.66 * key + 0.22 * fill - 0.035 * hollow + 0.12 * key**20


def relief(mask: np.ndarray, depth: float) -> np.ndarray:
    """Round a shape, uint8 (H, W), into a cushion: float32 (H, W) height, ``depth`` at most."""
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    reach = max(1.0, min(60.0, float(inside.max())))
    height = depth * np.sqrt(1 - (1 - np.minimum(inside / reach, 1)) ** 2)
    return cv2.GaussianBlur(height.astype(np.float32), (0, 0), 3)


def ramp(colour: Colour) -> np.ndarray:
    """Colours of a surface from dark to bright, uint8 (256, 1, 3); shadows turn warm as on skin."""
    shade = np.linspace(0, 1.2, 256)[:, None]
    tone = np.array(colour) * shade ** np.array((1.22, 1.10, 0.88))
    return np.clip(tone, 0, 255).astype(np.uint8)[:, None]


def tint(shade: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Give each shade (0 to 1.2) its colour of the ramp: uint8 BGR (H, W, 3)."""
    level = np.clip(shade * (255 / 1.2), 0, 255).astype(np.uint8)
    return cv2.LUT(cv2.merge([level] * 3), colours)


class Sheet:
    """A picture with coordinates of its own, to paint smooth shapes on.

    image: uint8 (H, W, 3); origin: the pixel where the coordinates are (0, 0).
    """

    def __init__(self, image: np.ndarray, origin: tuple[float, float]) -> None:
        self.image = image
        self.origin = np.array(origin, np.float64)

    def _window(self, points: np.ndarray, margin: float) -> tuple[slice, slice, np.ndarray]:
        at = points + self.origin
        low = np.maximum(np.floor(at.min(0) - margin), 0).astype(int)
        size = (self.image.shape[1], self.image.shape[0])
        high = np.maximum(np.minimum(np.ceil(at.max(0) + margin), size).astype(int), low)
        fixed = np.round((at - low) * (1 << _SHIFT)).astype(np.int32)
        return slice(low[1], high[1]), slice(low[0], high[0]), fixed

    def mask(
        self, points: np.ndarray, soft: float = 0.0, thickness: int = 0
    ) -> tuple[tuple[slice, slice], np.ndarray]:
        """Return (window, uint8 mask in it) of a closed shape, or of a line of that thickness."""
        rows, columns, fixed = self._window(points, 2 + thickness + 3 * soft)
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        if mask.size:
            if thickness:
                cv2.polylines(mask, [fixed], False, 255, thickness, cv2.LINE_AA, _SHIFT)
            else:
                cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)
            if soft:
                mask = cv2.GaussianBlur(mask, (0, 0), soft)
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
            weight = mask.astype(np.float32)[..., None] * (opacity / 255)
            part[:] = np.round(part + (over - part.astype(np.float32)) * weight).astype(np.uint8)


class Portrait:
    """One visitor, ready to be drawn in any pose."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self._skin = ramp(looks.skin)
        self._lot = np.random.default_rng(looks.seed)
        self._x = np.arange(_LEFT, _RIGHT, dtype=np.float32)
        self._y = np.arange(_TOP, _BOTTOM, dtype=np.float32)
        self._brow_hairs = self._lot.uniform(-1, 1, (46, 3))
        self._back = self._paint_body()
        self._hair = self._paint_hair()

    def draw(self, units: Units, lids: float = 0.0) -> np.ndarray:
        """Return uint8 BGRA (HEIGHT, WIDTH, 4), alpha premultiplied.

        units: action units, 0 to 1; lids: 0 (open) to 1 (closed).
        """
        pose = Pose(units, lids)
        face, mask = self._paint_head(pose)
        picture = self._back.copy()
        left, top = ORIGIN[0] + _LEFT, ORIGIN[1] + _TOP
        _over(picture[top : top + mask.shape[0], left : left + mask.shape[1]], face, mask)
        rows, columns, hair = self._hair
        _over(picture[rows, columns], hair[..., :3], hair[..., 3])
        return picture

    def _paint_head(self, pose: Pose) -> tuple[np.ndarray, np.ndarray]:
        outline = pose.outline(self.looks.width)
        head = Sheet(np.zeros((len(self._y), len(self._x), 3), np.uint8), (-_LEFT, -_TOP))
        shape = np.vstack([outline, mirror(outline)[::-1]])
        mask = np.zeros(head.image.shape[:2], np.uint8)
        window, part = head.mask(shape)
        mask[window] = part

        half = np.interp(self._y, outline[:, 1], outline[:, 0]).astype(np.float32)
        across = np.minimum(np.abs(self._x)[None] / np.maximum(half, 1)[:, None], 1)
        along = np.clip((self._y + 12) / (160 + 0.5 * pose.jaw), -1, 1)
        dome = (78 * np.sqrt(1 - 0.92 * along**2))[:, None] * (1 - across**2.3) ** 0.62
        detail = self._hills(pose) - self._creases(pose, head)
        shade = light((dome + detail).astype(np.float32), detail)
        head.image[:] = tint(shade, self._skin)
        self._blush(head, pose)
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
        over_x = np.exp(-0.5 * ((self._x - x) / wide) ** 2)
        over_y = height * np.exp(-0.5 * ((self._y - y) / high) ** 2)
        return over_y.T @ over_x

    def _creases(self, pose: Pose, head: Sheet) -> np.ndarray:
        lines = np.zeros(head.image.shape[:2], np.uint8)
        for points, depth in pose.creases():
            for half in (points, mirror(points)):
                fixed = np.round((half + head.origin) * (1 << _SHIFT)).astype(np.int32)
                level = int(255 * min(depth, 1))
                cv2.polylines(lines, [fixed], False, level, 2, cv2.LINE_AA, _SHIFT)
        deep = cv2.GaussianBlur(lines, (0, 0), 1.6).astype(np.float32)
        wide = cv2.GaussianBlur(lines, (0, 0), 4).astype(np.float32)
        return (deep * 2.6 + wide * 3.2) / 255

    def _blush(self, head: Sheet, pose: Pose) -> None:
        warm = np.array(self.looks.skin, np.float32) * (0.72, 0.70, 1.0)
        for side in (1, -1):
            cheek = curve([(side * x, y) for x, y in ((38, 44), (58, 26), (80, 34), (66, 58))])
            head.paint(cheek, tuple(warm), 0.22 + 0.1 * pose.a[12], soft=9)

    def _paint_brow(self, head: Sheet, pose: Pose, side: int) -> None:
        dark = np.array(self.looks.hair, np.float32) * 0.75
        middle = pose.brow * (side, 1)
        along = np.linspace(0, 1, len(middle))
        thick = np.interp(along, (0, 0.12, 0.5, 1), (3.4, 4.4, 3.8, 0.8))[:, None]
        up = np.array((0.0, -1.0))
        shape = np.vstack([middle + up * thick, (middle - up * thick)[::-1]])
        head.paint(shape, tuple(dark), 0.8, soft=1.3)
        for where, offset, bright in self._brow_hairs:
            at = (where + 1) / 2 * (len(middle) - 1)
            k = min(int(at), len(middle) - 2)
            root = middle[k] + (middle[k + 1] - middle[k]) * (at - k)
            root = root - up * (offset * float(thick[k, 0]) * 0.8)
            lean = (side * (2 + 5 * at / len(middle)), -4.5 * (1 - 0.9 * at / len(middle)))
            line = np.array([root, root + np.array(lean)])
            head.paint(line, tuple(dark * (1 + 0.5 * bright)), 0.55, thickness=1)

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
        ring = np.linspace(0, 2 * np.pi, 40)
        circle = np.stack([np.cos(ring), np.sin(ring)], 1)
        iris = np.array(self.looks.iris, np.float32)
        eye.paint(upper[:4], (120, 130, 190), 0.6, soft=2, thickness=4)
        eye.paint(centre + 9.6 * circle, tuple(iris * 0.35), soft=0.6)
        eye.paint(centre + 8.2 * circle, tuple(iris), soft=1.0)
        eye.paint(
            centre + (0, 3.6) + (5.5, 3.2) * circle, tuple(np.minimum(iris * 1.7, 255)), 0.6, 1.5
        )
        eye.paint(centre + 4.0 * circle, (16, 14, 14), soft=0.5)
        eye.paint(upper, (40, 44, 56), 0.75, soft=2.6, thickness=5)
        eye.paint(centre + (-3.2, -3.8) + 2.0 * circle, (255, 255, 255), 0.95, soft=0.5)
        eye.paint(centre + (3.4, 3.6) + 1.1 * circle, (255, 255, 255), 0.5, soft=0.5)
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
            ring = np.linspace(0, 2 * np.pi, 32)
            tongue = middle + np.stack([0.55 * half * np.cos(ring), 7 * np.sin(ring)], 1)
            inside.paint(tongue, (92, 88, 172), 0.9, soft=2.5)
        s = np.linspace(-0.86, 0.86, 30)
        top = np.interp(s * half, pose.lip_upper[:, 0], pose.lip_upper[:, 1])
        bare = 10.5 * max(a[12], 0.75 * a[9], 0.75 * a[20], 0.3)
        gum = np.stack([s * half, top - 2], 1)
        bite = np.stack([s * half, top + bare * (1 - 0.35 * np.abs(s) ** 2)], 1)
        inside.paint(np.vstack([gum, bite[::-1]]), (214, 226, 232), 1.0, soft=0.7)
        base = np.interp(s * half, pose.lip_lower[:, 0], pose.lip_lower[:, 1])
        low = 7.0 * max(a[16], 0.8 * a[20] * a[25], 0.25 * a[26])
        if low > 1:
            rim = np.stack([0.9 * s * half, base - low * (1 - 0.3 * np.abs(s) ** 2)], 1)
            root = np.stack([0.9 * s * half, base + 3], 1)
            inside.paint(np.vstack([rim, root[::-1]]), (196, 208, 216), 1.0, soft=0.7)
        for x in (0, 9, -9, 17, -17, 24, -24):
            if abs(x) < 0.85 * half:
                gap = np.array([(x, 60.0), (x, 150.0)])
                inside.paint(gap, (120, 130, 150), 0.28, thickness=1)
        for lip, depth in ((pose.lip_upper, 4), (pose.lip_lower, 2)):
            inside.paint(lip, (18, 12, 34), 0.6, soft=2.0, thickness=depth)
        head.lay(window, mask, inside.image[window].astype(np.float32))

    def _paint_body(self) -> np.ndarray:
        looks = self.looks
        picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        sheet = Sheet(np.zeros((HEIGHT, WIDTH, 3), np.uint8), ORIGIN)

        def add(right: list, colours: np.ndarray, depth: float, shadow: float = 0.0) -> None:
            half = curve(right)
            window, part = sheet.mask(np.vstack([half, mirror(half)[::-1]]))
            mask = np.zeros(picture.shape[:2], np.uint8)
            mask[window] = part
            shade = light(relief(mask, depth))
            y = np.arange(HEIGHT, dtype=np.float32)[:, None] - ORIGIN[1]
            shade = shade * (1 - shadow * np.exp(-(((y - 130) / 50) ** 2)))
            _over(picture, tint(shade, colours), mask)

        hair = ramp(tuple(0.7 * c for c in looks.hair))
        if looks.hair_style != "short":
            end = 235 if looks.hair_style == "long" else 140
            add([(0, -150), (100, -110), (126, -20), (136, 80), (122, end), (0, end + 6)], hair, 30)
        add([(0, 60), (60, 70), (57, 150), (64, 192), (110, 230), (0, 270)], self._skin, 46, 0.55)
        for side in (1, -1):
            lobe = np.array([(100, -14), (112, -22), (119, -10), (115, 14), (106, 34), (98, 30)])
            ear = curve(np.vstack([lobe, lobe[:1]])) * (side * looks.width, 1)
            window, part = sheet.mask(ear)
            mask = np.zeros(picture.shape[:2], np.uint8)
            mask[window] = part
            _over(picture, tint(0.92 * light(relief(mask, 9)), self._skin), mask)
        cloth = ramp(looks.clothes)
        add(
            [
                (0, 246),
                (46, 226),
                (66, 192),
                (84, 196),
                (150, 218),
                (206, 262),
                (228, 440),
                (0, 440),
            ],
            cloth,
            55,
        )
        return picture

    def _paint_hair(self) -> tuple[slice, slice, np.ndarray]:
        looks, lot = self.looks, self._lot
        part = float(lot.choice((-34, 34)))
        rim = [(-108, -4), (-114, -60), (-96, -132), (-46, -178), (0, -186)]
        rim += [(-x, y) for x, y in rim[-2::-1]]
        line = [(-102, 4), (-97, -52), (-80, -88), (-30, -106), (part, -112)]
        line += [(80, -88), (97, -52), (102, 4)]
        bands = [(curve(rim, 24), curve(sorted(line), 24))]
        if looks.hair_style != "short":
            end = 200 if looks.hair_style == "long" else 118
            for side in (1, -1):
                outer = [(20, -180), (100, -128), (124, -30), (132, 60), (122, end)]
                inner = [(10, -116), (84, -92), (101, -30), (106, 60), (96, end - 6)]
                bands.append((curve(outer, 24) * (side, 1), curve(inner, 24) * (side, 1)))
        sheet = Sheet(np.zeros((HEIGHT, WIDTH, 3), np.uint8), ORIGIN)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        for outer, inner in bands:
            window, shape = sheet.mask(np.vstack([outer, inner[::-1]]), soft=0.8)
            mask[window] = np.maximum(mask[window], shape)
        sheet.image[:] = tint(0.9 * light(relief(mask, 34)), ramp(looks.hair))
        for outer, inner in bands:
            t = np.linspace(0, 1, 40)[:, None]
            a = _resample(outer, 40)
            b = _resample(inner, 40)
            for _ in range(260):
                level, bright = lot.uniform(), lot.uniform(0.4, 1.9)
                start = int(lot.integers(0, 28))
                mix = level + 0.08 * np.sin(3 * t + lot.uniform(0, 6))
                strand = (b + (a - b) * mix)[start : start + 12]
                colour = np.array(looks.hair, np.float32) * bright
                sheet.paint(strand, tuple(np.minimum(colour, 255)), 0.30, thickness=1)
        rows = np.flatnonzero(mask.any(1))
        columns = np.flatnonzero(mask.any(0))
        tall, wide = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return tall, wide, np.dstack([sheet.image, mask])[tall, wide]


def _resample(points: np.ndarray, count: int) -> np.ndarray:
    at = np.linspace(0, len(points) - 1, count)
    index = np.arange(len(points))
    return np.stack([np.interp(at, index, points[:, k]) for k in (0, 1)], 1)


def _over(picture: np.ndarray, colours: np.ndarray, mask: np.ndarray) -> None:
    """Lay uint8 colours (H, W, 3) over premultiplied BGRA pixels where the uint8 mask is set."""
    weight = mask.astype(np.float32)[..., None] / 255
    top = np.dstack([colours, np.full(mask.shape, 255, np.uint8)])
    picture[:] = np.round(picture + (top - picture.astype(np.float32)) * weight).astype(np.uint8)
