"""Prints what looking at a frame costs, in instructions, as JSON; runs on the Raspberry Pi's side.

    python3 counted.py COUNTER

COUNTER: the file into which ``counter.c`` counts.
"""

import json
import mmap
import sys
from pathlib import Path

import cv2
import numpy as np

from device.cameras.visitor.actor import Actor
from device.contracts import Timings
from device.measure import looks
from device.options import VisionOptions
from device.vision.finder import Effort
from device.vision.sight import Sight

ROUNDS = 4


def main(path: Path) -> None:
    """Of each kind of look the median; a reading of the face is taken apart from its look."""
    with path.open("r+b") as file:
        counter = np.frombuffer(mmap.mmap(file.fileno(), 8), np.uint64)
    options = VisionOptions()
    cv2.setNumThreads(options.threads)
    sight = Sight.of(options)
    cost: dict[str, list[float]] = {}
    for seen in looks(sight, ROUNDS, lambda: int(counter[0])):
        reading = _reading(seen.timings)
        cost.setdefault(seen.mode, []).append(seen.timings.total - reading)
        if seen.reading is not None:
            cost.setdefault("reading", []).append(reading)
    # The dearest look, taken now and then where nobody is found.
    empty = cv2.cvtColor(Actor().render(0.0), cv2.COLOR_BGR2GRAY)
    for _ in range(ROUNDS):
        begin = int(counter[0])
        sight.finder.find(empty, Effort.THOROUGH)
        cost.setdefault("thorough", []).append((int(counter[0]) - begin) * 1e3)
    # The timings are a thousand times what the clock counts.
    counted = {name: round(float(np.median(each)) / 1e3) for name, each in cost.items()}
    print(json.dumps({"finder": sight.finder.name, "runtime": sight.model.runtime, **counted}))


def _reading(timings: Timings) -> float:
    return timings.crop + timings.classify


if __name__ == "__main__":
    main(Path(sys.argv[1]))
