"""Which of SDL's video drivers draws, on which graphics card, and whether anybody can see it.

Without a desktop SDL draws through the kernel (KMSDRM). On a Raspberry Pi 5 the numbers of the
cards change from boot to boot, and the card that SDL guesses need not have a screen.
"""

import contextlib
import ctypes
import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from device.errors import DisplayError

# SDL 2.0.16 and later, and SDL 2.24 and later where it is told for video alone.
HINTS = ("SDL_KMSDRM_DEVICE_INDEX", "SDL_VIDEO_KMSDRM_DEVICE_INDEX")
# The names of the variable in SDL 2 and 3.
DRIVER = ("SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER")
# These draw into memory alone; SDL takes the first by itself where nothing else works.
UNSEEN = ("offscreen", "dummy")
# With the libraries of GLES alone, without this one, SDL's KMSDRM leaves the screen black.
OPENGL = "libGL.so.1"


def prepare(
    folder: Path = Path("/sys/class/drm"), environment: MutableMapping[str, str] = os.environ
) -> None:
    """Point SDL to the card with the screen; must come before SDL's video is opened.

    What somebody has set by hand is kept. Raises DisplayError where KMSDRM would draw in the dark.
    """
    card = connected_card(folder)
    if card is not None:
        for hint in HINTS:
            environment.setdefault(hint, str(card))
    if needs_kernel(environment) and card is not None:
        _demand_opengl(OPENGL)


def needs_kernel(environment: Mapping[str, str]) -> bool:
    """Tell whether there is no desktop, and no driver was named, so that KMSDRM must draw."""
    named = _named(environment)
    if named:
        return named == "kmsdrm"
    return not (environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"))


def check(driver: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise DisplayError when SDL has fallen back to a ``driver`` that shows nothing."""
    if driver in UNSEEN and _named(environment) != driver:
        raise DisplayError(
            f"SDL found no screen and would draw with its {driver} driver, which shows nothing. "
            "Start the kiosk under a desktop; without one connect a screen, join the groups "
            "video and render, and use a pygame-ce whose SDL has KMSDRM. --headless draws unseen."
        )


def _named(environment: Mapping[str, str]) -> str:
    return next((environment[name] for name in DRIVER if environment.get(name)), "").lower()


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


def _demand_opengl(library: str) -> None:
    try:
        ctypes.CDLL(library)
    except OSError:
        raise DisplayError(
            f"{library} is missing; without it the screen would stay black. "
            "Install the package libgl1."
        ) from None
