"""Turns the display itself off and on, where the system lets it; a dark picture does the rest.

A panel's backlight has a file in sysfs (Documentation/ABI/stable/sysfs-class-backlight of the Linux
kernel; on the Raspberry Pi that of the touch display). Other displays are told by the compositor
(``wlopm``), by the X server (``xset``) or, with the firmware's driver, by ``vcgencmd``.
"""

import contextlib
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

LOG = logging.getLogger(__name__)

# FB_BLANK_UNBLANK and FB_BLANK_POWERDOWN of linux/fb.h.
BACKLIGHT = {True: "0", False: "4"}
# A program that takes longer is left to itself.
LONGEST_S = 1.0


class Power:
    """The display's power. Everything here may fail, is told once, and then left alone."""

    def __init__(
        self,
        backlights: Path = Path("/sys/class/backlight"),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._files = sorted(backlights.glob("*/bl_power"))
        self._commands = _commands(environment)
        self._on = True
        self._running: subprocess.Popen | None = None
        self._useless = not self._files and self._commands is None

    def switch(self, on: bool) -> None:
        """Turn the display on or off, without waiting for it; telling it twice costs nothing."""
        self._note_failure()
        if on == self._on or self._useless or self._running is not None:
            return
        self._on = on
        if self._write(BACKLIGHT[on]):
            return
        if self._commands is None:
            self._useless = True
            return
        LOG.info("The display is turned %s", "on" if on else "off")
        try:
            self._running = subprocess.Popen(
                self._commands[on],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            LOG.warning("%s: %s; a dark picture does instead", self._commands[on][0], error)
            self._useless = True

    def close(self) -> None:
        """Turn the display on again, and wait until it is, but not for a program that hangs."""
        self._wait()
        self.switch(True)
        self._wait()

    def _wait(self) -> None:
        if self._running is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(LONGEST_S)

    def _write(self, value: str) -> bool:
        """Write ``value`` to the backlights; whether one of them took it."""
        taken = False
        for file in self._files:
            try:
                file.write_text(value)
                taken = True
            except OSError as error:
                LOG.info("%s could not be written (%s)", file, error.strerror)
        if not taken:
            self._files = []
        return taken

    def _note_failure(self) -> None:
        if self._running is None or self._running.poll() is None:
            return
        if self._running.returncode != 0:
            LOG.warning(
                "%s failed with %d; a kiosk left alone shows a dark picture instead",
                " ".join(self._running.args),
                self._running.returncode,
            )
            self._useless = True
        self._running = None


def _commands(environment: Mapping[str, str]) -> dict[bool, list[str]] | None:
    """What turns the display on (True) and off (False), or None."""
    if environment.get("SDL_VIDEODRIVER") in ("dummy", "offscreen"):
        return None
    if environment.get("WAYLAND_DISPLAY"):
        known = {True: ["wlopm", "--on", "*"], False: ["wlopm", "--off", "*"]}
    elif environment.get("DISPLAY"):
        known = {on: ["xset", "dpms", "force", "on" if on else "off"] for on in (True, False)}
    else:
        known = {on: ["vcgencmd", "display_power", "1" if on else "0"] for on in (True, False)}
    return known if shutil.which(known[True][0]) else None
