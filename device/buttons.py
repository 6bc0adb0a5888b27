"""Push buttons on the Raspberry Pi's GPIO header, read through gpiozero."""

import collections
import dataclasses
import functools
import logging

from device.actions import Action, Choose, Press
from device.options import ButtonOptions

LOG = logging.getLogger(__name__)

# Contacts bounce for some milliseconds, and each bounce would count as a press.
BOUNCE_S = 0.05
ACTIONS: dict[str, Action] = {
    "pause": Press.TOGGLE_PAUSE,
    "next": Press.NEXT,
    "like": Press.LIKE,
    "volume_up": Press.VOLUME_UP,
    "volume_down": Press.VOLUME_DOWN,
    "mute": Press.MUTE,
    **{f"choose_{number}": Choose(number - 1) for number in range(1, 9)},
    "not_me": Press.NOT_ME,
}


class Buttons:
    """The buttons of ``options``; each connects its pin to ground when it is pressed.

    What cannot be opened is told in the log and left out: a kiosk without buttons still works.
    """

    def __init__(self, options: ButtonOptions) -> None:
        self._pressed: collections.deque[Action] = collections.deque()
        self._buttons: list = []
        pins = {name: pin for name, pin in dataclasses.asdict(options).items() if pin}
        if not pins:
            return
        try:
            import gpiozero
        except ImportError:
            LOG.error("Buttons are configured, but gpiozero is missing: install python3-gpiozero")
            return
        for name, pin in pins.items():
            try:
                button = gpiozero.Button(pin, pull_up=True, bounce_time=BOUNCE_S)
            # Without a header gpiozero raises whatever its pin libraries raise.
            except Exception as error:
                LOG.error("buttons.%s: pin %d could not be opened: %s", name, pin, error)
                continue
            button.when_pressed = functools.partial(self._pressed.append, ACTIONS[name])
            self._buttons.append(button)
        LOG.info("%d of %d buttons are open", len(self._buttons), len(pins))

    def actions(self) -> list[Action]:
        """Return what was pressed since the last call, in order."""
        return [self._pressed.popleft() for _ in range(len(self._pressed))]

    def close(self) -> None:
        """Let go of the pins; closing twice does no harm."""
        while self._buttons:
            self._buttons.pop().close()
