"""Changes one song of the operator's library."""

from collections.abc import Mapping

import data
from data import catalogue
from data.errors import DataError
from data.library import mood
from data.library.store import Store


def move(store: Store, name: str, emotion: str) -> None:
    """Puts a song to an emotion and marks it as judged by hand. Raises DataError.

    Valence and arousal stay where the emotion does, else they go half-way to the new one's.
    """
    where, row = find(store, name)
    changes = {"mood_by": "hand"}
    if emotion != where:
        valence, arousal = mood.towards(emotion, float(row["valence"]), float(row["arousal"]))
        changes |= {"valence": f"{valence:.2f}", "arousal": f"{arousal:.2f}"}
    store.place({name: (emotion, row | changes)})


def enable(store: Store, name: str, enabled: bool) -> None:
    """Offers a song to visitors, or no longer. Raises DataError."""
    emotion, row = find(store, name)
    store.place({name: (emotion, row | {"enabled": "yes" if enabled else "no"})})


def remove(store: Store, name: str) -> None:
    """Removes a song, its preview and all that is known of its file. Raises DataError."""
    find(store, name)
    store.remove(name)


def find(store: Store, name: str) -> tuple[str, dict[str, str]]:
    """A song's emotion and row. Raises DataError if the library does not have it."""
    for emotion, table in store.tables().items():
        if name in table:
            return emotion, table[name]
    if any(row.values["id"] == name for row in catalogue.all_rows(data.FOLDER)):
        raise DataError(f"{name} is one of the shipped songs, which are read-only")
    raise DataError(f"No song {name} in {store.folder}; python -m data list shows all")


def is_enabled(row: Mapping[str, str]) -> bool:
    """Whether a row's song is offered to visitors."""
    return row["enabled"].casefold() in ("yes", "true", "1")
