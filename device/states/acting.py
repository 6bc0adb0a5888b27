"""What people do to the kiosk, whatever is seen."""

import dataclasses
from pathlib import Path

from device.actions import (
    Action,
    Choose,
    Correct,
    Drop,
    FadeOut,
    Like,
    LookAt,
    Pause,
    Press,
    Quit,
    Resume,
    SetVolume,
    Speak,
    ToggleFullscreen,
    Unlike,
)
from device.contracts import Playback
from device.states import playing
from device.states.state import OFFERED, UNSAID, Menu, Screen, State, Step, Timing, enter

VOLUME_STEP = 0.1


def act(state: State, playback: Playback, action: Action, now: float, timing: Timing) -> Step:
    """Return what one action does."""
    state = dataclasses.replace(state, touched_at=now)
    in_mood = state.screen is Screen.MOOD and bool(state.songs)
    if state.menu is not None and action not in _BESIDE_A_MENU:
        return _act_in_menu(state, action, now)
    match action:
        case Press.LEAVE:
            return state, (Quit(),)
        case Press.TOGGLE_FULLSCREEN:
            return state, (ToggleFullscreen(),)
        case Press.TOGGLE_DEBUG:
            return dataclasses.replace(state, debug=not state.debug), ()
        case Press.SHOW_VOLUME:
            return dataclasses.replace(state, volume_until=now + timing.volume_shown), ()
        case Press.VOLUME_UP:
            return _set_volume(state, playback.volume + VOLUME_STEP, now, timing)
        case Press.VOLUME_DOWN:
            return _set_volume(state, playback.volume - VOLUME_STEP, now, timing)
        case Press.MUTE if playback.volume > 0:
            state = dataclasses.replace(state, loud=playback.volume)
            return _set_volume(state, 0.0, now, timing)
        case Press.MUTE:
            return _set_volume(state, state.loud, now, timing)
        case Drop(path):
            return _look_at(state, path, now, timing)
        case Press.TOGGLE_BARS if state.screen is Screen.MOOD:
            return dataclasses.replace(state, bars=not state.bars), ()
        case Press.LANGUAGES if state.screen is not Screen.GOODBYE:
            if state.screen is Screen.ATTRACT:
                state = enter(state, Screen.LOOKING, now)
            return open_menu(state, Menu.LANGUAGES, now, timing), ()
        case Speak(language):
            if state.screen is Screen.ATTRACT:
                state = enter(state, Screen.LOOKING, now)
            return dataclasses.replace(state, language=language), ()
    if in_mood:
        return _act_on_songs(state, playback, action, now, timing)
    if state.screen is Screen.ATTRACT:
        return enter(state, Screen.LOOKING, now), ()
    return state, ()


def _look_at(state: State, path: Path, now: float, timing: Timing) -> Step:
    """A picture is a visitor of its own; a trouble is told until vision has got over it."""
    hushing = (FadeOut(timing.fade),) if state.screen is Screen.MOOD else ()
    if state.screen is not Screen.TROUBLE:
        state = dataclasses.replace(enter(state, Screen.LOOKING, now), dropped=True)
    return state, (*hushing, LookAt(path))


def open_menu(state: State, menu: Menu, now: float, timing: Timing) -> State:
    """Let the visitor choose."""
    return dataclasses.replace(state, menu=menu, menu_until=now + timing.menu_shown)


def _act_on_songs(
    state: State, playback: Playback, action: Action, now: float, timing: Timing
) -> Step:
    """What one action does where songs are shown."""
    song = state.song
    match action:
        case Choose(index) if 0 <= index < len(state.songs):
            return playing.play(state, index, now)
        case Press.AGAIN:
            return playing.play(state, 0, now)
        case Press.DONE:
            return playing.part(state, now, timing, resting=True)
        case Press.ACCEPT if state.offer is not None:
            return playing.offer(state, state.offer, now)
        case Press.NOT_ME:
            return open_menu(state, Menu.MOODS, now, timing), ()
        case Press.NEXT if song is not None:
            return playing.go_on(state, now)
        case Press.TOGGLE_PAUSE if playback.song_id is not None:
            return state, (Resume() if playback.paused else Pause(),)
        case Press.LIKE if song is not None:
            effect = Unlike if song.id in state.liked else Like
            return (
                dataclasses.replace(state, liked=state.liked ^ {song.id}),
                (effect(state.emotion, song),),
            )
        case Press.TOGGLE_LINK if song is not None:
            return dataclasses.replace(state, link=not state.link), ()
    return state, ()


# What works as ever while a menu is open.
_BESIDE_A_MENU = (
    Press.TOGGLE_FULLSCREEN,
    Press.TOGGLE_DEBUG,
    Press.VOLUME_UP,
    Press.VOLUME_DOWN,
    Press.MUTE,
)


def _act_in_menu(state: State, action: Action, now: float) -> Step:
    """What one action does in an open menu: it chooses, or closes the menu."""
    menu, state = state.menu, dataclasses.replace(state, menu=None, absent_since=None)
    match action:
        case Choose(index) if menu is Menu.MOODS and 0 <= index < len(OFFERED):
            return _correct(state, OFFERED[index], now)
        case Correct(emotion) if menu is Menu.MOODS:
            return _correct(state, emotion, now)
        case Speak(language):
            return dataclasses.replace(state, language=language), ()
    return state, ()


def _correct(state: State, emotion: str | None, now: float) -> Step:
    """Take the visitor's word for ``emotion``; None is for who would rather not say."""
    effects, unsaid = (), emotion is None
    if (emotion or UNSAID) == state.emotion:
        state = dataclasses.replace(state, offer=None)
    else:
        state, effects = playing.offer(state, emotion or UNSAID, now)
    return dataclasses.replace(state, corrected=True, unsaid=unsaid), effects


def _set_volume(state: State, volume: float, now: float, timing: Timing) -> Step:
    volume = round(min(1.0, max(0.0, volume)), 2)
    state = dataclasses.replace(state, volume_until=now + timing.volume_shown)
    return state, (SetVolume(volume),)
