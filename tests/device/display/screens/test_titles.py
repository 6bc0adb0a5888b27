"""Titles are read whole: in one line, in a few, or gliding past on the card that plays."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from data import catalogue
from device.actions import Choose
from device.display.kit.theme import PALETTES
from device.display.kit.widgets import EDGE
from device.display.screens import titles
from device.display.window import Window

from ..conftest import SIZES

pytestmark = pytest.mark.usefixtures("no_fading")

LONG = "A title that is so very long that nobody would want to read it to its end " * 2


@pytest.fixture
def written(monkeypatch):
    """What was written on cards: song, whether it plays, whether all of its title is there."""
    found = []

    def wrapped(write, plays):
        def writing(kit, song, ink, width, height, *more):
            title = write(kit, song, ink, width, height, *more)
            first, last = kit.baselines(title.text)
            lines = 1 + round((last - first) / (kit.size(title.style) * title.style.leading))
            whole = kit.fit(song.title, title.style, width, lines, kit.palette.letters)[2]
            found.append((song, plays, whole or title.text.width > width))
            assert kit.baselines(title.text)[1] < height
            return title

        return writing

    monkeypatch.setattr(titles, "listed", wrapped(titles.listed, False))
    monkeypatch.setattr(titles, "playing", wrapped(titles.playing, True))
    return found


def with_songs(view, songs, chosen):
    state = dataclasses.replace(view.state, songs=songs, chosen=chosen)
    playback = dataclasses.replace(view.playback, song_id=songs[chosen].id)
    return dataclasses.replace(view, state=state, playback=playback)


# Themes whose letters are as large have lists alike.
@pytest.mark.parametrize(
    "palette", {colors.letters: palette for palette, colors in PALETTES.items()}.values()
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_titles_of_our_songs_are_whole(written, mood_view, views, size, palette):
    songs = catalogue.read(Path(catalogue.__file__).parent).songs
    window = Window(size, palette=palette)
    window.open()
    for emotion, some in songs.items():
        for first in range(0, len(some), 4):
            five = tuple((some * 2)[first : first + 5])
            window.draw(with_songs(mood_view(emotion), five, 0))
            for name in ("mood ended", "mood ended with a link"):
                state = dataclasses.replace(views[name].state, songs=five, emotion=emotion)
                window.draw(dataclasses.replace(views[name], state=state))
    window.close()
    assert not [song.title for song, _, whole in written if not whole]
    listed = {song.id for song, plays, _ in written if not plays}
    assert listed == {song.id for some in songs.values() for song in some}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_like_moves_no_title(monkeypatch, mood_view, size):
    songs = catalogue.read(Path(catalogue.__file__).parent).songs["happy"]
    drawn, draw = [], titles.draw

    def drawing(canvas, kit, title, *where):
        drawn.append((title.text, *where[:2]))
        draw(canvas, kit, title, *where)

    monkeypatch.setattr(titles, "draw", drawing)
    window = Window(size)
    window.open()
    for song in songs:
        view = with_songs(mood_view(), (song, *songs[:4]), 0)
        liked = dataclasses.replace(view.state, liked=frozenset({song.id}))
        window.draw(view)
        window.draw(dataclasses.replace(view, state=liked))
        before, after = drawn[0], drawn[len(drawn) // 2]
        assert before == after, song.title
        drawn.clear()
    window.close()


def test_a_list_has_one_size_and_a_long_title_has_the_taller_card(
    small_window, written, mood_view, make_song
):
    titles_given = ("Air", "A title that is too long for the only line of a card", *["Air"] * 3)
    songs = tuple(
        make_song(number, title=title, id=f"{number}") for number, title in enumerate(titles_given)
    )
    small_window.draw(with_songs(mood_view(), songs, 4))
    assert all(whole for *_, whole in written)
    high = [
        next(hit.area.height for hit in small_window.hits if hit.action == Choose(index))
        for index in range(5)
    ]
    assert high[1] > high[0] == high[2]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("palette", PALETTES)
def test_letters_are_as_large_as_the_theme_wants_where_a_card_has_room(
    monkeypatch, views, size, palette
):
    given, listed = [], titles.listed

    def listing(kit, song, ink, width, height, letters, failed):
        given.append(letters)
        # Heights are whole pixels.
        assert height > titles.least_height(kit, 1, letters) - 1
        return listed(kit, song, ink, width, height, letters, failed)

    monkeypatch.setattr(titles, "listed", listing)
    window = Window(size, palette=palette)
    window.open()
    sizes = {}
    for name in ("mood happy", "mood that leads somewhere", "mood ended with a link"):
        window.draw(views[name])
        (sizes[name],) = set(given)
        given.clear()
    window.close()
    assert sizes["mood happy"] == PALETTES[palette].letters
    assert size != (480, 800) or sizes["mood ended with a link"] == 1.0


@pytest.mark.parametrize("still", [False, True], ids=["moving", "still"])
@pytest.mark.parametrize("size", [(800, 480), (480, 800)], ids=str)
def test_what_fits_nowhere_glides_unless_nothing_may_move(mood_view, make_song, shown, size, still):
    songs = tuple(make_song(number, title=LONG, id=f"{number}") for number in range(5))
    view = with_songs(mood_view(), songs, 0)
    view = dataclasses.replace(view, playback=dataclasses.replace(view.playback, paused=True))
    window = Window(size, still=still)
    window.open()
    pictures = []
    for passed in (0.0, 1.0, 4.0, 4.5, 9.0):
        window.draw(dataclasses.replace(view, now=view.state.chosen_at + passed))
        areas = [hit.area for hit in window.hits if isinstance(hit.action, Choose)]
        pictures.append([shown()[r.top : r.bottom, r.left : r.right].copy() for r in areas])
    window.close()
    card = [picture[0] for picture in pictures]
    assert np.array_equal(card[0], card[1]), "it waits, so that its beginning can be read"
    for earlier, later in itertools.pairwise(card[1:]):
        assert np.array_equal(earlier, later) == still
    for other in range(1, 5):
        assert np.array_equal(pictures[0][other], pictures[-1][other])
    # At its edges it fades; the cover and the right edge of the card stay free.
    assert np.array_equal(card[0][:, -12:], card[-1][:, -12:])


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["mood happy", "bars", "mood that leads somewhere"])
def test_no_accent_runs_into_the_edge_of_a_card(views, shown, name, size):
    window = Window(size, palette="high-contrast")
    window.open()
    window.draw(views[name])
    edge = PALETTES["high-contrast"].edge
    line = max(2, window._kit.px(EDGE))
    for number in (0, 2, 3, 4):
        (card,) = (hit.area for hit in window.hits if hit.action == Choose(number))
        if number == views[name].state.chosen:
            continue
        row = shown()[:, card.left + card.width // 4 : card.left + card.width // 2]
        assert (row[card.top : card.top + line] == edge).all(), number
        assert (row[card.bottom - line : card.bottom] == edge).all(), number
    window.close()


def test_it_glides_to_its_end_and_back():
    way, pace = 400.0, 32.0
    there = titles.WAITS + way / pace
    moments = np.arange(0, there, 0.05)
    steps = [titles.glide(moment, way, pace) for moment in moments]
    assert steps == sorted(steps) and steps[0] == titles.glide(titles.WAITS, way, pace) == 0
    assert max(np.diff(steps)) <= pace * 0.05 + 1e-9
    assert titles.glide(there + titles.WAITS, way, pace) == way
    assert titles.glide(there + titles.WAITS + titles.BACK + 1, way, pace) == 0
