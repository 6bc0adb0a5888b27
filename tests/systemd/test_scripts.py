"""The installer and the uninstaller as far as they can be tried without changing a machine."""

import platform
import re
import subprocess
from pathlib import Path

import pytest


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def fits() -> bool:
    """Whether the installer would take this machine."""
    system = platform.freedesktop_os_release()
    return (
        system.get("ID") == "debian"
        and system.get("VERSION_CODENAME") in ("bookworm", "trixie")
        and platform.machine() in ("x86_64", "aarch64")
    )


needs_debian = pytest.mark.skipif(not fits(), reason="this is no Debian the installer knows")


@pytest.mark.parametrize("name", ["install.sh", "uninstall.sh"])
def test_help_tells_the_options_and_the_exit_codes(root, name):
    done = run(root / "systemd" / name, "--help")
    assert done.returncode == 0
    assert "--dry-run" in done.stdout
    assert "Exit codes" in done.stdout


@pytest.mark.parametrize("name", ["install.sh", "uninstall.sh"])
def test_an_unknown_option_is_wrong_usage_and_changes_nothing(root, name):
    done = run(root / "systemd" / name, "--prune")
    assert done.returncode == 2
    assert "--prune is unknown" in done.stderr
    assert done.stdout == ""


@needs_debian
def test_a_dry_run_shows_each_step_and_does_none(root):
    done = run(root / "systemd" / "install.sh", "--dry-run")
    assert done.returncode == 0, done.stderr
    steps = [line for line in done.stdout.splitlines() if line.startswith("  + ")]
    shown = "\n".join(steps)
    for expected in (
        r"apt-get install .*python3-numpy.*libgl1\b",
        r"useradd --system .*mood-kiosk",
        r"-m venv --system-site-packages /opt/mood-kiosk\.new/venv",
        r"pip install .*--requirement /opt/mood-kiosk\.new/device/requirements\.txt",
        r"device config --sample > /etc/mood-kiosk/kiosk\.toml",
        r"mv -T /opt/mood-kiosk\.new /opt/mood-kiosk$",
        r"/etc/systemd/system/mood-kiosk\.service",
        r"/usr/local/bin/mood-kiosk doctor",
        r"systemctl restart mood-kiosk\.service",
    ):
        assert re.search(expected, shown, re.M), f"{expected} is not in:\n{shown}"
    assert not Path("/opt/mood-kiosk.new").exists()


@needs_debian
def test_a_dry_run_for_a_desktop_installs_the_session_unit_alone(root):
    shown = run(root / "systemd" / "install.sh", "--dry-run", "--desktop").stdout
    assert "/etc/systemd/user/mood-kiosk-desktop.service" in shown
    assert "/etc/xdg/autostart/mood-kiosk-desktop.desktop" in shown
    assert "/etc/systemd/system/mood-kiosk.service" not in shown


def test_a_dry_uninstall_keeps_config_and_state_unless_they_are_to_go(root):
    script = root / "systemd" / "uninstall.sh"
    kept, purged = run(script, "--dry-run").stdout, run(script, "--dry-run", "--purge").stdout
    assert "rm -rf /opt/mood-kiosk" in kept
    assert "systemctl stop mood-kiosk-state.service" in kept
    assert "/etc/mood-kiosk " not in kept
    assert "/var/lib/mood-kiosk" not in kept
    assert "rm -rf /etc/mood-kiosk /var/lib/mood-kiosk" in purged
    assert "userdel mood-kiosk" in purged
