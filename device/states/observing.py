"""What time, sight and sound do, whatever people do."""

import dataclasses

from device.actions import FadeOut
from device.contracts import Mood, Playback, Snapshot
from device.states import playing
from device.states.acting import open_menu
from device.states.state import Menu, Screen, State, Step, Timing, enter

# Whoever relaxes while listening still wants to hear the songs.
NEVER_OFFERED = "neutral"
# Of the picture's width: a face of 16 cm 0.95 m before a lens of 66 degrees (Camera Module 3).
NEAR = 0.13


def observe(
    state: State, snapshot: Snapshot, playback: Playback, now: float, timing: Timing
) -> Step:
    """Return what is to happen ``now``."""
    if state.menu is not None and now >= state.menu_until:
        state = dataclasses.replace(state, menu=None)
    if state.screen is Screen.TROUBLE:
        return _sit_out_trouble(state, snapshot, now, timing), ()
    if snapshot.trouble is not None:
        fading = (FadeOut(timing.fade),) if state.screen is Screen.MOOD else ()
        return enter(state, Screen.TROUBLE, now, trouble=snapshot.trouble), fading

    there = _is_somebody(state, snapshot, now, timing)
    if there and state.absent_since is not None:
        # Whoever comes back is given time before being asked.
        if now - state.absent_since >= timing.rested:
            state = dataclasses.replace(state, ask_at=now + timing.unreadable)
        state = dataclasses.replace(state, absent_since=None)
    elif not there and state.absent_since is None:
        state = dataclasses.replace(state, absent_since=now)
    absent = 0.0 if state.absent_since is None else now - state.absent_since
    if state.menu is not None:
        return state, ()  # whoever chooses may lean out of the picture

    match state.screen:
        case Screen.ATTRACT if state.resting:
            over = absent >= timing.rested or now - state.since >= timing.rest_most
            return dataclasses.replace(state, resting=not over), ()
        case Screen.ATTRACT:
            return _invite(state, there and _is_near(snapshot), now, timing), ()
        case Screen.GOODBYE if there and not state.resting:
            return enter(state, Screen.LOOKING, now), ()
        case Screen.GOODBYE if now - state.since >= timing.goodbye:
            return enter(state, Screen.ATTRACT, now, resting=state.resting), ()
        case Screen.LOOKING if absent >= timing.absent_looking:
            return enter(state, Screen.GOODBYE, now), ()
        case Screen.LOOKING if snapshot.mood is not None and snapshot.mood.emotion is not None:
            return playing.offer(state, snapshot.mood.emotion, now)
        case Screen.LOOKING if there:
            return _ask(state, now, timing), ()
        case Screen.MOOD if absent >= timing.absent_mood:
            return playing.part(state, now, timing)
        case Screen.MOOD if state.songs:
            return _listen(state, snapshot.mood, playback, now, timing)
    return state, ()


def _is_somebody(state: State, snapshot: Snapshot, now: float, timing: Timing) -> bool:
    """Whether there is a face, and it is no poster, mannequin or screen."""
    if snapshot.face is None:
        return False
    limit = timing.still_mood if state.screen is Screen.MOOD else timing.still
    return snapshot.face.still_s < limit or now - state.touched_at < limit


def _is_near(snapshot: Snapshot) -> bool:
    """Whether the face is large enough to be that of somebody who wants to be looked at."""
    if snapshot.frame is None:
        return True
    return snapshot.face.box[2] >= NEAR * snapshot.frame.image.shape[1]


def _invite(state: State, near: bool, now: float, timing: Timing) -> State:
    """In ATTRACT: passers-by are left alone, who stays is looked at."""
    if not near:
        return state if state.near_since is None else dataclasses.replace(state, near_since=None)
    if state.near_since is None:
        return dataclasses.replace(state, near_since=now)
    return enter(state, Screen.LOOKING, now) if now - state.near_since >= timing.engage else state


def _ask(state: State, now: float, timing: Timing) -> State:
    """In LOOKING: a face that stays unreadable is asked how it feels."""
    due = state.since + timing.unreadable if state.ask_at is None else state.ask_at
    if now < due:
        return state
    state = dataclasses.replace(state, ask_at=now + timing.ask_again)
    return open_menu(state, Menu.MOODS, now, timing)


def _listen(
    state: State, mood: Mood | None, playback: Playback, now: float, timing: Timing
) -> Step:
    """In MOOD: offer songs for another steady mood, and go on when the preview has ended."""
    state = _offered(state, mood, now, timing)
    if state.ended_at is not None:
        if now - state.ended_at >= timing.end_shown:
            return playing.part(state, now, timing, resting=True)
        return state, ()
    if playback.song_id == state.song.id:
        return dataclasses.replace(state, heard=True), ()
    # A kiosk without sound plays nothing, and must not leaf through the songs because of that.
    grace = timing.failed_shown if state.song.id in playback.failed else timing.start_grace
    never_started = now - state.chosen_at >= grace and playback.silent_because is None
    if not state.heard and not never_started:
        return state, ()
    return playing.go_on(state, now)


def _offered(state: State, mood: Mood | None, now: float, timing: Timing) -> State:
    """Another steady mood is an offer, made once and for a while."""
    if state.offer is not None and now >= state.offer_until:
        state = dataclasses.replace(state, offer=None)
    if (
        state.corrected
        or mood is None
        or mood.emotion in (None, state.emotion, state.offer, NEVER_OFFERED, *state.offered)
        or now - mood.since < timing.steady_change
    ):
        return state
    return dataclasses.replace(
        state,
        offer=mood.emotion,
        offer_until=now + timing.offer_shown,
        offered=state.offered | {mood.emotion},
    )


def _sit_out_trouble(state: State, snapshot: Snapshot, now: float, timing: Timing) -> State:
    """In TROUBLE: keep up with what is wrong, and leave when it has passed."""
    if snapshot.trouble is not None:
        return dataclasses.replace(state, trouble=snapshot.trouble, retry_at=None)
    wait_until = state.since + timing.trouble_shown if state.retry_at is None else state.retry_at
    if now < wait_until:
        return state
    there = snapshot.face is not None
    return enter(state, Screen.LOOKING if there else Screen.ATTRACT, now)
