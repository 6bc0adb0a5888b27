"""The kiosk's own parts at work: camera, vision, screen, sound and songs."""

import contextlib
import datetime
import os
import statistics
import time
from collections.abc import Iterator

import numpy as np
import pygame

from data import catalogue, places
from device.cameras.sources import choose_source, open_source
from device.cameras.visitor.actor import Actor
from device.display.hardware import driver
from device.doctor import system
from device.doctor.finding import Finding, fault, ok, warning
from device.errors import CameraError, DisplayError, MissingCamera, PictureError, VisionError
from device.music import outputs, volume
from device.music.player import Player
from device.music.voice import RATE
from device.options import Config
from device.vision.blazeface import INSTALL
from device.vision.cascade import cascade_path, load_cascade
from device.vision.emotion import EmotionModel
from device.vision.network import NetworkFinder
from device.vision.sight import Sight

BUDGET_MS = 300  # from light to screen
FRAMES = 15
LARGEST_DEVIATION = 0.02  # runtimes round differently, by a few steps of 1/256
DARK, BRIGHT = 30, 225  # of 255, the mean of a picture
TONE_HZ, TONE_S, TONE_LOUDNESS = 440, 0.4, 0.15
IN_USE = "in use by the kiosk that runs"


def camera(config: Config) -> Finding:
    """Takes frames with the camera of the config, as the kiosk would."""
    choice = choose_source(config.camera.source)
    if choice.source == "actor":
        told = "no camera is attached; the built-in visitor plays one"
        remedy = "connect a camera, and look for it with: rpicam-hello --list-cameras, or lsusb"
        wanted = config.camera.source == "actor"
        return ok("camera", "the built-in visitor") if wanted else warning("camera", told, remedy)
    try:
        with open_source(choice.source, config.camera) as source:
            source.read(timeout_s=5.0)
            begin = time.monotonic()
            frames = [source.read(timeout_s=2.0) for _ in range(FRAMES)]
            rate = FRAMES / (time.monotonic() - begin)
            told = source.describe()
    except (CameraError, PictureError) as error:
        if system.kiosk_runs():
            return ok("camera", IN_USE)
        absent = isinstance(error, MissingCamera)
        return fault("camera", str(error), "see “A webcam” in the README", hardware=absent)
    light = float(np.mean([frame.image.mean() for frame in frames]))
    height, width = frames[-1].image.shape[:2]
    text = (
        f"{told}; {width} × {height}, {rate:.0f} frames a second, brightness {light / 2.55:.0f} %"
    )
    if light < DARK:
        return warning("camera", text, "it sees hardly anything: open its shutter, or make light")
    if light > BRIGHT:
        return warning("camera", text, "it sees little but white: keep the sun out of its view")
    if rate < config.camera.fps / 2:
        return warning("camera", text, "it is slow: more light, or a lower camera.width")
    return ok("camera", text)


def cascade(config: Config) -> Finding:
    """Where the cascade lies, and that it loads."""
    try:
        load_cascade()
        return ok("cascade", str(cascade_path()))
    except VisionError as error:
        return fault("cascade", str(error), "install OpenCV 4 again")


def model(config: Config) -> Finding:
    """Loads the model and holds what it says of a drawn face against its card."""
    remedy = "restore data/models/, or install the requirements again"
    try:
        loaded = EmotionModel.load(threads=config.vision.threads)
    except VisionError as error:
        return fault("model", str(error), remedy)
    deviation = loaded.deviation()
    text = f"{loaded.runtime} runs it, SHA-256 {loaded.card.sha256[:12]}…"
    if deviation is None:
        return warning("model", f"{text}; its card has no test vector", "convert it anew")
    if not deviation <= LARGEST_DEVIATION:
        return fault("model", f"{text}, but is {deviation:.2f} off its card's test vector", remedy)
    return ok("model", f"{text}, {deviation:.3f} off its card's test vector")


def network(config: Config) -> Finding:
    """Whether the network can find faces, or the cascade has to do it alone."""
    if config.vision.finder == "cascade":
        return ok("network", "not asked for: vision.finder is cascade")
    try:
        NetworkFinder(EmotionModel.load().runtime)
    except VisionError as error:
        if config.vision.finder == "network":
            return fault("network", str(error), INSTALL)
        told = f"the cascade alone finds the faces, and fewer of them: {error}"
        return warning("network", told, INSTALL)
    return ok("network", "BlazeFace finds the faces, the cascade judges the doubtful ones")


