"""The geometry of a face, posed by the action units of the Facial Action Coding System.

Action units (AU) are the visible movements of single facial muscles (P. Ekman and W. V. Friesen,
"Facial Action Coding System", 1978); the prototypes of the basic emotions are those of EMFACS by
the same authors. The skin is a height field: a head, plus Gaussian hills and hollows that the
units move, minus creases that they deepen; brows, lids and lips are curves on it.

Face coordinates are pixels with the origin between the pupils, x to the right of the picture and
y down; the pupils are 88 apart and the chin of a closed mouth lies at y = 146.
"""

from collections.abc import Mapping

import numpy as np

Units = Mapping[int, float]
"""Action unit number → intensity, 0 (rest) to 1 (as far as it goes)."""

PROTOTYPES: dict[str, dict[int, float]] = {
    "angry": {
        **{4: 1.0, 5: 0.8, 7: 0.5, 10: 0.9, 15: 0.9},
        **{16: 0.6, 17: 0.3, 20: 0.8, 23: 0.2, 26: 0.3},
    },
    "disgust": {
        **{1: 0.3, 4: 0.4, 9: 0.8, 10: 1.0, 15: 0.4, 17: 0.8},
        **{25: 0.2, 26: 0.9, 43: 0.9},
    },
    "fear": {1: 1.0, 2: 0.2, 4: 0.5, 5: 0.7, 7: 0.7, 16: 0.4, 20: 1.0, 25: 0.6, 26: 0.4},
    "happy": {6: 0.9, 12: 1.0, 25: 1.0},
    "sad": {1: 1.0, 4: 0.5, 7: 0.4, 15: 0.8, 17: 0.8, 43: 0.15, 64: 0.4},
    "surprise": {1: 1.0, 2: 1.0, 5: 1.0, 25: 0.5, 26: 1.0},
    "neutral": {},
}
"""The emotions' EMFACS prototypes: of several variants those that are plain from afar, so anger
bares its teeth and disgust shuts its eyes and gags. How strong each unit is was tuned by the
shipped model's answers, averaged over visitors (``tests/benchmarks/visitor_moods.py``), as far as
people see the same."""

UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 16, 17, 20, 23, 25, 26, 43, 64)
"""The action units that this face has."""


