import sys

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from device.actions import Choose, Press
from device.buttons import ACTIONS, Buttons
from device.options import ButtonOptions


@pytest.fixture
def pins():
    """gpiozero's own imitation of a header."""
    before, Device.pin_factory = Device.pin_factory, MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


def press(pins, number: int) -> None:
    pin = pins.pin(number)
    pin.drive_low()
    pin.drive_high()


@pytest.fixture(autouse=True)
def no_bounce(monkeypatch):
    # The imitated pins know no bounce times.
    monkeypatch.setattr("device.buttons.BOUNCE_S", None)


def test_presses_become_actions_in_order(pins):
    buttons = Buttons(ButtonOptions(pause=17, next=27, like=22, choose_3=5))
    assert buttons.actions() == []
    for number in (27, 17, 5, 22, 27):
        press(pins, number)
    assert buttons.actions() == [
        Press.NEXT,
        Press.TOGGLE_PAUSE,
        Choose(2),
        Press.LIKE,
        Press.NEXT,
    ]
    assert buttons.actions() == []
    buttons.close()
    buttons.close()


def test_a_mood_can_be_corrected_with_buttons_alone(pins):
    buttons = Buttons(ButtonOptions(not_me=17, choose_7=27))
    press(pins, 17)
    press(pins, 27)
    assert buttons.actions() == [Press.NOT_ME, Choose(6)]
    buttons.close()


def test_every_option_has_an_action():
    assert ACTIONS.keys() == ButtonOptions.__dataclass_fields__.keys()


def test_a_pin_that_is_taken_is_told_and_the_others_work(pins, caplog):
    buttons = Buttons(ButtonOptions(pause=17, next=17, like=22))
    assert "buttons.next: pin 17 could not be opened" in caplog.text
    press(pins, 17)
    press(pins, 22)
    assert buttons.actions() == [Press.TOGGLE_PAUSE, Press.LIKE]
    buttons.close()


def test_without_pins_gpiozero_is_not_needed(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    assert Buttons(ButtonOptions()).actions() == []
    assert not caplog.records
    assert Buttons(ButtonOptions(pause=17)).actions() == []
    assert "gpiozero is missing" in caplog.text
