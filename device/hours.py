"""Hours of the day, such as those in which a kiosk is to be quiet or dark."""

import datetime
import re

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"


def parse(text: str) -> tuple[datetime.time, datetime.time]:
    """Return the beginning and the end of hours such as ``22:00-07:00``; 24:00 may end them.

    Raises ValueError for anything else, and for hours that end when they begin.
    """
    found = re.fullmatch(rf"({_TIME})-({_TIME}|24:00)", text)
    if found is None or found[1] == found[2]:
        raise ValueError(f"{text!r} is not two different times such as 22:00-07:00")
    end = datetime.time.max if found[2] == "24:00" else datetime.time.fromisoformat(found[2])
    return datetime.time.fromisoformat(found[1]), end


def within(text: str, now: datetime.time) -> bool:
    """Whether ``now`` is in the hours ``text``, over midnight if need be; empty text has none."""
    if not text:
        return False
    start, end = parse(text)
    return start <= now < end if start <= end else now >= start or now < end
