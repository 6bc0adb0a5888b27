import dataclasses
from pathlib import Path

import numpy as np
import pygame
import pytest

from device.actions import Choose, Drop, Press
from device.display.kit.theme import ACCENTS
from device.display.window import Window
from device.errors import DisplayError


def press(key: int, letter: str = "") -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=letter, mod=0))


def click(point, *, button: int = 1, touch: bool = False) -> None:
    pygame.event.post(
        pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=point, button=button, touch=touch)
    )


def touch(point, size) -> None:
    x, y = point[0] / size[0], point[1] / size[1]
    pygame.event.post(pygame.event.Event(pygame.FINGERDOWN, x=x, y=y, finger_id=0, touch_id=0))


def area_of(window: Window, action) -> pygame.Rect:
    return next(hit.area for hit in window.hits if hit.action == action)


@pytest.mark.parametrize("index", range(5))
def test_a_click_on_a_card_chooses_it(window, mood_view, index):
    window.draw(mood_view())
    window.actions()
    click(area_of(window, Choose(index)).center)
    assert window.actions() == [Choose(index)]


def test_a_touch_and_the_mouse_event_made_of_it_are_one_action(window, mood_view):
    window.draw(mood_view())
    window.actions()
    point = area_of(window, Choose(2)).center
    touch(point, pygame.display.get_window_size())
    click(point, touch=True)
    assert window.actions() == [Choose(2)]


@pytest.mark.parametrize(
    "action", [Press.TOGGLE_PAUSE, Press.LIKE, Press.TOGGLE_BARS, Press.LANGUAGES]
)
def test_two_fingers_are_one_press_and_a_second_touch_another(
    small_window, mood_view, monkeypatch, action
):
    small_window.draw(mood_view())
    clock = [50.0]
    monkeypatch.setattr("device.display.hardware.input.time.monotonic", lambda: clock[0])
    area = next(hit.area for hit in small_window.hits if hit.action is action)
    for finger, at in ((0, 50.0), (1, 50.19), (0, 50.5)):
        clock[0] = at
        x, y = area.centerx / 800, area.centery / 480
        pygame.event.post(pygame.Event(pygame.FINGERDOWN, finger_id=finger, x=x, y=y))
        heard = small_window.actions()
        assert heard == ([] if finger else [action])


@pytest.mark.parametrize("action", [Press.TOGGLE_PAUSE, Press.NEXT, Press.LIKE, Press.NOT_ME])
def test_the_buttons_do_what_they_show(small_window, mood_view, action):
    small_window.draw(mood_view())
    small_window.actions()
    click(area_of(small_window, action).center)
    assert small_window.actions() == [action]


def test_between_the_cards_is_just_a_tap(small_window, mood_view):
    small_window.draw(mood_view())
    small_window.actions()
    click((2, 2))
    click((400, 240), button=3)
    assert small_window.actions() == [Press.TAP]


@pytest.mark.parametrize("name", ["attract", "looking", "goodbye", "trouble"])
def test_elsewhere_every_touch_is_a_tap(small_window, views, name):
    small_window.draw(views[name])
    small_window.actions()
    click((400, 240))
    assert small_window.actions() == [Press.TAP]


@pytest.mark.parametrize(
    ("key", "action"),
    [
        (pygame.K_1, Choose(0)),
        (pygame.K_5, Choose(4)),
        (pygame.K_KP_3, Choose(2)),
        (pygame.K_SPACE, Press.TOGGLE_PAUSE),
        (pygame.K_n, Press.NEXT),
        (pygame.K_l, Press.LIKE),
        (pygame.K_c, Press.NOT_ME),
        (pygame.K_b, Press.TOGGLE_BARS),
        (pygame.K_g, Press.LANGUAGES),
        (pygame.K_ESCAPE, Press.LEAVE),
        (pygame.K_F1, Press.TOGGLE_DEBUG),
        (pygame.K_F11, Press.TOGGLE_FULLSCREEN),
        (pygame.K_PLUS, Press.VOLUME_UP),
        (pygame.K_KP_MINUS, Press.VOLUME_DOWN),
        (pygame.K_m, Press.MUTE),
        (pygame.K_x, Press.TAP),
    ],
)
def test_keys(small_window, key, action):
    small_window.actions()
    press(key)
    assert small_window.actions() == [action]


def test_a_digit_counts_wherever_its_key_is(small_window):
    small_window.actions()
    press(pygame.K_QUOTE, "4")
    assert small_window.actions() == [Choose(3)]


