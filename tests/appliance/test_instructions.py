"""What a look costs on a Raspberry Pi's processors, in instructions: it must not grow unseen.

An emulator's seconds say nothing of a Pi, but the instructions that it runs are the Pi's own. A
small plugin of QEMU counts them; ``instructions.csv`` holds what each kind of look may cost, in
millions.

    python -m pytest -m arm64 tests/appliance/test_instructions.py --renew-goldens

renews the table.
"""

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.appliance.conftest import PROCESSORS

pytestmark = pytest.mark.arm64

TABLE = Path(__file__).with_name("instructions.csv")
LOOKS = ("search", "thorough", "follow", "lost", "empty", "reading")
# Two runs lie less than 0.1 % apart.
BUDGET = 0.05
LOADER = "ld-linux-x86-64.so.2"


@pytest.fixture(scope="module")
def counting(pi, root) -> list[str]:
    """A command's first words there that have QEMU count its instructions into /given/counted.

    The QEMU that usually runs there is linked statically, and such a one takes no plugin. So
    another one goes along, with the libraries of this machine that it needs.
    """
    qemu, compiler = shutil.which("qemu-aarch64"), shutil.which("gcc")
    if qemu is None or compiler is None:
        pytest.skip("nothing to count with here: sudo apt install qemu-user gcc")
    if "-plugin " not in _told(qemu, "-help"):
        pytest.skip(f"{qemu} takes no plugins; the one of Debian Bookworm's qemu-user does")
    libraries = re.findall(r"/\S+", _told("ldd", qemu))
    if not any(Path(each).name == LOADER for each in libraries):
        pytest.skip(f"{qemu} is not one for x86-64 with shared libraries")
    folder = pi.given / "qemu"
    folder.mkdir()
    for file in (qemu, *libraries):
        shutil.copy(file, folder)
    major = int(re.search(r"version (\d+)", _told(qemu, "--version"))[1])
    # QEMU 9 takes the second version of the interface and later ones; what is called is in both.
    interface = f"-DPLUGIN_API={1 if major < 9 else 2}"
    plugin = [root / "tests" / "appliance" / "counter.c", "-o", folder / "counter.so"]
    _told(compiler, "-Wall", "-Werror", "-O2", "-shared", "-fPIC", interface, *plugin)
    return [
        *(f"/given/qemu/{LOADER}", "--library-path", "/given/qemu", "/given/qemu/qemu-aarch64"),
        *("-plugin", "/given/qemu/counter.so,into=/given/counted"),
    ]


def _told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("processor", PROCESSORS)
def test_no_look_costs_more_than_it_may(pi, counting, processor, request):
    (pi.given / "counted").write_bytes(bytes(8))
    done = pi.run(
        *(*counting, "/usr/bin/python3", "/src/tests/appliance/counted.py", "/given/counted"),
        processor=processor,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = json.loads(done.stdout)
    # The way of a Pi: the network finds, and the runtime has found out what the processor can.
    assert (counted["finder"], counted["runtime"]) == ("network", "ai-edge-litert")
    assert "XNNPACK" in done.stderr
    millions = {look: counted[look] / 1e6 for look in LOOKS}
    table, row = _read(), (pi.release, processor)
    if request.config.getoption("--renew-goldens"):
        table[row] = millions
        _write(table)
    assert row in table, f"{TABLE.name} knows nothing of {row}; run with --renew-goldens"
    faults = []
    for look, told in table[row].items():
        change = millions[look] / told - 1
        if abs(change) > BUDGET:
            advice = "it may not" if change > 0 else "lower the table with --renew-goldens"
            faults.append(
                f"{look}: {told:.2f} million instructions became {millions[look]:.2f} "
                f"({change:+.1%}); {advice}"
            )
    assert not faults, "\n".join(faults)


def _read() -> dict[tuple[str, str], dict[str, float]]:
    with TABLE.open(newline="") as file:
        return {
            (row["debian"], row["processor"]): {look: float(row[look]) for look in LOOKS}
            for row in csv.DictReader(file)
        }


def _write(table: dict[tuple[str, str], dict[str, float]]) -> None:
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("debian", "processor", *LOOKS))
        for row, millions in sorted(table.items()):
            writer.writerow((*row, *(f"{millions[look]:.2f}" for look in LOOKS)))
