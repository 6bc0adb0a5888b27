"""How loud the kiosk may be, by the hour."""

import datetime

from device import hours
from device.options import MusicOptions


def ceiling(options: MusicOptions, now: datetime.time) -> float:
    """Return the highest volume allowed at ``now``, local time: the cap, or less in quiet hours."""
    quiet = hours.within(options.quiet_hours, now)
    return min(options.volume_cap, options.quiet_volume) if quiet else options.volume_cap
