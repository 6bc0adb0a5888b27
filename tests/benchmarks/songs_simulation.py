"""What visitors get to hear over time: do songs repeat, are the liked ones found, does one starve?

Visitors with hidden tastes come to a kiosk with the shipped songs: each likes a song of an emotion
with a probability of its own, drawn from Beta(2, 4), so that a third of all songs is liked. They
hear the five in order, listen to the end of what they like and press the heart half of the time,
mostly skip the rest, and some leave at each song.

    python tests/benchmarks/songs_simulation.py
"""

import argparse
import dataclasses
import random
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import data
from data import catalogue
from data.catalogue import Song
from device.music.recommender import GOALS, SONGS_SHOWN, Recommender

LIKES = (2, 4)
HEART, SKIP, LEAVE = 0.5, 0.6, 0.1


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Of one emotion, or of all.

    overlap: songs in common with the visit before of the same emotion, of five.
    gain: share of liked songs among those shown, divided by that of a random choice: five of the
        emotion's songs, or two of them and three of all others where the recommender makes a ramp.
    rarest: visits in which the emotion's song that was shown least came, as a share.
    """

    overlap: float
    gain: float
    rarest: float


def simulate(
    songs: Mapping[str, tuple[Song, ...]], visitors: int, mode: str, seed: int
) -> dict[str, Outcome]:
    """Let so many visitors come, their emotions in equal parts; return the outcome by emotion."""
    chance = random.Random(seed)
    emotions = [emotion for emotion, own in songs.items() if len(own) >= SONGS_SHOWN]
    everything = [song for emotion in emotions for song in songs[emotion]]
    taste = {(e, song.id): chance.betavariate(*LIKES) for e in emotions for song in everything}
    recommender = Recommender(songs, seed=seed, mode=mode)
    before: dict[str, set[str]] = {}
    overlaps: dict[str, list[int]] = {emotion: [] for emotion in emotions}
    shown: dict[str, Counter[str]] = {emotion: Counter() for emotion in emotions}
    liked, at_random = dict.fromkeys(emotions, 0.0), dict.fromkeys(emotions, 0.0)
    for visitor in range(visitors):
        emotion = emotions[visitor % len(emotions)]
        five = recommender.five(emotion)
        ids = {song.id for song in five}
        if emotion in before:
            overlaps[emotion].append(len(ids & before[emotion]))
        before[emotion] = ids
        shown[emotion].update(ids)
        own = 2 if mode == "lift" and emotion in GOALS else SONGS_SHOWN
        others = chance.sample(songs[emotion], own) + chance.sample(everything, SONGS_SHOWN - own)
        liked[emotion] += sum(taste[emotion, song.id] for song in five)
        at_random[emotion] += sum(taste[emotion, song.id] for song in others)
        _listen(recommender, emotion, five, taste, chance)
    outcomes = {}
    for emotion in emotions:
        visits = len(overlaps[emotion]) + 1
        rarest = min(shown[emotion][song.id] for song in songs[emotion]) / visits
        mean = sum(overlaps[emotion]) / len(overlaps[emotion])
        outcomes[emotion] = Outcome(mean, liked[emotion] / at_random[emotion], rarest)
    outcomes["all"] = Outcome(
        sum(map(sum, overlaps.values())) / sum(map(len, overlaps.values())),
        sum(liked.values()) / sum(at_random.values()),
        min(outcome.rarest for outcome in outcomes.values()),
    )
    return outcomes


def _listen(
    recommender: Recommender,
    emotion: str,
    five: tuple[Song, ...],
    taste: Mapping[tuple[str, str], float],
    chance: random.Random,
) -> None:
    for song in five:
        if chance.random() < LEAVE:
            return
        if chance.random() < taste[emotion, song.id]:
            recommender.listened(emotion, song)
            if chance.random() < HEART:
                recommender.liked(emotion, song)
        elif chance.random() < SKIP:
            recommender.skipped(emotion, song)
        else:
            recommender.listened(emotion, song)  # nobody touched the kiosk


def main() -> None:
    """Print the outcome of both modes by emotion."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    songs = catalogue.read(data.FOLDER).songs
    for mode in ("lift", "match"):
        print(f"{mode}, {options.visitors} visitors")
        for emotion, outcome in simulate(songs, options.visitors, mode, options.seed).items():
            count = len(songs.get(emotion, ())) or sum(map(len, songs.values()))
            print(
                f"  {emotion:<9}{count:3} songs  overlap {outcome.overlap:.2f} of 5  "
                f"liked × {outcome.gain:.2f}  rarest in {outcome.rarest:.1%} of visits"
            )


if __name__ == "__main__":
    main()
