"""The kiosk on a machine of its own, from power-on to songs.

The emulated processor carries out a thousand million instructions a second by the machine's own
clock, which is less than one of a Raspberry Pi 4's four does; of the test's time that takes several
seconds. So times are told by the machine's clock, as multiples of what the boot itself took. The
unit's own time limits are stretched by a drop-in. The machine is booted once; the tests take it
from one to the next in the order in which they stand.
"""

import csv
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from data import catalogue, loudness, places
from device.actions import Choose
from device.contracts import NOTHING_SEEN, Playback, Trouble
from device.display.view import View
from device.display.window import Window
from device.states import Screen, State
from tests.appliance.ear import Ear
from tests.appliance.guest import PROGRAMS, RATE, SIZE, Guest
from tests.appliance.image import Image, build_image

pytestmark = pytest.mark.boot

# A channel may differ by so much of its 256 levels in so large a share of the pixels; the guest has
# another build of SDL and FreeType.
STEP, SHARE = 32, 0.002
CONFIG = "/etc/mood-kiosk/kiosk.toml"
UNIT, STATE_UNIT = "mood-kiosk.service", "mood-kiosk-state.service"
SHELL_ALONE = "init=/usr/local/lib/test-init"  # instead of systemd
LOUDNESS, NEAR_LU = -16.0, 2.0
# After so many seconds the key is taken, the song before has faded and left the last second heard.
FADED_S = 5


@pytest.fixture(scope="module")
def image(root, progress) -> Image:
    """The disk with this checkout."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        pytest.skip(f"{', '.join(missing)}: not installed here")
    return build_image(root, progress)


@pytest.fixture(scope="module")
def kiosk(image, progress, tmp_path_factory) -> Iterator[Guest]:
    """The machine with its kiosk ready, as systemd says."""
    guest = Guest(image, tmp_path_factory.mktemp("guest"))
    try:
        wait_for_kiosk(guest, progress)
        yield guest
    finally:
        guest.cut_power()


def wait_for_kiosk(guest: Guest, progress: Callable[[str], None], *words: str) -> None:
    """Turns it on."""
    guest.power_on(*words)
    progress("powered on")
    guest.shell("true", timeout_s=600)
    progress("its shell answers; the kiosk starts")
    guest.until(lambda: guest.show("ActiveState") == "active", "the kiosk is not ready")


@pytest.fixture(scope="module")
def window():
    """Draws here what the machine is to show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_VIDEODRIVER", os.environ.get("SDL_VIDEODRIVER", "dummy"))
        window = Window(SIZE, language="en", still=True)
        window.open()
        yield window
        window.close()


@pytest.fixture
def drawn(window, tmp_path):
    """Returns a state as this machine draws it: uint8 RGB (height, width, 3)."""

    def draw(state: State) -> np.ndarray:
        window.draw(View(state, NOTHING_SEEN, Playback(), 1.0))
        window.save(tmp_path / "here.png")
        return cv2.cvtColor(cv2.imread(str(tmp_path / "here.png")), cv2.COLOR_BGR2RGB)

    return draw


def shows(guest: Guest, expected: np.ndarray) -> bool:
    apart = np.abs(guest.picture().astype(int) - expected).max(axis=2)
    return (apart > STEP).mean() <= SHARE


def screen(guest: Guest) -> str:
    """The name of the screen that the kiosk shows, by its own status."""
    return guest.show("StatusText").partition(",")[0]


def configure(guest: Guest, section: str) -> None:
    """Has the running kiosk take over one more section of config."""
    guest.shell(f"cat >>{CONFIG} <<'END'\n{section}\nEND\nsystemctl reload --no-block {UNIT}")


def test_from_power_on_to_the_invitation_on_the_screen(kiosk, drawn, progress):
    kiosk.until(lambda: shows(kiosk, drawn(State())), "the screen does not invite")
    assert "Started mood-kiosk.service" in kiosk.journal()
    boot_s = int(kiosk.show("ExecMainStartTimestampMonotonic")) / 1e6
    ready_s = int(kiosk.show("ActiveEnterTimestampMonotonic")) / 1e6 - boot_s
    progress(
        f"booted in {boot_s:.0f} s; the kiosk was ready after {ready_s / boot_s:.1f} times that"
    )


def test_a_camera_that_sees_nobody_leaves_the_invitation(kiosk, drawn):
    assert "vivid" in kiosk.journal()
    before = frames(kiosk)
    for _ in range(10):
        assert screen(kiosk) == "attract"
        time.sleep(2)
    kiosk.until(lambda: frames(kiosk) > before, "no frames come")
    kiosk.until(lambda: shows(kiosk, drawn(State())), "the screen does not invite")


def frames(guest: Guest) -> int:
    """How many frames came and made way for newer ones; vision looks at fewer than come."""
    return int(re.search(r"(\d+) frames dropped", guest.show("StatusText"))[1])


