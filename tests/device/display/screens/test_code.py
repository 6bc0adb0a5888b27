import dataclasses

import cv2
import numpy as np
import pygame
import pytest

from device import states
from device.actions import Choose, Press
from device.contracts import NOTHING_SEEN, Face, Playback
from device.display.kit.theme import PIXELS_PER_MM_AT_8, Theme
from device.display.screens import code
from device.display.window import Window

from ..conftest import SIZES

pytestmark = pytest.mark.usefixtures("no_fading")

TEMPLATE = "https://example.org/search?q={artist}+{title}"


@pytest.fixture
def linked(mood_view):
    def make(chosen: int, shown: bool = True, **more):
        view = mood_view(chosen=chosen, link=TEMPLATE, **more)
        return dataclasses.replace(view, state=dataclasses.replace(view.state, link=shown))

    return make


def test_the_gaps_are_filled_and_percent_encoded(make_song):
    song = make_song(title="Für Elise & more?", artist="Ludwig", album="A/B")
    assert code.link("https://x.org/{album}?q={title}+{artist}#{title}", song) == (
        "https://x.org/A%2FB?q=F%C3%BCr%20Elise%20%26%20more%3F+Ludwig#F%C3%BCr%20Elise%20%26%20more%3F"
    )
    assert len(code.link("https://x.org/{title}", make_song(title="字" * 9000))) < 600


@pytest.mark.parametrize("size", [(800, 480), (1920, 1080), (480, 800)])
@pytest.mark.parametrize("chosen", [0, 3])
def test_a_phone_can_read_it_off_the_screen(linked, shown, size, chosen):
    window = Window(size)
    window.open()
    view = linked(chosen)
    window.draw(view)
    picture = cv2.cvtColor(shown(), cv2.COLOR_RGB2GRAY)
    window.close()
    # As a camera has it: from a little aside, not quite sharp.
    height, width = picture.shape
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    aside = corners + np.float32([[15, 10], [-5, 0], [0, -15], [10, 0]])
    seen = cv2.warpPerspective(
        picture, cv2.getPerspectiveTransform(corners, aside), picture.shape[::-1]
    )
    seen = cv2.resize(seen, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    for image in (picture, cv2.GaussianBlur(seen, (0, 0), 1)):
        # The older cv2.QRCodeDetector misses some flawless pictures.
        text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
        assert text == code.link(TEMPLATE, view.state.song)


def test_the_playing_card_has_its_button(linked, window):
    window.draw(linked(1, shown=False))
    found = [hit for hit in window.hits if hit.action is Press.TOGGLE_LINK]
    (button,) = found
    card = next(hit for hit in window.hits if hit.action == Choose(1))
    assert card.area.contains(button.area)
    assert window.hits.index(button) < window.hits.index(card)
    assert min(button.area.size) >= 9 * PIXELS_PER_MM_AT_8
    window.draw(linked(1))
    assert [hit.action for hit in window.hits].count(Press.TOGGLE_LINK) == 1, "it closes the code"


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["mood with a code", "mood ended with a link"])
def test_it_can_be_read_from_an_arms_length(views, monkeypatch, size, name):
    """It is 60 mm and more wide on a display of 7 inches, and larger on larger ones."""
    drawn = []
    monkeypatch.setattr(code, "draw", lambda canvas, kit, square, text: drawn.append(square))
    window = Window(size)
    window.open()
    window.draw(views[name])
    window.close()
    (square,) = drawn
    assert square.width == square.height >= 60 * PIXELS_PER_MM_AT_8 * Theme(*size).unit / 8
    assert pygame.Rect((0, 0), size).contains(square)
    assert square.collidelist([hit.area for hit in window.hits if hit.area != square]) == -1


def test_without_a_link_there_is_no_code(small_window, mood_view, shown):
    view = mood_view()
    small_window.draw(view)
    plain = shown()
    small_window.draw(dataclasses.replace(view, state=dataclasses.replace(view.state, link=True)))
    assert np.array_equal(plain, shown())
    assert Press.TOGGLE_LINK not in [hit.action for hit in small_window.hits]


def test_the_key_shows_it_and_the_next_mood_hides_it(mood_view, small_window):
    small_window.draw(mood_view())
    pygame.event.post(pygame.Event(pygame.KEYDOWN, key=pygame.K_q, unicode="q", mod=0))
    actions = small_window.actions()
    assert actions == [Press.TOGGLE_LINK]
    state = dataclasses.replace(mood_view().state, link=False)
    face = dataclasses.replace(NOTHING_SEEN, face=Face((10, 10, 80, 80)))
    playing = Playback(state.song.id, 1.0, 25.0)
    state, _ = states.advance(state, face, playing, actions, 100.0)
    assert state.link
    state, _ = states.advance(state, face, playing, actions, 100.1)
    assert not state.link


def test_a_song_that_failed_is_marked_in_words_and_looks(window, mood_view, shown):
    view = mood_view(chosen=3)
    window.draw(view)
    plain = shown()
    failed = frozenset({view.state.songs[1].id})
    window.draw(
        dataclasses.replace(view, playback=dataclasses.replace(view.playback, failed=failed))
    )
    marked = shown()
    for index in range(5):
        area = next(hit.area for hit in window.hits if hit.action == Choose(index))
        card = (slice(area.top, area.bottom), slice(area.left, area.right))
        assert np.array_equal(plain[card], marked[card]) == (index != 1)
        if index == 1:
            assert marked[card].mean() < plain[card].mean()
