"""The sound devices that there are, and the one that is opened."""

import os
import sys
from pathlib import Path

import pygame

from device.music import mixer
from device.music.voice import BUFFER_SAMPLES, RATE

# SDL's own choice first; in a service it may miss what the others find.
DRIVERS = (None, "pipewire", "pulseaudio", "alsa")


def open_mixer(output: str, sources: frozenset[str]) -> str | None:
    """Open the first device that works; return None, or why nothing can be heard.

    output: its name or a part of it, in any case; empty for SDL's own choice. sources: what
    sources() tells.
    """
    chosen = os.environ.get("SDL_AUDIODRIVER") or os.environ.get("SDL_AUDIO_DRIVER")
    if not chosen and not sources:  # ALSA would only fill the log
        return "There is no sound device."
    reasons = []
    for driver in (None,) if chosen else DRIVERS:
        try:
            if driver:
                os.environ["SDL_AUDIODRIVER"] = driver
            name = _named(output) if output else None
            pygame.mixer.init(RATE, -16, 2, BUFFER_SAMPLES, name, allowedchanges=0)
        except pygame.error as error:
            reasons.append(f"{driver or chosen or 'default'}: {error}")
        else:
            return None
        finally:
            if driver:
                del os.environ["SDL_AUDIODRIVER"]
    return f"No sound device can be opened ({'; '.join(dict.fromkeys(reasons))})."


def names() -> list[str]:
    """The names of the sound devices that SDL's driver knows; closes the one that is open.

    Raises pygame.error where there is no sound at all.
    """
    from pygame._sdl2 import audio, sdl2  # where pygame-ce has them, and documents them

    pygame.mixer.quit()
    try:
        sdl2.init_subsystem(sdl2.INIT_AUDIO)
        return audio.get_audio_device_names(False)
    except sdl2.error as error:
        raise pygame.error(str(error)) from error
    finally:
        pygame.mixer.quit()  # the mixer opens no device while SDL's audio is in use


def was_removed() -> bool:
    """Whether SDL tells that an open device was unplugged; it would go on playing to nobody."""
    if not pygame.display.get_init():
        return False  # nor are there events
    # SDL_AudioDeviceEvent: which is 0 for a device that nobody had opened.
    removed = pygame.event.get(pygame.AUDIODEVICEREMOVED)
    return any(event.which and not event.iscapture for event in removed)


def sources() -> frozenset[str]:
    """The sound cards and sound servers of this machine; elsewhere than on Linux one for all."""
    if sys.platform != "linux":
        return frozenset({sys.platform})
    servers = {"PULSE_SERVER", "PIPEWIRE_REMOTE"} & os.environ.keys()
    run = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    sockets = (run / "pipewire-0", run / "pulse/native")
    return frozenset(servers.union(map(str, filter(Path.exists, sockets)), mixer.cards()))


def _named(output: str) -> str:
    """The whole name of the first device that ``output`` is a part of; pygame.error if none is."""
    known = names()
    for name in known:
        if output.casefold() in name.casefold():
            return name
    raise pygame.error(f"none is called “{output}”; there are: {', '.join(known) or 'none'}")
