"""The drawn visitor: posed by action units, and another person with every seed."""

import dataclasses

import cv2
import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.cameras.visitor.face import PROTOTYPES, UNITS, Pose
from device.cameras.visitor.looks import BEARDS, GLASSES, LONG_HAIR, SHORT_HAIR, Looks
from device.cameras.visitor.portrait import HEIGHT, ORIGIN, WIDTH, Portrait


@pytest.fixture(scope="module")
def visitor() -> Portrait:
    return Portrait(
        Looks(
            skin=(112, 148, 206),
            hair=(44, 66, 100),
            iris=(104, 120, 84),
            clothes=(120, 84, 54),
            width=1.0,
            hair_style="parted",
            seed=3,
        )
    )


def grey_of(visitor: Portrait, units: dict[int, float]) -> np.ndarray:
    colours, _ = visitor.draw(units)
    return cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY).astype(np.float32)


def part(grey: np.ndarray, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    """Cut a box out, given in face coordinates."""
    x, y = ORIGIN
    return grey[y + top : y + bottom, x + left : x + right]


def test_visitors_are_people_of_many_kinds_and_stay_who_they_are() -> None:
    crowd = [Looks.of(seed) for seed in range(120)]
    assert crowd == [Looks.of(seed) for seed in range(120)]
    assert len({dataclasses.replace(looks, seed=0) for looks in crowd}) == 120
    assert {looks.hair_style for looks in crowd} == {*LONG_HAIR, *SHORT_HAIR, "bun", "bald"}
    assert {looks.beard for looks in crowd} == {*BEARDS, None}
    assert {looks.glasses for looks in crowd} == {*GLASSES, None}
    assert min(looks.age for looks in crowd) < 0.1
    assert max(looks.age for looks in crowd) > 0.8
    assert all(
        0.6 < np.mean([getattr(each, k) is None for each in crowd]) < 0.85
        for k in ("beard", "glasses")
    ), "most wear neither"


@pytest.mark.parametrize("style", [*LONG_HAIR, *SHORT_HAIR, "bun", "bald"])
def test_no_hair_hides_the_face(style: str, visitor: Portrait) -> None:
    looks = dataclasses.replace(visitor.looks, hair_style=style)
    units = {1: 1.0, 2: 1.0, 26: 1.0}
    change = np.abs(grey_of(Portrait(looks), units) - grey_of(visitor, units))
    assert part(change, -60, -60, 60, 140).max() < 3


def test_a_beard_moves_with_the_jaw_and_leaves_the_mouth_free(visitor: Portrait) -> None:
    fair = dataclasses.replace(visitor.looks, hair=(20, 20, 20))
    bearded = Portrait(dataclasses.replace(fair, beard="full"))
    for units in ({}, {26: 1.0}, {12: 1.0, 25: 1.0}):
        pose, drop = Pose(units), round(Pose(units).jaw)
        bare, grown = grey_of(Portrait(fair), units), grey_of(bearded, units)
        chin = [part(grey, -20, 128 + drop, 20, 138 + drop).mean() for grey in (bare, grown)]
        assert chin[1] < 0.6 * chin[0]
        lip = int(pose.edge_lower[20, 1]) - 4
        lips = [part(grey, -8, lip - 2, 8, lip + 2).mean() for grey in (bare, grown)]
        assert lips[1] > 0.9 * lips[0]


# Where each action unit acts, as (left, top, right, bottom) in face coordinates.
REGIONS = {
    1: (-75, -100, 75, 5),
    2: (-90, -95, 90, 5),
    4: (-90, -60, 90, 15),
    5: (-75, -30, 75, 20),
    6: (-100, -45, 100, 80),
    7: (-75, -30, 75, 30),
    9: (-80, -50, 80, 120),
    10: (-70, 10, 70, 120),
    12: (-95, 15, 95, 125),
    15: (-70, 60, 70, 150),
    16: (-60, 70, 60, 140),
    17: (-60, 60, 60, 150),
    20: (-80, 50, 80, 140),
    23: (-55, 65, 55, 130),
    25: (-60, 65, 60, 130),
    26: (-110, 40, 110, 196),
    43: (-75, -30, 75, 20),
    64: (-75, -30, 75, 20),
}


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_changes_its_own_region(unit: int, visitor: Portrait) -> None:
    change = np.abs(grey_of(visitor, {unit: 1.0}) - grey_of(visitor, {}))
    inside = part(change, *REGIONS[unit])
    assert inside.max() > 25
    assert inside.sum() > 0.9 * change.sum()


def lip_line(grey: np.ndarray, x: int) -> float:
    """The row, in face coordinates, where the mouth's line is darkest x pixels off the middle."""
    rows = [part(grey, side * x - 1, 66, side * x + 2, 112).mean(1) for side in (1, -1)]
    return 66 + float(np.mean([row.argmin() for row in rows]))


def test_the_corners_of_the_mouth_follow_their_muscles(visitor: Portrait) -> None:
    rest, smile, frown = (lip_line(grey_of(visitor, u), 30) for u in ({}, {12: 1.0}, {15: 1.0}))
    assert smile < rest - 2
    assert frown > rest + 2


def test_the_brows_follow_their_muscles(visitor: Portrait) -> None:
    def brow(units: dict[int, float], left: int, right: int, end: int = -20) -> float:
        """The darkest row above the lid's crease, or above ``end``."""
        return -55 + float(part(grey_of(visitor, units), left, -55, right, end).mean(1).argmin())

    assert brow({1: 1.0}, 18, 30) < brow({}, 18, 30) - 5
    assert brow({2: 1.0}, 52, 64) < brow({}, 52, 64) - 5
    assert brow({4: 1.0}, 18, 30, -12) > brow({}, 18, 30, -12) + 4


def test_lids_open_tighten_and_close(visitor: Portrait) -> None:
    def bright(units: dict[int, float]) -> int:
        """Pixels of the whites of the eyes, and of what shines in them."""
        colours, _ = visitor.draw(units)
        eyes = part(colours, -68, -16, 68, 14)
        return int((eyes[..., 0] > 170).sum())

    assert bright({5: 1.0}) > 1.1 * bright({}) > 1.3 * bright({7: 1.0})
    assert bright({43: 1.0}) == 0


def test_a_dropped_jaw_opens_a_dark_mouth_and_parted_lips_show_teeth(visitor: Portrait) -> None:
    def mouth(units: dict[int, float]) -> np.ndarray:
        return part(grey_of(visitor, units), -40, 70, 40, 135)

    assert (mouth({25: 1.0, 26: 1.0}) < 50).sum() > 3 * (mouth({}) < 50).sum()
    assert (mouth({12: 1.0, 25: 1.0}) > 190).sum() > (mouth({12: 1.0}) > 190).sum() + 100


def test_half_a_movement_lies_between_rest_and_all_of_it() -> None:
    corners = [Pose({12: intensity}).corner for intensity in (0.0, 0.5, 1.0)]
    assert corners[0][0] < corners[1][0] < corners[2][0]
    assert corners[0][1] > corners[1][1] > corners[2][1]


def test_prototypes_are_complete_and_unlike_each_other(visitor: Portrait) -> None:
    assert set(PROTOTYPES) == set(EMOTIONS)
    faces = [part(grey_of(visitor, PROTOTYPES[e]), -100, -90, 100, 140) for e in EMOTIONS]
    for i, one in enumerate(faces):
        for other in faces[i + 1 :]:
            assert np.abs(one - other).mean() > 1.5


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="99"):
        Pose({99: 1.0})


def test_the_cut_out_is_opaque_in_the_face_and_clear_beside_it(visitor: Portrait) -> None:
    colours, alpha = visitor.draw({})
    assert colours.shape == (HEIGHT, WIDTH, 3)
    assert (part(alpha, -70, -60, 70, 100) == 255).all()
    assert not alpha[:20].any()
    assert not colours[alpha == 0].any()
