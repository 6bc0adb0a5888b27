"""What pip would install on a Raspberry Pi: the requirements resolved for 64-bit Arm.

Nothing is installed.
"""

import json
import zipfile

import pytest
from packaging.version import Version

from tests.raspberry import MACHINES, pip, requirements, wheels_for

CASCADE = "cv2/data/haarcascade_frontalface_alt2.xml"


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
