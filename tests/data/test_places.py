from pathlib import Path

import pytest

import data
from data import catalogue, places


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/x"}, "/var/lib/a"),
        ({"XDG_STATE_HOME": "/x"}, "/x/mood-kiosk"),
        ({"XDG_STATE_HOME": "relative"}, "/home/kiosk/.local/state/mood-kiosk"),
        ({}, "/home/kiosk/.local/state/mood-kiosk"),
    ],
)
def test_the_state_folder(monkeypatch, variables, folder):
    for name in ("STATE_DIRECTORY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/kiosk")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert places.state_folder() == Path(folder)
    assert places.song_folders() == (data.FOLDER, Path(folder))


def test_two_folders_make_one_catalogue(library, make_row, preview, tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    (own / "songs").mkdir()
    (own / "previews").mkdir()
    rows = [
        make_row("own-1"),
        make_row("happy-1"),
        make_row("own-2", title="title OF happy-3"),
    ]
    for row in rows:
        (own / row["preview"]).write_bytes(preview)
    catalogue.write(own / "songs" / "happy.csv", rows)
    found = catalogue.read_all((library, own, own / "missing"), ("happy",))
    names = [song.id for song in found.songs["happy"]]
    assert names == [*(f"happy-{number}" for number in range(5)), "own-1"]
    assert found.songs["happy"][-1].preview == (own / "previews" / "own-1.ogg").resolve()
    told = [str(fault).partition("happy.csv, ")[2] for fault in found.faults]
    assert told == [
        "line 3: id 'happy-1' stands already in happy.csv, line 3",
        "line 4: 'title OF happy-3' by 'Somebody' stands already in happy.csv, line 5",
    ]
