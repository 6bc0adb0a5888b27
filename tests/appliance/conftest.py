"""A Raspberry Pi's programs on another machine: 64-bit Arm by qemu-user, in a Debian of its own.

The Debian is built once, with the wheels that pip would take there, and kept in the user's cache
folder. Nothing in it is changed by a test: what is written goes to a folder that the test gives.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.debian import CACHE, build_debian, need_arm
from tests.raspberry import MACHINES, pip, requirements, wheels_for

PACKAGES = "python3,libgl1,libglib2.0-0,ffmpeg,fontconfig,fonts-noto-core"
# What is bound into the Debian: this checkout, the wheels, what a test gives, and what tells of the
# processor.
ENTER = """
mount --bind "$1" "$5/src"; mount --bind "$2" "$5/wheels"; mount --bind "$3" "$5/given"
mount -t proc proc "$5/proc"; mount --rbind /dev "$5/dev"
mount --bind "$4/cpuinfo" "$5/proc/cpuinfo"; mount --bind "$4/sys" "$5/sys"
tree=$5; shift 5; exec chroot "$tree" "$@"
"""
# What the kernel of a Raspberry Pi 4 and 5 tells of its four processors: features, variant, part
# and revision (Arm's reference manuals: MIDR_EL1). TFLite's runtime chooses its way to multiply by
# them, and takes a far slower one where it reads nothing.
PROCESSORS = {
    "cortex-a72": ("fp asimd evtstrm crc32 cpuid", "0x0", "0xd08", 3),
    "cortex-a76": (
        "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc "
        "dcpop asimddp",
        "0x4",
        "0xd0b",
        1,
    ),
}
USUAL = {"bookworm": "cortex-a72", "trixie": "cortex-a76"}


class Pi:
    """A Debian for 64-bit Arm with the device's requirements.

    release: of Debian, such as bookworm; given: a folder here that the programs there see, and may
    write to, as /given; machines: a folder for what tells of the processors.
    """

    def __init__(
        self, release: str, tree: Path, wheels: Path, root: Path, given: Path, machines: Path
    ) -> None:
        self.release, self.given = release, given
        self._root, self._wheels, self._tree, self._machines = root, wheels, tree, machines
        for processor in PROCESSORS:
            _describe(processor, machines / processor)

    def run(
        self, *command: str, processor: str | None = None, timeout_s: float = 600
    ) -> subprocess.CompletedProcess:
        """Runs a command there, without a network.

        processor: one of PROCESSORS; by default a Pi 4's for Bookworm and a Pi 5's for Trixie.
        """
        processor = processor or USUAL[self.release]
        places = self._root, self._wheels, self.given, self._machines / processor, self._tree
        environment = [
            f"QEMU_CPU={processor}",
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
                *("sh", "-euc", ENTER, "enter", *map(str, places)),
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


@pytest.fixture(scope="session", params=USUAL)
def pi(request, root, progress, tmp_path_factory) -> Pi:
    """Bookworm with Python 3.11 on a Pi 4, then Trixie with 3.13 on a Pi 5."""
    need_arm()
    tree = build_debian(request.param, PACKAGES, progress, "arm64")
    for folder in ("src", "wheels", "given"):
        (tree / folder).mkdir(exist_ok=True)
    wheels = _wheels(request.param, root, progress)
    given, machines = (tmp_path_factory.mktemp(name) for name in (request.param, "machines"))
    return Pi(request.param, tree, wheels, root, given, machines)


def _describe(processor: str, folder: Path) -> None:
    """Writes /proc/cpuinfo and the part of /sys that names the processors."""
    features, variant, part, revision = PROCESSORS[processor]
    told = (
        f"BogoMIPS\t: 108.00\nFeatures\t: {features}\nCPU implementer\t: 0x41\n"
        f"CPU architecture: 8\nCPU variant\t: {variant}\nCPU part\t: {part}\n"
        f"CPU revision\t: {revision}\n\n"
    )
    names = folder / "sys" / "devices" / "system" / "cpu"
    names.mkdir(parents=True)
    for name in ("possible", "present", "online"):
        (names / name).write_text("0-3\n")
    (folder / "cpuinfo").write_text(
        "".join(f"processor\t: {number}\n{told}" for number in range(4))
    )


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
