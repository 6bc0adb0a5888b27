"""Debians that tests run programs in, built once and kept in the user's cache folder."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mood-kiosk-tests"


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
