"""From a face box to what the model sees; training and the device both go through here."""

import cv2
import numpy as np

from device.contracts import Box


def crop_face(grey: np.ndarray, box: Box, size: tuple[int, int], margin: float) -> np.ndarray:
    """Cuts the face out of a grey picture and scales it to the model's size.

    grey: uint8 (H, W). box: the cascade's box in pixels of ``grey``. size: (width, height) of the
    result. margin: by which part of its own size the box is widened (or, below zero, narrowed) on
    each side before cutting; what lies outside of the picture repeats its edge.

    On 1,000 FER-2013 Training faces set into larger pictures (tests/benchmarks/crop_margin.py)
    the cascade's boxes ask for a margin of +0.010 (median; 10 % to 90 %: -0.08 to +0.12), and the
    model reads alike, within a point, from -0.08 to +0.08; its card says 0.02.
    Returns uint8 (height, width).
    """
    x, y, width, height = box
    wide, high = round(width * margin), round(height * margin)
    left, top, right, bottom = x - wide, y - high, x + width + wide, y + height + high
    outside = (
        max(0, -top),
        max(0, bottom - grey.shape[0]),
        max(0, -left),
        max(0, right - grey.shape[1]),
    )
    face = grey[max(0, top) : bottom, max(0, left) : right]
    if any(outside):
        face = cv2.copyMakeBorder(face, *outside, cv2.BORDER_REPLICATE)
    shrinks = face.shape[1] >= size[0]
    return cv2.resize(face, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def unit_range(faces: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W) faces as the network takes them: float32 (N, H, W, 1) in 0..1."""
    return faces[..., None].astype(np.float32) / 255
