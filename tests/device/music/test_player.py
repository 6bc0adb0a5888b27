"""The player, heard: SDL plays into a pipe, and the samples that come out of it are looked at.

Whoever reads the pipe is the sound card, and its clock is the only one: a buffer is taken, the time
goes on by as much, and the player is asked to tick. However busy the machine, the samples are the
same. SDL reads its settings when it starts, so every performance runs in a process of its own.
"""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[3]
RATE = 44_100
LOUD = 8000

PRELUDE = """
import fcntl, json, logging, os, select, sys, threading, time
from pathlib import Path
from data.catalogue import Song
from device.music.player import Player
from device.music.voice import BUFFER_SAMPLES, RATE

FOLDER, HEARD = Path(sys.argv[1]), open(sys.argv[2], "wb")
NOTED = {}
BUFFER_BYTES = 4 * BUFFER_SAMPLES

class Card:
    def __init__(self, path):
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, BUFFER_BYTES)
        self.now = 1000.0

    def take(self, timeout_s):
        "Takes a buffer if one comes in time; time goes on in any case."
        taken = b""
        while len(taken) < BUFFER_BYTES and select.select([self._pipe], [], [], timeout_s)[0]:
            try:
                part = os.read(self._pipe, BUFFER_BYTES - len(taken))
            except BlockingIOError:
                break  # there was none, and now one is being opened
            if not part:
                break  # no device is open
            taken += part
        HEARD.write(taken)
        self.now += BUFFER_SAMPLES / RATE

    def drain(self, ended):
        while not ended.is_set():
            self.take(0.05)

CARD = Card(os.environ["SDL_DISKAUDIOFILE"])
monotonic = time.monotonic
time.monotonic = lambda: CARD.now

def song(name, duration_s=1.5, start_s=0.0):
    return Song(
        id=name, title=name, artist="A", album="", year=None, duration_s=duration_s,
        preview=FOLDER / f"{name}.ogg", preview_start_s=start_s, valence=0.5, arousal=0.5,
        tempo_bpm=None, mode="", licence="CC0-1.0", source="", source_sha256="", mood_by="hand",
        enabled=True, emotion="happy",
    )

def settle():
    "Lets the player's own thread do all it was asked to, while the time stands still."
    idle = player._worker.submit(lambda: None)
    patience = monotonic() + 0.5
    while not idle.done():
        time.sleep(0.001)
        if monotonic() > patience:  # closing a device waits until its last buffers are taken
            CARD.take(0.05)

def wait(seconds, until=lambda: False):
    began = CARD.now
    while CARD.now - began < seconds and not until():
        settle()
        player.tick(CARD.now)
        CARD.take(60.0 if player._audible else 0.0)
    return CARD.now - began

player = Player()
"""

ENDING = """
ended = threading.Event()
drain = threading.Thread(target=CARD.drain, args=(ended,))
drain.start()
player.close()
ended.set()
drain.join()
HEARD.close()
print("NOTED", json.dumps(NOTED, default=sorted))
"""

SCRIPTS: dict[str, str] = {}


@dataclasses.dataclass(frozen=True)
class Performance:
    """noted: what the script put into NOTED; samples: float64 (n, 2), in units of int16."""

    noted: dict
    samples: np.ndarray
    log: str

    @property
    def heard(self) -> np.ndarray:
        """From the first to the last sample that is not silence."""
        sounding = np.flatnonzero(np.abs(self.samples[:, 0]) > 1)
        return self.samples[sounding[0] : sounding[-1] + 1, 0]


