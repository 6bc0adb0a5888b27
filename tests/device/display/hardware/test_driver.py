import os
import subprocess
import sys
from pathlib import Path

import pytest

from device.display.hardware import driver
from device.display.hardware.driver import HINTS, connected_card, prepare
from device.errors import DisplayError


@pytest.fixture
def cards(tmp_path):
    """Writes a /sys/class/drm with these connectors."""

    def write(**connectors):
        for name, status in connectors.items():
            folder = tmp_path / name.replace("_", "-")
            folder.mkdir()
            (folder / "status").write_text(status + "\n")
        (tmp_path / "card0").mkdir()
        (tmp_path / "renderD128").mkdir()
        return tmp_path

    return write


def test_the_card_with_the_screen_is_found(cards):
    folder = cards(
        card0_Writeback_1="unknown", card1_HDMI_A_1="disconnected", card2_DSI_1="connected"
    )
    assert connected_card(folder) == 2


def test_of_two_screens_the_first_card_counts(cards):
    assert connected_card(cards(card12_DSI_1="connected", card1_HDMI_A_2="connected")) == 1


def test_no_screen_and_no_sysfs_are_no_card(cards, tmp_path):
    assert connected_card(cards(card1_HDMI_A_1="disconnected")) is None
    assert connected_card(tmp_path / "missing") is None


def test_what_is_set_by_hand_is_kept(cards):
    folder = cards(card2_DSI_1="connected")
    environment = {"DISPLAY": ":0", HINTS[0]: "7"}
    prepare(folder, environment)
    assert (environment[HINTS[0]], environment[HINTS[1]]) == ("7", "2")


@pytest.mark.parametrize(
    ("environment", "needed"),
    [
        ({}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "SDL_VIDEODRIVER": "KMSDRM"}, True),
        ({"SDL_VIDEODRIVER": "dummy"}, False),
    ],
)
def test_the_kernel_draws_where_there_is_no_desktop(environment, needed):
    assert driver.needs_kernel(environment) is needed


def test_a_missing_opengl_is_told_before_the_screen_stays_black(cards, monkeypatch):
    monkeypatch.setattr(driver, "OPENGL", "libNoSuchGL.so.1")
    folder = cards(card0_HDMI_A_1="connected")
    with pytest.raises(DisplayError, match="libgl1"):
        prepare(folder, {})
    prepare(folder, {"DISPLAY": ":0"})


@pytest.mark.parametrize("name", driver.UNSEEN)
def test_a_driver_that_shows_nothing_is_told_unless_it_was_wanted(name):
    with pytest.raises(DisplayError, match="shows nothing"):
        driver.check(name, {})
    driver.check(name, {"SDL_VIDEODRIVER": name})
    driver.check("kmsdrm", {})


def test_sdl_without_any_screen_is_told(root):
    """The real SDL, without desktop and screen, in a process of its own."""
    if connected_card(Path("/sys/class/drm")) is not None:
        pytest.skip("this machine has a screen")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", *driver.DRIVER)
    code = "from device.display.window import Window; Window((800, 480)).open()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "DisplayError" in done.stderr
