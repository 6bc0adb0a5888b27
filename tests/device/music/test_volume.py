import dataclasses
import datetime

import pytest

from device.music.volume import ceiling
from device.options import MusicOptions

NIGHT = MusicOptions(volume_cap=0.9, quiet_hours="22:00-07:00", quiet_volume=0.3)
NAP = dataclasses.replace(NIGHT, quiet_hours="13:00-14:30")


@pytest.mark.parametrize(
    ("options", "time", "highest"),
    [
        (NIGHT, "21:59:59", 0.9),
        (NIGHT, "22:00", 0.3),
        (NIGHT, "00:00", 0.3),
        (NIGHT, "06:59:59", 0.3),
        (NIGHT, "07:00", 0.9),
        (NAP, "12:59", 0.9),
        (NAP, "13:00", 0.3),
        (NAP, "14:29", 0.3),
        (NAP, "14:30", 0.9),
        (NAP, "23:00", 0.9),
        (dataclasses.replace(NIGHT, quiet_hours=""), "23:00", 0.9),
        (dataclasses.replace(NIGHT, volume_cap=0.2), "23:00", 0.2),
        (MusicOptions(), "03:00", 1.0),
    ],
)
def test_quiet_hours_hold_the_volume_down(options, time, highest):
    assert ceiling(options, datetime.time.fromisoformat(time)) == highest
