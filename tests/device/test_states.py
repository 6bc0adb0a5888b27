import dataclasses
from pathlib import Path

import numpy as np
import pytest

from data.catalogue import Song
from data.emotions import EMOTIONS
from device.actions import (
    Choose,
    Correct,
    Drop,
    FadeOut,
    Finish,
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
    Unlike,
)
from device.contracts import NOTHING_SEEN, Face, Frame, Mood, Playback, Trouble
from device.states import (
    DEFAULT_TIMING,
    DIMMED,
    DIMMING,
    OFFERED,
    Menu,
    Screen,
    State,
    Timing,
    advance,
    brightness,
    is_quiet,
    repose,
    with_songs,
)

SILENCE = Playback()
UNPLUGGED = Trouble("CAMERA", "The camera is not plugged in.")
NOBODY = dataclasses.replace(NOTHING_SEEN, at=1.0)


def song(number: int, emotion: str = "happy") -> Song:
    return Song(
        id=f"{emotion}-{number}",
        title=f"Title {number}",
        artist="Artist",
        album="",
        year=1900,
        duration_s=25.0,
        preview=Path("/previews/song.ogg"),
        preview_start_s=0.0,
        valence=0.5,
        arousal=0.5,
        tempo_bpm=None,
        mode="",
        licence="Public domain",
        source="",
        source_sha256="",
        mood_by="hand",
        enabled=True,
        emotion=emotion,
    )


FIVE = tuple(song(number) for number in range(5))


def seen(emotion: str | None = None, since: float = 0.0):
    """Somebody is there; ``emotion`` is told since ``since``."""
    settled = 0.4 if emotion is None else 1.0
    mood = Mood(emotion, 0.7, settled, since, (1 / 7,) * 7)
    return dataclasses.replace(NOBODY, face=Face((10, 10, 80, 80)), mood=mood)


def playing(index: int, **more) -> Playback:
    return Playback(FIVE[index].id, 3.0, 25.0, **more)


def in_mood(chosen: int = 0, at: float = 100.0) -> State:
    """Happy songs are offered and ``chosen`` has been heard since ``at``."""
    state, _ = with_songs(State(Screen.MOOD, at, "happy"), FIVE, at)
    if chosen:
        state, _ = advance(state, seen("happy"), playing(0), [Choose(chosen)], at)
    state, _ = advance(state, seen("happy"), playing(chosen), [], at)
    assert state.heard
    return state


def test_a_visit_from_the_first_face_to_the_next_visitor():
    state, effects = advance(State(), NOBODY, SILENCE, [], 1.0)
    assert (state.screen, effects) == (Screen.ATTRACT, ())
    state, effects = advance(state, seen(), SILENCE, [], 2.0)
    assert (state.screen, effects) == (Screen.ATTRACT, ())
    state, effects = advance(state, seen(), SILENCE, [], 2.0 + DEFAULT_TIMING.engage)
    assert (state.screen, state.since, effects) == (Screen.LOOKING, 2.7, ())
    state, effects = advance(state, seen(), SILENCE, [], 3.0)
    assert (state.screen, state.since, effects) == (Screen.LOOKING, 2.7, ())
    state, effects = advance(state, seen("happy"), SILENCE, [], 4.0)
    assert (state.screen, state.emotion) == (Screen.MOOD, "happy")
    assert effects == (OfferSongs("happy"),)
    state, effects = with_songs(state, FIVE, 4.0)
    assert (state.songs, state.song) == (FIVE, FIVE[0])
    assert effects == (Play(FIVE[0]),)
    state, effects = advance(state, seen("happy"), playing(0), [], 5.0)
    assert (state.screen, effects) == (Screen.MOOD, ())
    state, _ = advance(state, NOBODY, playing(0), [], 6.0)
    state, effects = advance(state, NOBODY, playing(0), [], 6.0 + DEFAULT_TIMING.absent_mood)
    assert (state.screen, state.emotion) == (Screen.GOODBYE, "happy")
    assert effects == (FadeOut(DEFAULT_TIMING.fade),)
    left = state.since + DEFAULT_TIMING.goodbye
    state, effects = advance(state, NOBODY, SILENCE, [], left)
    assert (state.screen, state.emotion, state.songs, effects) == (Screen.ATTRACT, None, (), ())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_gets_its_songs(emotion):
    looking = State(Screen.LOOKING, 1.0)
    state, effects = advance(looking, seen(emotion), SILENCE, [], 2.0)
    assert (state.screen, state.emotion, effects) == (Screen.MOOD, emotion, (OfferSongs(emotion),))


