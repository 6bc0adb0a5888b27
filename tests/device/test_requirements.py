"""What pip would install on a Raspberry Pi: the requirements resolved for 64-bit Arm.

Nothing is installed. pip takes the wheels of another machine when it is told so, but reads the
conditions behind a requirement's semicolon as those of the machine it runs on (pip's documentation
of ``--python-version``); so they are read here, for the Pi.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

CASCADE = "cv2/data/haarcascade_frontalface_alt2.xml"
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


@pytest.fixture(scope="module")
def package_index(tmp_path_factory):
    """Skips where pip reaches no package index."""
    probe = pip(
        *("download", "--quiet", "--no-deps", "--retries=1", "--dest"),
        *(tmp_path_factory.mktemp("probe"), "segno"),
    )
    if probe.returncode != 0:
        pytest.skip(f"pip reaches no package index here: {probe.stderr[-500:]}")


@pytest.fixture(scope="module", params=MACHINES)
def resolved(request, root, package_index, tmp_path_factory) -> tuple[str, dict[str, Version]]:
    """Python's version of a machine, and what pip would install on it by the package's name."""
    python, numpy = MACHINES[request.param]
    place = tmp_path_factory.mktemp("resolved")
    (place / "constraints.txt").write_text(numpy)
    done = pip(
        *("install", "--dry-run", "--quiet", "--ignore-installed"),
        *("--target", place / "nowhere", "--report", place / "report.json"),
        *("--constraint", place / "constraints.txt", *wheels_for(python)),
        *requirements(root / "device" / "requirements.txt", python),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((place / "report.json").read_text())
    found = {
        entry["metadata"]["name"].lower(): Version(entry["metadata"]["version"])
        for entry in report["install"]
    }
    return python, found


def test_a_pi_gets_a_runtime_and_a_numpy_that_fit_each_other(resolved):
    python, found = resolved
    assert "ai-edge-litert" in found
    assert ("tflite-runtime" in found) == (python == "3.11")
    assert (found["numpy"].major < 2) == (python == "3.11")


def test_a_pi_gets_the_pygame_that_draws_without_a_desktop_and_no_other(resolved):
    _, found = resolved
    assert found["pygame-ce"] >= Version("2.5.5")
    assert "pygame" not in found


def test_a_pis_opencv_has_the_cascade(resolved, tmp_path):
    python, found = resolved
    assert "opencv-python" not in found
    wanted = f"opencv-python-headless=={found['opencv-python-headless']}"
    done = pip("download", "--quiet", "--no-deps", "--dest", tmp_path, *wheels_for(python), wanted)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert "aarch64" in wheel.name
    assert CASCADE in zipfile.ZipFile(wheel).namelist()
