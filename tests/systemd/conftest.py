"""A machine to install the kiosk on: a small Debian that boots its own systemd in systemd-nspawn.

The Debian is built once and kept in the user's cache folder. Each run lays an empty layer over it,
boots that, and throws it away at the end. The machine's own network is private, so the kiosk has
none; only the installer, which needs Debian's and Python's packages, is started in the network of
the machine that runs the tests.

The container has no console, no graphics card and no sound card, so a drop-in takes the console
away and names SDL's dummy drivers. What draws on a real screen (KMSDRM) cannot run here.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.debian import build_debian, pip_of_this_machine

# What makes a Debian boot; the installer must bring the rest.
PACKAGES = "systemd,systemd-sysv,libpam-systemd,dbus,udev,python3,ca-certificates"
UNIT = "mood-kiosk.service"
PROGRAMS = ("mmdebstrap", "systemd-nspawn", "nsenter", "unshare")
WITHOUT_A_SCREEN = """\
[Service]
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
Environment=SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy
"""


class Machine:
    """One booted Debian.

    root: its file system as seen from here; program, config: where the installer puts them.
    """

    def __init__(self, root: Path, log: Path, shown: list[Path]) -> None:
        self.root = root
        self.program = root / "opt" / "mood-kiosk"
        self.config = root / "etc" / "mood-kiosk" / "kiosk.toml"
        self._log = log
        self._shown = shown
        self._nspawn: subprocess.Popen | None = None
        self._leader = 0

    def boot(self) -> None:
        """Starts it and waits until systemd is through with starting; skips where it may not."""
        # The exit of systemd-nspawn cannot be awaited while its pipe is full: a file takes it.
        with self._log.open("ab") as log:
            self._nspawn = subprocess.Popen(
                [
                    *("systemd-nspawn", "--register=no", "--keep-unit", "--private-network"),
                    *("--console=pipe", "--boot", "--directory", self.root),
                    *(f"--bind-ro={path}" for path in self._shown),
                ],
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._leader = self.until(self._find_leader, 30, "systemd-nspawn has not started a system")
        self.until(
            lambda: self.systemctl("is-system-running").stdout.strip() in ("running", "degraded"),
            60,
            "the machine does not come up",
        )

    def _find_leader(self) -> int:
        if self._nspawn.poll() is not None:
            said = self._log.read_text(errors="replace")[-2000:]
            pytest.skip(f"systemd-nspawn may not boot a system here: {said}")
        pid = self._nspawn.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return 0

    def run(
        self, *command: str, network: bool = False, timeout_s: float = 120
    ) -> subprocess.CompletedProcess:
        """Runs a command in it as root. network: whether in the network outside."""
        spaces = ["-m", "-p", "-u", "-i", "-C"] + ([] if network else ["-n"])
        clean = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
            "LANG=C.UTF-8",
        ]
        if network:
            clean += [f"{name}={value}" for name, value in os.environ.items() if name[:4] == "PIP_"]
        return subprocess.run(
            [
                "nsenter",
                "-t",
                str(self._leader),
                *spaces,
                "-r",
                "-w",
                "env",
                "-i",
                *clean,
                *command,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )

    def shell(self, script: str) -> str:
        """Runs a shell script that must succeed; returns what it prints."""
        done = self.run("sh", "-euc", script)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def systemctl(self, *arguments: str) -> subprocess.CompletedProcess:
        return self.run("systemctl", *arguments)

    def show(self, key: str) -> str:
        """One property of the kiosk's unit."""
        return self.systemctl("show", "--property", key, "--value", UNIT).stdout.strip()

    def journal(self, since: float = 0) -> str:
        """What the unit has written, and systemd about it; since: seconds since the epoch."""
        self.run("journalctl", "--sync")
        return self.run(
            "journalctl", "--no-pager", "--output=cat", "--unit", UNIT, f"--since=@{int(since)}"
        ).stdout

    def pid(self) -> str:
        """The kiosk's process, as the machine counts."""
        pid = self.show("MainPID")
        assert pid != "0", self.journal()
        return pid

    def comes_back(self, before: str, seconds: float) -> None:
        """Waits until the kiosk is ready again, in another process than ``before``."""
        self.until(
            lambda: self.show("ActiveState") == "active" and self.show("MainPID") != before,
            seconds,
            "the kiosk does not come back",
        )

    @staticmethod
    def until(condition: Callable, seconds: float, complaint: str):
        """Returns what ``condition`` does as soon as it is true."""
        end = time.monotonic() + seconds
        while not (answer := condition()):
            assert time.monotonic() < end, f"{complaint} within {seconds:.0f} s"
            time.sleep(0.1)
        return answer

    def off(self) -> None:
        """Shuts it down."""
        if self._nspawn is None:
            return
        self.run("systemctl", "--no-block", "poweroff")
        try:
            self._nspawn.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._nspawn.pid, signal.SIGKILL)
            self._nspawn.wait()
        self._nspawn = None