def test_an_unplugged_camera_is_told_and_one_that_comes_back_is_taken(kiosk, drawn):
    trouble = drawn(State(Screen.TROUBLE, trouble=Trouble("CAMERA", "")))
    kiosk.shell("echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind")
    kiosk.until(lambda: screen(kiosk) == "trouble", "no trouble is told")
    kiosk.until(lambda: shows(kiosk, trouble), "the screen does not tell of it")
    kiosk.until(lambda: _unloads(kiosk), "the kiosk keeps hold of the camera")
    kiosk.shell("modprobe vivid")
    kiosk.until(lambda: screen(kiosk) == "attract", "the camera is not taken")
    kiosk.until(lambda: shows(kiosk, drawn(State())), "the screen does not invite")


def _unloads(guest: Guest) -> bool:
    return "gone" in guest.shell("rmmod vivid && echo gone || true")


def test_a_visitor_is_told_a_mood_and_hears_a_song(kiosk):
    configure(kiosk, '[camera]\nsource = "actor"')
    kiosk.until(lambda: screen(kiosk) == "mood", "no mood is told")
    kiosk.until(lambda: sounds(kiosk, 20), "nothing is heard")
    heard = loudness.integrated(kiosk.heard()[-20 * RATE :], RATE)
    assert heard == pytest.approx(LOUDNESS, abs=NEAR_LU)


def sounds(guest: Guest, seconds: float) -> bool:
    """Whether each of the last seconds of the recording holds sound."""
    heard = guest.heard()[-round(seconds * RATE) :]
    if len(heard) < seconds * RATE:
        return False
    return all(np.abs(part).max() > 0.01 for part in np.array_split(heard, round(seconds)))


@pytest.fixture(scope="module")
def ear(root) -> Ear:
    """Knows the previews that come with the kiosk."""
    return Ear(root / "data" / "previews", RATE)


def song(guest: Guest, ear: Ear) -> str | None:
    """The preview that the last second of the recording is from, or None."""
    return ear.recognise(guest.heard()[-RATE:])


def song_by_key(guest: Guest, ear: Ear, key: str) -> str:
    """Presses a card's key; returns the preview that is heard once the one before has faded."""
    before = len(guest.heard())
    guest.key(key)
    guest.until(lambda: len(guest.heard()) > before + FADED_S * RATE, "no time passes")
    return guest.until(lambda: song(guest, ear), "no song is heard")


def test_a_tap_on_the_third_card_plays_the_third_song(kiosk, ear, window):
    # Whichever five songs it shows, their cards lie alike.
    songs = tuple(catalogue.read_all(places.song_folders()).songs["happy"][:5])
    window.draw(View(State(Screen.MOOD, 0.0, "happy", songs, 0), NOTHING_SEEN, Playback(), 1.0))
    card = next(hit.area for hit in window.hits if hit.action == Choose(2))
    third = song_by_key(kiosk, ear, "3")
    assert song_by_key(kiosk, ear, "1") != third
    before = len(kiosk.heard())
    kiosk.tap(*card.center)
    kiosk.until(lambda: song(kiosk, ear) == third, "the tap does not play it")
    assert len(kiosk.heard()) - before < 20 * RATE, "it came by itself, after the second song"


def test_keys_pause_the_song_and_let_it_go_on(kiosk, ear):
    before = song_by_key(kiosk, ear, "3")
    kiosk.key("spc")
    kiosk.until(lambda: not kiosk.heard()[-2 * RATE :].any(), "it does not pause")
    kiosk.key("spc")
    kiosk.until(lambda: song(kiosk, ear) == before, "it does not go on")


def test_a_frozen_vision_thread_is_ended_by_the_watchdog(kiosk, root):
    """The watchdog waits for a minute here instead of twenty seconds."""
    program = (root / "tests/systemd/freezing.py").read_text()
    kiosk.shell(f"cat >/usr/local/lib/freezing.py <<'END'\n{program}\nEND")
    kiosk.shell(
        f"cat >/etc/systemd/system/{UNIT}.d/freezing.conf <<'END'\n[Service]\nExecStart=\n"
        "ExecStart=/opt/mood-kiosk/venv/bin/python /usr/local/lib/freezing.py\n"
        "Environment=PYTHONPATH=/opt/mood-kiosk\nWatchdogSec=60\nEND\n"
        f"systemctl daemon-reload; systemctl restart {UNIT}",
        timeout_s=600,
    )
    before = kiosk.show("MainPID")
    kiosk.shell("touch /run/mood-kiosk/freeze")
    kiosk.until(
        lambda: kiosk.show("ActiveState") == "active" and kiosk.show("MainPID") != before,
        "the kiosk does not come back",
    )
    log = kiosk.journal()
    assert "Watchdog timeout" in log
    assert "look_or_freeze" in log, "the tracebacks of the threads are missing"


