"""A visitor's hair: what lies behind the head, and what lies on it.

Hair is a few bands between a hairline and a rim, each a cushion of the hair's colour under many
strands. Strands go beyond the bands' edges, for a clean edge looks like a bathing cap.
"""

import cv2
import numpy as np

from device.cameras.visitor.drawing import Sheet, Window, light, ramp, relief, tint
from device.cameras.visitor.face import curve, mirror
from device.cameras.visitor.looks import Looks

Points = list[tuple[float, float]]
_STEPS = 40

# The right half of the rim, from the temple to the crown, of hair that stands off the skull so far.
_RIMS: dict[str, Points] = {
    "parted": [(106, -8), (113, -62), (100, -128), (56, -172), (0, -184)],
    "quiff": [(104, -16), (109, -66), (100, -134), (60, -186), (0, -200)],
    "cropped": [(103, -12), (106, -62), (95, -118), (54, -160), (0, -172)],
    "curly": [(116, 6), (126, -62), (114, -134), (64, -184), (0, -198)],
    "bun": [(104, 0), (108, -60), (97, -118), (54, -164), (0, -174)],
    "bob": [(112, -16), (117, -66), (102, -130), (56, -172), (0, -182)],
    "long": [(110, -16), (114, -66), (99, -130), (54, -170), (0, -180)],
    "fringe": [(114, -16), (118, -66), (102, -130), (56, -172), (0, -182)],
}
# The hairline's right half, from the temple to the middle.
_LINES: dict[str, Points] = {
    "parted": [(101, 6), (95, -50), (80, -86), (40, -104), (0, -108)],
    "quiff": [(101, 2), (95, -52), (84, -92), (46, -108), (0, -112)],
    "cropped": [(101, 6), (94, -52), (82, -94), (42, -110), (0, -114)],
    "curly": [(102, 14), (98, -48), (80, -84), (40, -100), (0, -104)],
    "bun": [(101, 2), (93, -56), (72, -100), (34, -116), (0, -120)],
    "bob": [(101, 4), (94, -54), (66, -98), (28, -116), (0, -122)],
    "long": [(101, 4), (94, -54), (64, -96), (26, -116), (0, -123)],
    "fringe": [(101, 4), (92, -48), (66, -70), (34, -74), (0, -75)],
}
_ENDS = {"bob": 128, "long": 230, "fringe": 146}
"""How far down the hair beside the face hangs."""


def mane(looks: Looks) -> list[tuple[np.ndarray, float]]:
    """(outline, darkness 0 to 1) of the hair that is seen behind head and neck."""
    style = looks.hair_style
    if style == "bun":
        ring = np.linspace(0, 2 * np.pi, 40)
        return [(np.stack([46 * np.cos(ring), 34 * np.sin(ring) - 176], 1), 0.75)]
    if style in _ENDS:
        end = _ENDS[style]
        right = curve([(0, -150), (96, -110), (114, -20), (122, 0.5 * end), (108, end), (0, end)])
        return [(np.vstack([right, mirror(right)[::-1]]), 0.5)]
    return []


def paint_hair(
    looks: Looks, size: tuple[int, int], origin: tuple[float, float]
) -> tuple[Window, np.ndarray, np.ndarray] | None:
    """Return (window, colours uint8 BGR, mask uint8) of the hair on the head; None for the bald.

    size: (H, W) of the picture that the window lies in; origin: its pixel at face (0, 0).
    """
    if looks.hair_style == "bald":
        return None
    lot = np.random.default_rng(looks.seed + 1)
    bands = _bands(looks, lot)
    sheet = Sheet(np.zeros((*size, 3), np.uint8), origin)
    mask = np.zeros(size, np.uint8)
    for outer, inner in bands:
        window, shape = sheet.mask(np.vstack([outer, inner[::-1]]), soft=2.2)
        mask[window] = np.maximum(mask[window], shape)
    if looks.hair_style == "curly":
        _fray(sheet, mask, bands[0][0], lot)
    sheet.image[:] = tint(0.9 * light(relief(mask, 24)), ramp(looks.hair))
    for number, band in enumerate(bands):
        _comb(sheet, mask, band, looks, lot, hangs=number > 0)
    if looks.hair_style == "cropped":
        mask = (mask * 0.86).astype(np.uint8)
    left, top, wide, high = cv2.boundingRect(mask)
    here = slice(top, top + high), slice(left, left + wide)
    return here, sheet.image[here].copy(), mask[here].copy()