Stage = Callable[[str], Performance]


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sines of 1.5 s at full level from the first sample on, and a file that is none."""
    folder = tmp_path_factory.mktemp("songs")
    times = np.arange(int(1.5 * RATE)) / RATE
    for name, frequency in (("low", 220), ("middle", 500), ("high", 1100)):
        wave = LOUD / 32768 * np.cos(2 * np.pi * frequency * times)
        soundfile.write(
            folder / f"{name}.ogg", np.stack([wave, wave], 1), RATE, format="OGG", subtype="VORBIS"
        )
    (folder / "broken.ogg").write_bytes(b"OggS, and then nothing of the kind" * 20)
    return folder


def perform(songs: Path, heard: Path, script: str) -> Performance:
    environment = os.environ | {
        "SDL_AUDIODRIVER": "disk",
        "SDL_DISKAUDIOFILE": f"{heard}.pipe",
        "SDL_DISKAUDIODELAY": "0",
        "PYGAME_HIDE_SUPPORT_PROMPT": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-c", PRELUDE + script + ENDING, str(songs), str(heard)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    noted = json.loads(ran.stdout.rpartition("NOTED ")[2])
    samples = np.fromfile(heard, "<i2").reshape(-1, 2) if heard.exists() else np.zeros((0, 2))
    return Performance(noted, samples.astype(float), ran.stderr)


@pytest.fixture(scope="module")
def stage(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Gives the performance of that name."""
    folder = tmp_path_factory.mktemp("heard")
    return lambda name: perform(songs, folder / f"{name}.raw", SCRIPTS[name])


def steepest(frequency: float) -> float:
    """The largest step from one sample to the next in a sine of LOUD."""
    return LOUD * 2 * np.pi * frequency / RATE