@pytest.mark.parametrize(
    ("start", "wait"),
    [(State(Screen.LOOKING, 50.0), "absent_looking"), (in_mood(at=50.0), "absent_mood")],
)
def test_only_a_long_absence_ends_the_visit(start, wait):
    timing = Timing(absent_looking=4.0, absent_mood=8.0)
    limit = getattr(timing, wait)
    state, _ = advance(start, NOBODY, playing(0), [], 60.0, timing)
    almost, _ = advance(state, NOBODY, playing(0), [], 60.0 + limit - 0.01, timing)
    assert almost.screen is start.screen
    back, _ = advance(almost, seen(), playing(0), [], 60.0 + limit, timing)
    assert (back.screen, back.absent_since) == (start.screen, None)
    again, _ = advance(back, NOBODY, playing(0), [], 61.0 + limit, timing)
    assert again.screen is start.screen
    gone, _ = advance(again, NOBODY, playing(0), [], 61.0 + 2 * limit, timing)
    assert gone.screen is Screen.GOODBYE


def test_whoever_comes_back_during_goodbye_is_looked_at():
    goodbye = State(Screen.GOODBYE, 10.0, "sad")
    still, _ = advance(goodbye, NOBODY, SILENCE, [], 10.0 + DEFAULT_TIMING.goodbye - 0.01)
    assert still.screen is Screen.GOODBYE
    back, effects = advance(still, seen(), SILENCE, [], 11.0)
    assert (back.screen, back.emotion, effects) == (Screen.LOOKING, None, ())


def test_leaving_while_looked_at_fades_nothing():
    looking = State(Screen.LOOKING, 1.0, absent_since=1.0)
    state, effects = advance(looking, NOBODY, SILENCE, [], 9.0)
    assert (state.screen, effects) == (Screen.GOODBYE, ())


@pytest.mark.parametrize("action", [Press.TAP, Press.NEXT, Press.TOGGLE_PAUSE, Choose(0)])
def test_a_touch_wakes_the_kiosk(action):
    state, effects = advance(State(), NOBODY, SILENCE, [action], 5.0)
    assert (state.screen, state.absent_since, effects) == (Screen.LOOKING, 5.0, ())
    state, _ = advance(state, NOBODY, SILENCE, [], 5.0 + DEFAULT_TIMING.absent_looking)
    assert state.screen is Screen.GOODBYE


@pytest.mark.parametrize("index", range(5))
def test_a_chosen_song_plays(index):
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Choose(index)], 101.0)
    assert (state.chosen, state.song) == (index, FIVE[index])
    assert effects == (Play(FIVE[index]),)


@pytest.mark.parametrize("index", [-1, 5])
def test_a_song_that_is_not_there_cannot_be_chosen(index):
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Choose(index)], 101.0)
    assert (state.chosen, effects) == (0, ())


@pytest.mark.parametrize("action", [Choose(1), Press.NEXT, Press.TOGGLE_PAUSE])
@pytest.mark.parametrize("screen", [Screen.LOOKING, Screen.GOODBYE])
def test_songs_can_be_chosen_only_where_they_are_shown(screen, action):
    state, effects = advance(State(screen, 100.0), NOBODY, SILENCE, [action], 101.0)
    assert (state.screen, state.chosen, effects) == (screen, None, ())


def test_pause_and_resume():
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Press.TOGGLE_PAUSE], 101.0)
    assert effects == (Pause(),)
    paused = playing(0, paused=True)
    state, effects = advance(state, seen("happy"), paused, [], 900.0)
    assert (state.chosen, effects) == (0, ())
    _, effects = advance(state, seen("happy"), paused, [Press.TOGGLE_PAUSE], 901.0)
    assert effects == (Resume(),)


def test_next_goes_on_and_from_the_last_song_to_the_end_card():
    _, effects = advance(in_mood(3), seen("happy"), playing(3), [Press.NEXT], 101.0)
    assert effects == (Play(FIVE[4]),)
    state, effects = advance(in_mood(4), seen("happy"), playing(4), [Press.NEXT], 101.0)
    assert (state.ended_at, state.song, effects) == (101.0, None, (Finish(),))


@pytest.mark.parametrize("after", [SILENCE, playing(4)])
def test_when_a_preview_ends_the_following_one_plays(after):
    state, effects = advance(in_mood(1), seen("happy"), after, [], 125.0)
    assert (state.chosen, state.heard, effects) == (2, False, (Play(FIVE[2]),))


def test_a_song_that_starts_late_is_waited_for():
    state, _ = with_songs(State(Screen.MOOD, 100.0, "happy"), FIVE, 100.0)
    almost = 100.0 + DEFAULT_TIMING.start_grace - 0.01
    state, effects = advance(state, seen("happy"), SILENCE, [], almost)
    assert (state.chosen, effects) == (0, ())
    state, effects = advance(state, seen("happy"), SILENCE, [], almost + 0.01)
    assert (state.chosen, effects) == (1, (Play(FIVE[1]),))