class Pose:
    """The geometry that action units give to brows, lids, mouth and jaw, in face coordinates.

    All curves are float (N, 2) points. Those of the right half of the picture run from the
    middle outwards; ``mirror`` gives the left half.
    """

    def __init__(self, units: Units, age: float = 0.0, lips: float = 1.0) -> None:
        """age: 0 (young) to 1 (old), deepens the folds; lips: their fullness, 1 is the mean.

        Raises ValueError for a unit that this face does not have.
        """
        unknown = set(units) - set(UNITS)
        if unknown:
            raise ValueError(f"no such action unit: {sorted(unknown)}; there are {UNITS}")
        self.a = a = {unit: float(units.get(unit, 0.0)) for unit in UNITS}
        self.age, self.lips = age, lips
        self.jaw = 32.0 * a[26]
        self.gaze = 3.5 * a[64]
        self.brow = self._brow()
        self.upper_lid, self.lower_lid = self._eye()
        self._mouth()

    def _brow(self) -> np.ndarray:
        a = self.a
        inner = -13.5 * a[1] + 14.0 * a[4] * (1 - 0.8 * a[1]) + 4.0 * a[9]
        outer = (
            -13.0 * a[2]
            + 3.0 * a[4] * (1 - 0.8 * a[1])
            + 2.0 * a[6]
            + 4.0 * a[9]
            + 6.5 * a[1] * (1 - a[2])
        )
        # Inner ends that rise alone straighten the arch into a slope.
        slope = a[1] * (1 - a[2])
        middle = 0.45 * inner + 0.55 * outer + 6.0 * slope
        towards = 8.0 * a[4] - 2.0 * a[9]
        points = [
            (18 - towards, -24 + inner),
            (36 - 0.6 * towards, -30 + 0.75 * inner + 0.25 * outer + 3.0 * slope),
            (55 - 0.3 * towards, -33 + middle),
            (76, -23 + outer),
        ]
        return curve(points)

    def _eye(self) -> tuple[np.ndarray, np.ndarray]:
        a = self.a
        up = 10.4 * (1 + 0.60 * a[5] - 0.28 * a[7] - 0.10 * a[6] - 0.25 * a[9] - 0.2 * a[64])
        up -= 1.2 * a[4] * (1 - a[5])
        down = 6.8 * (1 - 0.50 * a[7] - 0.45 * a[6] - 0.40 * a[9] + 0.20 * a[5])
        s = np.linspace(-1, 1, 25)
        x = 44.5 + 22.5 * s
        line = 1.5 - 2.2 * (s + 1) / 2
        # Inner brows that go up take the lid's inner half along; a frown presses it down.
        slant = (7.0 * a[1] * a[4] - 3.0 * a[4] * (1 - a[1])) * s * (1 - s**2)
        upper = line - up * (1 - np.abs(s + 0.06 * (1 - s**2)) ** 2.1) ** 0.85 + slant
        lower = line + down * (1 - np.abs(s - 0.12 * (1 - s**2)) ** 2.3) ** 0.9
        upper = np.minimum(upper + (lower - 0.8 - upper) * a[43], lower - 0.8)
        return np.stack([x, upper], 1), np.stack([x, lower], 1)

    def _mouth(self) -> None:
        a = self.a
        half = 33 + 12 * a[12] + 11 * a[20] - 5 * a[23] - a[15] - a[17]
        half -= 6 * a[26] * (1 - a[20])
        down = -11 * a[12] + 11 * a[15] + 5 * a[20] - 2 * a[10] - 2 * a[17] + 0.42 * self.jaw
        self.corner = (half, 88 + down)
        part = 11 * a[25] * (0.35 + 0.65 * max(a[12], 0.6 * a[20], 0.9 * a[10]))
        upper = 88 + 2.5 * a[12] - 4 * a[9] - 7 * a[10] - 1.5 * a[25] - 2.5 * a[15]
        upper -= 3 * a[26] + 4 * a[17]
        lower = upper + part + 1.05 * self.jaw + (6 + 3 * a[15]) * a[16]
        thick_upper = 8.5 * (1 - 0.35 * a[12] - 0.25 * a[20] - 0.6 * a[23] - 0.15 * a[9])
        thick_upper *= (1 - 0.25 * a[10] - 0.25 * a[15]) * self.lips
        thick_lower = 11.0 * (1 - 0.25 * a[12] - 0.25 * a[20] - 0.55 * a[23] - 0.1 * a[26])
        thick_lower *= (1 - 0.15 * a[15]) * self.lips
        s = np.linspace(-1, 1, 41)
        side = np.abs(s)
        x, y = half * s, self.corner[1]
        # A dropped jaw rounds the mouth where nothing stretches it.
        rounded = 1 - 0.4 * a[26] * (1 - max(a[20], a[10]))
        flat_upper = 1.8 + 1.0 * a[26] + 1.6 * a[10]
        flat_lower = 2.1 + 0.7 * a[26] + 1.2 * a[16] + 2.0 * a[20]
        inner_upper = y + (upper - y) * (1 - side**flat_upper) ** rounded
        inner_lower = y + (lower - y) * (1 - side**flat_lower) ** rounded
        inner_lower = np.maximum(inner_lower, inner_upper)
        bow = 1 - 0.30 * np.exp(-((s / 0.12) ** 2)) + 0.06 * np.exp(-(((side - 0.3) / 0.15) ** 2))
        outer_upper = inner_upper - thick_upper * (1 - side**1.9) * bow
        outer_lower = inner_lower + thick_lower * (1 - side**2.2) ** 0.85
        self.open = float((inner_lower - inner_upper).max())
        self.lip_upper = np.stack([x, inner_upper], 1)
        self.lip_lower = np.stack([x, inner_lower], 1)
        self.edge_upper = np.stack([x, outer_upper], 1)
        self.edge_lower = np.stack([x, outer_lower], 1)

    def hills(self) -> np.ndarray:
        """Rows (x, y, sigma x, sigma y, height) of the Gaussians that shape the right half."""
        a, jaw = self.a, self.jaw
        lift = 4.0 * a[9]
        mid = self.brow[len(self.brow) // 2]
        upper = self.edge_upper[20, 1] + self.lip_upper[20, 1]
        lower = self.edge_lower[20, 1] + self.lip_lower[20, 1]
        corner_x, corner_y = self.corner
        smile = a[12]
        frown = a[4] * (1 - 0.6 * a[1])
        sneer = max(a[9], a[10])
        return np.array(
            [
                (0, -72, 62, 34, 5),
                (92, -34, 14, 30, -5),
                (40, mid[1] + 3, 27, 8, 5 + 2 * a[4] + a[9]),
                (45, -6, 22, 9, -8 - 5 * frown),
                (22, -3, 9, 11, -8 - 6 * frown),
                (44, 0, 14, 9, 5),
                (44, 13, 16, 4, -1.5 + 5 * a[6] + 2.5 * a[7] + 3.5 * a[9]),
                (0, -14, 9, 13, 5 + a[9] - 4 * frown),
                (0, 10, 9, 15, 9),
                (0, 34, 10, 13, 12),
                (0, 51 - lift, 12, 9, 12),
                (16, 56 - lift, 6.5 + a[10], 6.5, 8 + 3 * sneer),
                (0, 70, 18, 6, -1.5),
                (58, 38 - 5 * a[6], 25, 19, 6),
                (52, 42 - 8 * a[6], 19, 14, 8 * smile + 5 * a[6]),
                (38, 40 - lift, 13, 13, 7 * sneer),
                (0, 86 + 0.5 * jaw, 38, 24, 7),
                (0, 75, 3.2, 6, -2.4),
                (0, upper / 2, 20 + 8 * smile, 4, 3.5),
                (0, lower / 2, 17 + 6 * smile, 5, 5 + 2 * a[17]),
                (corner_x + 5, corner_y + 1, 5, 6, -2 - 2.5 * smile - 1.5 * a[20] - 2 * a[23]),
                (corner_x + 10, corner_y + 16, 9, 10, 4 * a[15]),
                (0, 108 + 0.95 * jaw, 22, 6, -4.5 - a[15] + 2 * a[16] - 3 * a[23] - 4 * a[17]),
                (0, 128 + jaw - 4 * a[17], 19, 11, 8 + 2 * a[15] + 6 * a[17]),
                (66, 80 + 0.5 * jaw, 16, 24, -3 - 3 * a[26]),
                (13, -25 + 6 * a[4], 7, 8, 6 * a[4]),
            ]
        )

    def creases(self) -> list[tuple[np.ndarray, float]]:
        """(curve, depth 0 to 1) of the right half's folds; those on the middle run through it."""
        a, old = self.a, self.age
        x, y = self.corner
        chin = self.edge_lower[20, 1]
        nose = 50 - 5 * a[9]
        frown = a[4] * (1 - 0.35 * a[1])
        # Nasolabial fold, from the wing of the nose around the corner of the mouth; a raised
        # upper lip draws it out wide and square.
        wide = 5 * max(a[9], a[10])
        fold = [
            (22, nose - 4),
            ((x + 32) / 2 + wide, (nose + y - 14) / 2),
            (x + 10 + wide, y - 8),
            (x + 13, y + 6),
        ]
        folds: list[tuple[list[tuple[float, float]], float]] = [
            (fold, 0.12 + 0.25 * old + 0.75 * max(a[12], a[9], a[10], 0.35 * a[20], 0.3 * a[15])),
            ([(28, 14), (44, 18 - 4 * a[6]), (62, 13)], 0.2 + 0.5 * max(a[6], a[7], a[9], old)),
            ([(7, -42), (5, -30), (6, -17)], 0.75 * frown),
            ([(0, -4), (7, -5), (14, -9)], 0.5 * frown),
            ([(x + 4, y + 2), (x + 8, y + 10), (x + 7, y + 22)], 0.55 * a[15] + 0.2 * old),
            ([(x + 5, y - 5), (x + 7, y + 5)], 0.6 * max(a[20], a[23])),
            ([(0, chin + 7), (14, chin + 9), (24, y + 22)], 0.6 * a[17]),
        ]
        for row, (rise, reach) in enumerate(((-52, 0.8), (-65, 1.0), (-79, 0.75))):
            level = rise - 3 * a[1] - row % 2
            side = reach * max(a[2], 0.3 * a[1], 0.25 * old)
            centre = 0.45 * reach * max(a[1], 0.4 * old)
            folds.append(([(0, level + 1), (16, level), (32, level - 2)], centre))
            folds.append(([(30, level - 2), (50, level), (62 + 8 * reach, level + 8)], 0.45 * side))
        folds += [([(0, h - 2), (8, h), (17, h + 5)], 0.9 * a[9]) for h in (-9, -1, 7)]
        folds += [([(9, h + 5), (17, h), (24, h - 7)], 0.7 * a[9]) for h in (16, 26)]
        lines = max(0.6 * a[6], 0.35 * old)
        folds += [([(71, 3 + 0.3 * h), (86, 4 + h)], lines) for h in (-9, 0, 9)]
        return [(curve(points), depth) for points, depth in folds if depth > 0.02]


def outline(jaw: float, width: float) -> np.ndarray:
    """The right half of the head's outline from crown to chin.

    jaw: how far it is lowered, in pixels; width: of the head, 1 is the mean.
    """
    points = np.array(
        [
            *((-58, -156), (0, -168), (58, -156), (95, -112), (104, -60), (103, -10)),
            *((100, 34), (90, 82), (68, 118), (38, 139), (0, 146), (-38, 139)),
        ],
        np.float64,
    )
    points[:, 0] *= width
    points[:, 1] += jaw * np.clip((points[:, 1] - 50) / 90, 0, 1)
    half = curve(points)
    return half[half[:, 0] >= 0]


def mirror(points: np.ndarray) -> np.ndarray:
    """Give the points (N, 2) of the other half of the face."""
    return points * (-1, 1)


def curve(points: object, steps: int = 8) -> np.ndarray:
    """Return a Catmull-Rom spline through points (N, 2), sampled ``steps`` times a span."""
    p = np.asarray(points, np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.arange(steps)[:, None] / steps
    a, b, c, d = (p[k : len(p) - 3 + k, None] for k in range(4))
    cubic = (3 * b - a - 3 * c + d) * t + (2 * a - 5 * b + 4 * c - d)
    spans = 0.5 * ((cubic * t + (c - a)) * t + 2 * b)
    return np.concatenate([spans.reshape(-1, 2), p[-2:-1]])
