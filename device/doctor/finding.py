"""What a check says of one part."""

import dataclasses
import enum


class Level(enum.IntEnum):
    """How bad it is: a warning leaves a kiosk that works, a fault does not."""

    OK = 0
    WARNING = 1
    FAULT = 2


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the report.

    part: what was looked at. text: what was found. remedy: what to do, where something is wrong.
    hardware: whether a fault is that of hardware which is not there.
    """

    part: str
    level: Level
    text: str
    remedy: str = ""
    hardware: bool = False


def ok(part: str, text: str) -> Finding:
    """All is well."""
    return Finding(part, Level.OK, text)


def warning(part: str, text: str, remedy: str) -> Finding:
    """The kiosk works, but worse than it could."""
    return Finding(part, Level.WARNING, text, remedy)


def fault(part: str, text: str, remedy: str, hardware: bool = False) -> Finding:
    """The kiosk does not work like this."""
    return Finding(part, Level.FAULT, text, remedy, hardware)
