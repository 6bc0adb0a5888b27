"""The volume of the system's own mixer, which many cards begin at a whisper or at none."""

import logging
import re
import subprocess
from pathlib import Path

log = logging.getLogger(__name__)

CARDS = Path("/proc/asound/cards")
# What cards call the control that all sound goes through, the best first.
CONTROLS = ("Master", "PCM", "Headphone", "Speaker", "Digital", "HDMI")
WITHIN_S = 3.0


def set_volume(volume: float, output: str = "") -> None:
    """Sets the mixer of the card that ``output`` is a part of to ``volume``, 0 to 1, not muted.

    Without ``output`` it is the default card. Steps are those that ears hear as equal, as in
    alsamixer. What cannot be set is warned of: a kiosk without it is too soft, not broken.
    """
    try:
        card = _card(output) if output else []
        controls = _amixer(*card, "scontrols")
        found = re.findall(r"Simple mixer control '([^']+)'", controls)
        control = next((name for name in CONTROLS if name in found), None)
        if control is None:
            raise LookupError(f"the card has none of {', '.join(CONTROLS)}")
        _amixer("-M", *card, "sset", control, f"{volume:.0%}", "unmute")
        log.info("The system's mixer is at %.0f %% (%s).", 100 * volume, control)
    except FileNotFoundError:
        log.warning("The system's volume is as it was: sudo apt install alsa-utils brings amixer.")
    except (LookupError, OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        log.warning("The system's volume is as it was: %s", said.strip().splitlines()[-1])


def cards() -> list[str]:
    """The lines of /proc/asound/cards that begin with a card's number; none without ALSA."""
    try:
        lines = CARDS.read_text().splitlines()
    except OSError:
        return []
    return [line for line in lines if re.match(r"\s*\d+ \[", line)]


def _card(output: str) -> list[str]:
    """amixer's option for the card whose line in /proc/asound/cards holds ``output``."""
    for line in cards():
        if output.casefold() in line.casefold():
            return ["-c", line.split()[0]]
    return []  # a sound server's device, which is no card of its own


def _amixer(*arguments: str) -> str:
    return subprocess.run(
        ["amixer", *arguments], capture_output=True, text=True, timeout=WITHIN_S, check=True
    ).stdout
