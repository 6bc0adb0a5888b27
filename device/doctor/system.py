"""The machine and its system: what Debian, the kernel and systemd say."""

import datetime
import getpass
import grp
import importlib
import importlib.metadata
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from data import places
from device.doctor.finding import Finding, fault, ok, warning
from device.options import Config

UNIT = "mood-kiosk.service"
STATE_UNIT = "mood-kiosk-state.service"
MACHINES = ("aarch64", "x86_64")
PYTHONS = ((3, 11), (3, 13))
LIBRARIES = {
    "numpy": "numpy",
    "cv2": "OpenCV",
    "pygame": "pygame",
    "segno": "segno",
    "regex": "regex",
    "bidi": "python-bidi",
}
# Where the device files of each group lie, and what the kiosk wants with them.
GROUPS = {
    "video": ("/dev/video*", "cameras"),
    "render": ("/dev/dri/renderD*", "drawing without a desktop"),
    "input": ("/dev/input/event*", "touch and keys without a desktop"),
    "audio": ("/dev/snd/pcm*", "sound"),
    "gpio": ("/dev/gpiochip*", "buttons"),
}
LEAST_FREE_MB, GOOD_FREE_MB = 50, 300
HOT_C, THROTTLING_C = 70, 80
# Raspberry Pi documentation, "vcgencmd get_throttled".
THROTTLED = {0: "the supply's voltage is too low", 1: "the clock is capped", 2: "throttled by heat"}
THROTTLED |= {16: "the supply's voltage was too low", 18: "was throttled by heat"}


def system(config: Config) -> Finding:
    """Operating system, machine and Python."""
    release = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    name = release.get("PRETTY_NAME", platform.system())
    model = _text("/proc/device-tree/model").rstrip("\0")
    python = platform.python_version()
    text = f"{model + ', ' if model else ''}{name}, {platform.machine()}, Python {python}"
    if platform.system() != "Linux" or platform.machine() not in MACHINES or sys.maxsize < 2**32:
        return fault("system", text, "use a 64-bit Linux; on a Pi the 64-bit Raspberry Pi OS")
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return fault("system", text, "use Python 3.11 to 3.13; others have no TFLite runtime")
    return ok("system", text)


def packages(config: Config) -> Finding:
    """The libraries, those that clash, and those that are missing."""
    found, missing = [], []
    for module, name in LIBRARIES.items():
        try:
            loaded = importlib.import_module(module)
        except Exception as error:  # a broken library raises what it likes
            missing.append(f"{name} ({error})")
        else:
            found.append(f"{name} {getattr(loaded, '__version__', '')}".strip())
    runtimes = [_version(name) for name in ("ai-edge-litert", "tflite-runtime")]
    found += [runtime for runtime in runtimes if runtime]
    remedy = "install them again with: pip install -r device/requirements.txt"
    if missing:
        return fault("packages", f"missing: {', '.join(missing)}", remedy)
    if not any(runtimes):
        return fault("packages", f"no TFLite runtime beside {', '.join(found)}", remedy)
    text = ", ".join(found)
    if _version("pygame") and _version("pygame-ce"):
        return warning("packages", text, "pygame and pygame-ce are both there: remove pygame")
    return ok("packages", text)


def access(config: Config) -> Finding:
    """Whether this user may use the devices that exist here."""
    here = Path("/")
    kept_from = []
    for group, (pattern, purpose) in GROUPS.items():
        if group == "gpio" and not any(vars(config.buttons).values()):
            continue
        devices = [path for path in here.glob(pattern[1:]) if path.is_char_device()]
        if devices and not any(os.access(path, os.R_OK | os.W_OK) for path in devices):
            kept_from.append((group, purpose))
    user = getpass.getuser()
    if kept_from:
        groups = ",".join(group for group, _ in kept_from if _exists(group))
        purposes = " and ".join(purpose for _, purpose in kept_from)
        remedy = f"sudo usermod -aG {groups} {user}, then log in again"
        return warning("access", f"{user} may not use the devices for {purposes}", remedy)
    return ok("access", f"{user} may use the devices that are here")


