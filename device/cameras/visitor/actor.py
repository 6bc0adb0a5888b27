"""The built-in visitor: a camera for machines without one, and for trying the kiosk out.

It films an empty room into which, again and again, a drawn visitor walks, stands still, shows one
emotion after the other and leaves. All of it follows from a seed and the time alone.
"""

import dataclasses
import functools
import math
import time

import cv2
import numpy as np

from data.emotions import EMOTIONS
from device.cameras.base import Camera
from device.cameras.visitor.face import PROTOTYPES
from device.cameras.visitor.looks import Looks
from device.cameras.visitor.portrait import HEIGHT, ORIGIN, WIDTH, Portrait
from device.contracts import Box, Frame
from device.errors import CameraError

SHOW = ("neutral", "happy", "surprise", "sad", "angry", "fear", "disgust")
"""The order in which a visitor shows the emotions."""

# Gone for so long that the kiosk says goodbye and waits for the next one.
EMPTY_S, WALK_S, SHOW_S, BLEND_S, GONE_S = 2.0, 1.5, 5.0, 0.4, 16.0
_BOOKS = (
    (74, 82, 150),
    (120, 98, 66),
    (88, 124, 92),
    (70, 132, 176),
    (150, 158, 168),
    (96, 70, 84),
)
_FACE = (-113, -97, 113, 129)


@dataclasses.dataclass(frozen=True)
class Act:
    """What there is to see at a moment: the truth that a recogniser's answer is held against.

    emotion: the one that is shown, or None while nobody stands there.
    present: somebody is in the picture; still: and stands in front of the camera.
    face_box: of the face, from the middle of the forehead to the chin, as frontal-face cascades
    frame it; None where not the whole of it is in the picture.
    """

    emotion: str | None
    present: bool
    still: bool
    face_box: Box | None


