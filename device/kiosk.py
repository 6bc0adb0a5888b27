"""Builds the parts from the config, runs the loop, and stops the parts in reverse order."""

import contextlib
import dataclasses
import datetime
import functools
import logging
import os
import resource
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pygame

from data import catalogue, places
from device import actions, hours, states
from device.buttons import Buttons
from device.cameras.base import Camera
from device.cameras.reader import FrameReader
from device.cameras.sources import choose_source, open_source
from device.contracts import Snapshot, Trouble
from device.display.hardware.power import Power
from device.display.view import View
from device.display.window import Window
from device.errors import KioskError, MusicError, UsageError
from device.music import mixer, volume
from device.music.memory import Memory
from device.music.player import UNHEARD, Player
from device.music.recommender import Recommender
from device.options import Config
from device.screenshots import Screenshots
from device.service import allocator, signals
from device.service.health import Health, Latency, Progress
from device.service.notify import Notifier
from device.states import State
from device.vision.budget import NOTHING, STEPS, Budget
from device.vision.sight import Sight
from device.vision.worker import VisionWorker

LOG = logging.getLogger(__name__)

# A picture dropped on the window is looked at for so long; then the camera has its turn again.
DROPPED_FOR_S = 20.0
# The music dies away within this when the kiosk is told to end.
HUSH_S = 0.25
# While nobody is there, so few pictures a second are drawn, and, while nothing changes in the room,
# looked at.
QUIET_FPS = 10
# Letters in a line of the figures, which has to fit on the narrowest screen.
FIGURES_WIDTH = 56


