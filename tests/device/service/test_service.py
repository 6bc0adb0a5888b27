"""The kiosk as a service: a real process, and a socket where systemd's would be."""

import os
import signal
import subprocess
import sys
import time

import pytest

FREEZES = """
import sys, threading, time
from device.vision.watch import Watch
looked = Watch.look
def freezes(*arguments, **named):
    if threading.current_thread().name == "vision" and {when}:
        {what}
    return looked(*arguments, **named)
began = time.monotonic()
import device.service.health as health
health.STUCK_S = 2.0
Watch.look = freezes
from device.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


class Service:
    """A kiosk that a manager has started."""

    def __init__(self, root, manager, folder, program=("-m", "device")):
        self._manager = manager
        self._log = (folder / "log").open("w+")
        arguments = ("simulate", "--headless", "--source", "actor", "--size", "800x480")
        self.config = folder / "config" / "mood-kiosk" / "kiosk.toml"
        self.config.parent.mkdir(parents=True)
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=root,
            env=os.environ
            | {
                "NOTIFY_SOCKET": manager.address,
                "WATCHDOG_USEC": "4000000",
                "XDG_CONFIG_HOME": str(folder / "config"),
            },
            stderr=self._log,
        )

    def wait_for(self, message, limit_s=90.0):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            heard = self._manager.heard(timeout_s=1.0)
            if heard and message in heard:
                return heard
            assert self.process.poll() is None, self.log
        raise AssertionError(f"{message} was not heard: {self.log}")

    def wait_for_log(self, text, limit_s=90.0):
        end = time.monotonic() + limit_s
        while text not in self.log:
            assert time.monotonic() < end, self.log
            time.sleep(0.1)

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(30)

    def close(self):
        self.process.kill()
        self.process.wait()
        self._log.close()


@pytest.fixture
def serve(root, manager, tmp_path):
    services = []

    def serve(program=("-m", "device")):
        services.append(Service(root, manager, tmp_path, program))
        return services[-1]

    yield serve
    for service in services:
        service.close()


def test_a_service_gets_ready_lives_reloads_and_ends(serve):
    service = serve()
    service.wait_for("READY=1")
    service.wait_for("WATCHDOG=1")
    assert "frames looked at a second" in service.wait_for("STATUS=")

    service.config.write_text("[display]\nfps = 'many'\n")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for_log("not taken over")
    assert "fps" in service.log

    service.config.write_text("[display]\nfps = 20\n")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for("RELOADING=1")
    service.wait_for("READY=1")

    service.process.send_signal(signal.SIGUSR1)
    service.wait_for_log("Current thread")
    assert service.end() == 0, service.log
    assert "Traceback" not in service.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_other_signals_end_it_as_cleanly(serve, number):
    service = serve()
    service.wait_for("READY=1")
    assert service.end(number) == 0, service.log
    assert "Traceback" not in service.log


def test_a_frozen_vision_is_not_vouched_for(serve, manager):
    program = FREEZES.format(when="time.monotonic() - began > 4", what="time.sleep(3600)")
    service = serve(("-c", program))
    service.wait_for("READY=1")
    end = time.monotonic() + 60
    while "Vision has not moved" not in service.log:
        assert time.monotonic() < end, service.log
        time.sleep(0.2)
    manager.all_heard()
    heard = [service.wait_for("STATUS=")]  # the screen goes on
    time.sleep(2)  # twice the time between two signs of life
    assert "WATCHDOG=1" not in heard + manager.all_heard()


def test_a_thread_that_dies_ends_the_kiosk_with_1(serve):
    program = FREEZES.format(when="time.monotonic() - began > 4", what="raise SystemError()")
    # Vision catches what looking raises; what its own log raises ends the thread.
    program = program.replace(
        "Watch.look = freezes",
        "Watch.look = freezes\nimport device.vision.worker as worker\nworker.LOG = None",
    )
    service = serve(("-c", program))
    service.wait_for("READY=1")
    assert service.process.wait(60) == 1
    assert "The thread vision has ended by a fault" in service.log
