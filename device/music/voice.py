"""One preview that sounds. Its fades and its volume are written into its samples.

SDL_mixer changes a volume from one buffer to the next, and such a step clicks; what is changed in
the samples ahead of the place that is being played can be as smooth as it likes.
"""

import time

import numpy as np
import pygame

RATE = 44_100
BUFFER_SAMPLES = 1024
# How far ahead of the place that should be playing samples are changed. SDL fetches a buffer at
# a time, and sound servers fetch a few at once.
LEAD = 3 * BUFFER_SAMPLES
ENDING_MS = 300

Pcm = np.ndarray


class Voice:
    """A preview from some place on, which fades in, and out towards its end.

    pcm: int16 (samples, 2) at RATE, not empty. start_s: where to begin. fade_ms: of its beginning.
    gain: 0 to 1, to begin with. Needs an open mixer; making one takes some milliseconds.
    """

    def __init__(self, pcm: Pcm, start_s: float, fade_ms: int, gain: float) -> None:
        self.start_s = min(start_s, len(pcm) / RATE)
        self._source = pcm[min(round(start_s * RATE), len(pcm) - 1) :].copy()
        _fade(self._source, fade_ms)
        _fade(self._source[::-1], ENDING_MS)
        self._sound = pygame.mixer.Sound(buffer=self._source)
        self._samples = pygame.sndarray.samples(self._sound)
        self._channel: pygame.mixer.Channel | None = None
        self._began_at = 0.0
        self._gains = (1.0, 1.0)  # before and after the samples of the last glide
        self._glide = (0, 1)
        if gain != 1:
            self._write(0, 1, gain)

    def play(self) -> None:
        """Begin to sound."""
        self._channel = pygame.mixer.find_channel(force=True)
        self._channel.play(self._sound)
        self._began_at = time.monotonic()

    @property
    def sounds(self) -> bool:
        """Whether it has begun and not ended."""
        return self._channel is not None and self._channel.get_sound() is self._sound

    @property
    def gain(self) -> float:
        """The gain it has, or goes over to."""
        return self._gains[1]

    def glide(self, gain: float, milliseconds: int) -> float:
        """Go over to another gain, 0 to 1; return when that is done, in time.monotonic()."""
        head = int((time.monotonic() - self._began_at) * RATE) + LEAD
        self._write(head, RATE * milliseconds // 1000, gain)
        return self._began_at + self._glide[1] / RATE

    def stop(self) -> None:
        """Stop at once; without a click only after it has faded."""
        if self.sounds:
            self._channel.stop()

    def _write(self, head: int, count: int, gain: float) -> None:
        """Let the samples from ``head`` on go over to ``gain`` within ``count`` samples."""
        now = float(np.interp(head, self._glide, self._gains))
        head = min(head, len(self._source))
        ramp = np.linspace(now, gain, count, endpoint=False, dtype=np.float32)
        ramp = ramp[: len(self._source) - head, None]
        end = head + len(ramp)
        for part, factor in ((slice(head, end), ramp), (slice(end, None), np.float32(gain))):
            np.multiply(self._source[part], factor, out=self._samples[part], casting="unsafe")
        self._gains, self._glide = (now, gain), (head, head + count)


def _fade(pcm: Pcm, milliseconds: int) -> None:
    """Fade the beginning in, in place."""
    count = min(RATE * milliseconds // 1000, len(pcm))
    pcm[:count] = pcm[:count] * np.linspace(0, 1, count, endpoint=False)[:, None]
