"""A Raspberry Pi's programs on another machine: 64-bit Arm by qemu-user, in a Debian of its own.

The Debian is built once, with the wheels that pip would take there, and kept in the user's cache
folder. Nothing in it is changed by a test: what is written goes to a folder that the test gives.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.debian import CACHE, build_debian
from tests.raspberry import MACHINES, pip, requirements, wheels_for

PACKAGES = "python3,libgl1,libglib2.0-0,ffmpeg,fontconfig,fonts-noto-core"
EMULATOR = Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
PROGRAMS = ("mmdebstrap", "arch-test", "unshare", "chroot")
# What is bound into the Debian: this checkout, the wheels, and what a test gives.
ENTER = """
mount --bind "$1" "$4/src"; mount --bind "$2" "$4/wheels"; mount --bind "$3" "$4/given"
mount -t proc proc "$4/proc"; mount --rbind /dev "$4/dev"
tree=$4; shift 4; exec chroot "$tree" "$@"
"""


class Pi:
    """A Debian for 64-bit Arm with the device's requirements.

    given: a folder here that the programs there see, and may write to, as /given.
    """

    def __init__(self, tree: Path, wheels: Path, root: Path, given: Path) -> None:
        self.given = given
        self._places = (root, wheels, given, tree)

    def run(self, *command: str, timeout_s: float = 600) -> subprocess.CompletedProcess:
        """Runs a command there, without a network."""
        environment = [
            *("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/given", "LANG=C.UTF-8"),
            *(
                "PYTHONPATH=/src:/wheels",
                "PYTHONDONTWRITEBYTECODE=1",
                "STATE_DIRECTORY=/given/state",
            ),
        ]
        return subprocess.run(
            [
                *("unshare", "--mount", "--net", "--propagation", "private"),
                *("sh", "-euc", ENTER, "enter", *map(str, self._places)),
                *("env", "-i", "--chdir=/src", *environment, *command),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )

    def python(self, *arguments: str, timeout_s: float = 600) -> str:
        """Runs Python there; returns what it prints, once it has ended well."""
        done = self.run("python3", *arguments, timeout_s=timeout_s)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def pi(request, root, progress, tmp_path_factory) -> Pi:
    """Bookworm with Python 3.11, then Trixie with 3.13."""
    if os.getuid() != 0:
        pytest.skip("only root can build a Debian for another processor and enter it")
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        pytest.skip(f"{', '.join(missing)}: not installed here")
    if not EMULATOR.exists():
        pytest.skip(
            "64-bit Arm programs do not run here: sudo apt install qemu-user-static binfmt-support"
        )
    tree = build_debian(request.param, PACKAGES, progress, "arm64")
    for folder in ("src", "wheels", "given"):
        (tree / folder).mkdir(exist_ok=True)
    wheels = _wheels(request.param, root, progress)
    return Pi(tree, wheels, root, tmp_path_factory.mktemp(request.param))


def _wheels(release: str, root: Path, progress: Callable[[str], None]) -> Path:
    """The folder with what pip installs on a Pi, by what the requirements say today."""
    python, numpy = MACHINES[release]
    device = root / "device"
    wanted = requirements(device / "requirements.txt", python)
    network = requirements(device / "requirements-network.txt", python)
    key = hashlib.sha256(json.dumps([python, numpy, wanted, network]).encode()).hexdigest()[:12]
    folder = CACHE / f"wheels-{release}-{key}"
    if folder.exists():
        return folder
    progress(f"fetching wheels for Debian {release} into {CACHE} (a minute; kept for later)")
    half = folder.with_suffix(".new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    (half / "numpy.txt").write_text(numpy)
    for more in (["--constraint", str(half / "numpy.txt"), *wanted], ["--no-deps", *network]):
        done = pip("install", "--quiet", "--target", half, *wheels_for(python), *more)
        if done.returncode != 0:
            pytest.skip(f"pip found no wheels for a Pi: {done.stderr[-1000:]}")
    half.rename(folder)
    return folder
