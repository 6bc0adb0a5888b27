"""The installed kiosk as a service: started, frozen, killed, misconfigured, stopped and shut in."""

import shutil
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.systemd

UNIT = "mood-kiosk.service"
FOLDERS = ("/var/lib/mood-kiosk", "/var/cache/mood-kiosk")
# What a Debian writes of its own accord while it runs.
OF_THE_SYSTEM = ("/var/log/", "/var/lib/systemd/", "/etc/machine-id", "/var/lib/dbus/")


@pytest.fixture
def drop_in(machine):
    """Adds to the kiosk's unit for one test."""
    path = machine.root / "etc/systemd/system" / f"{UNIT}.d" / "test.conf"

    def add(text: str) -> None:
        path.write_text(text)
        machine.shell("systemctl daemon-reload")

    yield add
    path.unlink(missing_ok=True)
    machine.shell(f"systemctl daemon-reload; systemctl restart {UNIT}")


def test_it_boots_into_the_kiosk(kiosk):
    kiosk.off()
    kiosk.boot()
    kiosk.until(lambda: kiosk.show("ActiveState") == "active", 60, "no kiosk after boot")
    assert kiosk.systemctl("is-active", "getty@tty1.service").stdout.strip() == "inactive"


def test_a_frozen_vision_thread_is_ended_by_the_watchdog(kiosk, drop_in, root):
    shutil.copy(root / "tests/systemd/freezing.py", kiosk.root / "usr/local/lib/freezing.py")
    drop_in(
        "[Service]\nExecStart=\n"
        "ExecStart=/opt/mood-kiosk/venv/bin/python /usr/local/lib/freezing.py\n"
        "Environment=PYTHONPATH=/opt/mood-kiosk\n"
    )
    kiosk.shell(f"systemctl restart {UNIT}")
    before, since = kiosk.pid(), time.time()
    kiosk.shell("touch /run/mood-kiosk/freeze")
    kiosk.comes_back(before, 90)
    log = kiosk.journal(since)
    assert "Watchdog timeout" in log
    assert "look_or_freeze" in log, "the tracebacks of the threads are missing"


def test_a_healthy_kiosk_tells_the_watchdog_so_in_time(kiosk):
    before, pid = kiosk.show("WatchdogTimestampMonotonic"), kiosk.pid()
    limit_s = int(kiosk.show("WatchdogUSec").removesuffix("s"))
    kiosk.until(
        lambda: kiosk.show("WatchdogTimestampMonotonic") != before, limit_s / 2, "it says nothing"
    )
    assert kiosk.pid() == pid


def test_a_killed_kiosk_comes_back(kiosk):
    before = kiosk.pid()
    kiosk.shell(f"kill -9 {before}")
    kiosk.comes_back(before, 60)


def test_a_wrong_config_ends_it_with_2_says_why_and_waits_for_the_operator(kiosk):
    config = kiosk.config
    right, since = config.read_text(), time.time()
    try:
        config.write_text(right + '[music]\nvolume = "loud"\n')
        assert kiosk.systemctl("restart", UNIT).returncode != 0
        assert kiosk.show("ExecMainStatus") == "2"
        assert "music.volume is 'loud'; it must be a number" in kiosk.journal(since)
        # Where a start is to follow, it says "auto-restart".
        assert kiosk.show("SubState") == "failed"
    finally:
        config.write_text(right)
    kiosk.shell(f"systemctl start {UNIT}")


def test_a_reload_takes_a_new_config_over_and_leaves_a_wrong_one(kiosk):
    config = kiosk.config
    right, before, since = config.read_text(), kiosk.pid(), time.time()
    try:
        config.write_text(right + '[display]\ntheme = "light"\n')
        kiosk.shell(f"systemctl reload {UNIT}")
        kiosk.until(lambda: "is read anew" in kiosk.journal(since), 20, "it is not read anew")
        config.write_text(right + '[display]\ntheme = "pink"\n')
        kiosk.shell(f"systemctl reload {UNIT}")
        kiosk.until(lambda: "is not taken over" in kiosk.journal(since), 20, "no complaint comes")
    finally:
        config.write_text(right)
    assert "'pink'; it must be one of" in kiosk.journal(since)
    kiosk.until(lambda: kiosk.show("ActiveState") == "active", 20, "it is not up again")
    assert kiosk.pid() == before