def test_a_song_that_will_not_play_is_passed_over_once_that_was_told():
    state, _ = with_songs(State(Screen.MOOD, 100.0, "happy"), FIVE, 100.0)
    failed = dataclasses.replace(SILENCE, failed=frozenset({FIVE[0].id}))
    told = 100.0 + DEFAULT_TIMING.failed_shown
    state, effects = advance(state, seen("happy"), failed, [], told - 0.01)
    assert (state.chosen, effects) == (0, ())
    state, effects = advance(state, seen("happy"), failed, [], told)
    assert (state.chosen, effects) == (1, (Play(FIVE[1]),))


def test_a_kiosk_without_sound_stays_with_its_song():
    state, _ = with_songs(State(Screen.MOOD, 100.0, "happy"), FIVE, 100.0)
    mute = Playback(silent_because="There is no loudspeaker.")
    state, effects = advance(state, seen("happy"), mute, [], 900.0)
    assert (state.screen, state.chosen, effects) == (Screen.MOOD, 0, ())


class Evening:
    """A visit step by step: the player does what the states ask of it, each preview for 25 s."""

    def __init__(self, emotion="sad"):
        self.now, self.state, self.playback = 0.0, State(), SILENCE
        self.face = seen()
        self.played, self.effects, self.ends_at = [], [], None
        self.look(emotion)

    def look(self, emotion):
        """From now on the face says this, or there is none."""
        self.face = NOBODY if emotion is None else seen(emotion, since=self.now)

    def go(self, seconds, *actions):
        """Lets time pass, in tenths of a second; what is done is done at once."""
        for tenth in range(round(seconds * 10)):
            self.now += 0.1
            if self.ends_at is not None and self.now >= self.ends_at:
                self.playback, self.ends_at = SILENCE, None
            done = actions if tenth == 0 else ()
            self.state, effects = advance(self.state, self.face, self.playback, done, self.now)
            for effect in effects:
                self.carry_out(effect)

    def carry_out(self, effect):
        self.effects.append(effect)
        match effect:
            case OfferSongs(emotion):
                five = tuple(song(number, emotion) for number in range(5))
                self.state, more = with_songs(self.state, five, self.now)
                for one in more:
                    self.carry_out(one)
            case Play(one):
                self.played.append(one.id)
                self.playback, self.ends_at = Playback(one.id, 0.0, 25.0), self.now + 25
            case FadeOut():
                self.playback, self.ends_at = SILENCE, None


@pytest.mark.parametrize("calm", [False, True], ids=["moves", "keeps still"])
def test_whoever_relaxes_hears_all_five_songs_and_then_the_end_card(calm):
    visit = Evening("sad")
    visit.go(1)
    visit.look("neutral")
    for _ in range(5 * 25 + 2):
        visit.go(1)
        if calm:
            still(visit, 0.0)
    assert visit.played == [song(number, "sad").id for number in range(5)]
    assert visit.state.screen is Screen.MOOD
    assert visit.state.ended_at is not None
    assert visit.state.offer is None, "calm is no reason for other songs"
    assert visit.effects[-1] == Finish()
    visit.go(DEFAULT_TIMING.end_shown)
    assert visit.played[5:] == [], "they do not begin again by themselves"


def test_the_five_can_be_heard_again():
    visit = Evening()
    visit.go(5 * 25 + 3)
    visit.go(0.1, Press.AGAIN)
    assert (visit.state.chosen, visit.state.ended_at) == (0, None)
    assert len(visit.played) == 6
    visit.go(5 * 25 + 3)
    visit.go(0.1, Choose(3))
    assert (visit.state.chosen, visit.state.ended_at) == (3, None)


def test_another_steady_mood_is_an_offer_that_may_be_taken():
    visit = Evening("happy")
    visit.go(1)
    visit.look("surprise")
    visit.go(DEFAULT_TIMING.steady_change - 0.1)
    assert visit.state.offer is None
    visit.go(0.2)
    assert (visit.state.emotion, visit.state.offer) == ("happy", "surprise")
    visit.go(0.1, Press.ACCEPT)
    assert (visit.state.emotion, visit.state.offer) == ("surprise", None)
    assert visit.played[-1] == song(0, "surprise").id


def test_an_offer_lapses_and_is_not_made_twice():
    visit = Evening("happy")
    visit.go(1)
    visit.look("surprise")
    visit.go(DEFAULT_TIMING.steady_change + DEFAULT_TIMING.offer_shown + 1)
    assert visit.state.offer is None
    visit.go(1)
    visit.go(0.1, Press.ACCEPT)
    assert (visit.state.emotion, visit.state.offer) == ("happy", None)
    visit.look("angry")
    visit.go(DEFAULT_TIMING.steady_change + 0.2)
    assert visit.state.offer == "angry"


