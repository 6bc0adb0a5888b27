"""The five songs: found, begun, and over."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from device.actions import FadeOut, Finish, OfferSongs, Play
from device.contracts import Trouble
from device.states.state import DEFAULT_TIMING, Screen, State, Step, Timing, enter

if TYPE_CHECKING:
    from data.catalogue import Song


def offer(state: State, emotion: str, now: float) -> Step:
    """Tell ``emotion`` and ask for its songs; ``with_songs`` is the answer."""
    return enter(state, Screen.MOOD, now, emotion=emotion), (OfferSongs(emotion),)


def with_songs(
    state: State,
    songs: tuple[Song, ...] | Trouble,
    now: float,
    timing: Timing = DEFAULT_TIMING,
) -> Step:
    """Answer ``OfferSongs``: start the first of ``songs``, or show why there are none.

    A trouble is shown for ``timing.songs_retry`` seconds; then the visitor's mood is read anew.
    Raises ValueError for no songs and no trouble.
    """
    if isinstance(songs, Trouble):
        state = enter(state, Screen.TROUBLE, now, trouble=songs)
        return dataclasses.replace(state, retry_at=now + timing.songs_retry), ()
    if not songs:
        raise ValueError("with_songs wants at least one song, or the trouble that left none")
    return play(dataclasses.replace(state, songs=tuple(songs)), 0, now)


def play(state: State, index: int, now: float) -> Step:
    """Begin the song at ``index``."""
    state = dataclasses.replace(
        state, chosen=index, chosen_at=now, heard=False, ended_at=None, link=False
    )
    return state, (Play(state.songs[index]),)


def go_on(state: State, now: float) -> Step:
    """Begin the song after the chosen one; after the last, show the end card."""
    if state.chosen + 1 < len(state.songs):
        return play(state, state.chosen + 1, now)
    return dataclasses.replace(state, chosen=None, ended_at=now, link=False), (Finish(),)


def part(state: State, now: float, timing: Timing, *, resting: bool = False) -> Step:
    """Say goodbye and let the music fade."""
    left = enter(state, Screen.GOODBYE, now, emotion=state.emotion, resting=resting)
    return left, (FadeOut(timing.fade),)
