"""systemd's own judgement of the units, and shellcheck's of the scripts; nothing is started."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = ("install.sh", "uninstall.sh", "mood-kiosk")
UNITS = ("mood-kiosk.service", "mood-kiosk-desktop.service")
# Where the units' program is; it need not be installed where the tests run.
PYTHON = "/opt/mood-kiosk/venv/bin/python"
MOST_EXPOSED = 2.5


def needs(program: str) -> pytest.MarkDecorator:
    missing = shutil.which(program) is None
    return pytest.mark.skipif(missing, reason=f"{program} is not installed here")


@pytest.fixture
def unit(root, tmp_path):
    """Writes a unit as it would be where the kiosk is installed; returns its path."""

    def write(name: str, addition: str = "") -> Path:
        text = (root / "systemd" / name).read_text()
        assert PYTHON in text
        path = tmp_path / name
        path.write_text(text.replace(PYTHON, "/bin/true") + addition)
        return path

    return write


def complaints(path: Path, runtime: Path) -> str:
    """What ``systemd-analyze verify`` says; it exits with 0 for keys it does not know."""
    scope = ["--user"] if "desktop" in path.name else []
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *scope, path],
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return done.stdout + done.stderr


@needs("systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_to_say_about_a_unit(unit, name, tmp_path):
    assert complaints(unit(name), tmp_path) == ""


@needs("systemd-analyze")
@needs("udevadm")
def test_systemd_finds_nothing_to_say_about_the_unit_for_a_stick(root, tmp_path):
    assert complaints(root / "systemd" / "mood-kiosk-state.service", tmp_path) == ""


@needs("systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_a_key_that_systemd_does_not_know_would_be_found(unit, name, tmp_path):
    faulty = unit(name, "\n[Service]\nWatchdogSecs=20\n")
    assert "WatchdogSecs" in complaints(faulty, tmp_path)


@needs("systemd-analyze")
def test_the_service_is_shut_tight(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=true", unit(UNITS[0])],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    exposure = re.search(r"Overall exposure level .*: ([\d.]+)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure[1]) <= MOST_EXPOSED


def test_both_units_start_the_same_command(root):
    """A unit's command must exist: the first words of a line that nobody types twice."""
    for name in UNITS:
        text = (root / "systemd" / name).read_text()
        assert f"\nExecStart={PYTHON} -m device run\n" in text
        assert "\nType=notify\n" in text
        assert re.search(r"^WatchdogSec=\d+$", text, re.M)


@needs("shellcheck")
@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing_in_a_script(root, script):
    done = subprocess.run(
        ["shellcheck", root / "systemd" / script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "kind"), [("snd", "alsa"), ("videodev", "video4linux"), ("drm", "drm")]
)
def test_a_kind_of_device_is_known_to_the_kernel_before_the_unit_allows_it(root, module, kind):
    lines = (root / "systemd" / UNITS[0]).read_text().splitlines()
    assert f"DeviceAllow=char-{kind} rw" in lines
    for key in ("Wants=", "After="):
        named = " ".join(line for line in lines if line.startswith(key))
        assert f"modprobe@{module}.service" in named
