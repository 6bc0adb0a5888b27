"""What lies over every screen: the volume after a touch or a key."""

import dataclasses
import math

import numpy as np
import pygame
import pytest

from device.actions import Press

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


@pytest.mark.parametrize(
    "name", ["attract", "looking", "mood happy", "mood ended", "bars", "goodbye"]
)
def test_the_volume_can_be_changed_by_touch(any_window, views, name):
    window, view = any_window, views[name]
    state = dataclasses.replace(view.state, volume_until=view.now + 1)
    window.draw(dataclasses.replace(view, state=state))
    screen = pygame.display.get_surface().get_rect()
    assert all(screen.contains(hit.area) for hit in window.hits[:4])
    assert (
        window.hits[0]
        .area.unionall([hit.area for hit in window.hits[1:3]])
        .collidelist([hit.area for hit in window.hits if hit.action is Press.SHOW_VOLUME])
        == -1
    )
    actions = [hit.action for hit in window.hits[:3]]
    assert actions == [Press.MUTE, Press.VOLUME_DOWN, Press.VOLUME_UP]
    assert all(window.hits[3].area.contains(hit.area) for hit in window.hits[:3])


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