class Kiosk:
    """One kiosk, from opening the window to closing it. ``run`` may be called once.

    seconds: ends by itself after so long. screenshots: folder for a picture of each screen shown.
    notifier: the line to systemd. reload: reads the config anew when SIGHUP asks for it, or raises
    UsageError; without it SIGHUP ends the kiosk.
    """

    def __init__(
        self,
        config: Config,
        window: Window,
        seconds: float | None = None,
        screenshots: Path | None = None,
        notifier: Notifier | None = None,
        reload: Callable[[], Config] | None = None,
    ):
        self._config = config
        self._window = window
        self._seconds = seconds
        self._screenshots = Screenshots(window, screenshots) if screenshots else None
        self._timing = states.Timing(
            absent_looking=config.visit.absent_looking_s,
            absent_mood=config.visit.absent_mood_s,
            dim_after=config.display.dim_after_s,
            blank_after=config.display.blank_after_s,
        )
        self._state = State()
        self._notifier = notifier or Notifier(None)
        self._reload = reload
        self._quit = self._reload_asked = False
        self._next: Config | None = None
        self._fault: str | None = None
        self._latency, self._budget = Latency(), Budget()
        self._camera_back_at: float | None = None
        self._first_mood_s: float | None = None
        self._pictures = 0
        self._tidied_at: float | None = None

    def run(self) -> Config | None:
        """Runs until somebody leaves, a signal comes, or the seconds are over.

        Returns the new config that another kiosk shall go on with, or None. Raises UsageError for
        a source that cannot be meant, DisplayError without a window, KioskError when one of the
        threads has ended by a fault.
        """
        cv2.setNumThreads(self._config.vision.threads)
        choice = choose_source(self._config.camera.source)
        if choice.sentence:
            LOG.info("%s", choice.sentence)
        self._make_camera = self._opener(choice.source)
        self._make_camera()  # a source that cannot be meant is told at once
        songs = catalogue.read_all(places.song_folders())
        for fault in songs.faults:
            LOG.warning("%s", fault)
        reload = self._ask_reload if self._reload else None
        with (
            signals.handled(self._leave, reload),
            signals.thread_faults(self._thread_failed),
            contextlib.ExitStack() as parts,
        ):
            memory = Memory.of_this_kiosk()
            parts.callback(memory.close)
            self._recommender = Recommender(songs.songs, None, memory, self._config.music.mode)
            self._window.open()
            parts.callback(self._window.close)
            self._power = Power()
            parts.callback(self._power.close)
            self._buttons = Buttons(self._config.buttons)
            parts.callback(self._buttons.close)
            music = self._config.music
            if music.mixer >= 0 and os.environ.get("SDL_AUDIODRIVER") != UNHEARD:
                sets = functools.partial(mixer.set_volume, music.mixer, music.device)
                threading.Thread(target=sets, name="mixer", daemon=True).start()
            self._player = Player(music.device)
            self._player.open()
            parts.callback(self._player.close)
            self._player.volume = self._config.music.volume
            self._reader = FrameReader(self._make_camera)
            parts.callback(self._reader.stop)
            self._worker = VisionWorker(self._reader, self._make_sight)
            self._worker.start()
            parts.callback(self._worker.stop)
            self._loop()
            self._player.fade_out(HUSH_S)
            if self._next is None:
                self._notifier.stopping()
            time.sleep(HUSH_S)
        if self._fault is not None:
            raise KioskError(self._fault)
        return self._next

    def _opener(self, source: str) -> Callable[[], Camera]:
        """What makes the camera of ``source``, as often as it is asked."""
        return lambda: open_source(source, self._config.camera)

    def _look_through(self, make_camera: Callable[[], Camera]) -> None:
        self._reader.swap(make_camera)
        self._worker.forget()

    def _make_sight(self) -> Sight:
        return Sight.of(self._config.vision)

    def _leave(self) -> None:
        self._quit = True

    def _ask_reload(self) -> None:
        self._reload_asked = True

    def _thread_failed(self, name: str, error: BaseException) -> None:
        LOG.critical("The thread %s has ended by a fault", name, exc_info=error)
        self._fault = f"The thread {name} has ended by a fault: {error or type(error).__name__}"
        self._quit = True

    def _read_config_anew(self) -> None:
        """Ends this kiosk for one with the new config; a config with faults changes nothing."""
        self._reload_asked = False
        try:
            self._next = self._reload()
            choose_source(self._next.camera.source)
        except UsageError as error:
            LOG.error("The config is not taken over:\n%s", error)
            return
        LOG.info("The config is read anew.")
        self._notifier.reloading()
        self._quit = True

    def _loop(self) -> None:
        clock = pygame.time.Clock()
        start = time.monotonic()
        self._state = State(since=start)
        health = Health(self._notifier, start)
        shown_at = None
        while not self._quit:
            now = time.monotonic()
            if self._seconds is not None and now - start >= self._seconds:
                break
            if self._camera_back_at is not None and now >= self._camera_back_at:
                self._camera_back_at = None
                self._look_through(self._make_camera)
            clock_time = datetime.datetime.now().time()
            self._player.ceiling = volume.ceiling(self._config.music, clock_time)
            self._player.tick(now)
            snapshot, playback = self._worker.snapshot, self._player.status()
            done = self._window.actions() + self._buttons.actions()
            state, effects = states.advance(
                self._state, snapshot, playback, done, now, self._timing
            )
            state = self._carry_out(state, effects, now)
            if self._screenshots:
                self._screenshots.before_drawing(self._state, state, now)
            if self._first_mood_s is None and state.screen is states.Screen.MOOD:
                self._first_mood_s = _process_age_s()
            self._pictures += 1
            self._state = state
            debug = self._figures(clock, snapshot, now) if state.debug else ()
            light = states.brightness(state, now, self._timing, self._is_dark_hour(clock_time))
            self._power.switch(light > 0)
            playback, link = self._player.status(), self._config.music.link
            contact = self._config.display.contact
            repose = states.repose(state, now, self._timing)
            self._window.draw(
                View(state, snapshot, playback, now, debug, light, link, contact, repose)
            )
            if snapshot.frame is not None and snapshot.frame.captured_at != shown_at:
                shown_at = snapshot.frame.captured_at
                self._keep_time(time.monotonic() - shown_at)
            health.tick(self._progress(snapshot), time.monotonic())
            self._tidy(now)
            if self._reload_asked:
                self._read_config_anew()
            clock.tick(self._pace(snapshot, now))
        if self._screenshots:
            self._screenshots.save(self._state)
        self._sum_up(time.monotonic() - start)

    def _is_dark_hour(self, now: datetime.time) -> bool:
        return hours.within(self._config.display.dark_hours, now)

    def _keep_time(self, age_s: float) -> None:
        """Has vision go without something where the screen shows frames too late."""
        self._latency.add(age_s)
        before = self._budget.spared
        if self._budget.add(age_s, time.monotonic()):
            spared = self._budget.spared
            if STEPS.index(spared) > STEPS.index(before):
                LOG.warning("To be on time, vision now does with %s.", spared)
            else:
                LOG.info("There is time again: vision now has %s.", spared)

    def _pace(self, snapshot: Snapshot, now: float) -> float:
        """How many pictures a second to draw; has vision look at as many as are worth it."""
        fps, spared = self._config.display.fps, self._budget.spared
        if states.is_quiet(self._state, now):
            fps = min(fps, QUIET_FPS)
            if not snapshot.timings.detect:
                spared = dataclasses.replace(spared, frame_every_s=1 / QUIET_FPS)
        self._worker.spared = spared
        return fps

    def _tidy(self, now: float) -> None:
        """Gives back, once after each visit, the memory that it took."""
        if self._tidied_at != self._state.since and states.is_quiet(self._state, now):
            self._tidied_at = self._state.since
            allocator.give_back()

    def _progress(self, snapshot: Snapshot) -> Progress:
        return Progress(
            screen=self._state.screen.value,
            up=snapshot.frame is not None or snapshot.trouble is not None,
            vision_at=self._worker.moved_at,
            pictures=self._pictures,
            frames=self._worker.frames,
            dropped=self._reader.dropped,
            p95_ms=self._latency.p95_ms,
        )

    def _carry_out(self, state: State, effects: tuple[actions.Effect, ...], now: float) -> State:
        """Does what the states ask for; returns the state after it."""
        for effect in effects:
            match effect:
                case actions.OfferSongs(emotion):
                    if not state.corrected:
                        self._recommender.told(emotion)
                    songs = self._songs(emotion)
                    state, more = states.with_songs(state, songs, now, self._timing)
                    state = self._carry_out(state, more, now)
                    self._player.prepare(state.songs)
                case actions.Play(song):
                    self._note_listening(song, state.emotion)
                    self._player.play(song)
                case actions.Finish():
                    self._note_listening()
                case actions.Like(emotion, song):
                    self._recommender.liked(emotion, song)
                case actions.Unlike(emotion, song):
                    self._recommender.unliked(emotion, song)
                case actions.Pause():
                    self._player.pause()
                case actions.Resume():
                    self._player.resume()
                case actions.FadeOut(seconds):
                    self._player.fade_out(seconds)
                case actions.SetVolume(wanted):
                    self._player.volume = wanted
                case actions.LookAt(path):
                    self._look_through(self._opener(str(path)))
                    self._camera_back_at = now + DROPPED_FOR_S
                case actions.ToggleFullscreen():
                    self._window.toggle_fullscreen()
                case actions.Quit():
                    self._quit = True
        return state

    def _note_listening(
        self, coming: catalogue.Song | None = None, coming_emotion: str | None = None
    ) -> None:
        """Notes how the last song went, before another one starts; not where nobody heard it."""
        song, emotion, playback = self._state.song, self._state.emotion, self._player.status()
        heard = playback.silent_because is None and playback.volume > 0
        if song is None or not heard or song.id in playback.failed:
            return
        if self._player.finished_song_id == song.id:
            self._recommender.listened(emotion, song)
        elif coming and playback.song_id == song.id != coming.id and emotion == coming_emotion:
            self._recommender.skipped(emotion, song)

    def _songs(self, emotion: str) -> tuple[catalogue.Song, ...] | Trouble:
        try:
            language = self._state.language or self._window.language
            return self._recommender.five(emotion, language)
        except MusicError as error:
            LOG.error("%s", error)
            return Trouble("SONGS", str(error))

    def _figures(self, clock: pygame.time.Clock, snapshot: Snapshot, now: float) -> tuple[str, ...]:
        took = snapshot.timings
        lines = [
            self._reader.description,
            f"{clock.get_fps():.0f} pictures drawn a second, {self._reader.dropped} frames dropped",
            f"faces ({self._worker.finder}) {took.detect + took.follow:.1f} ms, "
            f"emotion {took.classify:.1f} ms",
        ]
        if snapshot.frame is not None:
            lines.append(
                f"light to screen {(now - snapshot.frame.captured_at) * 1e3:.0f} ms, "
                f"95 of 100 under {self._latency.p95_ms or 0:.0f} ms"
            )
        if self._budget.spared != NOTHING:
            lines.append(f"to be on time: {self._budget.spared}")
        if self._state.trouble is not None:
            lines += textwrap.wrap(self._state.trouble.text, FIGURES_WIDTH)
        return tuple(lines)

    def _sum_up(self, seconds: float) -> None:
        """Tells the log what the operator may want to know of this run."""
        told = "no mood was told"
        if self._first_mood_s is not None:
            told = f"the first mood {self._first_mood_s:.1f} s after the process began"
        LOG.info(
            "%.0f s: %.0f pictures drawn and %.0f frames looked at a second, %d frames dropped, "
            "%s, %.0f MB of memory at most",
            seconds,
            self._pictures / seconds,
            self._worker.frames / seconds,
            self._reader.dropped,
            told,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )


def _process_age_s() -> float:
    """Seconds since this process was started, imports and all (proc(5), field 22 of stat)."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
