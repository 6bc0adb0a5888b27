"""Touches, clicks and keys: each becomes one ``Action``, and the arrow keys reach all there is."""

import math
import time
from pathlib import Path

import pygame

from device.actions import Action, Choose, Drop, Press
from device.display.hardware.rotation import Rotation
from device.display.view import Hit

KEYS: dict[int, Action] = {
    pygame.K_SPACE: Press.TOGGLE_PAUSE,
    pygame.K_n: Press.NEXT,
    pygame.K_l: Press.LIKE,
    pygame.K_c: Press.NOT_ME,
    pygame.K_b: Press.TOGGLE_BARS,
    pygame.K_q: Press.TOGGLE_LINK,
    pygame.K_g: Press.LANGUAGES,
    pygame.K_v: Press.SHOW_VOLUME,
    pygame.K_ESCAPE: Press.LEAVE,
    pygame.K_F1: Press.TOGGLE_DEBUG,
    pygame.K_F11: Press.TOGGLE_FULLSCREEN,
    pygame.K_PLUS: Press.VOLUME_UP,
    pygame.K_EQUALS: Press.VOLUME_UP,
    pygame.K_KP_PLUS: Press.VOLUME_UP,
    pygame.K_MINUS: Press.VOLUME_DOWN,
    pygame.K_KP_MINUS: Press.VOLUME_DOWN,
    pygame.K_m: Press.MUTE,
    **{pygame.K_1 + index: Choose(index) for index in range(8)},
    **{pygame.K_KP_1 + index: Choose(index) for index in range(8)},
}
ARROWS = {
    pygame.K_LEFT: (-1, 0),
    pygame.K_RIGHT: (1, 0),
    pygame.K_UP: (0, -1),
    pygame.K_DOWN: (0, 1),
}
ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER)
# What lies aside counts so many times as far as what lies straight ahead.
ASIDE = 2.0
# After these, what stood in the window may be gone.
EXPOSED = {
    pygame.VIDEOEXPOSE,
    pygame.VIDEORESIZE,
    pygame.WINDOWEXPOSED,
    pygame.WINDOWRESTORED,
    pygame.WINDOWSHOWN,
    pygame.WINDOWSIZECHANGED,
}
# A control looks pressed for so long, in seconds, however short the touch was.
HELD = 0.15
# Touches of one control within this time, in seconds, are fingers of one hand.
TOGETHER = 0.2


class Input:
    """Hears the window's events. hits: what can be touched now; where two overlap, the first.

    rotate: degrees by which the picture is turned clockwise on the screen.
    """

    def __init__(self, rotate: int = 0) -> None:
        self._angle = rotate
        self.hits: list[Hit] = []
        self._focus: Action | None = None
        self._pressed: Hit | None = None
        self._pressed_at: float | None = None
        self._touch: tuple[Action | None, float] = (None, 0.0)
        self._exposed = False

    def take_exposed(self) -> bool:
        """Whether the window's picture was lost since this was asked last."""
        exposed, self._exposed = self._exposed, False
        return exposed

    def actions(self) -> list[Action]:
        """Return what was done since the last call."""
        # What becomes of sound devices is for the player to hear.
        found = map(self._action, pygame.event.get(exclude=pygame.AUDIODEVICEREMOVED))
        return [action for action in found if action is not None]

    @property
    def focus(self) -> Hit | None:
        """What Enter would press, or None while nobody uses the arrow keys."""
        return next((hit for hit in self._reachable() if hit.action == self._focus), None)

    def held(self, now: float) -> Hit | None:
        """Return what looks pressed ``now``, in seconds, or None."""
        if self._pressed is None:
            return None
        if self._pressed_at is None:
            self._pressed_at = now
        if now - self._pressed_at >= HELD:
            self._pressed = None
        # The screen may have changed since.
        return self._pressed if self._pressed in self.hits else None

    def _action(self, event: pygame.Event) -> Action | None:
        match event.type:
            case kind if kind in EXPOSED:
                self._exposed = True
            case pygame.QUIT:
                return Press.LEAVE
            case pygame.DROPFILE:
                return Drop(Path(event.file))
            case pygame.KEYDOWN:
                return self._key(event)
            case pygame.FINGERDOWN:
                width, height = pygame.display.get_window_size()
                return self._touched((event.x * width, event.y * height))
            # SDL makes mouse events out of touches, which have been heard as FINGERDOWN already.
            case pygame.MOUSEBUTTONDOWN if not getattr(event, "touch", False) and event.button == 1:
                return self._touched(event.pos)
        return None

    def _touched(self, point: tuple[float, float]) -> Action | None:
        point = Rotation(self._angle, pygame.display.get_window_size()).in_picture(point)
        self._focus = None
        for hit in self.hits:
            if hit.area.collidepoint(point):
                return None if self._is_second_finger(hit) else self._press(hit)
        return Press.TAP

    def _press(self, hit: Hit) -> Action:
        if hit.action is not Press.TAP:
            self._pressed, self._pressed_at = hit, None
        return hit.action

    def _is_second_finger(self, hit: Hit) -> bool:
        """Whether the same control was touched just now; two fingers are one press."""
        before, self._touch = self._touch, (hit.action, time.monotonic())
        return self._touch[0] == before[0] and self._touch[1] - before[1] < TOGETHER

    def _key(self, event: pygame.Event) -> Action | None:
        if event.key in ARROWS or event.key == pygame.K_TAB:
            if not self._reachable():
                return Press.TAP
            self._move(event)
            return None
        if event.key in ENTER:
            return Press.TAP if self.focus is None else self._press(self.focus)
        # The letter comes first: where digits need the shift key, the key alone tells another one.
        letter = getattr(event, "unicode", "")
        if letter and letter in "12345678":
            return Choose(int(letter) - 1)
        return KEYS.get(event.key, Press.TAP)

    def _reachable(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.action is not Press.TAP]

    def _move(self, event: pygame.Event) -> None:
        """Move the focus to the nearest control in the direction of the key."""
        reachable, here = self._reachable(), self.focus
        if here is None:
            self._focus = reachable[0].action
        elif event.key == pygame.K_TAB:
            step = -1 if getattr(event, "mod", 0) & pygame.KMOD_SHIFT else 1
            index = (reachable.index(here) + step) % len(reachable)
            self._focus = reachable[index].action
        else:
            nearest = min(
                (hit for hit in reachable if hit != here),
                key=lambda hit: _distance(here.area, hit.area, ARROWS[event.key]),
                default=here,
            )
            if _distance(here.area, nearest.area, ARROWS[event.key]) < math.inf:
                self._focus = nearest.action


def _distance(here: pygame.Rect, there: pygame.Rect, ahead: tuple[int, int]) -> float:
    """How far ``there`` is in the direction ``ahead``, in pixels; infinite if it is not there."""
    x, y = there.centerx - here.centerx, there.centery - here.centery
    straight = x * ahead[0] + y * ahead[1]
    across = abs(x * ahead[1]) + abs(y * ahead[0])
    # Only what lies wholly ahead counts, so that rows and columns are kept to.
    edges = {
        (-1, 0): here.left - there.right,
        (1, 0): there.left - here.right,
        (0, -1): here.top - there.bottom,
        (0, 1): there.top - here.bottom,
    }
    return straight + ASIDE * across if edges[ahead] >= 0 else math.inf
