"""What pip would install on a Raspberry Pi, asked on another machine.

pip takes the wheels of another machine when it is told so, but reads the conditions behind a
requirement's semicolon as those of the machine it runs on (pip's documentation of
``--python-version``); so they are read here, for the Pi.
"""

import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

# Wheels for this C library and older ones run on Bookworm (glibc 2.36) and on Trixie.
PLATFORMS = ["manylinux2014_aarch64", *(f"manylinux_2_{n}_aarch64" for n in range(17, 37))]
# Python of the release, and the numpy that Debian has in it; the installer keeps to that one.
BOOKWORM, TRIXIE = ("3.11", "numpy==1.24.2"), ("3.13", "numpy==2.2.4")
MACHINES = {"bookworm": BOOKWORM, "trixie": TRIXIE, "bookworm-with-numpy-of-pip": ("3.11", "")}


def requirements(path: Path, python: str) -> list[str]:
    """The lines of a file that count on a Raspberry Pi, without their conditions."""
    machine = {"python_version": python, "platform_machine": "aarch64", "sys_platform": "linux"}
    found = []
    for line in path.read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            found += requirements(path.parent / text.removeprefix("-r "), python)
        elif text:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate(machine):
                requirement.marker = None
                found.append(str(requirement))
    return found


def pip(*arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def wheels_for(python: str) -> list[str]:
    """pip's options for the wheels of a Raspberry Pi with this Python."""
    options = [f"--platform={platform}" for platform in PLATFORMS]
    options += [f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")]
    return [*options, "--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
