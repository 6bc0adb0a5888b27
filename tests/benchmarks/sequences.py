"""Scripted walks of one and two people before the kiosk, made of FER-2013 faces."""

import dataclasses
from collections.abc import Callable

import numpy as np

from device.contracts import Face
from device.vision.boxes import overlap
from device.vision.finder import Effort, Finder
from device.vision.follower import Follower
from device.vision.light import brightened
from tests.benchmarks import scenes

RATE = 12  # frames a second
SECONDS = 5
# A face is to be seen as long as no more of it than this is covered or outside.
HIDDEN = 0.4
# A face is found where a box overlaps it by more.
FOUND = 0.3
# Some of the data's pictures are no more than a nose and eyes; they are left out.
FINDABLE = 0.5
STAYS = 3


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a face is: its middle, its side, its tilt in degrees."""

    x: float
    y: float
    side: float
    tilt: float = 0.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright square around it."""
        return (self.x - self.side / 2, self.y - self.side / 2, self.side, self.side)


@dataclasses.dataclass(frozen=True, eq=False)
class Moment:
    """One frame, uint8 grey (480, 640); where the visitor is, or None where it cannot be seen."""

    image: np.ndarray
    at: float
    visitor: Place | None
    other: Place | None


Walk = Callable[[float], Place]


def _approach(way: float) -> tuple[Walk, None]:
    return lambda t: Place(320 + way * 60 * (1 - t), 250, 80 + 190 * t), None


def _leave(way: float) -> tuple[Walk, None]:
    return lambda t: Place(320 + way * max(0.0, t - 0.4) * 900, 240, 150), None


def _fast(way: float) -> tuple[Walk, None]:
    return lambda t: Place(320 + way * 200 * np.sin(t * 5 * np.pi), 240, 140, 8 * way), None


def _sway(way: float) -> tuple[Walk, None]:
    return lambda t: Place(320, 240, 150, way * 25 * np.sin(t * 6 * np.pi)), None


def _behind(way: float) -> tuple[Walk, Walk]:
    return (
        lambda t: Place(320 + 10 * np.sin(9 * t), 250, 160),
        lambda t: Place(320 + way * 560 * (t - 0.5), 215, 105),
    )


def _in_front(way: float) -> tuple[Walk, Walk]:
    return (
        lambda t: Place(320 + 10 * np.sin(9 * t), 230, 140),
        lambda t: Place(320 + way * 1000 * (t - 0.5), 260, 190),
    )


def _two(way: float) -> tuple[Walk, Walk]:
    return (
        lambda t: Place(290 + way * 20 * np.sin(7 * t), 240, 150),
        lambda t: Place(480 + way * 20 * np.sin(7 * t), 240 + 15 * np.sin(5 * t), 135),
    )


WALKS = {
    "approach": _approach,
    "leave": _leave,
    "fast": _fast,
    "sway": _sway,
    "behind": _behind,
    "in front": _in_front,
    "two": _two,
}


def play(walk: str, faces: list[np.ndarray], number: int) -> list[Moment]:
    """One sequence: a walk of WALKS, two faces, uint8 (48, 48), and a number that varies it."""
    random = np.random.default_rng(number)
    first, second = WALKS[walk](1.0 if number % 2 else -1.0)
    room = scenes.room(bool(number % 4 // 2), random)
    moments = []
    for frame in range(RATE * SECONDS):
        t = frame / (RATE * SECONDS - 1)
        wobble = random.normal(0, 1, 4)
        visitor = first(t)
        visitor = Place(
            visitor.x + wobble[0], visitor.y + wobble[1], visitor.side, visitor.tilt + wobble[2]
        )
        other = second(t) if second else None
        image = room
        drawn = [(visitor, faces[0])]
        if other:
            # Who is nearer is drawn last.
            drawn = sorted([*drawn, (other, faces[1])], key=lambda pair: pair[0].side)
        for place, face in drawn:
            image = scenes.paste(image, face, (place.x, place.y), place.side, place.tilt)
        light = 1 + 0.04 * np.sin(frame)
        image = image * light + random.normal(0, 2.5, image.shape)
        image = image.round().clip(0, 255).astype(np.uint8)
        seen = _seen(visitor, other)
        moments.append(Moment(image, frame / RATE, visitor if seen else None, other))
    return moments


def _seen(visitor: Place, other: Place | None) -> bool:
    x, y, side, _ = visitor.box
    inside = max(0, min(640, x + side) - max(0, x)) * max(0, min(480, y + side) - max(0, y))
    covered = 0.0
    if other and other.side > visitor.side:
        left, top, wide, _ = other.box
        covered = max(0, min(x + side, left + wide) - max(x, left)) * max(
            0, min(y + side, top + wide) - max(y, top)
        )
    return (inside - covered) / side**2 > 1 - HIDDEN


@dataclasses.dataclass
class Tally:
    """What a follower made of some sequences, in frames, but for the two counts at the end.

    visible: the visitor was to be seen, from the first time on that it was found. right: and was
    the one that was followed. other: the other person was followed. switches: how often it went
    from one person to the other, for a quarter of a second or more. visitors: how many the
    follower counted.
    """

    visible: int = 0
    right: int = 0
    other: int = 0
    switches: int = 0
    visitors: int = 0


def score(moments: list[Moment], faces: list[Face | None], tally: Tally) -> None:
    """Adds to the tally what was followed in each moment."""
    was, lately = None, []
    for moment, face in zip(moments, faces, strict=True):
        who = None
        if face is not None:
            visitor = overlap(face.box, moment.visitor.box) if moment.visitor else 0.0
            other = overlap(face.box, moment.other.box) if moment.other else 0.0
            if max(visitor, other) > FOUND:
                who = "visitor" if visitor >= other else "other"
        if was is None and who != "visitor":
            continue
        tally.visible += moment.visitor is not None
        tally.right += moment.visitor is not None and who == "visitor"
        tally.other += who == "other"
        lately = [*lately, who][-STAYS:]
        if was is None or (who and who != was and lately == [who] * STAYS):
            tally.switches += was is not None
            was = who


def findable(finder: Finder, faces: np.ndarray, count: int, seed: int = 1) -> list[np.ndarray]:
    """So many of the faces, uint8 (N, 48, 48), that the finder finds on a plain wall."""
    random, chosen = np.random.default_rng(seed), []
    wall = np.full((scenes.HEIGHT, scenes.WIDTH), 150.0)
    for row in random.permutation(len(faces)):
        picture = scenes.paste(wall, faces[row], (320, 240), 150, 0)
        if any(overlap(face.box, (245, 165, 150, 150)) > FINDABLE for face in finder.find(picture)):
            chosen.append(faces[row])
        if len(chosen) == count:
            break
    return chosen


def run(walk: str, faces: list[np.ndarray], number: int, finder: Finder, tally: Tally) -> None:
    """Plays one sequence to a new follower and adds up what it does."""
    follower = Follower(finder)
    moments, followed = play(walk, faces, number), []
    for moment in moments:
        grey = brightened(moment.image)
        if not follower.follow(grey, moment.at):
            follower.search(grey, moment.at, Effort.THOROUGH)
        followed.append(follower.face)
    score(moments, followed, tally)
    tally.visitors += follower.visitors
