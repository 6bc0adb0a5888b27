"""The system's mixer, by an amixer that answers as the real one does and notes what it is asked."""

import os

import pytest

from device.music import mixer

CARDS = """ 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
"""
AMIXER = """#!/bin/sh
echo "$*" >> "{asked}"
case "$*" in
*scontrols*) printf "{controls}" ;;
*sset*) {answer} ;;
esac
"""
PCM = "Simple mixer control 'Mic',0\\nSimple mixer control 'PCM',0\\n"


@pytest.fixture
def amixer(tmp_path, monkeypatch):
    def install(controls=PCM, answer="true"):
        asked = tmp_path / "asked.txt"
        program = tmp_path / "bin/amixer"
        program.parent.mkdir()
        program.write_text(AMIXER.format(asked=asked, controls=controls, answer=answer))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        (tmp_path / "cards").write_text(CARDS)
        monkeypatch.setattr(mixer, "CARDS", tmp_path / "cards")
        return lambda: asked.read_text().splitlines()

    return install


@pytest.mark.parametrize(
    ("output", "card"), [("", ""), ("headphones", "-c 0 "), ("HDMI", "-c 1 "), ("Sink", "")]
)
def test_the_card_of_the_sound_device_is_set(amixer, caplog, output, card):
    asked = amixer()
    mixer.set_volume(0.85, output)
    assert asked() == [f"{card}scontrols", f"-M {card}sset PCM 85% unmute"]
    assert not caplog.records


def test_a_card_without_such_a_control_is_warned_of(amixer, caplog):
    asked = amixer(controls="Simple mixer control 'Mic',0\\n")
    mixer.set_volume(0.5)
    assert asked() == ["scontrols"]
    assert "none of Master, PCM" in caplog.text


def test_what_amixer_says_is_told(amixer, caplog):
    amixer(answer="echo 'amixer: Invalid command!' >&2; exit 1")
    mixer.set_volume(0.5)
    assert "as it was: amixer: Invalid command!" in caplog.text


def test_without_amixer_the_package_is_named(monkeypatch, caplog, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    mixer.set_volume(0.5)
    assert "sudo apt install alsa-utils" in caplog.text
