"""Tells systemd how the service is, by the protocol of sd_notify(3)."""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Mapping, MutableMapping

LOG = logging.getLogger(__name__)


class Notifier:
    """A line to systemd. Without one (``address`` is None) every call does nothing.

    address: of a datagram socket, a path or, after ``@``, an abstract name. watchdog_s: how long
    systemd waits for ``alive`` before it kills the service, or None where it does not watch.
    """

    def __init__(self, address: str | None, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self._socket: socket.socket | None = None
        if address is None:
            return
        try:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.connect("\0" + address[1:] if address.startswith("@") else address)
            # A manager that does not read must not hold up the screen.
            self._socket.setblocking(False)
        except OSError as error:
            LOG.warning("systemd cannot be told how the kiosk is: %s: %s", address, error)
            self.close()

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] = os.environ) -> "Notifier":
        """What systemd has asked for; taken out of the environment, so that no child speaks too."""
        address = environment.pop("NOTIFY_SOCKET", None)
        return cls(address, _watchdog_s(environment))

    def ready(self) -> None:
        """Everything is up, or up again after ``reloading``."""
        self._send("READY=1")

    def reloading(self) -> None:
        """The config is read anew; ``ready`` follows."""
        usec = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={usec}")

    def stopping(self) -> None:
        """The kiosk is on its way out."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Everything makes progress."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send("STATUS=" + " ".join(text.split()))

    def close(self) -> None:
        """Lets the line go; closing it twice does no harm."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # systemd has gone or is busy; the next one counts
                self._socket.send(message.encode())


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """Seconds of ``WatchdogSec`` where it watches this process (sd_watchdog_enabled(3))."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    usec = environment.get("WATCHDOG_USEC", "")
    return int(usec) / 1e6 if usec.isdecimal() and int(usec) else None
