"""What one room of the kiosk hands to the next: small, frozen, without behaviour of their own.

All times are seconds of ``time.monotonic()``. All boxes are ``(x, y, width, height)`` in pixels of
the frame they belong to.
"""

import dataclasses
import enum

import numpy as np

Box = tuple[int, int, int, int]


@dataclasses.dataclass(frozen=True, eq=False)
class Frame:
    """One picture. image: uint8 BGR (H, W, 3); captured_at: as near to exposure as can be told."""

    image: np.ndarray
    captured_at: float


@dataclasses.dataclass(frozen=True)
class Face:
    """A face that a finder found.

    box: a square that frames the upright face as FER-2013 frames its own; it may reach beyond the
    picture. score: how sure the finder is, 0 to 1; the cascade does not say, so its faces have 1.
    tilt: degrees by which the line through the eyes falls to the right, as the picture shows it.
    turn: how far the nose lies beside the middle between the eyes, in eye distances, to the right
        as the picture shows it; the cascade finds frontal faces only, so its faces have 0.
    still_s: seconds for which the face that is followed has neither moved nor changed; nobody
        alive keeps still for long, a poster does.
    """

    box: Box
    score: float = 1.0
    tilt: float = 0.0
    turn: float = 0.0
    still_s: float = 0.0

    @classmethod
    def around(
        cls,
        x: float,
        y: float,
        side: float,
        score: float = 1.0,
        tilt: float = 0.0,
        turn: float = 0.0,
    ):
        """A face of that size with (x, y) in its middle."""
        corner = round(x - side / 2), round(y - side / 2)
        return cls((*corner, round(side), round(side)), score, float(tilt), turn)


class Hindrance(enum.StrEnum):
    """Why a face is hard to read; the values name the screen's words for it."""

    FAR = "far"
    DARK = "dark"
    BLURRED = "blurred"
    CUT = "cut"
    TURNED = "turned"
    SEVERAL = "several"


@dataclasses.dataclass(frozen=True, eq=False)
class Reading:
    """What the model says of one face: float32 (7,) probabilities in ``data.emotions`` order."""

    probabilities: np.ndarray
    face: Face


@dataclasses.dataclass(frozen=True)
class Mood:
    """What the readings of the last seconds add up to.

    emotion: one of ``data.emotions.EMOTIONS``, or None while unsure.
    confidence: 0 to 1, the averaged probability of the leading emotion.
    settled: 0 to 1, how far the mood is from being told; 1 once an emotion is.
    since: when this emotion (or this uncertainty) began.
    probabilities: the seven averaged probabilities, in ``data.emotions`` order.
    """

    emotion: str | None
    confidence: float
    settled: float
    since: float
    probabilities: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class Trouble:
    """A fault a visitor can see. code: short, stands in the README; text: plain words."""

    code: str
    text: str


@dataclasses.dataclass(frozen=True)
class Timings:
    """Milliseconds that one frame took in each stage; zero for a stage that did not run."""

    gate: float = 0.0
    detect: float = 0.0
    follow: float = 0.0
    crop: float = 0.0
    classify: float = 0.0
    total: float = 0.0


@dataclasses.dataclass(frozen=True, eq=False)
class Snapshot:
    """All that vision knows, as of one frame; the only thing it tells the screen and the player.

    frame: the newest frame, or None before the first one.
    face: the visitor's face, or None when nobody is there; where it is lost for a moment, the last.
    others: further faces in the frame.
    reading: what the model says of ``face`` in this very frame; None between two readings, and
        where there is next to nothing to read.
    mood: the steady mood of the visitor, or None when nobody is there.
    trouble: why there is nothing to see, or None.
    at: when the snapshot was made.
    hindrance: what has made ``face`` hard to read for a while, or None.
    """

    frame: Frame | None
    face: Face | None
    others: tuple[Face, ...]
    reading: Reading | None
    mood: Mood | None
    trouble: Trouble | None
    timings: Timings
    at: float
    hindrance: Hindrance | None = None


@dataclasses.dataclass(frozen=True)
class Playback:
    """What the player is doing. Times in seconds, volume 0 to 1.

    song_id: of the preview that plays or is paused, or None.
    silent_because: why nothing can be heard (no audio device …), in plain words, or None.
    failed: the ids of songs whose previews cannot be played.
    """

    song_id: str | None = None
    position_s: float = 0.0
    length_s: float = 0.0
    paused: bool = False
    volume: float = 1.0
    silent_because: str | None = None
    failed: frozenset[str] = frozenset()


NOTHING_SEEN = Snapshot(None, None, (), None, None, None, Timings(), 0.0)