def _bands(looks: Looks, lot: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rim, hairline), each (_STEPS, 2), of the top of the head and of what hangs beside it."""
    style = looks.hair_style
    rim, line = (
        np.vstack([curve(half), mirror(curve(half))[-2::-1]])
        for half in (_RIMS[style], _LINES[style])
    )
    side = float(lot.choice((-1, 1)))
    if style in ("parted", "quiff"):
        # Combed over to one side: higher where it starts, lower where it ends.
        line[:, 1] += side * 0.07 * line[:, 0] * (np.abs(line[:, 0]) < 80)
        rim[:, 1] += side * 0.05 * rim[:, 0]
    line[:, 1] -= 6 * looks.age * (np.abs(line[:, 0]) < 90)
    line[:, 0] *= looks.width
    bands = [(_resample(rim), _resample(line))]
    if style in _ENDS:
        end = _ENDS[style]
        # A bob turns in at its end, longer hair thins out.
        tips = ((104, end), (80, end)) if style == "bob" else ((114, end + 6), (103, end - 8))
        outer = [(20, -178), (98, -128), (116, -30), (122, 0.5 * end), tips[0]]
        inner = [(16, -118), (76, -92), (99, -36), (103, 0.45 * end), tips[1]]
        for way in (1, -1):
            bands.append(tuple(_resample(curve(half, 24)) * (way, 1) for half in (outer, inner)))
    return bands


def _fray(sheet: Sheet, mask: np.ndarray, rim: np.ndarray, lot: np.random.Generator) -> None:
    """Give the rim the bumps of curls."""
    for point in np.repeat(rim, 3, axis=0):
        at = (point * 0.98 + sheet.origin + lot.normal(0, 4, 2)).astype(int).tolist()
        cv2.circle(mask, at, int(lot.integers(4, 10)), 255, -1, cv2.LINE_AA)
    mask[:] = cv2.GaussianBlur(mask, (0, 0), 1.6)


def _comb(
    sheet: Sheet,
    mask: np.ndarray,
    band: tuple[np.ndarray, np.ndarray],
    looks: Looks,
    lot: np.random.Generator,
    hangs: bool,
) -> None:
    """Draw a band's strands on the sheet, and into the mask those that leave the band."""
    strands = Sheet(sheet.image.copy(), sheet.origin)
    colour = np.array(looks.hair, np.float32)
    # Bright hair shows its strands by shadows, dark hair by gloss.
    bright = np.mean(colour) > 110
    darkest, brightest, glossy = (0.62, 1.2, 0.2) if bright else (0.35, 1.6, 0.7)
    line = band[1]
    lean = 1 if line[_STEPS // 4, 1] < line[-_STEPS // 4, 1] else -1
    style = "hanging" if hangs else looks.hair_style
    for _ in range({"cropped": 1500, "curly": 900}.get(style, 520)):
        along, across = _strand(style, lean, lot)
        gloss = glossy * np.exp(-(((np.mean(across) - 0.6) / 0.2) ** 2))
        shade = np.minimum(colour * (lot.uniform(darkest, brightest) + gloss), 255).tolist()
        path = _between(band, along, across)
        strands.line(strands.image, path, shade, 1)
        if across.min() < 0.03 or across.max() > 0.97:
            sheet.line(sheet.image, path, shade, 1)
            strands.line(mask, path, 255, 1)
    cv2.addWeighted(sheet.image, 0.5, strands.image, 0.5, 0, dst=sheet.image)


def _strand(style: str, lean: int, lot: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one strand's way by lot: where along and across its band it runs, see ``_between``.

    lean: the side, 1 or -1, that hair with a parting is combed to.
    """
    t = np.linspace(0, 1, 14)
    level, wave, start = lot.uniform(), lot.uniform(0, 6), lot.uniform(0, _STEPS - 1)
    if style == "hanging":
        return 0.55 * start + t * 18, level + 0.05 * np.sin(5 * t + wave)
    if style == "cropped":
        return start + 0.4 * t, level + 0.05 * t
    if style == "curly":
        return start + np.sin(7 * t + wave), level + 0.08 * np.cos(7 * t + wave)
    if style == "fringe":
        across = 0.9 * level - (0.45 + 0.1 * level) * t
        return start + 2 * np.sin(wave) * t, np.maximum(across, -0.04 * (1 + np.sin(wave)))
    sweep = 7 * lean if style in ("parted", "quiff") else 5 * np.sign(start - _STEPS / 2)
    across = np.minimum(-0.03 + level * 0.7 + 0.4 * t, 1.0 + 0.03 * np.sin(wave))
    return start + sweep * t**1.3, across


def _between(
    band: tuple[np.ndarray, np.ndarray], along: np.ndarray, across: np.ndarray
) -> np.ndarray:
    """Points of a band: along it, 0 to _STEPS - 1, and across it, 0 (hairline) to 1 (rim)."""
    index = np.arange(_STEPS)
    low, high = (
        np.stack([np.interp(along, index, edge[:, k]) for k in (0, 1)], 1)
        for edge in (band[1], band[0])
    )
    return low + (high - low) * np.asarray(across)[:, None]


def _resample(points: np.ndarray) -> np.ndarray:
    """Return the line as _STEPS points that lie equally far apart."""
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    at = np.linspace(0, length[-1], _STEPS)
    return np.stack([np.interp(at, length, points[:, k]) for k in (0, 1)], 1)