def test_uncertainty_offers_nothing():
    state, effects = advance(in_mood(), seen(None, since=100.0), playing(0), [], 140.0)
    assert (state.emotion, state.offer, effects) == ("happy", None, ())


@pytest.mark.parametrize("ended", [False, True])
def test_done_ends_the_visit_and_the_same_visitor_is_left_alone(ended):
    visit = Evening()
    visit.go(5 * 25 + 3 if ended else 5)
    visit.go(0.1, Press.DONE)
    assert visit.state.screen is Screen.GOODBYE
    assert visit.effects[-1] == FadeOut(DEFAULT_TIMING.fade)
    visit.go(DEFAULT_TIMING.goodbye + 5)
    assert visit.state.screen is Screen.ATTRACT, "still standing there"
    visit.look(None)
    visit.go(DEFAULT_TIMING.rested + 0.2)
    visit.look("happy")
    visit.go(DEFAULT_TIMING.engage + 0.5)
    assert visit.state.emotion == "happy", "somebody else"


def test_whoever_is_done_may_begin_anew_with_a_touch_or_by_staying():
    for actions, seconds in (((Press.TAP,), 0.2), ((), DEFAULT_TIMING.rest_most + 1)):
        visit = Evening()
        visit.go(5)
        visit.go(0.1, Press.DONE)
        visit.go(DEFAULT_TIMING.goodbye + 1)
        visit.go(seconds, *actions)
        assert visit.state.screen is Screen.MOOD


def test_an_end_card_that_nobody_answers_is_done():
    visit = Evening()
    visit.go(5 * 25 + 3 + DEFAULT_TIMING.end_shown)
    assert visit.state.resting
    assert visit.state.screen is Screen.GOODBYE


@pytest.mark.parametrize(("width", "engaged"), [(82, False), (84, True)])
def test_passers_by_are_left_alone(width, engaged):
    frame = Frame(np.zeros((480, 640, 3), np.uint8), 0.0)
    face = dataclasses.replace(seen(), frame=frame, face=Face((10, 10, width, width)))
    visit = Evening()
    visit.face = face
    visit.go(DEFAULT_TIMING.engage - 0.1)
    assert visit.state.screen is Screen.ATTRACT
    visit.face = NOBODY
    visit.go(0.3)
    visit.face = face
    visit.go(DEFAULT_TIMING.engage - 0.1)
    assert visit.state.screen is Screen.ATTRACT, "the time before does not count"
    visit.go(0.3)
    assert (visit.state.screen is Screen.LOOKING) == engaged
    visit.face = dataclasses.replace(face, face=Face((10, 10, 60, 60))) if engaged else face
    visit.go(3)
    assert (visit.state.screen is Screen.LOOKING) == engaged, "who is looked at may lean back"


def still(visit, since):
    """The face that is seen has not moved since then."""
    face = dataclasses.replace(visit.face.face, still_s=visit.now - since)
    visit.face = dataclasses.replace(visit.face, face=face)


def test_a_poster_is_one_visit_at_most_and_then_rests_for_hours():
    visit, screens = Evening("happy"), []
    for _ in range(8 * 360):
        visit.go(1)
        still(visit, 0.0)
        visit.now += 9
        screens.append(visit.state.screen)
    assert visit.effects.count(OfferSongs("happy")) == 1
    assert set(screens[30:]) == {Screen.ATTRACT}
    assert brightness(visit.state, visit.now) < 1
    visit.look("sad")
    visit.go(2)
    assert visit.state.emotion == "sad", "somebody alive"


def test_a_listener_who_keeps_still_but_touches_is_no_poster():
    visit = Evening("sad")
    visit.go(2)
    for _ in range(10):
        still(visit, 0.0)
        visit.go(10, Press.LIKE)
    assert visit.state.screen is Screen.MOOD


def test_a_face_that_stays_unreadable_is_asked():
    visit = Evening()
    visit.face = seen()
    visit.go(DEFAULT_TIMING.engage + DEFAULT_TIMING.unreadable)
    assert (visit.state.screen, visit.state.menu) == (Screen.LOOKING, None)
    visit.go(0.3)
    assert visit.state.menu is Menu.MOODS
    visit.go(0.1, Correct("fear"))
    assert (visit.state.emotion, visit.state.corrected) == ("fear", True)
    assert visit.played == [song(0, "fear").id]


