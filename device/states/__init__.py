"""The visitor's way through the kiosk, as pure functions of what is seen, heard and touched.

attract → looking → mood → goodbye → attract; trouble interrupts from anywhere and passes by
itself. Nothing here draws, plays or waits: ``advance`` answers with the next ``State`` and the
effects that the kiosk has to carry out. All times are seconds of ``time.monotonic()``.
"""

import dataclasses

from device.actions import Action, Effect, LookAt, SetVolume
from device.contracts import Playback, Snapshot
from device.states.acting import act
from device.states.observing import observe
from device.states.playing import with_songs
from device.states.state import DEFAULT_TIMING, OFFERED, Menu, Screen, State, Step, Timing

__all__ = [
    "DEFAULT_TIMING",
    "DIMMED",
    "DIMMING",
    "OFFERED",
    "Menu",
    "Screen",
    "State",
    "Step",
    "Timing",
    "advance",
    "brightness",
    "is_quiet",
    "repose",
    "with_songs",
]

# How bright the screen is once it has dimmed, and how long that and what follows take, in seconds.
DIMMED = 0.45
DIMMING = 3.0
# So long after a visit or a touch the music, and all that moved because of it, have come to rest.
SETTLES = 1.0


def advance(
    state: State,
    snapshot: Snapshot,
    playback: Playback,
    actions: tuple[Action, ...] | list[Action],
    now: float,
    timing: Timing = DEFAULT_TIMING,
) -> Step:
    """Return the state after ``actions`` and after what is seen and heard ``now``, with effects.

    An ``OfferSongs`` among the effects must be answered by ``with_songs`` before the next call.
    """
    effects: list[Effect] = []
    for action in actions:
        state, done = act(state, playback, action, now, timing)
        effects += done
        for effect in done:
            if isinstance(effect, SetVolume):
                playback = dataclasses.replace(playback, volume=effect.volume)
    if any(isinstance(effect, LookAt) for effect in effects):
        return state, tuple(effects)  # the snapshot still shows who was there before
    state, done = observe(state, snapshot, playback, now, timing)
    return state, (*effects, *done)


def brightness(
    state: State, now: float, timing: Timing = DEFAULT_TIMING, dark_hours: bool = False
) -> float:
    """Return how bright the screen is, 0 to 1: a kiosk left alone dims.

    dark_hours: whether it is an hour in which it then goes dark, too.
    """
    dim = 1 - (1 - DIMMED) * _left_for(timing.dim_after, state, now)
    return dim * (1 - _left_for(timing.blank_after, state, now) * dark_hours)


def repose(state: State, now: float, timing: Timing = DEFAULT_TIMING) -> float:
    """Return how much of the first screen has given way to a sleeping face, 0 to 1.

    A trouble goes on to be told, so that somebody sees it.
    """
    return _left_for(timing.blank_after, state, now) * (state.screen is Screen.ATTRACT)


def _left_for(seconds: float, state: State, now: float) -> float:
    """How far that has come, 0 to 1, which begins when nobody has been there for ``seconds``."""
    if state.screen not in (Screen.ATTRACT, Screen.TROUBLE) or state.menu is not None:
        return 0.0
    alone = now - max(state.since, state.touched_at)
    return min(1.0, max(0.0, (alone - seconds) / DIMMING))


def is_quiet(state: State, now: float) -> bool:
    """Whether the first screen has been left to itself for a moment, and nobody is near."""
    left = state.screen is Screen.ATTRACT and state.menu is None and state.near_since is None
    return left and now - max(state.since, state.touched_at) >= SETTLES
