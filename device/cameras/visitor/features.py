"""What lies on a visitor's skin: brows, eyes, nostrils, mouth, beard and glasses."""

import cv2
import numpy as np

from device.cameras.visitor.drawing import Sheet
from device.cameras.visitor.face import Pose, curve, mirror, outline
from device.cameras.visitor.looks import Looks

_RING = np.linspace(0, 2 * np.pi, 40)
_CIRCLE = np.stack([np.cos(_RING), np.sin(_RING)], 1)
_CORNERS = np.sign(_CIRCLE) * np.abs(_CIRCLE) ** 0.45


def paint_brow(head: Sheet, pose: Pose, looks: Looks, hairs: np.ndarray, side: int) -> None:
    """Paint one brow. hairs: float (N, 3), each -1 to 1: where along, how far off, how bright."""
    # Brows stay darker than grey hair.
    dark = np.array(looks.hair, np.float32) * min(0.75, 84 / max(looks.hair))
    middle = pose.brow * (side, 1)
    along = np.linspace(0, 1, len(middle))
    thick = looks.brows * np.interp(along, (0, 0.12, 0.5, 1), (3.2, 4.8, 4.2, 1.0))[:, None]
    up = np.array((0.0, -1.0))
    shape = np.vstack([middle + up * thick, (middle - up * thick)[::-1]])
    head.paint(shape, tuple(dark), 0.8, soft=1.3)
    where, offset, bright = hairs.T
    at = (where + 1) / 2
    root = np.stack([np.interp(at, along, middle[:, k]) for k in (0, 1)], 1)
    root[:, 1] += offset * np.interp(at, along, thick[:, 0]) * 0.8
    tip = root + np.stack([side * (2 + 5 * at), -4.5 * (1 - 0.9 * at)], 1)
    for shade, chosen in ((0.7, bright < 0), (1.4, bright >= 0)):
        window, mask = head.strands(np.stack([root[chosen], tip[chosen]], 1))
        head.lay(window, mask, dark * shade, 0.55)


def paint_eye(head: Sheet, pose: Pose, looks: Looks, side: int) -> None:
    """Paint one eye with its lids, and the shadow that a lowered brow throws on them."""
    a = pose.a
    upper, lower = pose.upper_lid * (side, 1), pose.lower_lid * (side, 1)
    skin = np.array(looks.skin, np.float32)
    frown = max(a[4] * (1 - 0.7 * a[1]), 0.3 * a[9])
    if frown > 0.05:
        brow = pose.brow[:-8] * (side, 1)
        socket = np.vstack([brow, upper[::-1], [(side * 12, 4)]])
        head.paint(socket, tuple(skin * (0.20, 0.24, 0.34)), 0.55 * frown, soft=2.2)
    crease = upper + np.stack(
        [np.zeros(len(upper)), -5.5 + 2.2 * a[5] - 1.5 * np.linspace(1, 0, len(upper))], 1
    )
    head.paint(crease[2:], tuple(skin * (0.36, 0.42, 0.55)), 0.55, soft=1.0, thickness=2)
    head.paint(np.vstack([crease, upper[::-1]]), tuple(skin * 0.62), 0.35, soft=1.5)

    window, mask = head.mask(np.vstack([upper, lower[::-1]]))
    eye = Sheet(np.empty_like(head.image), head.origin)
    eye.image[window] = (214, 220, 224)
    centre = np.array((side * 44.5, -1.0 + pose.gaze))
    iris = np.array(looks.iris, np.float32)
    eye.paint(upper[:4], (120, 130, 190), 0.6, soft=2, thickness=4)
    eye.paint(centre + 9.2 * _CIRCLE, tuple(iris * 0.35), soft=0.6)
    eye.paint(centre + 7.8 * _CIRCLE, tuple(iris), soft=1.0)
    glow = centre + (0, 3.6) + (5.2, 3.0) * _CIRCLE
    eye.paint(glow, tuple(np.minimum(iris * 1.7, 255)), 0.6, 1.5)
    eye.paint(centre + 3.9 * _CIRCLE, (16, 14, 14), soft=0.5)
    eye.paint(upper, (40, 44, 56), 0.75 - 0.35 * a[5], soft=2.6, thickness=5)
    eye.paint(centre + (-3.2, -3.8) + 2.0 * _CIRCLE, (255, 255, 255), 0.95, soft=0.5)
    eye.paint(centre + (3.4, 3.6) + 1.1 * _CIRCLE, (255, 255, 255), 0.5, soft=0.5)
    head.lay(window, mask, eye.image[window].astype(np.float32))

    lash = np.array(looks.hair, np.float32).clip(0, 90) * 0.4
    head.paint(lower, tuple(skin * (0.42, 0.45, 0.60)), 0.7, soft=0.7, thickness=1)
    lid = np.vstack([upper - (0, 1.6), [[side * 68.5, upper[-1, 1] - 3.5]], upper[::-1]])
    head.paint(lid, tuple(lash), 0.95, soft=0.5)