def test_a_question_that_is_not_answered_is_asked_again_later():
    visit = Evening()
    visit.face = seen()
    visit.go(DEFAULT_TIMING.engage + DEFAULT_TIMING.unreadable + 0.3)
    visit.go(DEFAULT_TIMING.menu_shown)
    assert visit.state.menu is None
    visit.go(DEFAULT_TIMING.ask_again - DEFAULT_TIMING.menu_shown + 0.5)
    assert visit.state.menu is Menu.MOODS


@pytest.mark.parametrize("screen", [Screen.ATTRACT, Screen.LOOKING, Screen.MOOD, Screen.TROUBLE])
def test_the_language_can_be_reached_from_every_screen(screen):
    start = in_mood() if screen is Screen.MOOD else State(screen, 100.0, trouble=UNPLUGGED)
    face = dataclasses.replace(NOBODY, trouble=UNPLUGGED if screen is Screen.TROUBLE else None)
    open_, _ = advance(start, face, playing(0), [Press.LANGUAGES], 101.0)
    assert open_.menu is Menu.LANGUAGES
    spoken, _ = advance(open_, face, playing(0), [Speak("de")], 102.0)
    assert (spoken.menu, spoken.language) == (None, "de")
    closed, _ = advance(open_, face, playing(0), [], 101.0 + DEFAULT_TIMING.menu_shown)
    assert closed.menu is None


def test_a_language_touched_on_the_first_screen_begins_the_visit_in_it():
    state, _ = advance(State(), NOBODY, SILENCE, [Speak("fr")], 10.0)
    assert (state.screen, state.language) == (Screen.LOOKING, "fr")


@pytest.mark.parametrize(
    "screen", [Screen.ATTRACT, Screen.LOOKING, Screen.MOOD, Screen.GOODBYE, Screen.TROUBLE]
)
def test_trouble_interrupts_and_passes(screen):
    blind = dataclasses.replace(NOBODY, trouble=UNPLUGGED)
    start = in_mood() if screen is Screen.MOOD else State(screen, 100.0, trouble=UNPLUGGED)
    state, effects = advance(start, blind, SILENCE, [], 101.0)
    assert (state.screen, state.trouble) == (Screen.TROUBLE, UNPLUGGED)
    assert effects == ((FadeOut(DEFAULT_TIMING.fade),) if screen is Screen.MOOD else ())
    state, _ = advance(state, blind, SILENCE, [Press.TAP, Choose(0)], 500.0)
    assert state.screen is Screen.TROUBLE
    state, effects = advance(state, NOBODY, SILENCE, [], 501.0)
    assert (state.screen, state.trouble, effects) == (Screen.ATTRACT, None, ())


def test_a_short_trouble_stays_long_enough_to_be_read():
    blind = dataclasses.replace(NOBODY, trouble=UNPLUGGED)
    state, _ = advance(State(), blind, SILENCE, [], 10.0)
    state, _ = advance(state, seen(), SILENCE, [], 10.0 + DEFAULT_TIMING.trouble_shown - 0.01)
    assert state.screen is Screen.TROUBLE
    state, _ = advance(state, seen(), SILENCE, [], 10.0 + DEFAULT_TIMING.trouble_shown)
    assert state.screen is Screen.LOOKING


def test_another_trouble_takes_the_place_of_the_first():
    other = Trouble("MODEL", "The model is damaged.")
    state, _ = advance(State(), dataclasses.replace(NOBODY, trouble=UNPLUGGED), SILENCE, [], 10.0)
    state, _ = advance(state, dataclasses.replace(NOBODY, trouble=other), SILENCE, [], 11.0)
    assert (state.screen, state.trouble, state.since) == (Screen.TROUBLE, other, 10.0)


def test_missing_songs_are_asked_for_again():
    missing = Trouble("SONGS", "There are no songs for sad.")
    state, effects = with_songs(State(Screen.MOOD, 10.0, "sad"), missing, 10.0)
    assert (state.screen, state.trouble, effects) == (Screen.TROUBLE, missing, ())
    retry = 10.0 + DEFAULT_TIMING.songs_retry
    state, _ = advance(state, seen("sad"), SILENCE, [], retry - 0.01)
    assert state.screen is Screen.TROUBLE
    state, _ = advance(state, seen("sad"), SILENCE, [], retry)
    assert state.screen is Screen.LOOKING
    _, effects = advance(state, seen("sad"), SILENCE, [], retry + 0.03)
    assert effects == (OfferSongs("sad"),)


def test_no_songs_without_a_reason_is_a_mistake():
    with pytest.raises(ValueError, match="at least one song"):
        with_songs(State(Screen.MOOD, 10.0, "sad"), (), 10.0)


