"""Where a visitor is on the way, and how long the kiosk waits."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import TYPE_CHECKING

from data.emotions import EMOTIONS
from device.actions import Effect
from device.contracts import Trouble

if TYPE_CHECKING:
    from data.catalogue import Song


class Screen(enum.Enum):
    """What the visitor sees."""

    ATTRACT = "attract"
    LOOKING = "looking"
    MOOD = "mood"
    GOODBYE = "goodbye"
    TROUBLE = "trouble"


# The moods as they are offered; the last one is for visitors who would rather not say.
OFFERED: tuple[str | None, ...] = (
    "happy", "surprise", "neutral", "sad", "fear", "angry", "disgust", None,
)  # fmt: skip
assert {*OFFERED} == {*EMOTIONS, None}
# What those hear songs for.
UNSAID = "neutral"


class Menu(enum.Enum):
    """What a visitor can choose from, over the screen."""

    MOODS = "moods"
    LANGUAGES = "languages"


@dataclasses.dataclass(frozen=True)
class Timing:
    """How long the kiosk waits, in seconds.

    engage: a face that is near for so long begins a visit.
    still, still_mood: a face that keeps still for so long, and touches nothing, is a picture: who
        listens may be calm, so the second is for MOOD, and longer than five songs last.
    absent_looking, absent_mood: nobody there for so long ends the visit.
    goodbye: how long the goodbye is shown.
    fade: within which the music fades out.
    steady_change: how long another mood must have been told before songs for it are offered.
    offer_shown: how long such an offer stands.
    end_shown: how long the end card waits for an answer.
    unreadable: a face that cannot be read for so long is asked; ask_again: and then for so long.
    rested: who has said "Done" is a new visitor after so long away, or after rest_most at most.
    start_grace: a preview that is not heard by then counts as ended.
    failed_shown: that a preview will not play is told for so long; then the next one begins.
    trouble_shown: a trouble is shown at least so long, so that it can be read.
    songs_retry: how long to wait before asking again for songs that were missing.
    volume_shown: how long the volume stays on the screen after a touch.
    menu_shown: an open menu closes by itself after so long.
    dim_after, blank_after: nobody there for so long dims the screen, then lets the face sleep, or
        turns it dark where that is wanted.
    """

    engage: float = 0.7
    still: float = 20.0
    still_mood: float = 180.0
    absent_looking: float = 4.0
    absent_mood: float = 3.0
    goodbye: float = 2.5
    fade: float = 2.0
    steady_change: float = 3.0
    offer_shown: float = 15.0
    end_shown: float = 60.0
    unreadable: float = 8.0
    ask_again: float = 40.0
    rested: float = 1.5
    rest_most: float = 30.0
    start_grace: float = 5.0
    failed_shown: float = 1.5
    trouble_shown: float = 2.0
    songs_retry: float = 10.0
    volume_shown: float = 4.0
    menu_shown: float = 20.0
    dim_after: float = 120.0
    blank_after: float = 600.0


DEFAULT_TIMING = Timing()


@dataclasses.dataclass(frozen=True)
class State:
    """Where the visitor is on the way.

    since: when ``screen`` began.
    emotion: the one told, in MOOD and in the GOODBYE after it.
    songs: what was offered for ``emotion``; empty until ``with_songs``.
    chosen: index in ``songs`` of the one that was started last; None on the end card.
    chosen_at: when it was started.
    heard: the player has reported the chosen song since it was started.
    ended_at: since when all songs are over and the end card is shown, or None.
    offer: another steady mood, for which the visitor may have songs, or None; offer_until: how
        long; offered: the moods of which that was said already.
    absent_since: since when nobody is there, or None.
    ask_at: when a face that stays unreadable is asked next, or None for in due time.
    near_since: since when somebody is near enough in ATTRACT, or None.
    dropped: in LOOKING, it is a dropped picture that is looked at.
    touched_at: when somebody did something last.
    resting: the visitor has said "Done", and is not looked at again before having gone.
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
    unsaid: the visitor would rather not say it; ``emotion`` is only that of the songs.
    language: the one the visitor has chosen, or None.
    """

    screen: Screen = Screen.ATTRACT
    since: float = 0.0
    emotion: str | None = None
    songs: tuple[Song, ...] = ()
    chosen: int | None = None
    chosen_at: float = 0.0
    heard: bool = False
    ended_at: float | None = None
    offer: str | None = None
    offer_until: float = 0.0
    offered: frozenset[str] = frozenset()
    absent_since: float | None = None
    ask_at: float | None = None
    near_since: float | None = None
    dropped: bool = False
    touched_at: float = -math.inf
    resting: bool = False
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
    unsaid: bool = False
    language: str | None = None

    @property
    def song(self) -> Song | None:
        """The song that was started last, while the songs are not over."""
        return None if self.chosen is None else self.songs[self.chosen]


Step = tuple[State, tuple[Effect, ...]]


def enter(
    state: State,
    screen: Screen,
    now: float,
    *,
    emotion: str | None = None,
    trouble: Trouble | None = None,
    resting: bool = False,
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
        resting=resting,
        volume_until=state.volume_until,
        loud=state.loud,
        touched_at=state.touched_at,
        debug=state.debug,
        bars=state.bars and screen is Screen.MOOD,
        liked=state.liked if screen is Screen.MOOD else frozenset(),
        language=state.language if visiting else None,
    )
