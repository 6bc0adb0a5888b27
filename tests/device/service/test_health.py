import dataclasses
import itertools
import logging

import pytest

from device.service.health import KEPT, LOG_S, STATUS_S, STUCK_S, Health, Latency, Progress
from device.service.notify import Notifier

START = 1000.0
UP = Progress("mood", True, START, 0, 0, 0, 80.0)


@pytest.fixture
def health(manager):
    return Health(Notifier(manager.address, watchdog_s=20.0), START)


def after(seconds, **changes):
    """What the kiosk has done ``seconds`` after its start, all well unless told otherwise."""
    usual = {
        "vision_at": START + seconds,
        "pictures": round(30 * seconds),
        "frames": round(15 * seconds),
    }
    return dataclasses.replace(UP, **usual | changes), START + seconds


def test_ready_comes_once_and_not_before_everything_is_up(manager, health):
    health.tick(*after(1, up=False))
    assert "READY=1" not in manager.all_heard()
    health.tick(*after(2))
    assert manager.all_heard().count("READY=1") == 1
    health.tick(*after(3))
    assert "READY=1" not in manager.all_heard()


def test_the_watchdog_is_fed_well_before_its_time(manager, health):
    fed = []
    for tenth in range(600):
        health.tick(*after(tenth / 10))
        if "WATCHDOG=1" in manager.all_heard():
            fed.append(tenth / 10)
    assert len(fed) >= 10
    assert max(b - a for a, b in itertools.pairwise(fed)) <= 20 / 2


def test_a_vision_that_hangs_is_no_longer_vouched_for(manager, health, caplog, capfd):
    health.tick(*after(1))
    manager.all_heard()
    for second in range(2, 60):
        health.tick(*after(second, vision_at=START + 1))
        heard = manager.all_heard()
        assert second <= 1 + STUCK_S or "WATCHDOG=1" not in heard
    told = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(told) == 1, "once, not once a picture"
    assert "test_health.py" in capfd.readouterr().err, "where the threads are"
    health.tick(*after(61))
    assert "WATCHDOG=1" in manager.all_heard(), "it moves again"


def test_without_a_watchdog_none_is_fed(manager):
    health = Health(Notifier(manager.address), START)
    health.tick(*after(1))
    assert "WATCHDOG=1" not in manager.all_heard()


def test_the_status_tells_screen_rates_and_latency_of_the_last_seconds(manager, health):
    health.tick(*after(1))
    manager.all_heard()
    health.tick(*after(1 + STATUS_S))
    [status] = [text for text in manager.all_heard() if text.startswith("STATUS=")]
    assert status == (
        "STATUS=mood, 30 pictures drawn and 15 frames looked at a second, 0 frames dropped, "
        "light to screen under 80 ms in 95 of 100"
    )


def test_the_log_hears_it_once_a_minute(manager, health, caplog):
    caplog.set_level(logging.INFO)
    for second in range(int(2 * LOG_S) + 2):
        health.tick(*after(second))
    assert sum("frames looked at a second" in record.message for record in caplog.records) == 2


def test_latency_is_that_of_the_newest_frames():
    latency = Latency()
    assert latency.p95_ms is None
    for _ in range(KEPT):
        latency.add(9.0)
    for number in range(KEPT):
        latency.add(number / 1000)
    assert latency.p95_ms == pytest.approx(0.95 * (KEPT - 1))
