import os

import pytest

from device.display.drm import HINT, connected_card, point_sdl_to_screen


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


def test_what_is_set_by_hand_is_kept(cards, monkeypatch):
    folder = cards(card2_DSI_1="connected")
    monkeypatch.setenv(HINT, "7")
    point_sdl_to_screen(folder)
    assert os.environ[HINT] == "7"
    monkeypatch.delenv(HINT)
    point_sdl_to_screen(folder)
    assert os.environ[HINT] == "2"