def paint_nostril(head: Sheet, pose: Pose, looks: Looks, side: int) -> None:
    """Paint one nostril and the wing of the nose above it."""
    sneer = max(pose.a[9], 0.6 * pose.a[10])
    y, flare = 60 - 4.5 * pose.a[9], 1 + 0.18 * sneer
    shape = curve([(side * x * flare, y + d) for x, d in ((3, 1), (8, -2.2), (13, 0), (8, 2))])
    skin = np.array(looks.skin, np.float32)
    head.paint(shape, tuple(skin * (0.14, 0.16, 0.28)), 0.85, soft=1.2)
    wing = curve([(side * x * flare, y + d) for x, d in ((17, -11), (22, -4), (17, 1))])
    deep = tuple(skin * (0.36, 0.40, 0.55))
    head.paint(wing, deep, 0.5 + 0.3 * sneer, soft=1.6, thickness=2)


def paint_mouth(head: Sheet, pose: Pose) -> None:
    """Paint the lips and, where they are open, what is between them."""
    rosy = np.array((0.60, 0.57, 0.84), np.float32)
    pale = 1 - 0.4 * pose.a[23]
    for edge, inner, deep in (
        (pose.edge_upper, pose.lip_upper, 0.88),
        (pose.edge_lower, pose.lip_lower, 1.0),
    ):
        window, mask = head.mask(np.vstack([edge, inner[::-1]]), soft=0.9)
        head.lay(window, mask, head.image[window] * (rosy * deep), 0.9 * pale)
    if pose.open > 1.5:
        _paint_inside(head, pose)
    line = (pose.lip_upper + np.minimum(pose.lip_lower, pose.lip_upper + np.array((0, 1.0)))) / 2
    head.paint(line, (30, 24, 52), 0.85, soft=0.8, thickness=2)


def _paint_inside(head: Sheet, pose: Pose) -> None:
    window, mask = head.mask(np.vstack([pose.lip_upper, pose.lip_lower[::-1]]))
    inside = Sheet(np.empty_like(head.image), head.origin)
    inside.image[window] = (26, 18, 48)
    a, half = pose.a, pose.corner[0]
    if a[26] > 0.2:
        tongue = pose.lip_lower[20] + (0.6 * half, 9) * _CIRCLE
        inside.paint(tongue, (92, 88, 172), 0.9, soft=2.5)
    # Either row of teeth ends well before the corner of the mouth, the lower one in the dark:
    # joined there they would look like a ring.
    s = np.linspace(-1, 1, 30)[:, None] * (1, 0)
    bare = 10.5 * max(a[12], 0.75 * a[9], 0.8 * a[10], 0.6 * a[20], 0.3)
    wide = half * (0.86 - 0.16 * a[26])
    top = np.interp(s[:, 0] * wide, *pose.lip_upper.T)
    gum = np.stack([s[:, 0] * wide, top - 2], 1)
    bite = np.stack([s[:, 0] * wide, top + bare * (1 - 0.45 * np.abs(s[:, 0]) ** 3)], 1)
    inside.paint(np.vstack([gum, bite[::-1]]), (224, 233, 238), 1.0, soft=0.9)
    for x in (0, 9, -9, 17, -17, 24, -24):
        if abs(x) < 0.9 * wide:
            y = float(np.interp(x, gum[:, 0], gum[:, 1]))
            inside.paint(np.array([(x, y), (x, y + bare)]), (120, 130, 150), 0.35, thickness=1)
    low = 8.0 * max(a[16], 0.35 * a[20] * a[25])
    if low > 1:
        narrow = 0.62 * half
        base = np.interp(s[:, 0] * narrow, *pose.lip_lower.T)
        rim = np.stack([s[:, 0] * narrow, base - low * (1 - 0.5 * np.abs(s[:, 0]) ** 2)], 1)
        root = np.stack([s[:, 0] * narrow, base + 3], 1)
        inside.paint(np.vstack([rim, root[::-1]]), (150, 162, 178), 0.9, soft=1.1)
    for lip, depth in ((pose.lip_upper, 4), (pose.lip_lower, 2)):
        inside.paint(lip, (18, 12, 34), 0.45, soft=1.6, thickness=depth)
    head.lay(window, mask, inside.image[window].astype(np.float32))