def test_it_turns_off_within_five_seconds(kiosk, progress):
    kiosk.shell("dmesg --console-level info")  # the kernel's last word has the time
    told_s = float(kiosk.shell("cut -d' ' -f1 /proc/uptime; systemctl --no-block poweroff"))
    kiosk.until(kiosk.is_off, "it does not turn off")
    off_s = float(re.search(r"\[ *([\d.]+)\] reboot: Power down", kiosk.log.read_text())[1])
    progress(f"turned off in {off_s - told_s:.1f} s by its own clock")
    assert off_s - told_s < 5


def test_with_a_disk_that_is_only_read_it_starts_and_likes_outlive_the_power_on_a_stick(
    image, drawn, progress, tmp_path
):
    """As with Raspberry Pi OS's overlay file system: what is written is kept in memory.

    What the operator has asked for is a stick, which is missing at first.
    """
    stick = tmp_path / "stick.img"
    make = ["mke2fs", "-q", "-t", "ext4", "-L", "kiosk", stick, "64M"]
    subprocess.run(make, capture_output=True, check=True)
    guest = Guest(image, tmp_path)
    try:
        guest.power_on(SHELL_ALONE)
        enable = f"systemctl enable /opt/mood-kiosk/systemd/{STATE_UNIT}; sync"
        guest.shell(f"SYSTEMD_OFFLINE=1 {enable}", timeout_s=300)
        guest.cut_power()

        wait_for_kiosk(guest, progress, "overlay")
        assert guest.shell("findmnt -no FSTYPE /").strip() == "overlay"
        guest.until(lambda: shows(guest, drawn(State())), "the screen does not invite")
        assert "are kept until the kiosk ends" not in guest.journal()
        assert guest.show("ActiveState", STATE_UNIT) == "failed"
        assert "label kiosk" in guest.shell("mood-kiosk doctor --silent || true", timeout_s=600)
        guest.cut_power()
        progress("without its stick it starts, and the doctor tells of it")

        guest.stick = stick
        wait_for_kiosk(guest, progress, "overlay")
        state = guest.shell("findmnt -no SOURCE,FSTYPE /var/lib/mood-kiosk")
        assert state.split() == ["/dev/vdb", "ext4"]
        configure(guest, '[camera]\nsource = "actor"')
        guest.until(lambda: screen(guest) == "mood", "no mood is told")
        guest.key("l")
        guest.until(lambda: likes(guest) == 1, "it is not liked")
        guest.cut_power()

        guest.power_on("overlay")
        guest.shell("true", timeout_s=600)
        guest.until(lambda: guest.show("ActiveState", STATE_UNIT) == "active", "no stick")
        assert likes(guest) == 1
    finally:
        guest.cut_power()


def likes(guest: Guest) -> int:
    """How many the kiosk's own command tells of."""
    rows = csv.DictReader(guest.shell("mood-kiosk stats --csv", timeout_s=300).splitlines())
    return sum(int(row["liked"] or 0) for row in rows)


CUTS, LIKED = 10, 3
# What likes a song over and over, and says so once the memory says that it is done.
LIKES = """
import pathlib, time
from device.music.memory import Memory
memory = Memory(pathlib.Path("/var/lib/mood-kiosk"))
count = memory.counts("happy", "a-song").liked
print("found", count, flush=True)
while True:
    time.sleep(1)
    memory.add("happy", ["a-song"], "liked")
    count += 1
    print("liked", count, flush=True)
"""


def test_a_power_cut_costs_one_like_at_most(image, progress, tmp_path):
    """At any moment between two likes; what no program had brought to the disk is lost."""
    guest, said, random_s = Guest(image, tmp_path), 0, random.Random(1)
    try:
        for cut in range(CUTS + 1):
            found, last = _like_until_cut(guest, random_s.uniform(0, 1.5))
            progress(f"{cut} power cuts: {said} likes told, {found} found")
            assert said - 1 <= found <= said + 1
            said = last
    finally:
        guest.cut_power()


def _like_until_cut(guest: Guest, seconds: float) -> tuple[int, int]:
    """The likes in the memory at the beginning, and those told when the power was cut."""
    guest.power_on(SHELL_ALONE)
    python = "PYTHONPATH=/opt/mood-kiosk /opt/mood-kiosk/venv/bin/python"
    guest.shell(f"{python} - <<'END' >/dev/ttyAMA0 2>&1 &{LIKES}END", timeout_s=300)

    def told() -> list[int]:
        return [int(n) for n in re.findall(r"(?:found|liked) (\d+)\s", guest.log.read_text())]

    guest.until(lambda: len(told()) > LIKED, "too little is liked")
    time.sleep(seconds)
    guest.cut_power()
    assert "set aside" not in guest.log.read_text()
    return told()[0], told()[-1]