def test_closing_the_window_and_dropping_a_picture(small_window):
    small_window.actions()
    pygame.event.post(pygame.event.Event(pygame.DROPFILE, file="/home/me/photo.jpg"))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert small_window.actions() == [Drop(Path("/home/me/photo.jpg")), Press.LEAVE]


@pytest.mark.parametrize("size", [(480, 800), (1300, 420), (333, 777), (90, 60)])
def test_the_window_may_change_its_size_at_any_time(small_window, views, size):
    small_window.draw(views["mood happy"])
    pygame.display.set_mode(size, pygame.RESIZABLE)
    for name in ("attract", "looking", "mood sad", "mood silent", "figures", "goodbye", "trouble"):
        small_window.draw(views[name])
    assert pygame.display.get_surface().get_size() == size


def test_full_screen_and_back(views):
    window = Window((800, 480), fullscreen=True)
    window.open()
    try:
        window.draw(views["attract"])
        assert pygame.display.get_surface().get_flags() & pygame.FULLSCREEN
        window.toggle_fullscreen()
        window.draw(views["attract"])
        assert not pygame.display.get_surface().get_flags() & pygame.FULLSCREEN
        assert pygame.display.get_surface().get_size() == (800, 480)
    finally:
        window.close()


def test_a_window_without_a_size_takes_one(views):
    window = Window()
    window.open()
    try:
        window.draw(views["attract"])
        assert min(pygame.display.get_surface().get_size()) >= 480
    finally:
        window.close()
        window.close()


def test_no_screen_is_told_clearly(monkeypatch):
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nonesuch")
    with pytest.raises(DisplayError, match=r"No window could be opened: .*nonesuch"):
        Window((800, 480)).open()


def test_a_picture_of_the_window_is_saved(small_window, views, shown, tmp_path):
    small_window.draw(views["mood sad"])
    path = tmp_path / "mood.png"
    small_window.save(path)
    saved = pygame.surfarray.array3d(pygame.image.load(path)).transpose(1, 0, 2)
    assert np.array_equal(saved, shown())
    with pytest.raises(DisplayError, match="could not be written"):
        small_window.save(tmp_path / "missing" / "mood.png")


def test_one_screen_fades_into_the_next(small_window, views, shown):
    attract, trouble = views["attract"], views["trouble"]
    small_window.draw(attract)
    before = shown().astype(int)
    small_window.draw(dataclasses.replace(trouble, now=100.1))
    early = shown().astype(int)
    small_window.draw(dataclasses.replace(trouble, now=100.25))
    late = shown().astype(int)
    small_window.draw(dataclasses.replace(trouble, now=101.0))
    after = shown().astype(int)

    def apart(one, other):
        return np.abs(one - other).mean()

    assert apart(early, before) < apart(late, before) < apart(after, before)
    assert apart(late, after) < apart(early, after)


def test_a_screen_that_fades_in_is_saved_as_it_will_be(small_window, views, shown, tmp_path):
    small_window.draw(views["attract"])
    small_window.draw(views["goodbye"])
    path = tmp_path / "goodbye.png"
    small_window.save(path)
    saved = pygame.surfarray.array3d(pygame.image.load(path)).transpose(1, 0, 2)
    small_window.draw(views["goodbye"])
    assert np.array_equal(saved, shown())


ARROWS = (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN)


@pytest.mark.parametrize(
    "name", ["attract", "looking", "mood happy", "menu of moods", "menu of languages", "volume"]
)
def test_arrows_and_enter_reach_everything_that_can_be_touched(window, views, name):
    """Follows every arrow from everything reached so far, as a visitor with four keys could."""
    window.draw(views[name])
    window.actions()

    def at(path):
        window._input._focus = None
        for key in path:
            press(key)
        assert window.actions() == []
        press(pygame.K_RETURN)
        return window.actions()[0]

    start = (pygame.K_RIGHT,)
    found, paths = {at(start): start}, [start]
    while paths:
        path = paths.pop(0)
        for key in ARROWS:
            action = at((*path, key))
            if action not in found:
                found[action] = (*path, key)
                paths.append(found[action])
    assert set(found) == {hit.action for hit in window.hits} - {Press.TAP}


def test_tab_goes_round(small_window, mood_view):
    small_window.draw(mood_view())
    small_window.actions()
    actions = [hit.action for hit in small_window.hits]
    for action in [*actions, actions[0]]:
        press(pygame.K_TAB)
        press(pygame.K_RETURN)
        assert small_window.actions() == [action]


