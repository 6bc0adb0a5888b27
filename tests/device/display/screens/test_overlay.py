"""What lies over every screen: the volume after a touch or a key."""

import dataclasses
import math

import numpy as np
import pygame
import pytest

from device.actions import Choose, Press

pytestmark = pytest.mark.usefixtures("no_fading")


def test_the_volume_comes_and_goes_within_a_quarter_of_a_second(small_window, views, shown):
    seen = []
    for number in range(40):
        view = views["volume" if 5 <= number < 20 else "mood happy"]
        paused = dataclasses.replace(view.playback, paused=True)
        now = 100.5 + number / 30
        until = dataclasses.replace(view.state, volume_until=now + 1 if 5 <= number < 20 else 0)
        small_window.draw(dataclasses.replace(view, state=until, playback=paused, now=now))
        # Above its button, beside the face, which blinks.
        seen.append(shown()[80:330, 196:266].astype(int))
    parts = [np.abs(picture - seen[0]).mean() for picture in seen]
    assert parts[4] == 0 < parts[5] < parts[7] < parts[13]
    assert parts[13] == pytest.approx(parts[19], rel=0.05)
    assert parts[20] < parts[19] and parts[30] < 0.02 * parts[19] and parts[-1] == 0


def test_the_volume_can_be_changed_by_touch_on_every_screen(any_window, views):
    screen = pygame.display.get_surface().get_rect()
    for name, view in views.items():
        state = dataclasses.replace(view.state, volume_until=view.now + 1)
        any_window.draw(dataclasses.replace(view, state=state))
        *steps, pill = any_window.hits[:4]
        actions = [step.action for step in steps]
        assert actions == [Press.MUTE, Press.VOLUME_DOWN, Press.VOLUME_UP], name
        assert screen.contains(pill.area), name
        assert all(pill.area.contains(step.area) for step in steps), name
        openers = [hit.area for hit in any_window.hits if hit.action is Press.SHOW_VOLUME]
        assert pill.area.collidelist(openers) == -1, name


@pytest.mark.parametrize("name", ["attract", "looking", "trouble", "menu of moods"])
def test_no_button_looks_out_from_under_the_volume(any_window, views, name):
    state = dataclasses.replace(views[name].state, volume_until=views[name].now + 1)
    any_window.draw(dataclasses.replace(views[name], state=state))
    hits = any_window.hits
    pill = hits[3].area
    (under,) = (hit.area for hit in hits if hit.action in (Press.LANGUAGES, Press.LEAVE))
    # Its end is round, and so is the button.
    end = pill.height / 2
    middle = (min(under.centerx, pill.right - end), pill.centery)
    assert math.dist(under.center, middle) + under.width / 2 <= end


@pytest.mark.parametrize("name", ["mood happy", "mood that leads somewhere", "bars"])
def test_in_portrait_the_volume_takes_the_place_of_the_last_card(any_window, views, name):
    state = dataclasses.replace(views[name].state, volume_until=views[name].now + 1)
    any_window.draw(dataclasses.replace(views[name], state=state))
    cards = [hit.area for hit in any_window.hits if isinstance(hit.action, Choose)]
    pill = any_window.hits[3].area
    portrait = any_window._kit.theme.portrait
    assert pill.contains(cards[4]) == portrait
    assert not portrait or not pill.colliderect(cards[2])
