"""The kiosk as an appliance, on a Debian that its own systemd runs: installed, used, removed.

All in one file, because a file is what the workers of a parallel run share out: one machine does.
"""

import json
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
def other_checkout(machine):
    """Makes a second checkout in the machine that differs in one file; returns its path there."""

    def make(file: str, text: str) -> str:
        copy = machine.root / "other"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(machine.root / "src", copy)
        (copy / file).write_text(text)
        return "/other"

    yield make
    shutil.rmtree(machine.root / "other", ignore_errors=True)


def test_a_machine_that_does_not_fit_is_told_why_and_stays_as_it_is(machine):
    folders = "ls /opt /etc /var/lib"
    before = machine.shell(folders)
    refused = machine.run(
        *("unshare", "-m", "sh", "-c"),
        "sed 's/^ID=.*/ID=ubuntu/; s/^VERSION_CODENAME=.*/VERSION_CODENAME=noble/' /etc/os-release"
        " > /run/os-release; mount --bind /run/os-release /etc/os-release; /src/systemd/install.sh",
    )
    assert refused.returncode == 3
    assert "it runs ubuntu noble" in refused.stderr
    assert machine.shell(folders) == before


def test_the_installer_brings_a_ready_kiosk(machine, install):
    done = install()
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.show("ActiveState") == "active"
    assert machine.show("UnitFileState") == "enabled"
    machine.until(lambda: "frames looked at" in machine.show("StatusText"), 30, "no status comes")
    # The unit's own limits hold only for a process that is still in the unit's group.
    assert f"/system.slice/{UNIT}" in machine.shell(f"cat /proc/{machine.pid()}/cgroup")


def test_the_doctor_finds_the_installed_kiosk_well_but_for_its_screen(kiosk):
    told = kiosk.run("mood-kiosk", "doctor", "--json", "--headless")
    findings = {finding["part"]: finding for finding in json.loads(told.stdout)["findings"]}
    wrong = {part: said["text"] for part, said in findings.items() if said["level"] == "fault"}
    assert wrong == {}
    assert findings["service"]["text"].startswith("active (running)")
    assert "/var/lib/mood-kiosk" in findings["disk"]["text"]


def test_its_commands_take_in_the_operators_songs_as_its_user(kiosk):
    music = kiosk.root / "srv/music"
    music.mkdir()
    preview = next((kiosk.program / "data/previews").glob("*.ogg"))
    shutil.copy(preview, music / "Ada Example - A Tune.ogg")
    taken = kiosk.run("mood-kiosk", "data", "import", "/srv/music", "--emotion", "happy")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert "A Tune" in kiosk.shell("cat /var/lib/mood-kiosk/songs/happy.csv")
    checked = kiosk.run("mood-kiosk", "data", "check", "--shallow")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_apt_and_pip_have_brought_one_numpy_and_one_pygame(kiosk):
    told = kiosk.shell(
        "cd /opt/mood-kiosk; venv/bin/python -c '"
        "import numpy, pygame, importlib.metadata as m; print(numpy.__file__, pygame.__file__);"
        'print([d.metadata["Name"] for d in m.distributions()].count("numpy"))\''
    )
    files, count = told.splitlines()[-2:]
    numpy, pygame = files.split()
    assert numpy.startswith("/usr/lib/python3/dist-packages/")
    assert pygame.startswith("/opt/mood-kiosk/venv/")
    assert count == "1"


def test_only_what_the_kiosk_needs_is_installed(kiosk):
    shipped = {path.name for path in kiosk.program.iterdir()}
    assert shipped == {"venv", "device", "data", "systemd", "LICENSE", "NOTICE"}
    assert [path.name for path in kiosk.root.glob("opt/mood-kiosk*")] == ["mood-kiosk"]


def test_nothing_of_the_program_belongs_to_the_user_it_runs_as(kiosk):
    assert kiosk.shell("find /opt/mood-kiosk /etc/mood-kiosk ! -user root") == ""
    assert kiosk.shell("find /opt/mood-kiosk -perm /022 ! -type l") == ""


def test_installing_again_keeps_config_state_and_packages(kiosk, install):
    config = kiosk.config
    text = config.read_text() + "# the operator was here\n"
    config.write_text(text)
    state = kiosk.root / "var/lib/mood-kiosk/state.db"
    inode = state.stat().st_ino
    before = kiosk.pid()
    done = install()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the venv is kept" in done.stdout
    assert config.read_text() == text
    assert state.stat().st_ino == inode
    assert kiosk.show("ActiveState") == "active"
    assert kiosk.pid() != before


def test_a_failure_while_installing_leaves_what_runs(kiosk, install, other_checkout):
    before = kiosk.pid()
    requirements = (kiosk.root / "src/device/requirements.txt").read_text()
    broken = other_checkout("device/requirements.txt", requirements + "segno==0.0.0\n")
    done = install(broken)
    assert done.returncode == 1
    assert "Not finished" in done.stderr
    assert kiosk.pid() == before
    assert "0.0.0" not in (kiosk.program / "device/requirements.txt").read_text()


def test_an_update_that_does_not_start_makes_way_for_the_version_before(
    kiosk, install, other_checkout
):
    before = kiosk.pid()
    done = install(other_checkout("device/kiosk.py", 'raise SystemExit("broken on purpose")\n'))
    assert done.returncode == 1
    assert "Going back" in done.stderr
    kiosk.comes_back(before, 60)
    assert "broken on purpose" not in (kiosk.program / "device/kiosk.py").read_text()
    assert not (kiosk.root / "opt/mood-kiosk.old").exists()


