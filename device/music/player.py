"""Plays the previews, one after another, with soft edges, and goes on muted without a sound card.

All calls come from one thread, the one that draws, and return at once: a worker thread opens the
sound device and decodes. ``tick`` has to be called a few times a second; it starts what has been
decoded and notices what has ended.
"""

import collections
import contextlib
import logging
import time
from collections.abc import Iterable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pygame

from data.catalogue import Song
from device.contracts import Playback
from device.errors import MusicError
from device.music import outputs
from device.music.voice import RATE, Pcm, Voice

log = logging.getLogger(__name__)

OPENING_S, CLOSING_S = 3.0, 0.5
# A closed device is looked for so often. What is there and does not open is tried less and less
# often, since ALSA writes ten lines and more into the log each time.
RETRY_S, RETRY_AT_MOST_S = 4.0, 64.0
# SDL's driver that plays to nobody, as --headless asks.
UNHEARD = "dummy"
EDGE_MS = 15
CROSSFADE_MS = 300
PAUSE_MS = 60
VOLUME_MS = 60
STUCK_S = 2.0
CACHED_SONGS = 6


class Player:
    """The kiosk's loudspeaker.

    output: the name of the sound device, or a part of it, in any case; empty for SDL's own choice.
    failed: the ids of songs whose preview would not decode; when played they end at once.
    finished_song_id: the song that came to its end by itself (or failed), until the next play().
    """

    def __init__(self, output: str = "") -> None:
        self._output = output
        self.failed: frozenset[str] = frozenset()
        self.finished_song_id: str | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="sound")
        self._decoded: collections.OrderedDict[str, Pcm] = collections.OrderedDict()
        self._waiting: list[tuple[Song, Future]] = []
        self._opening: Future | None = None
        self._loading: Future | None = None
        self._fade_ms = EDGE_MS
        self._voice: Voice | None = None
        self._fading: list[tuple[Voice, float]] = []
        self._silent_because: str | None = "The sound device is not open yet."
        self._tried: frozenset[str] = frozenset()
        self._look_at = self._retry_at = 0.0
        self._pause_s = RETRY_S
        self._now = time.monotonic()
        self._song: Song | None = None
        self._length_s = 0.0
        self._position_s = 0.0
        self._began_at: float | None = None
        self._paused = False
        self._volume = self._ceiling = 1.0

    def open(self) -> None:
        """Look for a sound device; without one, status() says why and tick() looks again.

        Returns after OPENING_S even if the device hangs; then tick() waits for it.
        """
        self._start_opening(outputs.sources())
        futures.wait([self._opening], OPENING_S)
        self._finish_opening()

    def close(self) -> None:
        """Stop at once and release the sound device, unless it hangs."""
        self._song = self._loading = None
        self._forget_voices()
        self._put_off()
        idle = self._worker.submit(lambda: None)
        self._worker.shutdown(wait=False)
        if futures.wait([idle], CLOSING_S).done:
            pygame.mixer.quit()
        else:
            log.warning("The sound device hangs and is left to itself.")

    def play(self, song: Song, fade_ms: int = CROSSFADE_MS) -> None:
        """Play a preview from its beginning; what plays fades out while it fades in.

        fade_ms: length of that cross-fade; where nothing played, the preview sets in within
        EDGE_MS.
        """
        playing = self._voice is not None
        self.finished_song_id = None
        self._song, self._paused = song, False
        self._length_s, self._position_s = song.duration_s - song.preview_start_s, 0.0
        self._began_at = None if self._audible else self._now
        if self._audible:
            self._load(max(fade_ms, EDGE_MS) if playing else EDGE_MS)

    def prepare(self, songs: Iterable[Song]) -> None:
        """Decode these songs in the background, so that play() starts them without delay.

        The last CACHED_SONGS are kept; songs of an earlier call that still wait are given up.
        """
        if self._audible:
            self._put_off()
            self._warm_up(songs)

    def pause(self) -> None:
        """Stop where the song is, until resume(); without a song, do nothing."""
        if self._song is None or self._paused:
            return
        self._position_s, self._began_at = self._position(), None
        self._paused = True
        self._silence(PAUSE_MS)

    def resume(self) -> None:
        """Go on where pause() stopped."""
        if self._song is None or not self._paused:
            return
        self._paused = False
        if self._audible:
            self._load(PAUSE_MS)
        else:
            self._began_at = self._now - self._position_s

    def fade_out(self, seconds: float = 1.0) -> None:
        """Let the song die away; for status() it is over at once."""
        self._song = None
        self._silence(round(seconds * 1000))

    @property
    def volume(self) -> float:
        """0 to 1, as a factor of the amplitude; never above the ceiling."""
        return min(self._volume, self._ceiling)

    @volume.setter
    def volume(self, volume: float) -> None:
        before = self.volume
        self._volume = min(max(volume, 0.0), 1.0)
        self._glide_from(before)

    @property
    def ceiling(self) -> float:
        """What the volume is held down to, 0 to 1; when it rises, so does the volume again."""
        return self._ceiling

    @ceiling.setter
    def ceiling(self, ceiling: float) -> None:
        before = self.volume
        self._ceiling = ceiling
        self._glide_from(before)

    def status(self) -> Playback:
        """What plays, as of the last tick()."""
        return Playback(
            song_id=self._song.id if self._song else None,
            position_s=self._position() if self._song else 0.0,
            length_s=self._length_s if self._song else 0.0,
            paused=self._paused and self._song is not None,
            volume=self.volume,
            silent_because=self._silent_because,
            failed=self.failed,
        )

    def tick(self, now: float) -> None:
        """Take note of the time (monotonic seconds): start, end and retry what is due."""
        self._now = max(now, self._now)
        self._finish_opening()
        self._finish_loading()
        self._stop_faded()
        if self._audible and outputs.was_removed():
            self._lose_device("The sound device is gone.")
        if not self._audible and self._opening is None and self._now >= self._look_at:
            self._look_for_device()
        if self._song is None or self._began_at is None:
            return
        if self._voice is not None:
            if not self._voice.sounds:
                self._end()
            elif self._now - self._began_at > self._length_s + STUCK_S:
                # It should be over long since: nobody takes the samples.
                if pygame.mixer.get_driver() == UNHEARD:
                    self._end()  # a busy machine, and no device that could have stopped
                else:
                    self._lose_device("The sound device has stopped.")
        elif self._position() >= self._length_s:
            self._end()

    @property
    def _audible(self) -> bool:
        return self._silent_because is None

    def _position(self) -> float:
        if self._began_at is None:
            return self._position_s
        return min(self._now - self._began_at, self._length_s)

    def _end(self) -> None:
        self.finished_song_id = self._song.id
        if self._voice is not None:
            self._voice.stop()
        self._song = self._voice = self._loading = None

    def _silence(self, fade_ms: int) -> None:
        """Fade out what can be heard and forget what was being loaded."""
        self._loading = None
        if self._voice is not None:
            self._fading.append((self._voice, self._voice.glide(0.0, fade_ms)))
            self._voice = None

    def _stop_faded(self) -> None:
        # Some buffers later than by the clock, since a device may lag behind it.
        due = self._now - 0.2
        for voice, silent_at in self._fading:
            if silent_at < due:
                voice.stop()
        self._fading = [(voice, at) for voice, at in self._fading if at >= due]

    def _glide_from(self, before: float) -> None:
        if self._voice is not None and self.volume != before:
            self._voice.glide(self.volume, VOLUME_MS)

    def _forget_voices(self) -> None:
        self._voice, self._fading = None, []

    # The sound device

    def _look_for_device(self) -> None:
        """Try again if it is time, and at once where a card or a sound server came or went."""
        self._look_at = self._now + RETRY_S
        sources = outputs.sources()
        if sources != self._tried:
            self._pause_s = RETRY_S
        elif self._now < self._retry_at:
            return
        self._start_opening(sources)

    def _start_opening(self, sources: frozenset[str]) -> None:
        self._tried = sources
        self._opening = self._worker.submit(self._open_mixer)

    def _open_mixer(self) -> str | None:
        pygame.mixer.quit()
        self._decoded.clear()  # what is decoded may not suit the next device
        return outputs.open_mixer(self._output, self._tried)

    def _finish_opening(self) -> None:
        if self._opening is None or not self._opening.done():
            return
        because = self._opening.result()
        self._opening = None
        if because is not None:
            self._look_at, self._retry_at = self._now + RETRY_S, self._now + self._pause_s
            self._pause_s = min(2 * self._pause_s, RETRY_AT_MOST_S)
            if because != self._silent_because:
                log.warning("%s The kiosk goes on without sound.", because)
            self._silent_because = because
            return
        self._silent_because, self._pause_s = None, RETRY_S
        log.info("The sound device is open.")
        if self._song is not None and not self._paused:
            self._load(CROSSFADE_MS)

    def _lose_device(self, because: str) -> None:
        """Go on by the clock, and have tick() open a device anew, which joins in there."""
        log.warning("%s The kiosk looks for one again.", because)
        self._silent_because = because
        self._look_at = self._retry_at = self._now
        self._loading = None
        self._forget_voices()
        if self._song is not None and not self._paused:
            self._began_at = self._now - self._position()

    # Decoding

    def _load(self, fade_ms: int) -> None:
        """Have the worker make a sound of the current song, before anything else it has to do."""
        waiting = self._put_off()
        if self._loading is not None:
            self._loading.cancel()
        self._fade_ms = fade_ms
        self._loading = self._worker.submit(self._cut, self._song, self._position(), fade_ms)
        self._warm_up(waiting)

    def _put_off(self) -> list[Song]:
        """Take back the songs that prepare() asked for and nobody decodes yet."""
        songs = [song for song, future in self._waiting if future.cancel()]
        self._waiting = []
        return songs

    def _warm_up(self, songs: Iterable[Song]) -> None:
        self._waiting = [(song, self._worker.submit(self._warm, song)) for song in songs]

    def _warm(self, song: Song) -> None:
        """Fill the cache; what is wrong with the song is noted by then."""
        with contextlib.suppress(MusicError):
            self._decode(song)

    def _decode(self, song: Song) -> Pcm:
        """Return the preview as int16 (samples, 2); MusicError if it cannot be played.

        Runs in the worker. The first failure of a song is told to the log.
        """
        if song.id not in self._decoded:
            try:
                raw = pygame.mixer.Sound(str(song.preview)).get_raw()
                pcm = np.frombuffer(raw, np.int16).reshape(-1, 2)
                pcm = pcm[round(song.preview_start_s * RATE) :]
                if not len(pcm):
                    raise MusicError("it holds no sound")
            except (pygame.error, OSError, MusicError) as error:
                if song.id not in self.failed:
                    log.warning("%s cannot be played (%s). It is skipped.", song.preview, error)
                self.failed = self.failed | {song.id}
                raise MusicError(f"{song.preview}: cannot be played.") from error
            self.failed = self.failed - {song.id}
            self._decoded[song.id] = pcm
        self._decoded.move_to_end(song.id)
        while len(self._decoded) > CACHED_SONGS:
            self._decoded.popitem(last=False)
        return self._decoded[song.id]

    def _cut(self, song: Song, start_s: float, fade_ms: int) -> tuple[Voice, float]:
        """Return a voice of the song from ``start_s`` on, and the song's length in seconds."""
        pcm = self._decode(song)
        return Voice(pcm, start_s, fade_ms, self.volume), len(pcm) / RATE

    def _finish_loading(self) -> None:
        if self._loading is None or not self._loading.done():
            return
        loading = self._loading
        self._silence(self._fade_ms)
        try:
            voice, self._length_s = loading.result()
        except MusicError:
            self._end()
            return
        voice.play()
        self._voice = voice
        self._glide_from(voice.gain)  # the volume may have changed meanwhile
        self._began_at = self._now - voice.start_s