class Actor(Camera):
    """Film the drawn visitor.

    seed: of the visitors' looks and small movements; size: (width, height) of the frames in
    pixels; fps: frames a second; speed: how many times faster than life the visit goes;
    emotions: what a visitor shows, in this order, each some five seconds long.
    """

    def __init__(
        self,
        seed: int = 1,
        size: tuple[int, int] = (640, 480),
        fps: float = 15.0,
        speed: float = 1.0,
        emotions: tuple[str, ...] = SHOW,
    ) -> None:
        """Raises ValueError for a size, rate or speed that is not positive, or a wrong emotion."""
        wrong = [name for name in emotions if name not in EMOTIONS]
        if wrong or not emotions:
            raise ValueError(f"emotions are some of {EMOTIONS}, not {wrong or 'none'}")
        if min(*size, fps, speed) <= 0:
            raise ValueError(f"size, fps and speed are positive, not {size}, {fps}, {speed}")
        self.seed, self.size, self.fps, self.speed = seed, size, fps, speed
        self.emotions = tuple(emotions)
        self._leave = EMPTY_S + WALK_S + SHOW_S * len(self.emotions)
        self._script_s = self._leave + WALK_S + GONE_S
        self.visit_s = self._script_s / speed
        self._room = paint_room(size)
        self._noise = np.random.default_rng(seed).integers(
            0, 7, (size[1] + 64, size[0] + 64, 3), np.uint8
        )
        self._started: float | None = None
        self._shown = -1

    def open(self) -> None:
        """Start the visit from its beginning."""
        self._started = time.monotonic()
        self._shown = -1

    def read(self, timeout_s: float = 2.0) -> Frame:
        """Wait for the next frame time and draw it; see ``Camera.read``."""
        if self._started is None:
            raise CameraError("the built-in visitor is not open: call open() first")
        elapsed = time.monotonic() - self._started
        number = max(self._shown + 1, math.floor(elapsed * self.fps))
        wait = number / self.fps - elapsed
        if wait > timeout_s:
            time.sleep(timeout_s)
            raise CameraError(f"no frame within {timeout_s:g} s at {self.fps:g} frames a second")
        if wait > 0:
            time.sleep(wait)
        self._shown = number
        captured_at = time.monotonic()
        return Frame(self.render(number / self.fps), captured_at)

    def close(self) -> None:
        """End the visit."""
        self._started = None

    def describe(self) -> str:
        """Return one line about the visitor."""
        width, height = self.size
        return f"built-in visitor {self.seed}, {width}x{height} at {self.fps:g} frames a second"

    def act_at(self, t: float) -> Act:
        """Say what is to be seen t seconds after the start."""
        visit, now = self._moment(t)
        place = self._place(visit, now)
        if place is None:
            return Act(None, False, False, None)
        still = EMPTY_S + WALK_S <= now < self._leave
        emotion = self.emotions[self._scene(now)] if still else None
        corners = np.array([(_FACE[i], _FACE[j]) for i in (0, 2) for j in (1, 3)], float)
        corners = (corners + ORIGIN) @ place[:, :2].T + place[:, 2]
        low, high = np.round(corners.min(0)).astype(int), np.round(corners.max(0)).astype(int)
        whole = (low >= 0).all() and (high <= self.size).all()
        box = (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
        return Act(emotion, True, still, box if whole else None)

    def render(self, t: float) -> np.ndarray:
        """Draw the picture t seconds after the start: uint8 BGR (height, width, 3)."""
        visit, now = self._moment(t)
        picture = self._room.copy()
        # Painted while the room is still empty, so that nobody sees the time it takes.
        visitor = portrait(self.seed * 1009 + visit)
        place = self._place(visit, now)
        if place is not None:
            _stand(picture, visitor.draw(self._expression(visit, now)), place)
        left, top = (round(t * 1000) * 37) % 64, (round(t * 1000) * 23) % 64
        grain = self._noise[top : top + self.size[1], left : left + self.size[0]]
        return cv2.addWeighted(picture, 1.0, grain, 1.0, -3.0)

    def _moment(self, t: float) -> tuple[int, float]:
        visit, now = divmod(max(t, 0.0) * self.speed, self._script_s)
        return int(visit), now

    def _scene(self, now: float) -> int:
        scene = int((now - EMPTY_S - WALK_S) / SHOW_S)
        return min(max(scene, 0), len(self.emotions) - 1)

    def _place(self, visit: int, now: float) -> np.ndarray | None:
        """Where the portrait stands: affine (2, 3) from its pixels to the frame's, or None."""
        away = max(EMPTY_S + WALK_S - now, now - self._leave) / WALK_S
        if away >= 1:
            return None
        side = 1 if (visit % 2 == 0) == (now < self._leave) else -1
        away = _ease(max(away, 0.0))
        sway = math.sin(0.9 * now + visit), math.sin(0.63 * now + 2 * visit)
        step = abs(math.sin(7 * now)) * min(1.0, 4 * away)
        fit = min(self.size[0] / 640, self.size[1] / 480)
        scale = fit * (1 - 0.32 * away) * (1 + 0.006 * sway[1])
        x = self.size[0] * (0.5 - 0.78 * away * side) + 5 * fit * sway[0]
        y = self.size[1] * 0.44 + fit * (2 * sway[1] - 7 * step)
        turn = math.radians(1.6 * sway[0])
        a, b = scale * math.cos(turn), scale * math.sin(turn)
        rotation = np.array(((a, -b), (b, a)))
        return np.column_stack([rotation, np.array((x, y)) - rotation @ ORIGIN])

    def _expression(self, visit: int, now: float) -> dict[int, float]:
        since = now - EMPTY_S - WALK_S
        scene = self._scene(now)
        shown = PROTOTYPES[self.emotions[scene]] if since >= 0 and now < self._leave else {}
        before = PROTOTYPES[self.emotions[scene - 1]] if scene > 0 else {}
        began = since - scene * SHOW_S
        if now >= self._leave:
            before, began = PROTOTYPES[self.emotions[-1]], now - self._leave
        mix = _ease(min(max(began / BLEND_S, 0.0), 1.0))
        alive = 0.96 + 0.04 * math.sin(2.1 * now)
        units = {
            unit: alive * (mix * shown.get(unit, 0.0) + (1 - mix) * before.get(unit, 0.0))
            for unit in {*shown, *before}
        }
        beat = (now + 0.37 * visit) % 3.7
        blink = _ease(max(0.0, 1 - abs(beat - 0.1) / 0.1))
        units[43] = max(units.get(43, 0.0), blink)
        return units


@functools.lru_cache(maxsize=2)
def portrait(seed: int) -> Portrait:
    """Return the visitor with this seed; the last two are kept, for they take long to paint."""
    return Portrait(Looks.of(seed))


def paint_room(size: tuple[int, int]) -> np.ndarray:
    """Paint the room behind the visitor, a little out of focus: uint8 BGR (height, width, 3)."""
    wide, high = 640, 480
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    glow = np.exp(-(((x - 130) / 330) ** 2) - ((y - 90) / 300) ** 2)
    wall = 0.74 + 0.30 * glow - 0.10 * y / high
    room = np.clip(wall[..., None] * np.array((158, 174, 184), np.float32), 0, 255)
    room = room.astype(np.uint8)

    def block(left: int, top: int, right: int, bottom: int, colour: tuple) -> None:
        cv2.rectangle(room, (left, top), (right, bottom), colour, -1, cv2.LINE_AA)

    block(0, 424, wide, high, (84, 106, 128))
    block(0, 414, wide, 424, (196, 204, 208))
    block(36, 60, 158, 216, (70, 84, 98))
    block(44, 68, 150, 208, (222, 214, 196))
    cv2.fillPoly(
        room,
        [np.array([(44, 208), (44, 160), (84, 126), (150, 176), (150, 208)])],
        (126, 140, 104),
        cv2.LINE_AA,
    )
    cv2.circle(room, (118, 104), 15, (150, 206, 236), -1, cv2.LINE_AA)
    block(482, 150, 628, 160, (70, 96, 122))
    books = np.random.default_rng(3)
    left = 492
    while left < 590:
        thick, tall = int(books.integers(8, 17)), int(books.integers(46, 74))
        colour = _BOOKS[int(books.integers(len(_BOOKS)))]
        block(left, 150 - tall, left + thick, 149, colour)
        left += thick + 2
    block(556, 330, 604, 424, (76, 98, 148))
    for k in range(14):
        angle = math.radians(-160 + 140 * k / 13)
        tip = (round(580 + 66 * math.cos(angle)), round(326 + 92 * math.sin(angle)))
        cv2.line(room, (580, 330), tip, (62, 112 + 5 * (k % 4), 74), 9, cv2.LINE_AA)
    room = cv2.GaussianBlur(room, (0, 0), 3.2)
    return cv2.resize(room, size, interpolation=cv2.INTER_LINEAR)


def _ease(x: float) -> float:
    return x * x * (3 - 2 * x)


def _stand(picture: np.ndarray, figure: tuple[np.ndarray, np.ndarray], place: np.ndarray) -> None:
    """Put a figure (premultiplied colours, alpha) into the picture."""
    corners = np.array([(0, 0), (WIDTH, 0), (0, HEIGHT), (WIDTH, HEIGHT)], float)
    corners = corners @ place[:, :2].T + place[:, 2]
    size = np.array((picture.shape[1], picture.shape[0]))
    low = np.clip(np.floor(corners.min(0)), 0, size).astype(int)
    high = np.clip(np.ceil(corners.max(0)), 0, size).astype(int)
    if (high <= low).any():
        return
    move = place - np.column_stack([np.zeros((2, 2)), low])
    colours, alpha = (cv2.warpAffine(part, move, (high - low).tolist()) for part in figure)
    window = picture[low[1] : high[1], low[0] : high[0]]
    through = cv2.cvtColor(255 - alpha, cv2.COLOR_GRAY2BGR)
    window[:] = cv2.add(cv2.multiply(window, through, scale=1 / 255), colours)
