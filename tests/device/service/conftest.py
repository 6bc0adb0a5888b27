import socket

import pytest


class Manager:
    """The end of the line at which systemd listens."""

    def __init__(self, path):
        self.address = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)

    def heard(self, timeout_s=0.0):
        """The next message, or None when none comes in time."""
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.recv(4096).decode()
        except (BlockingIOError, TimeoutError):
            return None

    def all_heard(self):
        return list(iter(self.heard, None))

    def close(self):
        self._socket.close()


@pytest.fixture
def manager(tmp_path):
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()
