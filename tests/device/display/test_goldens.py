"""Every screen, in three sizes and two themes, looks as it was found right.

``python -m pytest tests/device/display/test_goldens.py --renew-goldens`` renews the pictures in
``goldens/`` after a change that is meant; look at them before they are kept. Each stays under
50 kB: what is larger than 800 pixels is kept at half its size, in few levels a channel, of which a
palette of 256 colours holds the most frequent ones.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from device.display.window import Window

GOLDENS = Path(__file__).parent / "goldens"
SCREENS = {
    "attract": "attract",
    "looking": "looking",
    "mood": "mood happy",
    "goodbye": "goodbye",
    "trouble": "trouble CAMERA",
}
LONGEST = 800
COLORS = 256
# A channel is kept in steps of so many of its 256 levels.
LEVELS = 16
# A channel may differ by so much, which is more than the levels and the palette cost, ...
STEP = 32
# ... and more than that in so few pixels, which is what another build of a font may move.
SHARE = 0.002


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(800, 480), (1920, 1080), (480, 800)], ids=str)
@pytest.mark.parametrize("screen", SCREENS)
def test_it_looks_as_it_should(screen, size, theme, views, shown, tmp_path, request):
    window = Window(size, palette=theme, language="en")
    window.open()
    try:
        window.draw(views[SCREENS[screen]])
        actual = reduced(shown())
    finally:
        window.close()
    path = GOLDENS / f"{screen}-{size[0]}x{size[1]}-{theme}.png"
    if request.config.getoption("--renew-goldens"):
        GOLDENS.mkdir(exist_ok=True)
        levels = np.minimum(255, (actual // LEVELS) * LEVELS + LEVELS // 2).astype(np.uint8)
        few = Image.fromarray(levels).quantize(COLORS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    expected = np.asarray(Image.open(path).convert("RGB"))
    assert expected.shape == actual.shape
    apart = np.abs(expected.astype(int) - actual).max(axis=2)
    share = (apart > STEP).mean()
    if share > SHARE:
        difference = np.repeat(np.minimum(255, apart * 3)[..., None], 3, 2).astype(np.uint8)
        sides = Image.fromarray(np.concatenate((expected, actual, difference), axis=1))
        sides.save(tmp_path / path.name)
        pytest.fail(
            f"{share:.2%} of the pixels differ; expected, actual and difference side by side: "
            f"{tmp_path / path.name}"
        )


def reduced(picture: np.ndarray) -> np.ndarray:
    """Halves what is large: uint8 RGB (height, width, 3)."""
    if max(picture.shape) <= LONGEST:
        return picture.copy()
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def test_the_goldens_are_small_and_none_is_left_over():
    files = sorted(GOLDENS.iterdir())
    assert len(files) == 2 * 3 * len(SCREENS)
    for file in files:
        assert file.stat().st_size < 50_000, file.name