def beard_texture(looks: Looks, size: tuple[int, int]) -> np.ndarray:
    """Hairs that hang down, float32 BGR (H, W, 3); size: (H, W)."""
    lot = np.random.default_rng(looks.seed + 7)
    noise = cv2.GaussianBlur(lot.normal(0, 1, size).astype(np.float32), (0, 0), 0.8, sigmaY=3.5)
    tone = np.clip(0.85 + 1.1 * noise, 0.35, 1.7)
    return np.clip(tone[..., None] * np.array(looks.hair, np.float32), 0, 255)


def paint_beard(head: Sheet, pose: Pose, looks: Looks, texture: np.ndarray) -> None:
    """Paint what grows around the mouth; it moves with lips and jaw."""
    x, y = pose.corner
    upper, lower = pose.edge_upper[20, 1], pose.edge_lower[20, 1]
    density = {"stubble": 0.38, "moustache": 0.85, "full": 0.88}[looks.beard]
    wing = 64 - 4 * pose.a[9]
    lip = [(0, upper - 1), (0.6 * x, (upper + y) / 2 - 1), (x + 5, y + 3)]
    top = [(x + 9, y - 1), (0.62 * x, 0.5 * (wing + upper)), (9, wing + 3), (0, wing + 5)]
    moustache = np.vstack([curve(lip), curve(top)])
    shapes = [moustache, mirror(moustache)]
    if looks.beard != "moustache":
        jaw = outline(pose.jaw, looks.width)
        jaw = jaw[jaw[:, 1] > 12] * (0.99, 1.0) + (0, 3)
        cheek = [(0, lower + 9), (16, lower + 8), (x + 2, y + 12), (x + 6, y), (70, 68)]
        cheek += [(0.87 * jaw[0, 0], 44), tuple(jaw[0])]
        half = np.vstack([curve(cheek), jaw])
        shapes += [half, mirror(half)]
    masks = np.zeros(head.image.shape[:2], np.uint8)
    for shape in shapes:
        window, mask = head.mask(shape, soft=1.6 if looks.beard == "moustache" else 2.6)
        masks[window] = np.maximum(masks[window], mask)
    left, above, wide, high = cv2.boundingRect(masks)
    window = slice(above, above + high), slice(left, left + wide)
    shade = head.image[window].mean(2, keepdims=True) / (0.75 * np.mean(looks.skin))
    hairs = np.minimum(texture[window] * np.clip(shade, 0.4, 1.1), 255)
    head.lay(window, masks[window], hairs, density)


def glasses_shape(looks: Looks) -> list[np.ndarray]:
    """The lines of a pair of glasses: both rims, the bridge and the temples."""
    ring, size = (_CIRCLE, (30, 27)) if looks.glasses == "round" else (_CORNERS, (32, 22))
    rim = np.array((46, 3)) + size * ring
    bridge = curve([(-46 + size[0], -1), (0, -6), (46 - size[0], -1)])
    temple = np.array([(46 + size[0], -5), (103 * looks.width, -9)], float)
    return [rim, mirror(rim), bridge, temple, mirror(temple)]


def paint_glasses(head: Sheet, looks: Looks, lines: list[np.ndarray]) -> None:
    """Paint glasses, with the shadow that they throw on the skin."""
    skin = np.array(looks.skin, np.float32)
    frame = (52, 46, 44) if looks.glasses == "square" else (84, 100, 116)
    for line in lines:
        head.paint(line + np.array((1.5, 3)), tuple(skin * 0.5), 0.3, soft=1.5, thickness=2)
        head.paint(line, frame, 0.9, soft=0.6, thickness=2)