def latency(config: Config) -> Finding:
    """What a frame of the built-in visitor takes, against the 300 ms of the promise."""
    size = (config.camera.width, config.camera.height)
    visitor = Actor(size=size)
    try:
        sight = Sight.of(config.vision)
    except VisionError as error:
        return fault("latency", str(error), "mend the cascade, the network or the model first")
    # From 4 s on the visitor stands in front of the camera.
    looked = [sight.look(visitor.render(4 + number / 10))[3].total for number in range(FRAMES)]
    median, slowest = statistics.median(looked), max(looked)
    # At worst a frame has waited for the one before it, and the screen for its next picture.
    whole = 2 * slowest + 1000 / config.display.fps
    text = (
        f"looking takes {median:.0f} ms a frame, {slowest:.0f} ms at most; "
        f"from light to screen about {whole:.0f} ms at worst, of {BUDGET_MS} ms"
    )
    if whole > BUDGET_MS:
        return warning("latency", text, "ask for less: a lower camera.width, or cool the machine")
    return ok("latency", text)


def songs(config: Config) -> Finding:
    """Counts the usable songs and tells the first thing that is wrong with others."""
    found = catalogue.read_all(places.song_folders())
    total = sum(map(len, found.songs.values()))
    text = f"{total} songs, {min(map(len, found.songs.values()))} or more for each emotion"
    if found.wanting:
        wanting = ", ".join(found.wanting)
        return fault("songs", f"too few songs for {wanting}", "see why: python -m data check")
    if found.faults:
        told = f"{text}; {len(found.faults)} faults, the first: {found.faults[0]}"
        return warning("songs", told, "see all: python -m data check")
    return ok("songs", text)


def screen(config: Config) -> Finding:
    """Opens SDL's video as the kiosk would, without a window."""
    remedy = "start it under a desktop, or connect a screen and join the groups video and render"
    try:
        driver.prepare()
        pygame.display.init()
        name = pygame.display.get_driver()
        sizes = pygame.display.get_desktop_sizes()
    except (pygame.error, DisplayError) as error:
        if system.kiosk_runs():
            return ok("screen", IN_USE)
        return fault("screen", f"none can be opened: {error}", remedy, hardware=True)
    finally:
        pygame.display.quit()
    text = f"SDL's driver {name}, {', '.join(f'{width} × {height}' for width, height in sizes)}"
    try:
        driver.check(name)
    except DisplayError:
        return fault("screen", f"{text}, which shows nothing", remedy, hardware=True)
    return ok("screen", text)


def sound(config: Config, tone: bool = True) -> Finding:
    """Opens the sound device as the kiosk would; plays a short soft tone unless told otherwise."""
    remedy = "the kiosk works muted; see the devices with: aplay -l"
    with _player(config.music.device) as player:
        because = player.status().silent_because
        if because:
            return ok("sound", IN_USE) if system.kiosk_runs() else warning("sound", because, remedy)
        name = os.environ.get("SDL_AUDIODRIVER") or "SDL's own choice"
        allowed = volume.ceiling(config.music, datetime.datetime.now().time())
        loud = min(TONE_LOUDNESS, allowed * config.music.volume)
        played = "opened, nothing was played"
        if tone and loud > 0:
            _play_tone(loud)
            played = f"a tone of {TONE_S:g} s was played"
    found = ", ".join(outputs.names())
    return ok("sound", f"{name}; {played}; for music.device: {found}")


@contextlib.contextmanager
def _player(output: str) -> Iterator[Player]:
    player = Player(output)
    player.open()
    try:
        yield player
    finally:
        player.close()


def _play_tone(loudness: float) -> None:
    t = np.arange(round(TONE_S * RATE)) / RATE
    edges = np.minimum(1, np.minimum(t, TONE_S - t) / 0.05)
    wave = (loudness * 32767 * edges * np.sin(2 * np.pi * TONE_HZ * t)).astype(np.int16)
    sound = pygame.sndarray.make_sound(np.ascontiguousarray(np.column_stack([wave, wave])))
    sound.play()
    time.sleep(TONE_S + 0.1)