@pytest.mark.parametrize("screen", Screen)
def test_what_works_everywhere(screen):
    trouble = UNPLUGGED if screen is Screen.TROUBLE else None
    start = State(screen, 10.0, trouble=trouble)
    view = dataclasses.replace(NOBODY, trouble=trouble)
    for action, effect in [
        (Press.LEAVE, Quit()),
        (Press.TOGGLE_FULLSCREEN, ToggleFullscreen()),
    ]:
        state, effects = advance(start, view, SILENCE, [action], 11.0)
        assert (state.screen, effects) == (screen, (effect,))
    state, effects = advance(start, view, SILENCE, [Press.TOGGLE_DEBUG], 11.0)
    assert (state.screen, state.debug, effects) == (screen, True, ())
    assert not advance(state, view, SILENCE, [Press.TOGGLE_DEBUG], 12.0)[0].debug


@pytest.mark.parametrize("screen", [Screen.ATTRACT, Screen.LOOKING, Screen.MOOD, Screen.GOODBYE])
def test_a_dropped_picture_is_looked_at_as_a_new_visitor(screen):
    drop, looked = [Drop(Path("/tmp/me.jpg"))], LookAt(Path("/tmp/me.jpg"))
    # What was seen before does not count any more.
    before = dataclasses.replace(seen("sad"), at=11.01)
    state, effects = advance(State(screen, 10.0), before, SILENCE, drop, 11.0)
    assert (state.screen, state.since, state.dropped) == (Screen.LOOKING, 11.0, True)
    hushed = (FadeOut(DEFAULT_TIMING.fade),) if screen is Screen.MOOD else ()
    assert effects == (*hushed, looked)
    nobody = dataclasses.replace(NOBODY, at=11.1)
    state, _ = advance(state, nobody, SILENCE, [], 11.1)
    over = 11.2 + DEFAULT_TIMING.absent_looking
    state, _ = advance(state, nobody, SILENCE, [], over)  # there is nobody in it
    assert (state.screen, state.dropped) == (Screen.GOODBYE, False)


def test_a_picture_dropped_while_there_is_trouble_is_shown_when_it_has_passed():
    start = State(Screen.TROUBLE, 10.0, trouble=UNPLUGGED)
    view = dataclasses.replace(NOBODY, trouble=UNPLUGGED)
    state, effects = advance(start, view, SILENCE, [Drop(Path("/tmp/me.jpg"))], 11.0)
    assert (state.screen, effects) == (Screen.TROUBLE, (LookAt(Path("/tmp/me.jpg")),))


def test_volume_goes_in_steps_within_its_bounds():
    up = [Press.VOLUME_UP] * 2
    _, effects = advance(State(), NOBODY, Playback(volume=0.75), up, 1.0)
    assert effects == (SetVolume(0.85), SetVolume(0.95))
    _, effects = advance(State(), NOBODY, Playback(volume=0.95), up, 1.0)
    assert effects == (SetVolume(1.0), SetVolume(1.0))
    _, effects = advance(State(), NOBODY, Playback(volume=0.05), [Press.VOLUME_DOWN], 1.0)
    assert effects == (SetVolume(0.0),)


def test_mute_comes_back_to_the_volume_before():
    state, effects = advance(State(), NOBODY, Playback(volume=0.6), [Press.MUTE], 1.0)
    assert effects == (SetVolume(0.0),)
    state, effects = advance(state, NOBODY, Playback(volume=0.0), [Press.MUTE], 2.0)
    assert effects == (SetVolume(0.6),)
    assert state.volume_until == 2.0 + DEFAULT_TIMING.volume_shown


def test_the_operators_choices_outlive_the_screen():
    state, _ = advance(State(), NOBODY, Playback(volume=0.6), [Press.MUTE, Press.TOGGLE_DEBUG], 1.0)
    state, _ = advance(state, seen(), SILENCE, [], 2.0)
    state, _ = advance(state, seen(), SILENCE, [], 3.0)
    assert (state.screen, state.debug, state.loud) == (Screen.LOOKING, True, 0.6)
    assert state.volume_until == 1.0 + DEFAULT_TIMING.volume_shown


def test_actions_of_one_moment_follow_each_other():
    both = [Press.NEXT, Press.NEXT, Press.TOGGLE_PAUSE]
    state, effects = advance(in_mood(), seen("happy"), playing(0), both, 101.0)
    assert (state.chosen, effects) == (2, (Play(FIVE[1]), Play(FIVE[2]), Pause()))


def test_a_second_touch_takes_a_like_back():
    state, effects = advance(in_mood(2), seen("happy"), playing(2), [Press.LIKE], 101.0)
    assert (state.liked, effects) == ({FIVE[2].id}, (Like("happy", FIVE[2]),))
    state, effects = advance(state, seen("happy"), playing(2), [Press.LIKE], 102.0)
    assert (state.liked, effects) == (frozenset(), (Unlike("happy", FIVE[2]),))


