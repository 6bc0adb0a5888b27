"""Too little light: a dark picture is stretched, so that finders and model see what is there."""

import cv2
import numpy as np

# In a picture whose brightest part stays below this level, nothing was found without stretching.
BRIGHTEST, DARK_BELOW = 0.02, 64
# With fewer levels than these there is nothing in a picture but the sensor's noise.
LEAST_LEVELS = 6
# Enough pixels to judge the light by.
SAMPLE_STEP = 8


def brightened(grey: np.ndarray) -> np.ndarray:
    """A dark grey picture, uint8 (H, W), stretched to all 256 levels; any other as it is.

    In daylight stretching would hurt: the cascade loses faces by it.
    """
    sample = grey[::SAMPLE_STEP, ::SAMPLE_STEP]
    # Nearly all pictures are bright enough, which counting says sooner than ranking does.
    if np.count_nonzero(sample >= DARK_BELOW) > BRIGHTEST * sample.size:
        return grey
    low, high = np.percentile(sample, (1, 100 * (1 - BRIGHTEST)))
    if high - low < LEAST_LEVELS:
        return grey
    gain = 255 / (high - low)
    levels = ((np.arange(256) - low) * gain).round().clip(0, 255).astype(np.uint8)
    return cv2.LUT(grey, levels)
