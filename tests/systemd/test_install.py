"""The installer on a Debian that its own systemd runs: the first time, again, and when it fails."""

import json
import re
import shutil

import pytest

pytestmark = pytest.mark.systemd

UNIT = "mood-kiosk.service"


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


def test_its_commands_see_its_songs_and_run_as_its_user(kiosk):
    checked = kiosk.run("mood-kiosk", "data", "check", "--shallow")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert re.search(r"^all +\d\d", checked.stdout, re.M), checked.stdout


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
    table = (kiosk.root / "src/device/config.py").read_text()
    assert "camera: CameraOptions" in table
    done = install(
        other_checkout(
            "device/config.py", table.replace("camera: CameraOptions", "lens: CameraOptions")
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
    slow = f"import pathlib, time\npathlib.Path('{asked}').touch()\ntime.sleep(20)\n"
    other = other_checkout("device/doctor/report.py", slow)
    stopped = kiosk.run(
        *("sh", "-c"),
        f"{other}/systemd/install.sh & until [ -e {asked} ]; do sleep 0.2; done; kill $!; wait $!",
    )
    assert stopped.returncode == 1
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
