"""What one picture says: finder, crop and model, without any memory of other pictures."""

import time

import cv2
import numpy as np

from device.contracts import Face, Reading, Timings
from device.options import VisionOptions
from device.vision.boxes import prominence
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
        self, image: np.ndarray, effort: Effort = Effort.THOROUGH
    ) -> tuple[Face | None, tuple[Face, ...], Reading | None, Timings]:
        """Looks at a uint8 BGR picture: the nearest, most central face, all others, the reading.

        The last of the four is the time it took.
        """
        start = time.perf_counter()
        grey = brightened(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
        faces = self.finder.find(grey, effort)
        visitor = max(faces, key=lambda face: prominence(face.box, grey.shape), default=None)
        found = time.perf_counter()
        reading = None
        if visitor is not None:
            reading = Reading(self.model.read(self.crop(grey, visitor)), visitor)
        end = time.perf_counter()
        others = tuple(face for face in faces if face is not visitor)
        times = Timings(
            detect=(found - start) * 1e3, classify=(end - found) * 1e3, total=(end - start) * 1e3
        )
        return visitor, others, reading, times

    def crop(self, grey: np.ndarray, face: Face) -> np.ndarray:
        """The face as the model takes it: uint8 (height, width)."""
        card = self.model.card
        return crop_face(grey, face.box, (card.width, card.height), card.margin, face.tilt)
