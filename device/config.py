"""Reads the config files into the table of options, and writes a sample of one.

Read in this order, the later ones winning: ``/etc/mood-kiosk/kiosk.toml``, the user's
``$XDG_CONFIG_HOME/mood-kiosk/kiosk.toml``, the file of ``--config``, each ``--set
section.key=value``.
"""

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from device.errors import UsageError
from device.options import Config


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
