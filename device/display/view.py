"""What the screens are given to draw, and what they give back."""

import dataclasses

from pygame import Rect

from device.contracts import Playback, Snapshot
from device.states import Action, State


@dataclasses.dataclass(frozen=True, eq=False)
class View:
    """All that one picture of the window shows. now: seconds; debug: lines for the operator."""

    state: State
    snapshot: Snapshot
    playback: Playback
    now: float
    debug: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Hit:
    """An area of the window, in pixels, and what touching it means."""

    area: Rect
    action: Action
