"""Too little light: a dark picture is stretched, so that finders and model see what is there."""

import cv2
import numpy as np

# In a picture whose brightest parts stay below this, nothing was found without stretching.
DARK_BELOW = 64
# With fewer levels than these there is nothing in a picture but the sensor's noise.
LEAST_LEVELS = 6
# Enough pixels to judge the light by.
SAMPLE_STEP = 8


def brightened(grey: np.ndarray) -> np.ndarray:
    """A dark grey picture, uint8 (H, W), stretched to all 256 levels; any other as it is.

    In daylight stretching would hurt: the cascade loses faces by it.
    """
    low, high = np.percentile(grey[::SAMPLE_STEP, ::SAMPLE_STEP], (1, 98))
    if high >= DARK_BELOW or high - low < LEAST_LEVELS:
        return grey
    gain = 255 / (high - low)
    levels = ((np.arange(256) - low) * gain).round().clip(0, 255).astype(np.uint8)
    return cv2.LUT(grey, levels)