def test_a_visitor_corrects_the_mood_and_it_stays():
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Press.NOT_ME], 101.0)
    assert (state.menu, effects) == (Menu.MOODS, ())
    state, effects = advance(state, seen("happy"), playing(0), [Correct("sad")], 102.0)
    assert (state.screen, state.emotion, state.menu) == (Screen.MOOD, "sad", None)
    assert effects == (OfferSongs("sad"),)
    blue = tuple(song(number, "sad") for number in range(5))
    state, _ = with_songs(state, blue, 102.0)
    state, _ = advance(state, seen("happy", 103.0), Playback(blue[0].id), [], 200.0)
    assert state.offer is None
    state, effects = advance(state, seen("happy", 103.0), SILENCE, [], 201.0)
    assert (state.emotion, effects) == ("sad", (Play(blue[1]),))
    state, _ = advance(state, NOBODY, SILENCE, [], 202.0)
    state, _ = advance(state, NOBODY, SILENCE, [], 202.0 + DEFAULT_TIMING.absent_mood)
    assert (state.screen, state.corrected) == (Screen.GOODBYE, False)


def test_correcting_to_the_same_mood_keeps_its_songs():
    both = [Press.NOT_ME, Correct("happy")]
    state, effects = advance(in_mood(), seen("happy"), playing(0), both, 101.0)
    assert (state.corrected, state.songs, effects) == (True, FIVE, ())


@pytest.mark.parametrize("index", range(7))
def test_digits_choose_in_the_menu_of_moods_as_it_is_shown(index):
    both = [Press.NOT_ME, Choose(index)]
    state, _ = advance(in_mood(), seen("happy"), playing(0), both, 101.0)
    assert (state.emotion, state.corrected) == (OFFERED[index], True)


@pytest.mark.parametrize("unsaid", [Choose(7), Correct(None)])
def test_who_would_rather_not_say_hears_calm_songs(unsaid):
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Press.NOT_ME, unsaid], 101.0)
    assert (state.emotion, state.corrected, state.menu) == ("neutral", True, None)
    assert state.unsaid
    assert OfferSongs("neutral") in effects


def test_who_says_it_after_all_is_told_so():
    calm = dataclasses.replace(in_mood(), emotion="neutral")
    both = [Press.NOT_ME, Correct(None)]
    state, effects = advance(calm, seen("neutral"), playing(0), both, 101.0)
    assert (state.unsaid, state.songs, effects) == (True, FIVE, ()), "the songs are calm already"
    both = [Press.NOT_ME, Correct("neutral")]
    state, effects = advance(state, seen("neutral"), playing(0), both, 102.0)
    assert (state.unsaid, state.songs, effects) == (False, FIVE, ())
    state, _ = advance(state, seen("neutral"), playing(0), [Press.NOT_ME, Correct("sad")], 103.0)
    assert (state.emotion, state.unsaid) == ("sad", False)


def test_there_is_no_ninth_in_the_menu_of_moods():
    both = [Press.NOT_ME, Choose(8)]
    state, _ = advance(in_mood(), seen("happy"), playing(0), both, 101.0)
    assert (state.emotion, state.corrected, state.menu) == ("happy", False, None)


@pytest.mark.parametrize("action", [Press.LEAVE, Press.TAP, Press.NEXT])
def test_anything_else_closes_a_menu_and_does_nothing_more(action):
    state, _ = advance(in_mood(), seen("happy"), playing(0), [Press.NOT_ME], 101.0)
    state, effects = advance(state, seen("happy"), playing(0), [action], 102.0)
    assert (state.screen, state.menu, state.chosen, effects) == (Screen.MOOD, None, 0, ())


def test_a_menu_waits_for_a_visitor_out_of_the_picture_and_then_closes():
    start, _ = advance(State(), NOBODY, SILENCE, [Press.LANGUAGES], 10.0)
    assert (start.screen, start.menu) == (Screen.LOOKING, Menu.LANGUAGES)
    almost, _ = advance(start, NOBODY, SILENCE, [], 10.0 + DEFAULT_TIMING.menu_shown - 0.01)
    assert (almost.screen, almost.menu) == (Screen.LOOKING, Menu.LANGUAGES)
    spoken, _ = advance(almost, NOBODY, SILENCE, [Speak("de")], 10.0 + DEFAULT_TIMING.menu_shown)
    assert (spoken.screen, spoken.menu, spoken.language) == (Screen.LOOKING, None, "de")
    closed, _ = advance(almost, NOBODY, SILENCE, [], 10.0 + DEFAULT_TIMING.menu_shown)
    assert (closed.screen, closed.menu) == (Screen.GOODBYE, None)