@pytest.fixture(scope="session")
def debian(request, progress) -> Path:
    """The folder with the Debian, built if there is none for its recipe yet."""
    if os.getuid() != 0:
        pytest.skip("only root can boot a system in systemd-nspawn")
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        pytest.skip(f"{', '.join(missing)}: not installed here")
    if "overlay" not in Path("/proc/filesystems").read_text():
        pytest.skip("this kernel has no overlayfs")
    return build_debian(request.config.getoption("--debian"), PACKAGES, progress)


@pytest.fixture(scope="session")
def machine(debian, root, progress, tmp_path_factory) -> Iterator[Machine]:
    """A booted Debian with a checkout of the project in /src, and nothing installed yet."""
    place = tmp_path_factory.mktemp("machine")
    layer, work, merged = (place / name for name in ("layer", "work", "root"))
    for folder in (layer, work, merged):
        folder.mkdir()
    mounted = subprocess.run(
        [
            *("mount", "-t", "overlay", "overlay"),
            *("-o", f"lowerdir={debian},upperdir={layer},workdir={work}", merged),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no overlay can be mounted here: {mounted.stderr}")
    machine = Machine(merged, place / "nspawn.log", pip_of_this_machine(merged))
    try:
        _copy_checkout(root, merged / "src")
        shutil.copy("/etc/resolv.conf", merged / "etc" / "resolv.conf")
        for name, text in (
            (f"etc/systemd/system/{UNIT}.d/without-a-screen.conf", WITHOUT_A_SCREEN),
            ("etc/mood-kiosk/kiosk.toml", '[camera]\nsource = "actor"\n'),
        ):
            (merged / name).parent.mkdir(parents=True, exist_ok=True)
            (merged / name).write_text(text)
        progress("booting it")
        machine.boot()
        yield machine
    finally:
        machine.off()
        subprocess.run(["umount", merged], check=False)
        shutil.rmtree(place, ignore_errors=True)


def _copy_checkout(root: Path, to: Path) -> None:
    """What git tracks and what it does not ignore, as it lies here."""
    listed = subprocess.run(
        [
            *("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            *("device", "data", "systemd", "LICENSE", "NOTICE"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, to / name)


@pytest.fixture(scope="session")
def install(machine, progress) -> Callable[..., subprocess.CompletedProcess]:
    """Runs the installer of a checkout in the machine, /src or another, and returns its end."""

    def run(checkout: str = "/src", *options: str) -> subprocess.CompletedProcess:
        start = time.monotonic()
        done = machine.run(f"{checkout}/systemd/install.sh", *options, network=True, timeout_s=900)
        progress(f"install.sh of {checkout}: {done.returncode}, {time.monotonic() - start:.0f} s")
        return done

    return run


@pytest.fixture
def kiosk(machine, install) -> Machine:
    """The machine with the kiosk installed, up and running."""
    if not machine.program.exists():
        done = install()
        assert done.returncode == 0, done.stdout + done.stderr
    if machine.show("ActiveState") != "active":
        machine.shell(f"systemctl reset-failed {UNIT}; systemctl start {UNIT}")
    return machine
