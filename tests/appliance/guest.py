"""An emulated machine with a 64-bit Arm processor, a screen, keys, a tablet, sound and no network.

Nothing here needs KVM. The processor is the Raspberry Pi 4's (Cortex-A72), the board is QEMU's own.
The machine's clock counts instructions, one a nanosecond (QEMU's ``-icount``), so that sound and
pictures keep step with its programs however slow and busy the host is.
"""

import json
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from tests.appliance.image import Image

SIZE = (800, 480)  # of the screen, in pixels
PROGRAMS = ("qemu-system-aarch64", "qemu-img")
RATE = 44100  # of the recording, in hertz
_WAV_HEADER = 44
# By this machine's clock; on a busy one the guest needs ten seconds and more for one of its own.
_PATIENCE_S = 1200
_ABSOLUTE = 0x7FFF  # QEMU's largest coordinate


class Guest:
    """One machine. folder: for its disk, its recording and its sockets; used by it alone.

    The disk is a layer over the image, which no run changes. log: what the console has written.
    stick: None, or the raw file of a second disk, which is there when it is turned on.
    """

    def __init__(self, image: Image, folder: Path) -> None:
        self.log, self.recording = folder / "console.log", folder / "sound.wav"
        self.stick: Path | None = None
        self._image, self._folder = image, folder
        self._disk = folder / "disk.qcow2"
        self._qemu: subprocess.Popen | None = None
        self._shell: socket.socket | None = None
        self._monitor: socket.socket | None = None
        self._said = b""
        form = ("-q", "-f", "qcow2", "-b", image.disk, "-F", "raw")
        subprocess.run(["qemu-img", "create", *form, self._disk], check=True)

    def power_on(self, *words: str) -> None:
        """words: for the kernel's command line."""
        line = " ".join(
            (
                *("rw", "console=ttyAMA0", "quiet", "systemd.show_status=0"),
                *("systemd.mask=serial-getty@ttyAMA0.service", "net.ifnames=0", *words),
            )
        )
        width, height = SIZE
        command = [
            *("qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a72"),
            *("-smp", "1", "-m", "2048", "-icount", "shift=0", "-nodefaults"),
            *("-kernel", self._image.kernel, "-initrd", self._image.initrd, "-append", line),
            *("-drive", f"file={self._disk},if=virtio,format=qcow2,cache=writeback"),
            *("-nic", "none", "-display", "none", "-serial", f"file:{self.log}"),
            *("-device", f"virtio-gpu-pci,xres={width},yres={height}"),
            *("-device", "virtio-keyboard-pci", "-device", "virtio-tablet-pci"),
            *("-audiodev", f"wav,id=sound,path={self.recording},out.frequency={RATE}"),
            *("-device", "intel-hda", "-device", "hda-output,audiodev=sound"),
            *("-device", "virtio-serial-pci", "-device", "virtserialport,chardev=shell,name=shell"),
            *("-chardev", f"socket,id=shell,path={self._folder / 'shell'},server=on,wait=off"),
            *("-qmp", f"unix:{self._folder / 'qmp'},server=on,wait=off"),
        ]
        if self.stick is not None:
            command += ["-drive", f"file={self.stick},if=virtio,format=raw,cache=writeback"]
        self._qemu = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL)
        self._monitor, self._shell = self._connect("qmp"), self._connect("shell")
        self._said = b""
        self._read_line()
        self.monitor("qmp_capabilities")

    def _connect(self, name: str) -> socket.socket:
        def connected() -> socket.socket | None:
            assert self._qemu.poll() is None, "QEMU has ended; see its errors above"
            line = socket.socket(socket.AF_UNIX)
            try:
                line.connect(str(self._folder / name))
            except OSError:
                line.close()
                return None
            return line

        return self.until(connected, f"QEMU does not open {name}", 20)

    def monitor(self, command: str, **arguments) -> dict:
        """One command of the QEMU Machine Protocol; returns its answer."""
        message = json.dumps({"execute": command, "arguments": arguments})
        self._monitor.sendall(message.encode() + b"\n")
        while "event" in (answer := json.loads(self._read_line())):
            pass
        assert "return" in answer, f"{message}: {answer}"
        return answer["return"]

    def _read_line(self) -> bytes:
        while b"\n" not in self._said:
            part = self._monitor.recv(65536)
            assert part, "QEMU has closed its monitor"
            self._said += part
        line, _, self._said = self._said.partition(b"\n")
        return line

    def shell(self, script: str, timeout_s: float = 120) -> str:
        """Runs a script as root, which must succeed; returns what it prints.

        While the machine starts, the script waits for the shell in it.
        """
        mark = f"the-end-{time.monotonic_ns()} "
        self._shell.settimeout(timeout_s)
        self._shell.sendall(f"( {script}\n) </dev/null 2>&1; echo {mark}$?\n".encode())
        said = b""
        try:
            while not said.endswith(b"\n") or mark.encode() not in said:
                part = self._shell.recv(65536)
                assert part, f"QEMU has ended; the console said: {self.log.read_text()[-2000:]}"
                said += part
        except TimeoutError:
            raise AssertionError(f"no answer in {timeout_s:g} s to {script}: {said}") from None
        told, _, code = said.decode(errors="replace").rpartition(mark)
        assert int(code) == 0, f"{script}: {code.strip()}\n{told}"
        return told

    def show(self, key: str, unit: str = "mood-kiosk.service") -> str:
        """One property of a unit, the kiosk's by default."""
        return self.shell(f"systemctl show --property {key} --value {unit}").strip()

    def journal(self) -> str:
        """What the kiosk's unit has written since boot, and systemd about it."""
        return self.shell("journalctl --sync; journalctl -b --no-pager -o cat -u mood-kiosk")

    def picture(self) -> np.ndarray:
        """What the screen shows: uint8 RGB (height, width, 3)."""
        file = self._folder / "screen.png"
        self.monitor("screendump", filename=str(file), format="png")
        return cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)

    def heard(self) -> np.ndarray:
        """What the sound card has played so far: float (samples, 2), −1 to 1, at RATE."""
        raw = self.recording.read_bytes()[_WAV_HEADER:]
        return np.frombuffer(raw[: len(raw) // 4 * 4], "<i2").reshape(-1, 2) / 32768

    def tap(self, x: float, y: float) -> None:
        """Presses at a point of the screen, in pixels, and lets go."""
        for axis, at, side in (("x", x, SIZE[0]), ("y", y, SIZE[1])):
            value = round(at / side * _ABSOLUTE)
            self._send({"type": "abs", "data": {"axis": axis, "value": value}})
        for down in (True, False):
            self._send({"type": "btn", "data": {"button": "left", "down": down}})
            time.sleep(0.1)

    def key(self, name: str) -> None:
        """Presses a key, named as QEMU does (``spc``, ``ret``, ``n``), and lets go."""
        for down in (True, False):
            key = {"type": "qcode", "data": name}
            self._send({"type": "key", "data": {"key": key, "down": down}})
            time.sleep(0.1)

    def _send(self, event: dict) -> None:
        self.monitor("input-send-event", events=[event])

    def cut_power(self) -> None:
        """Ends it at once; what it had not written to its disk is lost."""
        if self._qemu is None:
            return
        self._qemu.kill()
        self._qemu.wait()
        for line in (self._monitor, self._shell):
            if line is not None:
                line.close()
        self._qemu = self._monitor = self._shell = None
        for name in ("qmp", "shell"):
            (self._folder / name).unlink(missing_ok=True)

    def is_off(self) -> bool:
        """Whether it has turned itself off."""
        return self._qemu.poll() is not None

    @staticmethod
    def until(condition: Callable, complaint: str, seconds: float = _PATIENCE_S):
        """Returns what ``condition`` does as soon as it is true."""
        end = time.monotonic() + seconds
        while not (answer := condition()):
            assert time.monotonic() < end, f"{complaint} within {seconds:.0f} s"
            time.sleep(0.2)
        return answer
