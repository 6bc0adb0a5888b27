"""Five songs for a mood."""

import random
from collections import deque
from collections.abc import Mapping

from data.catalogue import Song
from device.errors import MusicError

SONGS_SHOWN = 5


class Recommender:
    """Draws five songs of an emotion, those shown longest ago first, an artist once if possible.

    songs: usable songs by emotion. seed: of the draws; None for others at each start.
    """

    def __init__(self, songs: Mapping[str, tuple[Song, ...]], seed: int | None = None):
        self._random = random.Random(seed)
        self._queues: dict[str, deque[Song]] = {}
        for emotion, of_emotion in songs.items():
            shuffled = list(of_emotion)
            self._random.shuffle(shuffled)
            self._queues[emotion] = deque(shuffled)

    def five(self, emotion: str) -> tuple[Song, ...]:
        """The next five songs; MusicError when the emotion has fewer."""
        queue = self._queues.get(emotion, deque())
        if len(queue) < SONGS_SHOWN:
            raise MusicError(
                f"data/songs/{emotion}.csv has {len(queue)} usable songs; it needs "
                f"{SONGS_SHOWN}. python -m data check tells what is wrong with the others."
            )
        chosen: list[Song] = []
        artists: set[str] = set()
        for song in queue:
            if len(chosen) < SONGS_SHOWN and song.artist.casefold() not in artists:
                chosen.append(song)
                artists.add(song.artist.casefold())
        # Too few artists: fill up with those waiting longest, whoever made them.
        chosen += [song for song in queue if song not in chosen][: SONGS_SHOWN - len(chosen)]
        for song in chosen:
            queue.remove(song)
        queue.extend(chosen)
        self._random.shuffle(chosen)
        return tuple(chosen)