def at_the_end(performance: Performance) -> np.ndarray:
    """A fifth of a second before the player closes, which it may be heard to do by a fade."""
    return performance.heard[-RATE // 2 : -RATE * 3 // 10]


def strength(wave: np.ndarray, frequency: float) -> float:
    """The amplitude of one frequency in a wave."""
    times = np.arange(len(wave)) / RATE
    return float(2 * np.abs(np.mean(wave * np.exp(-2j * np.pi * frequency * times))))


SCRIPTS["whole song"] = """
player.open()
began = time.monotonic()
player.play(song("low"))
NOTED["call_s"] = time.monotonic() - began
NOTED["start_s"] = wait(2.0, lambda: player.status().position_s > 0)
wait(0.5)
NOTED["middle"] = vars(player.status())
wait(3.0, lambda: player.status().song_id is None)
NOTED["finished"] = player.finished_song_id
NOTED["failed"] = sorted(player.failed)
player.play(song("low"))
NOTED["finished_after_play"] = player.finished_song_id
"""


def test_plays_a_song_to_its_end_once(stage: Stage) -> None:
    performance = stage("whole song")
    noted, heard = performance.noted, performance.heard
    assert noted["call_s"] < 0.02
    assert noted["start_s"] < 1.0
    assert noted["middle"]["song_id"] == "low"
    assert noted["middle"]["position_s"] == pytest.approx(0.5, abs=0.1)
    assert noted["middle"]["length_s"] == pytest.approx(1.5, abs=0.01)
    assert noted["middle"]["silent_because"] is None
    assert noted["finished"] == "low"
    assert noted["finished_after_play"] is None
    assert noted["failed"] == []
    assert len(heard) / RATE == pytest.approx(1.5, abs=0.05)
    assert strength(heard[RATE // 2 : RATE], 220) == pytest.approx(LOUD, rel=0.05)


SCRIPTS["fade out"] = """
player.open()
player.play(song("low"))
wait(2.0, lambda: player.status().position_s > 0.6)
player.fade_out(0.5)
NOTED["status"] = vars(player.status())
wait(0.7)
NOTED["finished"] = player.finished_song_id
"""


def test_begins_and_is_silenced_without_a_click(stage: Stage) -> None:
    performance = stage("fade out")
    heard = performance.heard
    assert np.abs(heard[:20]).max() < LOUD * 0.05
    assert np.abs(heard[RATE // 50 : RATE // 10]).max() > LOUD * 0.9
    assert np.abs(np.diff(heard[: RATE // 2])).max() < 1.2 * steepest(220)
    assert np.abs(np.diff(heard)).max() < 1.2 * steepest(220)
    assert np.abs(heard[-200:]).max() < LOUD * 0.02
    fading = np.abs(heard).reshape(-1)[: len(heard) // 441 * 441].reshape(-1, 441).max(axis=1)
    assert (np.diff(fading[-40:]) < LOUD * 0.02).all(), "louder again"
    assert len(heard) / RATE == pytest.approx(1.1, abs=0.3)
    assert performance.noted["status"]["song_id"] is None
    assert performance.noted["finished"] is None


SCRIPTS["cross-fade"] = """
player.open()
player.play(song("low"))
player.prepare([song("high")])
wait(2.0, lambda: player.status().position_s > 0.6)
player.play(song("high"))
NOTED["id"] = player.status().song_id
NOTED["start_s"] = wait(2.0, lambda: player.status().position_s > 0)
wait(0.6)
player.fade_out(0.1)
wait(0.3)
"""


def test_cross_fades_from_card_to_card(stage: Stage) -> None:
    performance = stage("cross-fade")
    heard = performance.heard
    assert performance.noted["id"] == "high"
    assert performance.noted["start_s"] < 0.3
    slices = [heard[at : at + RATE // 20] for at in range(0, len(heard) - RATE // 20, RATE // 20)]
    low = np.array([strength(part, 220) for part in slices]) / LOUD
    high = np.array([strength(part, 1100) for part in slices]) / LOUD
    assert low[4] > 0.9
    assert high[4] < 0.1
    both = np.flatnonzero((low > 0.15) & (high > 0.15))
    assert 0.1 <= len(both) / 20 <= 0.35
    assert (np.diff(low[both]) < 0.01).all()
    assert (np.diff(high[both]) > -0.01).all()
    assert low[both[-1] + 4] < 0.05
    assert high[both[-1] + 4] > 0.9
    assert (low + high)[: both[-1] + 4].min() > 0.6, "no hole between the songs"
    assert np.abs(np.diff(heard)).max() < 1.05 * (steepest(220) + steepest(1100))


SCRIPTS["pause"] = """
player.open()
player.play(song("middle"))
wait(2.0, lambda: player.status().position_s > 0.5)
player.pause()
player.pause()
NOTED["paused"] = vars(player.status())
wait(0.5)
NOTED["later"] = vars(player.status())
player.resume()
player.resume()
NOTED["end_s"] = wait(4.0, lambda: player.finished_song_id is not None)
NOTED["finished"] = player.finished_song_id
"""


def test_pauses_and_goes_on_where_it_was(stage: Stage) -> None:
    performance = stage("pause")
    noted = performance.noted
    assert noted["paused"]["paused"]
    assert noted["paused"]["position_s"] == noted["later"]["position_s"]
    assert 0.8 < noted["end_s"] < 2.5
    assert noted["finished"] == "middle"
    quiet = np.abs(performance.heard[: int(1.2 * RATE)]) < 2
    longest = max(np.diff(np.flatnonzero(~quiet)))
    assert 0.1 < longest / RATE < 0.8
    assert np.abs(np.diff(performance.heard)).max() < 1.2 * steepest(500), "a click"
    sounding = len(performance.heard) - longest
    assert sounding / RATE == pytest.approx(1.5, abs=0.35)


SCRIPTS["volume"] = """
player.open()
player.volume = 0.5
player.play(song("middle"))
wait(2.0, lambda: player.status().position_s > 0.4)
NOTED["half"] = player.status().volume
player.volume = 0
NOTED["mute"] = player.status().volume
wait(0.4)
player.volume = 7
NOTED["full"] = player.status().volume
wait(0.3)
"""


def test_the_volume_changes_what_is_heard_without_a_click(stage: Stage) -> None:
    performance = stage("volume")
    assert performance.noted["half"] == 0.5
    assert performance.noted["mute"] == 0.0
    assert performance.noted["full"] == 1.0
    heard = performance.heard
    assert np.abs(heard[RATE // 10 : RATE * 3 // 10]).max() == pytest.approx(LOUD / 2, rel=0.05)
    silence = np.abs(heard) < 2
    assert np.diff(np.flatnonzero(~silence)).max() / RATE > 0.15
    # The last 0.3 s of a preview are its end, which fades.
    assert np.abs(heard[-RATE * 4 // 10 :]).max() == pytest.approx(LOUD, rel=0.1)
    assert np.abs(np.diff(heard)).max() < 1.2 * steepest(500)


SCRIPTS["ceiling"] = """
player.open()
player.ceiling = 0.25
player.volume = 0.8
NOTED["low"] = player.status().volume
player.play(song("middle"))
wait(2.0, lambda: player.status().position_s > 0.6)
player.ceiling = 0.5
NOTED["higher"] = player.status().volume
wait(0.4)
player.pause()
wait(0.2)  # what is set now is heard no more, however long the closing takes
player.ceiling = 1.0
NOTED["none"] = player.status().volume
"""


def test_the_ceiling_holds_the_volume_down(stage: Stage) -> None:
    performance = stage("ceiling")
    assert performance.noted == {"low": 0.25, "higher": 0.5, "none": 0.8}
    heard = performance.heard
    assert np.abs(heard[RATE // 10 : RATE // 2]).max() == pytest.approx(LOUD / 4, rel=0.05)
    assert np.abs(heard).max() == pytest.approx(LOUD / 2, rel=0.05)


SCRIPTS["five"] = """
player.open()
order = [song(name) for name in ("low", "high", "broken", "middle", "low")]
player.prepare(order)
NOTED["order"] = []
for one in order:
    player.play(one)
    wait(4.0, lambda: player.finished_song_id is not None)
    NOTED["order"].append(player.finished_song_id)
NOTED["failed"] = sorted(player.status().failed)
"""


def test_the_five_follow_each_other_with_soft_edges(stage: Stage) -> None:
    performance = stage("five")
    assert performance.noted["order"] == ["low", "high", "broken", "middle", "low"]
    assert performance.noted["failed"] == ["broken"]
    heard = performance.heard
    assert np.abs(np.diff(heard)).max() < 1.05 * steepest(1100)
    loud = np.flatnonzero(np.abs(heard) > 1)
    gaps = np.flatnonzero(np.diff(loud) > 200)
    starts = [0, *(loud[gaps + 1])]
    ends = [*(loud[gaps]), len(heard)]
    frequencies = (220, 1100, 500, 220)
    assert len(starts) == 4
    for start, end, frequency in zip(starts, ends, frequencies, strict=True):
        part = heard[start:end]
        assert len(part) / RATE == pytest.approx(1.5, abs=0.05)
        assert strength(part[RATE // 2 : RATE], frequency) == pytest.approx(LOUD, rel=0.05)
        assert np.abs(part[-200:]).max() < LOUD * 0.05
    assert all(b - a < RATE // 2 for a, b in zip(ends[:-1], starts[1:], strict=True))


SCRIPTS["taps"] = """
player.open()
order = [song(name) for name in ("low", "high", "middle")]
player.play(order[0])
player.prepare(order)
wait(1.0)
NOTED["start_s"] = []
for number in range(9):
    player.play(order[number % 3])
    NOTED["start_s"].append(wait(1.0, lambda: player.status().position_s > 0))
    wait(0.1)
"""


def test_a_tap_is_heard_at_once(stage: Stage) -> None:
    performance = stage("taps")
    # To the first tick after the device was given the samples; a busy machine may delay one tap.
    assert np.median(performance.noted["start_s"]) < 0.1
    assert np.abs(np.diff(performance.heard)).max() < 1.05 * sum(map(steepest, (220, 500, 1100)))


SCRIPTS["offset"] = """
player.open()
player.play(song("low", start_s=1.0))
wait(2.0, lambda: player.status().position_s > 0)
NOTED["length_s"] = player.status().length_s
wait(2.0, lambda: player.finished_song_id is not None)
"""


def test_starts_where_the_catalogue_says(stage: Stage) -> None:
    performance = stage("offset")
    assert performance.noted["length_s"] == pytest.approx(0.5, abs=0.01)
    assert len(performance.heard) / RATE == pytest.approx(0.5, abs=0.05)


for _name in ("broken", "missing"):
    SCRIPTS[_name] = f"""
NAME = {_name!r}
player.open()
player.prepare([song(NAME)])
player.play(song(NAME))
wait(2.0, lambda: player.finished_song_id is not None)
NOTED["finished"] = player.finished_song_id
NOTED["failed"] = sorted(player.failed)
NOTED["id"] = player.status().song_id
player.play(song("low"))
wait(2.0, lambda: player.status().position_s > 0.3)
"""


@pytest.mark.parametrize("name", ["broken", "missing"])
def test_a_preview_that_will_not_decode_is_skipped(stage: Stage, name: str) -> None:
    performance = stage(name)
    assert performance.noted == {"finished": name, "failed": [name], "id": None}
    assert f"{name}.ogg cannot be played" in performance.log
    assert performance.log.count("It is skipped.") == 1
    assert np.abs(performance.heard).max() > LOUD * 0.9


SCRIPTS["no device"] = """
os.environ["SDL_AUDIODRIVER"] = "no-such-driver"
player.open()
NOTED["why"] = player.status().silent_because
now = time.monotonic()
player.tick(now)
player.play(song("low", duration_s=20.0))
player.prepare([song("high")])
player.volume = 0.3
for step in range(1, 11):
    player.tick(now + step)
NOTED["ten"] = vars(player.status())
player.pause()
player.tick(now + 100)
player.resume()
player.tick(now + 109)
NOTED["nineteen"] = player.status().position_s
player.tick(now + 111)
NOTED["finished"] = player.finished_song_id
player.play(song("high"))
player.fade_out(1.0)
NOTED["faded"] = player.status().song_id
"""


def test_without_a_sound_device_the_songs_run_by_the_clock(stage: Stage) -> None:
    performance = stage("no device")
    noted = performance.noted
    assert "No sound device" in noted["why"]
    assert noted["ten"]["song_id"] == "low"
    assert noted["ten"]["position_s"] == pytest.approx(10, abs=0.01)
    assert noted["ten"]["length_s"] == 20
    assert noted["ten"]["volume"] == 0.3
    assert noted["nineteen"] == pytest.approx(19, abs=0.01)
    assert noted["finished"] == "low"
    assert noted["faded"] is None


SCRIPTS["late device"] = """
os.environ["SDL_AUDIODRIVER"] = "no-such-driver"
player.open()
player.play(song("middle"))
wait(0.5)
os.environ["SDL_AUDIODRIVER"] = "disk"
player.tick(time.monotonic())
NOTED["early"] = player.status().silent_because is not None
player._look_at = player._retry_at = 0.0
wait(4.0, lambda: player.finished_song_id is not None)
NOTED["because"] = player.status().silent_because
NOTED["finished"] = player.finished_song_id
"""


def test_a_sound_device_that_turns_up_is_used_in_mid_song(stage: Stage) -> None:
    performance = stage("late device")
    assert performance.noted == {"early": True, "because": None, "finished": "middle"}
    assert 0.2 < len(performance.heard) / RATE < 1.2
    end = performance.heard[-RATE * 4 // 10 : -RATE * 3 // 10]
    assert strength(end, 500) == pytest.approx(LOUD, rel=0.05)


SCRIPTS["card that does not open"] = """
from device.music import mixer

logging.basicConfig(level=logging.INFO)  # so that the log holds all that is told
mixer.CARDS = FOLDER / "cards"  # what the kernel tells; that nothing opens is ALSA's own word
CARDS = [" 0 [Headphones     ]: bcm2835\\n", " 1 [Device         ]: USB-Audio\\n"]
os.environ["SDL_AUDIODRIVER"] = "alsa"
os.environ["ALSA_CONFIG_PATH"] = "/nowhere"

def tries(seconds):
    "After how many seconds the player asks for a device."
    began, at = CARD.now, []
    while CARD.now - began < seconds:
        player.tick(CARD.now)
        if player._opening is not None:
            at.append(CARD.now - began)
            settle()
        CARD.now += 0.5
    return at

mixer.CARDS.write_text(CARDS[0])
player.open()
player.tick(CARD.now)
NOTED["alone"] = tries(300)
mixer.CARDS.write_text("".join(CARDS))
NOTED["plugged in"] = tries(30)
mixer.CARDS.write_text(CARDS[0])
NOTED["pulled out"] = tries(30)
os.environ["SDL_AUDIODRIVER"] = "disk"
while not player._audible:
    tries(1)
wait(1.0)
os.environ["SDL_AUDIODRIVER"] = "alsa"
player._lose_device("The sound device is gone.")
NOTED["lost"] = tries(30)
"""


def test_a_card_that_does_not_open_is_tried_less_and_less_often(stage: Stage) -> None:
    performance = stage("card that does not open")
    noted = performance.noted
    assert noted["alone"] == pytest.approx([4, 12, 28, 60, 124, 188, 252], abs=4)
    for changed in ("plugged in", "pulled out"):
        assert noted[changed][0] < 5
        assert np.diff(noted[changed]) == pytest.approx([4, 8], abs=1)
    assert noted["lost"] == pytest.approx([0, 4, 12, 28], abs=2)
    assert performance.log.count("goes on without sound") == 2, "once before it opened, once after"


SCRIPTS["card that comes late"] = """
from device.music import mixer

mixer.CARDS = FOLDER / "no-cards"
os.environ["XDG_RUNTIME_DIR"] = str(FOLDER)  # without a sound server
os.environ["ALSA_CONFIG_PATH"] = "/nowhere"
del os.environ["SDL_AUDIODRIVER"]
player.open()
wait(300.0)
NOTED["why"] = player.status().silent_because
mixer.CARDS.write_text(" 0 [Device         ]: USB-Audio\\n")
NOTED["tried_s"] = wait(60.0, lambda: player.status().silent_because != NOTED["why"])
"""


def test_a_card_that_comes_late_is_tried_at_once_and_until_then_nothing_is(stage: Stage) -> None:
    performance = stage("card that comes late")
    assert performance.noted["why"] == "There is no sound device."
    assert performance.noted["tried_s"] < 5
    assert performance.log.count("No sound device can be opened") == 1


SCRIPTS["stopped device"] = """
import pygame
from device.music import player as module

module.STUCK_S = 0.2
player.open()
player.play(song("low", duration_s=1.5))
wait(2.0, lambda: player.status().position_s > 0.2)
pygame.mixer.pause()  # like a card pulled out: busy, and never done
wait(3.0, lambda: player.finished_song_id is not None)
NOTED["finished"] = player.finished_song_id
NOTED["because"] = player.status().silent_because
wait(2.0, lambda: player.status().silent_because is None)
player.play(song("high"))
wait(2.0, lambda: player.status().position_s > 1.0)
NOTED["again"] = player.status().silent_because
"""


def test_a_sound_device_that_stops_is_opened_anew(stage: Stage) -> None:
    performance = stage("stopped device")
    noted = performance.noted
    assert noted["finished"] == "low"
    assert "stopped" in noted["because"]
    assert noted["again"] is None
    assert strength(at_the_end(performance), 1100) == pytest.approx(LOUD, rel=0.1)


SCRIPTS["headless"] = """
os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame
player.open()
player.play(song("low"))
settle()
player.tick(CARD.now)
pygame.mixer.pause()  # as slow as a busy machine can be
CARD.now += 60
player.tick(CARD.now)
NOTED["finished"] = player.finished_song_id
NOTED["because"] = player.status().silent_because
"""


def test_a_device_that_plays_to_nobody_cannot_stop(stage: Stage) -> None:
    performance = stage("headless")
    assert performance.noted == {"finished": "low", "because": None}
    assert "stopped" not in performance.log


SCRIPTS["unplugged"] = """
import pygame

os.environ["SDL_VIDEODRIVER"] = "dummy"
pygame.display.init()
player.open()
player.play(song("low", duration_s=20.0))
wait(2.0, lambda: player.status().position_s > 0.2)
os.environ["SDL_AUDIODRIVER"] = "no-such-driver"
for which in (0, 2):  # what SDL tells of a device that nobody plays on, and of the one in use
    event = pygame.event.Event(pygame.AUDIODEVICEREMOVED, which=which, iscapture=0)
    pygame.event.post(event)
    player.tick(time.monotonic())
    NOTED[f"because {which}"] = player.status().silent_because
wait(1.0)
NOTED["silent"] = vars(player.status())
os.environ["SDL_AUDIODRIVER"] = "disk"
NOTED["back_s"] = wait(8.0, lambda: player.status().silent_because is None)
player.play(song("high"))
wait(2.0, lambda: player.status().position_s > 1.0)
"""


def test_an_unplugged_device_is_noticed_and_its_return_too(stage: Stage) -> None:
    performance = stage("unplugged")
    noted = performance.noted
    assert noted["because 0"] is None
    assert "gone" in noted["because 2"]
    assert "No sound device" in noted["silent"]["silent_because"]
    assert noted["silent"]["song_id"] == "low", "the song goes on by the clock"
    assert noted["back_s"] < 5
    assert strength(at_the_end(performance), 1100) == pytest.approx(LOUD, rel=0.1)