def disk(config: Config) -> Finding:
    """Room and rights in the state folder, and whether its database opens."""
    folder = places.state_folder()
    remedy = "without it likes and listens are forgotten when the kiosk ends"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free_mb = shutil.disk_usage(folder).free / 1e6
    except OSError as error:
        return warning("disk", f"{folder}: {error.strerror}", f"make it writable; {remedy}")
    if not os.access(folder, os.W_OK):
        return warning("disk", f"{folder}: cannot be written", f"make it writable; {remedy}")
    if unit_state(STATE_UNIT).get("ActiveState") == "failed":
        told = f"plug it in, then sudo systemctl restart {UNIT}; {remedy}"
        return warning("disk", f"{folder}: the device with the label kiosk is not mounted", told)
    database = folder / "state.db"
    if database.exists():
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=1) as connection:
                (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.Error as error:
            answer = str(error)
        if answer != "ok":
            told = "the kiosk sets it aside at its next start and counts anew"
            return warning("disk", f"{database}: {answer}", told)
    text = f"{folder}: {free_mb / 1000:.1f} GB free"
    if free_mb < LEAST_FREE_MB:
        return fault("disk", text, "make room: the log and the database need some")
    return warning("disk", text, "make room soon") if free_mb < GOOD_FREE_MB else ok("disk", text)


def heat(config: Config) -> Finding:
    """Temperature, and on a Pi whether the firmware slows it down."""
    zone = _text("/sys/class/thermal/thermal_zone0/temp").strip()
    celsius = int(zone) / 1000 if zone.lstrip("-").isdecimal() else None
    parts = [] if celsius is None else [f"{celsius:.0f} °C"]
    bits = _throttled()
    if bits is not None:
        parts += [text for bit, text in THROTTLED.items() if bits >> bit & 1]
    text = ", ".join(parts) or "this machine does not tell its temperature"
    if bits and bits & 0b1:
        return warning("heat", text, "use the official power supply of this Pi")
    if bits or (celsius is not None and celsius >= THROTTLING_C):
        return warning("heat", text, "cool it: a heat sink, a fan, or a case with openings")
    if celsius is not None and celsius >= HOT_C:
        return warning("heat", text, "it is warm; a heat sink or a fan keeps it fast")
    return ok("heat", text)


def clock(config: Config) -> Finding:
    """Whether the hour can be right: a Pi 4 has no clock of its own, and the kiosk no network."""
    now = datetime.datetime.now().astimezone()
    text = now.strftime("%Y-%m-%d %H:%M %Z")
    remedy = "set it with: sudo date --set; a Pi without a network keeps time with an RTC module"
    made = datetime.datetime.fromtimestamp(Path(__file__).stat().st_mtime).astimezone()
    if now < made - datetime.timedelta(days=1):
        return warning("clock", f"{text} is before this program was installed", remedy)
    if (config.music.quiet_hours or config.display.dark_hours) and not clocks():
        told = f"{text}; there is no clock that runs without power; quiet and dark hours need one"
        return warning("clock", told, remedy)
    return ok("clock", text)


def clocks() -> list[Path]:
    """The clocks that run without power."""
    return list(Path("/dev").glob("rtc*"))


def service(config: Config) -> Finding:
    """What systemd says of the kiosk's unit."""
    told = unit_state()
    if not told or told["LoadState"] == "not-found":
        return ok("service", "not installed as a service")
    text = f"{told['ActiveState']} ({told['SubState']}), restarted {told['NRestarts']} times"
    if told["ActiveState"] == "failed":
        return fault("service", text, f"see why: journalctl -u {UNIT} -b")
    if told["NRestarts"] not in ("", "0"):
        return warning("service", text, f"see why: journalctl -u {UNIT} -b")
    return ok("service", text)


def unit_state(unit: str = UNIT) -> dict[str, str]:
    """Some properties of a unit, see systemctl(1); empty where no systemd answers."""
    names = "LoadState,ActiveState,SubState,NRestarts,MainPID"
    answer = _ask("systemctl", "show", unit, f"--property={names}")
    told = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
    return told if set(names.split(",")) <= told.keys() else {}


def kiosk_runs() -> bool:
    """Whether the service runs, so that it holds the camera, the screen and the sound."""
    told = unit_state()
    return told.get("ActiveState") == "active" and told.get("MainPID") != str(os.getpid())


def _throttled() -> int | None:
    """The firmware's bits, or None where there is no such firmware."""
    answer = _ask("vcgencmd", "get_throttled").strip().partition("=")[2]
    try:
        return int(answer, 16)
    except ValueError:
        return None


def _ask(*command: str) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _version(distribution: str) -> str:
    try:
        return f"{distribution} {importlib.metadata.version(distribution)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def _exists(group: str) -> bool:
    try:
        grp.getgrnam(group)
    except KeyError:
        return False
    return True
