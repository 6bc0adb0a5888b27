"""Five songs for a mood."""

import math
import random
from collections.abc import Mapping
from typing import Literal

from data.catalogue import Song
from device.errors import MusicError
from device.music.memory import Memory

SONGS_SHOWN = 5

# What a song that was shown in the last visit loses against one that was not, of a score from
# 0 to 1, and within how many visits of the emotion that falls to a third.
# tests/benchmarks/songs_simulation.py tells what they make of likes and of variety.
PENALTY = 0.27
VISITS = 0.7
# What the distance to the nearest song chosen already adds, for each unit of valence and arousal.
VARIETY = 0.1
# What a song in a language that the visitor does not read loses.
FOREIGN = 0.15
# What the distance to its place on the ramp costs a song, in the same unit.
FIT = 1.5

# Valence and arousal at which the ramp ends, by the emotion it starts from: calm for what is
# excited, bright for what is low.
CALM, BRIGHT = (0.60, 0.27), (0.85, 0.75)
GOALS = {"angry": CALM, "fear": CALM, "sad": BRIGHT, "disgust": BRIGHT}

Mode = Literal["lift", "match"]
Place = tuple[float, float]


class Recommender:
    """Draws five songs of an emotion: those that please, not those of a moment ago.

    Thompson sampling (Thompson 1933; Chapelle & Li 2011) over Beta(1 + likes + full listens,
    1 + skips) for each emotion and song, less an exponential penalty for the visits since it was
    shown. An artist comes once if possible, and songs unlike one another are lightly preferred.

    songs: usable songs by emotion. seed: of the draws; None for others at each start. memory: of
    likes and listens; None for one that begins empty and is not kept. mode: ``match`` takes all
    five of the emotion's own songs; ``lift`` does so for emotions without a goal in ``GOALS``, and
    for those that have one makes a ramp after the iso-principle of music therapy (Altshuler 1948):
    two of the emotion's own songs, then two of the whole catalogue on the way to the goal, then
    one near it.
    """

    def __init__(
        self,
        songs: Mapping[str, tuple[Song, ...]],
        seed: int | None = None,
        memory: Memory | None = None,
        mode: Mode = "lift",
    ) -> None:
        self._songs = songs
        self._random = random.Random(seed)
        self._memory = memory or Memory()
        self._mode = mode
        self._visits: dict[str, int] = {}
        self._shown_at: dict[tuple[str, str], int] = {}

    def five(self, emotion: str, language: str = "") -> tuple[Song, ...]:
        """The next five songs in the order to play them; MusicError when the emotion has fewer.

        language: the visitor's, as ISO 639-1 code; songs in another one come later, those of which
        none is known do not.
        """
        own = self._songs.get(emotion, ())
        if len(own) < SONGS_SHOWN:
            raise MusicError(
                f"there are {len(own)} usable songs for {emotion} in data/songs/{emotion}.csv and "
                f"in the operator's library; an emotion needs {SONGS_SHOWN}. python -m data check "
                "tells what is wrong with the others."
            )
        self._visits[emotion] = self._visits.get(emotion, 0) + 1
        chosen: list[Song] = []
        if self._mode == "lift" and emotion in GOALS:
            everything = [song for songs in self._songs.values() for song in songs]
            scores = {song.id: self._score(emotion, song, language) for song in everything}
            for step in range(SONGS_SHOWN):
                if step < 2:
                    chosen.append(_best(own, chosen, scores))
                else:
                    target = _between(_middle(own), GOALS[emotion], (step - 1) / 3)
                    chosen.append(_best(everything, chosen, scores, target))
        else:
            scores = {song.id: self._score(emotion, song, language) for song in own}
            for _ in range(SONGS_SHOWN):
                chosen.append(_best(own, chosen, scores))
        for song in chosen:
            self._shown_at[emotion, song.id] = self._visits[emotion]
        self._memory.add(emotion, [song.id for song in chosen], "shown")
        return tuple(chosen)

    def told(self, emotion: str) -> None:
        """A visitor was told this mood."""
        self._memory.told(emotion)

    def liked(self, emotion: str, song: Song) -> None:
        """A visitor in this emotion said that they like the song."""
        self._memory.add(emotion, [song.id], "liked")

    def unliked(self, emotion: str, song: Song) -> None:
        """The visitor takes a like back."""
        self._memory.add(emotion, [song.id], "liked", -1)

    def listened(self, emotion: str, song: Song) -> None:
        """The preview was heard to its end in this emotion."""
        self._memory.add(emotion, [song.id], "listened")

    def skipped(self, emotion: str, song: Song) -> None:
        """The visitor left the song for another one. Leaving the kiosk says nothing of a song."""
        self._memory.add(emotion, [song.id], "skipped")

    def _score(self, emotion: str, song: Song, language: str) -> float:
        counts = self._memory.counts(emotion, song.id)
        pleases = self._random.betavariate(1 + counts.liked + counts.listened, 1 + counts.skipped)
        if language and song.language and song.language != language:
            pleases -= FOREIGN
        shown_at = self._shown_at.get((emotion, song.id))
        if shown_at is None:
            return pleases
        return pleases - PENALTY * math.exp(-(self._visits[emotion] - shown_at - 1) / VISITS)


def _best(
    songs: tuple[Song, ...] | list[Song],
    chosen: list[Song],
    scores: Mapping[str, float],
    target: Place | None = None,
) -> Song:
    """The best song that is not chosen yet, of another artist if there is one."""
    taken = {song.id for song in chosen}
    artists = {song.artist.casefold() for song in chosen}

    def worth(song: Song) -> float:
        apart = min((math.dist(_place(song), _place(other)) for other in chosen), default=0.0)
        off = math.dist(_place(song), target) if target else 0.0
        return scores[song.id] + VARIETY * apart - FIT * off

    left = [song for song in songs if song.id not in taken]
    return max([song for song in left if song.artist.casefold() not in artists] or left, key=worth)


def _place(song: Song) -> Place:
    return song.valence, song.arousal


def _middle(songs: tuple[Song, ...]) -> Place:
    valences, arousals = zip(*map(_place, songs), strict=True)
    return sum(valences) / len(songs), sum(arousals) / len(songs)


def _between(start: Place, end: Place, share: float) -> Place:
    return tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
