"""Suggests a mood for each song of a library.

Moods are relative to the whole library, so they come last, when every new file has been measured;
songs that nobody has confirmed follow when the library grows.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from data import catalogue
from data.library import cues, mood
from data.library import facts as other_facts
from data.library.sound import RATE, SoundError
from data.library.store import Imported, Store

LICENCE = "The operator's own copy"


def measure_anew(
    store: Store, progress: Callable[[Sequence[Imported]], Iterable[Imported]]
) -> dict[str, str]:
    """Measures the previews of songs whose cues an earlier version did not know.

    progress: passes on what it is given. Returns why it could not be done, by a song's source.
    """
    import soundfile

    songs, unused = [song for song in store.songs() if song.cues is None], {}
    for song in progress(songs) if songs else ():
        try:
            audio, rate = soundfile.read(store.preview(song.id), dtype="float32", always_2d=True)
            if rate != RATE:
                raise SoundError(f"has {rate} samples a second")
            measured = cues.measure(np.ascontiguousarray(audio[:, [0, -1]]))
        except (soundfile.SoundFileError, SoundError, OSError) as error:
            unused[song.source] = f"keeps its mood, since its preview cannot be measured: {error}"
            continue
        # A preview is levelled; how loud the song was is known.
        values = dataclasses.asdict(measured)
        del values["loudness"]
        store.change(song.id, **values)
    return unused


def suggest(
    store: Store, facts: Mapping[other_facts.Key, other_facts.Fact], others: tuple[Path, ...] = ()
) -> Counter[str]:
    """Gives each song that nobody has confirmed its emotion and its row; returns how many got each.

    facts: of other projects; others: further data folders, whose titles are taken. A song without
    cues is left as it is.
    """
    songs = [song for song in store.songs() if song.cues]
    rows = {name: row for table in store.tables().values() for name, row in table.items()}
    taken = {
        (row.values["title"].casefold(), row.values["artist"].casefold())
        for folder in others
        for row in catalogue.all_rows(folder)
    }
    taken |= {(row["title"].casefold(), row["artist"].casefold()) for row in rows.values()}
    placed, counts = {}, Counter()
    suggestions = mood.suggest([song.cues for song in songs])
    for song, suggestion in zip(songs, suggestions, strict=True):
        row = rows.get(song.id) or _new_row(song, taken)
        if row["mood_by"] == "hand":
            continue
        valence, arousal = song.fact_valence, song.fact_arousal
        fact = other_facts.find(facts, song.title, song.artist)
        if fact and fact.valence is not None and fact.arousal is not None:
            valence, arousal = fact.valence, fact.arousal
        emotion, reason, by = suggestion.emotion, suggestion.reason, "auto"
        if valence is None or arousal is None:
            valence, arousal = suggestion.valence, suggestion.arousal
        else:
            (emotion, second), by = mood.nearest(valence, arousal), "dataset"
            reason = f"near {emotion}, then {second}, by another project's figures"
            store.change(song.id, fact_valence=valence, fact_arousal=arousal)
        emotion = song.given or emotion
        changes = {"valence": f"{valence:.2f}", "arousal": f"{arousal:.2f}", "mood_by": by}
        if fact and not row["album"]:
            changes["album"] = fact.album
        placed[song.id] = (emotion, row | changes)
        counts[emotion] += 1
        store.change(song.id, reason=reason)
    store.place(placed)
    return counts


def _new_row(song: Imported, taken: set[tuple[str, str]]) -> dict[str, str]:
    """A row without its mood. Another recording of the same title gets a name of its own."""
    title, number = song.title, 1
    while (title.casefold(), song.artist.casefold()) in taken:
        apart = song.album if number == 1 and song.album else str(number + 1)
        title, number = f"{song.title} ({apart})", number + 1
    taken.add((title.casefold(), song.artist.casefold()))
    return {
        **dict.fromkeys(catalogue.COLUMNS, ""),
        "id": song.id,
        "title": title,
        "artist": song.artist,
        "album": song.album,
        "year": song.year,
        "duration_s": f"{song.duration_s:.2f}",
        "preview": f"previews/{song.id}.ogg",
        "preview_start_s": "0",
        "tempo_bpm": f"{song.cues.tempo:.0f}",
        "mode": mood.mode(song.cues.majorness),
        "licence": LICENCE,
        "source": song.source,
        "source_sha256": song.source_sha256,
        "mood_by": "auto",
        "enabled": "yes",
        "language": song.language,
        "contour": song.contour,
    }