def test_the_focus_is_seen_and_a_touch_takes_it_away(small_window, mood_view, shown):
    view = mood_view()
    small_window.draw(view)
    plain = shown().copy()
    press(pygame.K_DOWN)
    small_window.actions()
    small_window.draw(view)
    area = small_window.hits[0].area
    ring = shown()[area.top - 5 : area.top, area.left + 20 : area.right - 20].astype(int)
    before = plain[area.top - 5 : area.top, area.left + 20 : area.right - 20]
    assert (ring - before).max(axis=(0, 2)).min() > 200
    click((2, 2))
    assert small_window.actions() == [Press.TAP]
    small_window.draw(view)
    assert np.array_equal(shown(), plain)


def test_what_is_pressed_looks_pressed_at_once_and_not_for_long(small_window, mood_view, shown):
    view = mood_view()
    small_window.draw(view)
    plain = shown().copy()
    area = area_of(small_window, Press.NEXT)
    touch(area.center, (800, 480))
    small_window.actions()
    small_window.draw(view)
    pressed = shown().astype(int)
    inside = np.s_[area.top + 8 : area.bottom - 8, area.left + 8 : area.right - 8]
    assert (pressed[inside] - plain[inside]).mean() > 20
    outside = np.s_[:, area.right + 2 :]
    assert np.array_equal(pressed[outside], plain[outside])
    later = dataclasses.replace(view, now=view.now + 0.2)
    small_window.draw(later)
    assert np.abs(shown()[inside].astype(int) - plain[inside]).mean() < 1


def test_without_anything_to_reach_an_arrow_wakes_the_kiosk(small_window, views):
    small_window.draw(dataclasses.replace(views["attract"], light=0.0))
    small_window.actions()
    press(pygame.K_LEFT)
    assert small_window.actions() == [Press.TAP]


def test_a_visitors_language_is_drawn_and_forgotten(small_window, views, shown):
    view = views["trouble VISION"]
    small_window.draw(view)
    english = shown().copy()
    small_window.draw(
        dataclasses.replace(view, state=dataclasses.replace(view.state, language="de"))
    )
    assert not np.array_equal(shown(), english)
    small_window.draw(view)
    assert np.array_equal(shown(), english)


def test_only_the_moving_parts_of_a_screen_are_drawn_again(small_window, mood_view, monkeypatch):
    drawn = []
    update = pygame.display.update
    monkeypatch.setattr(
        pygame.display, "update", lambda areas: drawn.append(areas) or update(areas)
    )
    first = mood_view()
    small_window.draw(first)
    small_window.actions()  # what the system says of the new window
    for number in range(1, 4):
        small_window.draw(dataclasses.replace(first, now=first.now + number / 30))
    width, height = pygame.display.get_window_size()
    cards = [hit.area for hit in small_window.hits if isinstance(hit.action, Choose)]
    assert sum(area.width * area.height for area in drawn[-1]) < width * height / 2
    untouched = [card for card in cards if card.collidelist(drawn[-1]) < 0]
    assert len(untouched) == 4  # all but the one that plays


def test_a_window_that_was_covered_is_drawn_whole(small_window, mood_view, monkeypatch):
    small_window.draw(mood_view())
    small_window.actions()
    small_window.draw(mood_view())
    pygame.event.post(pygame.event.Event(pygame.WINDOWEXPOSED))
    small_window.actions()
    pygame.display.get_surface().fill((255, 0, 255))
    small_window.draw(mood_view())
    assert pygame.display.get_surface().get_at((1, 1))[:3] != (255, 0, 255)


def test_the_icon_is_the_kiosks_face_and_set_before_the_window_is_there(monkeypatch):
    called = []
    for name in ("set_icon", "set_mode"):
        real = getattr(pygame.display, name)
        monkeypatch.setattr(
            pygame.display,
            name,
            lambda *given, name=name, real=real: called.append((name, given)) or real(*given),
        )
    window = Window((800, 480))
    window.open()
    window.close()
    assert [name for name, _ in called] == ["set_icon", "set_mode"]
    icon = called[0][1][0]
    assert icon.get_at((32, 44))[3] == 255, "its face"
    assert tuple(icon.get_at((32, 12)))[:3] == ACCENTS["happy"], "its skin"
    assert icon.get_at((0, 0))[3] == 0, "around it nothing"