def test_the_language_lasts_as_long_as_the_visit():
    state = State(Screen.LOOKING, 1.0, language="de")
    state, _ = advance(state, seen("happy"), SILENCE, [], 2.0)
    assert (state.screen, state.language) == (Screen.MOOD, "de")
    goodbye = State(Screen.GOODBYE, 1.0, language="de")
    state, _ = advance(goodbye, NOBODY, SILENCE, [], 1.0 + DEFAULT_TIMING.goodbye)
    assert (state.screen, state.language) == (Screen.ATTRACT, None)


def test_bars_stay_through_a_change_of_mood_and_end_with_it():
    state, _ = advance(in_mood(), seen("happy"), playing(0), [Press.TOGGLE_BARS], 101.0)
    assert state.bars
    other, _ = advance(state, seen("happy"), playing(0), [Press.NOT_ME, Correct("sad")], 102.0)
    assert (other.emotion, other.bars) == ("sad", True)
    assert not advance(state, seen("happy"), playing(0), [Press.TOGGLE_BARS], 102.0)[0].bars


@pytest.mark.parametrize("screen", [Screen.ATTRACT, Screen.LOOKING, Screen.GOODBYE])
@pytest.mark.parametrize("action", [Press.LIKE, Press.NOT_ME, Press.TOGGLE_BARS])
def test_what_belongs_to_songs_does_nothing_elsewhere(screen, action):
    state, effects = advance(State(screen, 100.0), seen(), SILENCE, [action], 100.1)
    assert (state.liked, state.menu, state.bars, effects) == (frozenset(), None, False, ())


def test_showing_the_volume_changes_nothing():
    state, effects = advance(in_mood(), seen("happy"), playing(0), [Press.SHOW_VOLUME], 101.0)
    assert (state.volume_until, effects) == (101.0 + DEFAULT_TIMING.volume_shown, ())


def test_a_kiosk_left_alone_dims_then_sleeps_or_goes_dark_and_a_face_wakes_it():
    timing = Timing(dim_after=120, blank_after=600)
    times = [50.0 + t for t in (0, 120, 130, 600, 600 + DIMMING / 2, 610)]
    alone = State(since=50.0)
    lights = [brightness(alone, at, timing) for at in times]
    assert lights == pytest.approx([1.0, 1.0, *[DIMMED] * 4])
    lights = [brightness(alone, at, timing, dark_hours=True) for at in times]
    assert lights == pytest.approx([1.0, 1.0, DIMMED, DIMMED, DIMMED / 2, 0.0])
    asleep = [repose(alone, at, timing) for at in times]
    assert asleep == pytest.approx([0.0, 0.0, 0.0, 0.0, 0.5, 1.0])
    awake, _ = advance(State(since=50.0), seen(), SILENCE, [], 1999.0, timing)
    awake, _ = advance(awake, seen(), SILENCE, [], 2000.0, timing)
    assert brightness(awake, 2000.0, timing, dark_hours=True) == 1.0
    assert repose(awake, 2000.0, timing) == 0.0


def test_a_kiosk_in_trouble_dims_and_in_dark_hours_goes_dark_and_a_touch_lights_it():
    timing = Timing(dim_after=120, blank_after=600)
    trouble = State(Screen.TROUBLE, 50.0, trouble=UNPLUGGED)
    assert brightness(trouble, 50.0 + 130, timing) == pytest.approx(DIMMED)
    assert brightness(trouble, 50.0 + 8 * 3600, timing) == pytest.approx(DIMMED)
    assert repose(trouble, 50.0 + 8 * 3600, timing) == 0.0, "it goes on to be told"
    assert brightness(trouble, 50.0 + 8 * 3600, timing, dark_hours=True) == 0.0
    blind = dataclasses.replace(NOBODY, trouble=UNPLUGGED)
    lit, _ = advance(trouble, blind, SILENCE, [Press.TAP], 5000.0, timing)
    assert brightness(lit, 5000.0, timing) == 1.0
    assert brightness(lit, 5130.0, timing) == pytest.approx(DIMMED)


def test_the_first_screen_is_quiet_while_nobody_is_near_or_touches_it():
    alone = State(since=100.0)
    assert not is_quiet(alone, 100.5)
    assert is_quiet(alone, 102.0)
    assert not is_quiet(dataclasses.replace(alone, touched_at=101.5), 102.0)
    assert not is_quiet(dataclasses.replace(alone, near_since=101.9), 102.0)
    assert not is_quiet(dataclasses.replace(alone, menu=Menu.LANGUAGES), 102.0)
    assert not is_quiet(dataclasses.replace(alone, screen=Screen.MOOD), 102.0)