def test_it_stops_within_two_seconds(kiosk):
    start = time.monotonic()
    kiosk.shell(f"systemctl stop {UNIT}")
    assert time.monotonic() - start < 2
    assert kiosk.show("Result") == "success"
    assert kiosk.show("ExecMainStatus") == "0"


def test_it_has_no_socket_that_leaves_the_machine(kiosk):
    pid = kiosk.pid()
    for protocol in ("tcp", "tcp6", "udp", "udp6", "udplite", "raw", "raw6", "packet"):
        table = kiosk.run("cat", f"/proc/{pid}/net/{protocol}")
        assert len(table.stdout.splitlines()) <= 1, table.stdout
    assert kiosk.shell(f"ls /proc/{pid}/root/sys/class/net").split() == ["lo"]
    held = kiosk.shell(f"ls -l /proc/{pid}/fd | sed -n 's/.*socket:.\\([0-9]*\\).*/\\1/p'").split()
    local = kiosk.shell(f"cat /proc/1/net/unix /proc/{pid}/net/unix /proc/{pid}/net/netlink")
    assert held
    assert set(held) <= set(local.split())


def test_the_unit_shuts_it_in(kiosk):
    """From inside: a shell with the unit's limits in place of the kiosk."""
    tried = kiosk.run(
        *("systemd-run", "--quiet", "--pipe", "--wait", "--uid=mood-kiosk"),
        *(f"--property={line}" for line in shut_in(kiosk.program / "systemd" / UNIT)),
        *("sh", "-c"),
        "for f in /opt/mood-kiosk /etc/mood-kiosk /usr /home /root; do"
        " touch $f/x 2>/dev/null && echo wrote $f; done;"
        " touch /var/lib/mood-kiosk/x && rm /var/lib/mood-kiosk/x && echo state;"
        " python3 -c 'import socket; socket.socket()' 2>&1 | tail -1;"
        " python3 -c 'import os; os.mknod(\"/tmp/m\", 0o20600, os.makedev(1, 1))' 2>&1 | tail -1;"
        " ulimit -c",
    )
    said = tried.stdout.splitlines()
    assert said[0] == "state", tried.stdout + tried.stderr
    assert "Address family not supported" in said[1]
    assert "Operation not permitted" in said[2]
    assert said[3] == "0"


def shut_in(unit: Path) -> list[str]:
    """The lines of a unit that limit what its process may do."""
    limits = ("Protect", "Private", "Restrict", "SystemCall", "Capability", "NoNew", "LimitCORE")
    lines = unit.read_text().splitlines()
    return [
        line
        for line in lines
        if line.startswith((*limits, "StateDirectory=", "DevicePolicy", "DeviceAllow", "IPAddress"))
        and not line.startswith("RestartPrevent")
    ]


def test_it_writes_nothing_outside_its_folders(kiosk):
    kiosk.shell(f"touch /run/begin; systemctl restart {UNIT}")
    kiosk.until(lambda: "mood" in kiosk.show("StatusText"), 60, "no visitor comes")
    kiosk.shell(f"systemctl stop {UNIT}")
    written = kiosk.shell("find / -xdev -newer /run/begin ! -type d").split()
    own = [file for file in written if file.startswith(FOLDERS)]
    assert any(file.endswith("state.db") for file in own)
    others = [file for file in written if file not in own and not file.startswith(OF_THE_SYSTEM)]
    assert others == []
    for file in kiosk.shell("find / -xdev -user mood-kiosk").split():
        assert file.startswith(FOLDERS), file
