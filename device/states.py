"""The visitor's way through the kiosk, as pure functions of what is seen, heard and touched.

attract → looking → mood → goodbye → attract; trouble interrupts from anywhere and passes by
itself. Nothing here draws, plays or waits: ``advance`` answers with the next ``State`` and the
effects that the kiosk has to carry out. All times are seconds of ``time.monotonic()``.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from data.emotions import EMOTIONS
from device.actions import (
    Action,
    Choose,
    Correct,
    Drop,
    Effect,
    FadeOut,
    Like,
    LookAt,
    OfferSongs,
    Pause,
    Play,
    Press,
    Quit,
    Resume,
    SetVolume,
    Speak,
    ToggleFullscreen,
)
from device.contracts import Playback, Snapshot, Trouble

if TYPE_CHECKING:
    from data.catalogue import Song


class Screen(enum.Enum):
    """What the visitor sees."""

    ATTRACT = "attract"
    LOOKING = "looking"
    MOOD = "mood"
    GOODBYE = "goodbye"
    TROUBLE = "trouble"


class Menu(enum.Enum):
    """What a visitor can choose from, over the screen."""

    MOODS = "moods"
    LANGUAGES = "languages"


@dataclasses.dataclass(frozen=True)
class Timing:
    """How long the kiosk waits, in seconds.

    absent_looking, absent_mood: nobody there for so long ends the visit.
    goodbye: how long the goodbye is shown.
    fade: within which the music fades out.
    steady_change: how long another mood must have been told before it changes the songs.
    start_grace: a preview that is not heard by then counts as ended.
    failed_shown: that a preview will not play is told for so long; then the next one begins.
    trouble_shown: a trouble is shown at least so long, so that it can be read.
    songs_retry: how long to wait before asking again for songs that were missing.
    volume_shown: how long the volume stays on the screen after a touch.
    menu_shown: an open menu closes by itself after so long.
    dim_after, blank_after: nobody there for so long dims the screen, then turns it dark.
    """

    absent_looking: float = 4.0
    absent_mood: float = 8.0
    goodbye: float = 2.5
    fade: float = 2.0
    steady_change: float = 3.0
    start_grace: float = 5.0
    failed_shown: float = 1.5
    trouble_shown: float = 2.0
    songs_retry: float = 10.0
    volume_shown: float = 4.0
    menu_shown: float = 20.0
    dim_after: float = 120.0
    blank_after: float = 600.0


DEFAULT_TIMING = Timing()
VOLUME_STEP = 0.1
# How bright the screen is once it has dimmed, and how long that and going dark take, in seconds.
DIMMED = 0.45
DIMMING = 3.0


@dataclasses.dataclass(frozen=True)
class State:
    """Where the visitor is on the way.

    since: when ``screen`` began.
    emotion: the one told, in MOOD and in the GOODBYE after it.
    songs: what was offered for ``emotion``; empty until ``with_songs``.
    chosen: index in ``songs`` of the one that was started last.
    chosen_at: when it was started.
    heard: the player has reported the chosen song since it was started.
    upcoming: another steady mood, for which songs are offered when the preview ends.
    absent_since: since when nobody is there, or None.
    trouble: what the TROUBLE screen tells.
    retry_at: when a trouble that vision does not report is tried again.
    volume_until: how long to show the volume.
    loud: the volume that MUTE goes back to.
    debug: whether the operator wants to see the figures.
    menu: what the visitor is choosing from, or None.
    menu_until: when the menu closes by itself.
    bars: whether the seven probabilities are shown.
    link: whether the song's QR code is shown, if there is one.
    liked: ids of the songs the visitor likes.
    corrected: the visitor has said what the mood is, so that it stands whatever is seen.
    language: the one the visitor has chosen, or None.
    """

    screen: Screen = Screen.ATTRACT
    since: float = 0.0
    emotion: str | None = None
    songs: tuple[Song, ...] = ()
    chosen: int | None = None
    chosen_at: float = 0.0
    heard: bool = False
    upcoming: str | None = None
    absent_since: float | None = None
    trouble: Trouble | None = None
    retry_at: float | None = None
    volume_until: float = 0.0
    loud: float = 1.0
    debug: bool = False
    menu: Menu | None = None
    menu_until: float = 0.0
    bars: bool = False
    link: bool = False
    liked: frozenset[str] = frozenset()
    corrected: bool = False
    language: str | None = None

    @property
    def song(self) -> Song | None:
        """The song that was started last."""
        return None if self.chosen is None else self.songs[self.chosen]


Step = tuple[State, tuple[Effect, ...]]


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
        state, done = _act(state, playback, action, now, timing)
        effects += done
        for effect in done:
            if isinstance(effect, SetVolume):
                playback = dataclasses.replace(playback, volume=effect.volume)
    state, done = _observe(state, snapshot, playback, now, timing)
    return state, (*effects, *done)


def brightness(state: State, now: float, timing: Timing = DEFAULT_TIMING) -> float:
    """Return how bright the screen is, 0 to 1: a kiosk left alone dims, and then goes dark."""
    if state.screen is not Screen.ATTRACT:
        return 1.0
    alone = now - state.since
    dim = 1 - (1 - DIMMED) * min(1.0, max(0.0, (alone - timing.dim_after) / DIMMING))
    return dim * (1 - min(1.0, max(0.0, (alone - timing.blank_after) / DIMMING)))


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
        state = _enter(state, Screen.TROUBLE, now, trouble=songs)
        return dataclasses.replace(state, retry_at=now + timing.songs_retry), ()
    if not songs:
        raise ValueError("with_songs wants at least one song, or the trouble that left none")
    return _play(dataclasses.replace(state, songs=tuple(songs), upcoming=None), 0, now)


def _act(state: State, playback: Playback, action: Action, now: float, timing: Timing) -> Step:
    """What one action does, whatever is seen."""
    in_mood = state.screen is Screen.MOOD and state.songs
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
            return state, (LookAt(path),)
        case Choose(index) if in_mood and 0 <= index < len(state.songs):
            return _play(state, index, now)
        case Press.NEXT if in_mood:
            return _play(state, _following(state), now)
        case Press.TOGGLE_PAUSE if in_mood and playback.song_id is not None:
            return state, (Resume() if playback.paused else Pause(),)
        case Press.LIKE if in_mood and state.song.id not in state.liked:
            state = dataclasses.replace(state, liked=state.liked | {state.song.id})
            return state, (Like(state.emotion, state.song),)
        case Press.TOGGLE_BARS if state.screen is Screen.MOOD:
            return dataclasses.replace(state, bars=not state.bars), ()
        case Press.TOGGLE_LINK if in_mood:
            return dataclasses.replace(state, link=not state.link), ()
        case Press.NOT_ME if in_mood:
            return _open(state, Menu.MOODS, now, timing), ()
        case Press.LANGUAGES if state.screen in (Screen.ATTRACT, Screen.LOOKING):
            if state.screen is Screen.ATTRACT:
                state = _enter(state, Screen.LOOKING, now)
            return _open(state, Menu.LANGUAGES, now, timing), ()
    if state.screen is Screen.ATTRACT:
        return _enter(state, Screen.LOOKING, now), ()
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
        case Choose(index) if menu is Menu.MOODS and 0 <= index < len(EMOTIONS):
            return _correct(state, EMOTIONS[index], now)
        case Correct(emotion) if menu is Menu.MOODS:
            return _correct(state, emotion, now)
        case Speak(language):
            return dataclasses.replace(state, language=language), ()
    return state, ()


def _open(state: State, menu: Menu, now: float, timing: Timing) -> State:
    return dataclasses.replace(state, menu=menu, menu_until=now + timing.menu_shown)


def _correct(state: State, emotion: str, now: float) -> Step:
    if emotion == state.emotion:
        return dataclasses.replace(state, corrected=True, upcoming=None), ()
    state, effects = _offer(state, emotion, now)
    return dataclasses.replace(state, corrected=True), effects


def _observe(
    state: State, snapshot: Snapshot, playback: Playback, now: float, timing: Timing
) -> Step:
    """What time, sight and sound do."""
    if state.screen is Screen.TROUBLE:
        return _sit_out_trouble(state, snapshot, now, timing), ()
    if snapshot.trouble is not None:
        fading = (FadeOut(timing.fade),) if state.screen is Screen.MOOD else ()
        return _enter(state, Screen.TROUBLE, now, trouble=snapshot.trouble), fading

    there = snapshot.face is not None
    if there:
        state = dataclasses.replace(state, absent_since=None)
    elif state.absent_since is None:
        state = dataclasses.replace(state, absent_since=now)
    absent = 0.0 if state.absent_since is None else now - state.absent_since
    if state.menu is not None:
        # Whoever chooses may lean out of the picture.
        if now < state.menu_until:
            return state, ()
        state = dataclasses.replace(state, menu=None)

    match state.screen:
        case Screen.ATTRACT if there:
            return _enter(state, Screen.LOOKING, now), ()
        case Screen.GOODBYE if there:
            return _enter(state, Screen.LOOKING, now), ()
        case Screen.GOODBYE if now - state.since >= timing.goodbye:
            return _enter(state, Screen.ATTRACT, now), ()
        case Screen.LOOKING if absent >= timing.absent_looking:
            return _enter(state, Screen.GOODBYE, now), ()
        case Screen.LOOKING if snapshot.mood is not None and snapshot.mood.emotion is not None:
            return _offer(state, snapshot.mood.emotion, now)
        case Screen.MOOD if absent >= timing.absent_mood:
            emotion = state.emotion
            return _enter(state, Screen.GOODBYE, now, emotion=emotion), (FadeOut(timing.fade),)
        case Screen.MOOD:
            return _listen(state, snapshot, playback, now, timing)
    return state, ()


def _listen(
    state: State, snapshot: Snapshot, playback: Playback, now: float, timing: Timing
) -> Step:
    """In MOOD: note another steady mood, and go on when the preview has ended."""
    if not state.songs:
        return state, ()
    mood = snapshot.mood
    upcoming = None
    if (
        not state.corrected
        and mood is not None
        and mood.emotion not in (None, state.emotion)
        and now - mood.since >= timing.steady_change
    ):
        upcoming = mood.emotion
    state = dataclasses.replace(state, upcoming=upcoming)

    if playback.song_id == state.song.id:
        return dataclasses.replace(state, heard=True), ()
    # A kiosk without sound plays nothing, and must not leaf through the songs because of that.
    grace = timing.failed_shown if state.song.id in playback.failed else timing.start_grace
    never_started = now - state.chosen_at >= grace and playback.silent_because is None
    if not state.heard and not never_started:
        return state, ()
    if upcoming is not None:
        return _offer(state, upcoming, now)
    return _play(state, _following(state), now)


def _sit_out_trouble(state: State, snapshot: Snapshot, now: float, timing: Timing) -> State:
    """In TROUBLE: keep up with what is wrong, and leave when it has passed."""
    if snapshot.trouble is not None:
        return dataclasses.replace(state, trouble=snapshot.trouble, retry_at=None)
    wait_until = state.since + timing.trouble_shown if state.retry_at is None else state.retry_at
    if now < wait_until:
        return state
    there = snapshot.face is not None
    return _enter(state, Screen.LOOKING if there else Screen.ATTRACT, now)


def _enter(
    state: State,
    screen: Screen,
    now: float,
    *,
    emotion: str | None = None,
    trouble: Trouble | None = None,
) -> State:
    """Begin ``screen`` with what a person chose, and nothing else left over from the last one.

    What a visitor chose is forgotten when the visit is over.
    """
    visiting = screen is not Screen.ATTRACT
    return State(
        screen=screen,
        since=now,
        emotion=emotion,
        trouble=trouble,
        volume_until=state.volume_until,
        loud=state.loud,
        debug=state.debug,
        bars=state.bars and screen is Screen.MOOD,
        liked=state.liked if screen is Screen.MOOD else frozenset(),
        language=state.language if visiting else None,
    )


def _offer(state: State, emotion: str, now: float) -> Step:
    return _enter(state, Screen.MOOD, now, emotion=emotion), (OfferSongs(emotion),)


def _play(state: State, index: int, now: float) -> Step:
    state = dataclasses.replace(state, chosen=index, chosen_at=now, heard=False)
    return state, (Play(state.songs[index]),)


def _following(state: State) -> int:
    return 0 if state.chosen is None else (state.chosen + 1) % len(state.songs)


def _set_volume(state: State, volume: float, now: float, timing: Timing) -> Step:
    volume = round(min(1.0, max(0.0, volume)), 2)
    state = dataclasses.replace(state, volume_until=now + timing.volume_shown)
    return state, (SetVolume(volume),)
