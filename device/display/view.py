"""What the screens are given to draw, and what they give back."""

import dataclasses

from pygame import Rect

from device.actions import Action
from device.contracts import Playback, Snapshot
from device.states import State


@dataclasses.dataclass(frozen=True, eq=False)
class View:
    """All that one picture of the window shows.

    now: in seconds. debug: lines for the operator. light: how bright the screen is, 0 to 1.
    repose: how far the first screen has given way to a sleeping face, 0 to 1.
    link: the option ``music.link``. contact: the option ``display.contact``.
    """

    state: State
    snapshot: Snapshot
    playback: Playback
    now: float
    debug: tuple[str, ...] = ()
    light: float = 1.0
    link: str = ""
    contact: str = ""
    repose: float = 0.0


@dataclasses.dataclass(frozen=True)
class Hit:
    """An area of the window, in pixels, and what touching it means; corner: in units."""

    area: Rect
    action: Action
    corner: float = 1.75
