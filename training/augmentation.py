"""Random changes of a face that match what the camera and the cascade really deliver."""

import cv2
import numpy as np

from training.fer2013 import SIDE

# How a cascade's box lies on FER-2013's framing, as standard deviations: scale is of the natural
# logarithm, shift of the picture's side. tests/benchmarks/crop_margin.py finds about 0.15 and
# 0.045 (half of the span from 10 % to 90 %, by 1.28); the shipped model was trained with these.
SCALE_SPREAD = 0.12
SHIFT_SPREAD = 0.05
# A head may be tilted so far, in degrees, and still be found.
LARGEST_TILT = 20.0
# The share of pictures to which each of these happens.
BLURRED, NOISY, OCCLUDED = 0.15, 0.15, 0.4


def augment(images: np.ndarray, random: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Moves, mirrors, lights, blurs and covers each face in its own way.

    images: uint8 (N, 48, 48). strength: 1 for changes as large and frequent as the constants above,
    0 for none but the mirroring. Returns the same shape and type; the same for the same ``random``.
    """
    return np.stack(
        [
            _covered(_as_seen(_moved(face, random, strength), random, strength), random, strength)
            for face in images
        ]
    )


def _moved(face: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    centre = (SIDE - 1) / 2
    scale = np.exp(random.normal(0, strength * SCALE_SPREAD))
    tilt = strength * LARGEST_TILT
    matrix = cv2.getRotationMatrix2D((centre, centre), random.uniform(-tilt, tilt), scale)
    matrix[:, 2] += random.normal(0, strength * SHIFT_SPREAD * SIDE, 2)
    if random.random() < 0.5:
        matrix[0] = -matrix[0]
        matrix[0, 2] += SIDE - 1
    return cv2.warpAffine(
        face, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _as_seen(face: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    contrast, gamma = np.exp(random.normal(0, strength * 0.2, 2))
    light = random.normal(0, strength * 20)
    grey = 255 * (face / np.float32(255)) ** gamma
    grey = (grey - grey.mean()) * contrast + grey.mean() + light
    if random.random() < strength * BLURRED:
        grey = cv2.GaussianBlur(grey, (0, 0), random.uniform(0.4, 1.2))
    if random.random() < strength * NOISY:
        grey = grey + random.normal(0, random.uniform(2, 10), grey.shape)
    return grey.clip(0, 255).round().astype(np.uint8)


def _covered(face: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    """Random erasing (Zhong et al., AAAI 2020): a hand, hair or a scarf in front of the face."""
    if random.random() < strength * OCCLUDED:
        height, width = random.integers(6, 21, 2)
        top, left = random.integers(0, SIDE - height), random.integers(0, SIDE - width)
        face[top : top + height, left : left + width] = random.integers(0, 256)
    return face
