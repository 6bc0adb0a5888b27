"""What one picture says: cascade, crop and model, without any memory of other pictures."""

import time

import cv2
import numpy as np

from device.contracts import Box, Face, Reading, Timings
from device.vision.crop import crop_face
from device.vision.emotion import EmotionModel
from device.vision.faces import FaceFinder, choose_visitor


class Sight:
    """A face finder and a model at work on one picture after the other. One thread owns it."""

    def __init__(self, finder: FaceFinder, model: EmotionModel):
        self._finder = finder
        self.model = model

    def look(
        self, image: np.ndarray, before: Box | None = None
    ) -> tuple[Face | None, tuple[Face, ...], Reading | None, Timings]:
        """Looks at a uint8 BGR picture: the visitor's face, all others, the reading, the time."""
        start = time.perf_counter()
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        faces = self._finder.find(grey)
        visitor = choose_visitor(faces, grey.shape, before)
        found = time.perf_counter()
        reading = None
        if visitor is not None:
            card = self.model.card
            crop = crop_face(grey, visitor.box, (card.width, card.height), card.margin)
            reading = Reading(self.model.read(crop), visitor)
        end = time.perf_counter()
        others = tuple(face for face in faces if face is not visitor)
        times = Timings((found - start) * 1e3, (end - found) * 1e3, (end - start) * 1e3)
        return visitor, others, reading, times
