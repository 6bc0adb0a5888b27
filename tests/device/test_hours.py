import datetime

import pytest

from device import hours


def at(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "now", "within"),
    [
        ("22:00-07:00", "21:59:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "23:59:59.999999", True),
        ("22:00-07:00", "00:00", True),
        ("22:00-07:00", "06:59:59", True),
        ("22:00-07:00", "07:00", False),
        ("13:00-14:30", "12:59", False),
        ("13:00-14:30", "14:29", True),
        ("13:00-14:30", "14:30", False),
        ("00:00-24:00", "00:00", True),
        ("00:00-24:00", "23:59:59", True),
        ("23:59-00:00", "23:59:30", True),
        ("23:59-00:00", "00:00", False),
    ],
)
def test_hours_begin_and_end_over_midnight_too(text, now, within):
    assert hours.within(text, at(now)) is within


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22:00",
        "22-07",
        "22:00 - 07:00",
        "24:00-07:00",
        "22:00-25:00",
        "7:00-8:00",
        "07:00-07:00",
    ],
)
def test_other_texts_are_no_hours(text):
    with pytest.raises(ValueError, match="two different times such as 22:00-07:00"):
        hours.parse(text)
