"""Which graphics card has the screen, for a kiosk that runs without a desktop.

On a Raspberry Pi 5 the numbers of the cards change from boot to boot, and the card that SDL guesses
need not have a screen.
"""

import contextlib
import os
import re
from pathlib import Path

HINT = "SDL_KMSDRM_DEVICE_INDEX"


def point_sdl_to_screen(folder: Path = Path("/sys/class/drm")) -> None:
    """Set SDL's hint for the card, unless somebody has set it; must come before SDL's video."""
    card = connected_card(folder)
    if card is not None:
        os.environ.setdefault(HINT, str(card))


def connected_card(folder: Path) -> int | None:
    """Return the number of the first card with a screen, as sysfs tells it, or None.

    folder: holds one folder a connector, such as ``card1-HDMI-A-1``, each with a file ``status``
    (Documentation/ABI/testing/sysfs-class-drm of the Linux kernel).
    """
    found = []
    for status in folder.glob("card*-*/status"):
        number = re.match(r"card(\d+)-", status.parent.name)
        with contextlib.suppress(OSError):  # a connector may go while it is read
            if number and status.read_text().strip() == "connected":
                found.append(int(number[1]))
    return min(found, default=None)
