"""What people do to the kiosk, and what the kiosk is to do about it.

Every touch, click, key and button becomes one ``Action``; ``device.states`` answers with
``Effect``s, which the kiosk carries out.
"""

from __future__ import annotations

import dataclasses
import enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.catalogue import Song


class Press(enum.Enum):
    """What a person did that needs no further word. TAP: anything without a meaning of its own.

    NOT_ME: the mood that is told is not the visitor's. ACCEPT: takes the songs that are offered.
    AGAIN: hears the five once more. DONE: ends the visit. LEAVE: closes a menu, else the kiosk.
    """

    TOGGLE_PAUSE = "toggle pause"
    NEXT = "next"
    LIKE = "like"
    NOT_ME = "not me"
    ACCEPT = "accept"
    AGAIN = "again"
    DONE = "done"
    LANGUAGES = "languages"
    TOGGLE_BARS = "toggle bars"
    TOGGLE_LINK = "toggle link"
    SHOW_VOLUME = "show volume"
    LEAVE = "leave"
    TOGGLE_DEBUG = "toggle debug"
    TOGGLE_FULLSCREEN = "toggle fullscreen"
    VOLUME_UP = "volume up"
    VOLUME_DOWN = "volume down"
    MUTE = "mute"
    TAP = "tap"


@dataclasses.dataclass(frozen=True)
class Choose:
    """A person wants the song at ``index``, or what stands there in an open menu of moods.

    index: counted from 0.
    """

    index: int


@dataclasses.dataclass(frozen=True)
class Drop:
    """A person dropped the file ``path`` on the window."""

    path: Path


@dataclasses.dataclass(frozen=True)
class Correct:
    """The visitor says that ``emotion`` is the mood; it stands until the visitor has left.

    emotion: None if the visitor would rather not say.
    """

    emotion: str | None


@dataclasses.dataclass(frozen=True)
class Speak:
    """The visitor wants to read ``language``, an ISO 639-1 code, until the visit is over."""

    language: str


Action = Press | Choose | Drop | Correct | Speak


@dataclasses.dataclass(frozen=True)
class OfferSongs:
    """Find five songs for ``emotion`` and hand them to ``with_songs``."""

    emotion: str


@dataclasses.dataclass(frozen=True)
class Play:
    """Play the preview of ``song`` from its beginning."""

    song: Song


@dataclasses.dataclass(frozen=True)
class Like:
    """The visitor likes ``song``, which was offered for ``emotion``."""

    emotion: str
    song: Song


@dataclasses.dataclass(frozen=True)
class Unlike:
    """The visitor takes the like of ``song`` back."""

    emotion: str
    song: Song


@dataclasses.dataclass(frozen=True)
class Finish:
    """The last of the five is over."""


@dataclasses.dataclass(frozen=True)
class Pause:
    """Pause the preview."""


@dataclasses.dataclass(frozen=True)
class Resume:
    """Go on with the paused preview."""


@dataclasses.dataclass(frozen=True)
class FadeOut:
    """Let the preview fade to silence within ``seconds``, then stop it."""

    seconds: float


@dataclasses.dataclass(frozen=True)
class SetVolume:
    """Set the volume, 0 to 1."""

    volume: float


@dataclasses.dataclass(frozen=True)
class LookAt:
    """Look at the picture or video ``path`` in place of the camera."""

    path: Path


@dataclasses.dataclass(frozen=True)
class ToggleFullscreen:
    """Switch between window and full screen."""


@dataclasses.dataclass(frozen=True)
class Quit:
    """End the kiosk."""


Effect = (
    OfferSongs
    | Play
    | Finish
    | Like
    | Unlike
    | Pause
    | Resume
    | FadeOut
    | SetVolume
    | LookAt
    | ToggleFullscreen
    | Quit
)
