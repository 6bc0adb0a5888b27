"""Debians that tests run programs in, built once and kept in the user's cache folder."""

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EMULATOR = Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mood-kiosk-tests"


def need_arm(*programs: str) -> None:
    """Skips the test where no Debian for 64-bit Arm can be built, or a program is missing."""
    if os.getuid() != 0:
        pytest.skip("only root can build a Debian for another processor and enter it")
    programs = ("mmdebstrap", "arch-test", "unshare", "chroot", *programs)
    if missing := [program for program in programs if shutil.which(program) is None]:
        pytest.skip(f"{', '.join(missing)}: not installed here")
    if not EMULATOR.exists():
        pytest.skip(
            "64-bit Arm programs do not run here: sudo apt install qemu-user-static binfmt-support"
        )


def build_debian(
    release: str, packages: str, progress: Callable[[str], None], architecture: str | None = None
) -> Path:
    """The folder with a Debian, made by mmdebstrap if there is none for its recipe yet.

    release: such as bookworm; packages: beside the smallest system, with commas; architecture: of
    Debian, this machine's by default. Skips the test where it cannot be built.
    """
    recipe = ["mmdebstrap", "--variant=minbase", f"--include={packages}"]
    recipe += [f"--architectures={architecture}"] if architecture else []
    recipe += ["--aptopt=Acquire::Retries 3", release]
    key = hashlib.sha256(" ".join(recipe).encode()).hexdigest()[:12]
    CACHE.mkdir(parents=True, exist_ok=True)
    tree = CACHE / f"{release}-{key}"
    with (CACHE / f"{tree.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.exists():
            half = tree.with_suffix(".new")
            shutil.rmtree(half, ignore_errors=True)
            long = "ten minutes" if architecture else "half a minute"
            progress(f"building Debian {release} in {CACHE} ({long}; kept for later)")
            built = subprocess.run([*recipe, half], capture_output=True, text=True, check=False)
            if built.returncode != 0:
                shutil.rmtree(half, ignore_errors=True)
                pytest.skip(f"mmdebstrap could not build a Debian: {built.stderr[-1000:]}")
            half.rename(tree)
    return tree


def pip_of_this_machine(into: Path) -> list[Path]:
    """Copies pip's config into the machine; returns the folders here that it speaks of."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "debug"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = set()
    for name in re.findall(r"^\s+(/\S+), exists: True", told, re.M):
        copy = into / name.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, copy)
    values = re.findall(r"^\s+\S+: (.*)$", told, re.M)
    values += [value for name, value in os.environ.items() if name[:4] == "PIP_"]
    for word in shlex.split(" ".join(values)):
        path = Path(word.removeprefix("file://"))
        if path.is_absolute() and path.exists():
            # The files of an index in ".../simple" lie beside it.
            shown.add(path.parent if path.name == "simple" else path)
    return sorted(shown)
