"""Which room of the display may know of which other one."""

import re
from pathlib import Path

import pytest

from device import display

FOLDER = Path(display.__file__).parent
IMPORT = re.compile(r"^\s*(?:from|import) (device\.[\w.]+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("room", "unknown"),
    [
        ("kit", r"display\.(screens|hardware|view|window)|states|actions"),
        ("hardware", r"display\.(screens|kit|strings|window)|states"),
        ("screens", r"display\.(hardware|window)"),
        ("strings", r"display\.(screens|hardware|view|window)|states"),
    ],
)
def test_imports_go_one_way(room, unknown):
    files = sorted((FOLDER / room).glob("*.py"))
    assert files
    for file in files:
        for module in IMPORT.findall(file.read_text("utf-8")):
            assert not re.match(rf"device\.({unknown})", module), f"{file.name} imports {module}"
