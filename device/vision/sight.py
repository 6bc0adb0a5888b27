"""What one picture says: finder, crop and model, without any memory of other pictures."""

import time

import cv2
import numpy as np

from device.config import VisionOptions
from device.contracts import Box, Face, Reading, Timings
from device.vision.boxes import choose_visitor
from device.vision.crop import crop_face
from device.vision.emotion import EmotionModel
from device.vision.finder import Effort, Finder
from device.vision.finders import choose_finder
from device.vision.light import brightened


class Sight:
    """A face finder and a model at work on one picture after the other. One thread owns it."""

    def __init__(self, finder: Finder, model: EmotionModel):
        self.finder = finder
        self.model = model

    @classmethod
    def of(cls, options: VisionOptions) -> "Sight":
        """What the options ask for; VisionError where a part of it is missing or damaged."""
        model = EmotionModel.load(threads=options.threads)
        return cls(choose_finder(options.finder, model.runtime), model)

    def look(
        self, image: np.ndarray, before: Box | None = None, effort: Effort = Effort.THOROUGH
    ) -> tuple[Face | None, tuple[Face, ...], Reading | None, Timings]:
        """Looks at a uint8 BGR picture: the visitor's face, all others, the reading, the time."""
        start = time.perf_counter()
        grey = brightened(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
        faces = self.finder.find(grey, effort)
        visitor = choose_visitor(faces, grey.shape, before)
        found = time.perf_counter()
        reading = None
        if visitor is not None:
            card = self.model.card
            size = card.width, card.height
            crop = crop_face(grey, visitor.box, size, card.margin, visitor.tilt)
            reading = Reading(self.model.read(crop), visitor)
        end = time.perf_counter()
        others = tuple(face for face in faces if face is not visitor)
        times = Timings((found - start) * 1e3, (end - found) * 1e3, (end - start) * 1e3)
        return visitor, others, reading, times
