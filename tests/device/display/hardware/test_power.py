import os
import time

import pytest

from device.display.hardware.power import Power


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """Puts a program of this name in the path, which writes down how it was called."""

    def make(name: str, code: int = 0):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        log = tmp_path / "calls"
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexit {code}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return lambda: log.read_text().splitlines() if log.exists() else []

    return make


def settled(power: Power) -> None:
    end = time.monotonic() + 10
    while power._running is not None and power._running.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_backlight_is_switched_through_its_file(tmp_path):
    panel = tmp_path / "10-0045"
    panel.mkdir()
    (panel / "bl_power").write_text("0")
    power = Power(tmp_path, {})
    power.switch(True)
    assert (panel / "bl_power").read_text() == "0"
    power.switch(False)
    assert (panel / "bl_power").read_text() == "4"
    power.close()
    assert (panel / "bl_power").read_text() == "0"


@pytest.mark.parametrize(
    ("name", "environment", "off", "on"),
    [
        ("wlopm", {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "--off *", "--on *"),
        ("xset", {"DISPLAY": ":0"}, "dpms force off", "dpms force on"),
        ("vcgencmd", {}, "display_power 0", "display_power 1"),
    ],
)
def test_the_systems_own_tool_is_called_once_each_way(tool, tmp_path, name, environment, off, on):
    calls = tool(name)
    power = Power(tmp_path / "none", environment)
    for _ in range(3):
        power.switch(False)
        settled(power)
    power.close()
    assert calls() == [off, on]


def test_a_tool_that_fails_is_told_once_and_left_alone(tool, tmp_path, caplog):
    calls = tool("vcgencmd", code=3)
    power = Power(tmp_path / "none", {})
    for on in (False, True, False, True):
        power.switch(on)
        settled(power)
    assert len(calls()) == 1
    assert caplog.text.count("failed with 3") == 1


def test_without_any_means_nothing_happens(tool, tmp_path, caplog):
    calls = tool("wlopm")
    power = Power(tmp_path / "none", {"SDL_VIDEODRIVER": "dummy"})
    power.switch(False)
    power.close()
    assert calls() == []
    assert caplog.text == ""


def test_a_tool_that_hangs_does_not_hold_up_the_end(tool, tmp_path, monkeypatch):
    tool("vcgencmd")
    program = tmp_path / "bin" / "vcgencmd"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr("device.display.hardware.power.LONGEST_S", 0.1)
    power = Power(tmp_path / "none", {})
    power.switch(False)
    hanging = power._running
    power.close()
    assert hanging.poll() is None
    hanging.kill()
    hanging.wait()


def test_a_tool_that_cannot_be_started_is_told_and_no_fault(tool, tmp_path, caplog):
    tool("vcgencmd")
    power = Power(tmp_path / "none", {})
    (tmp_path / "bin" / "vcgencmd").unlink()
    power.switch(False)
    power.close()
    assert "vcgencmd" in caplog.text
