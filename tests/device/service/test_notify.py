import os
import time
from pathlib import Path

import pytest

from device.service.notify import Notifier


def test_the_manager_hears_every_kind_of_message(manager):
    notifier = Notifier(manager.address)
    notifier.ready()
    notifier.alive()
    notifier.status("two\nlines of  text")
    notifier.stopping()
    assert manager.all_heard() == [
        "READY=1",
        "WATCHDOG=1",
        "STATUS=two lines of text",
        "STOPPING=1",
    ]


def test_a_reload_carries_the_monotonic_time_that_systemd_asks_for(manager):
    before = time.monotonic_ns() // 1000
    Notifier(manager.address).reloading()
    reloading, usec = manager.heard().split("\n")
    assert reloading == "RELOADING=1"
    assert before <= int(usec.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


def test_an_abstract_address_works_too():
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        name = f"mood-kiosk-test-{os.getpid()}"
        listener.bind("\0" + name)
        listener.settimeout(5)
        Notifier("@" + name).ready()
        assert listener.recv(100) == b"READY=1"


def test_without_a_manager_nothing_happens_and_nothing_fails(tmp_path):
    for address in (None, str(tmp_path / "nobody")):
        notifier = Notifier(address)
        notifier.ready()
        notifier.close()
        notifier.alive()
        assert notifier.watchdog_s is None


def test_a_manager_that_has_gone_or_does_not_read_is_no_fault(manager):
    notifier = Notifier(manager.address)
    for _ in range(5000):
        notifier.alive()  # its queue is full long before
    assert manager.heard() == "WATCHDOG=1"
    manager.close()
    Path(manager.address).unlink()
    notifier.alive()


def test_the_address_is_taken_out_of_the_environment(manager):
    environment = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "20000000"}
    notifier = Notifier.from_environment(environment)
    notifier.ready()
    assert manager.heard() == "READY=1"
    assert notifier.watchdog_s == 20
    assert "NOTIFY_SOCKET" not in environment


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid() + 1)},
    ],
)
def test_no_watchdog_where_none_is_meant_for_this_process(environment):
    assert Notifier.from_environment(environment).watchdog_s is None