def test_an_update_that_does_not_understand_the_config_is_not_installed(
    kiosk, install, other_checkout
):
    before = kiosk.pid()
    table = (kiosk.root / "src/device/options.py").read_text()
    assert "camera: CameraOptions" in table
    done = install(
        other_checkout(
            "device/options.py", table.replace("camera: CameraOptions", "lens: CameraOptions")
        )
    )
    assert done.returncode == 1
    assert "[camera] is unknown" in done.stderr
    assert kiosk.pid() == before


def test_an_update_in_which_the_doctor_finds_more_wrong_is_not_kept(kiosk, install, other_checkout):
    before = kiosk.pid()
    done = install(other_checkout("data/models/emotion.tflite", "no model"))
    assert done.returncode == 1
    assert "The doctor finds faults that the version before did not have" in done.stderr
    kiosk.comes_back(before, 60)
    model = (kiosk.program / "data/models/emotion.tflite").read_bytes()
    assert model != b"no model"


def test_an_update_that_was_cut_off_in_the_middle_goes_on(kiosk, install):
    kiosk.shell(f"systemctl stop {UNIT}; mv /opt/mood-kiosk /opt/mood-kiosk.old")
    kiosk.shell("mkdir /opt/mood-kiosk.new; touch /opt/mood-kiosk.new/half")
    done = install()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the venv is kept" in done.stdout
    assert [path.name for path in kiosk.root.glob("opt/mood-kiosk*")] == ["mood-kiosk"]


def test_an_installer_that_is_stopped_puts_back_what_it_has_moved(kiosk, other_checkout):
    before = kiosk.pid()
    # When its doctor is asked, the new version has taken its place.
    asked = "/var/cache/mood-kiosk/asked"
    slow = f"import pathlib, time\npathlib.Path('{asked}').touch()\ntime.sleep(8)\n"
    other = other_checkout("device/doctor/report.py", slow)
    stopped = kiosk.run(
        *("sh", "-c"),
        f"{other}/systemd/install.sh & until [ -e {asked} ]; do sleep 0.2; done; kill $!; wait $!",
    )
    assert stopped.returncode != 0
    assert "Going back" in stopped.stderr
    kiosk.comes_back(before, 60)
    assert "asked" not in (kiosk.program / "device/doctor/report.py").read_text()
    assert [path.name for path in kiosk.root.glob("opt/mood-kiosk*")] == ["mood-kiosk"]


def test_a_machine_with_a_desktop_is_asked_which_way_it_shall_be(kiosk, install):
    manager = kiosk.root / "etc/systemd/system/display-manager.service"
    before = kiosk.pid()
    manager.symlink_to("/lib/systemd/system/console-getty.service")
    try:
        done = install()
    finally:
        manager.unlink()
    assert done.returncode == 3
    assert "--desktop" in done.stderr
    assert kiosk.pid() == before


def test_it_runs_in_a_users_session_too(kiosk, install):
    done = install("/src", "--desktop")
    assert done.returncode == 0, done.stdout + done.stderr
    assert kiosk.show("LoadState") == "not-found"
    kiosk.shell("id tester >/dev/null 2>&1 || useradd --create-home tester")
    kiosk.shell("loginctl enable-linger tester")
    session = (
        "setpriv --reuid tester --regid tester --init-groups --reset-env"
        " env XDG_RUNTIME_DIR=/run/user/$(id -u tester) systemctl --user "
    )
    try:
        kiosk.until(
            lambda: kiosk.run("sh", "-c", session + "is-system-running").stdout.strip() != "",
            30,
            "no manager comes up for the user",
        )
        kiosk.shell(session + "set-environment SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy")
        kiosk.shell(session + "start mood-kiosk-desktop.service")
        shown = kiosk.shell(session + "show -P StatusText mood-kiosk-desktop.service")
        assert "frames" in shown
        assert (kiosk.root / "home/tester/.local/state/mood-kiosk/state.db").exists()
    finally:
        kiosk.shell(
            "loginctl disable-linger tester; loginctl terminate-user tester || true;"
            " systemctl stop user@$(id -u tester).service; userdel --remove tester"
        )
    done = install()
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (kiosk.root / "etc/xdg/autostart/mood-kiosk-desktop.desktop").exists()


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


def test_it_leaves_with_all_it_brought(kiosk):
    kept = kiosk.run("/opt/mood-kiosk/systemd/uninstall.sh")
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert not kiosk.program.exists()
    assert kiosk.config.exists()
    assert (kiosk.root / "var/lib/mood-kiosk/state.db").exists()
    assert kiosk.systemctl("is-active", UNIT).stdout.strip() == "inactive"
    purged = kiosk.run("/src/systemd/uninstall.sh", "--purge")
    assert purged.returncode == 0, purged.stdout + purged.stderr
    left = kiosk.shell(
        "find / -xdev \\( -name '*mood*kiosk*' -o -nouser -o -nogroup \\) ! -path '/src/*'"
    )
    assert left == ""
    # /etc/passwd- and its like are the system's copies of how it was before its last change.
    assert kiosk.shell("grep -rl --exclude='*-' mood-kiosk /etc || true") == ""
    assert kiosk.show("LoadState") == "not-found"
