"""How loud the kiosk may be, by the hour."""

import datetime

from device import hours
from device.config import MusicOptions


def ceiling(options: MusicOptions, now: datetime.time) -> float:
    """Return the highest volume allowed at ``now``, local time: the cap, or less in quiet hours.

    Quiet hours begin at ``quiet_from`` and end before ``quiet_to``, over midnight if need be.
    """
    if not options.quiet_from:
        return options.volume_cap
    start = datetime.time.fromisoformat(options.quiet_from)
    end = datetime.time.fromisoformat(options.quiet_to)
    quiet = hours.within(start, end, now)
    return min(options.volume_cap, options.quiet_volume) if quiet else options.volume_cap
