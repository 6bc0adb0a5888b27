"""How a finder's box lies on FER-2013's framing, and which margin serves the model best.

Sets FER-2013 faces, enlarged, into a larger picture, lets a finder find them, and compares its
box with where the 48 x 48 picture really lies; then measures the model's accuracy on the crops by
margin. Uses Training rows only, so that nothing is chosen on a test set.

    python tests/benchmarks/crop_margin.py --data fer2013.csv.gz [--finder network]
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from device.vision.crop import crop_face
from device.vision.emotion import EmotionModel
from device.vision.finders import choose_finder
from training import fer2013

MARGINS = (-0.08, -0.04, 0.0, 0.02, 0.04, 0.06, 0.08, 0.12)
FACE = 200  # pixels of the enlarged face
AROUND = 140  # pixels of scene on each side


def main() -> None:
    """Prints the spread of the boxes and the accuracy by margin."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=1000, help="how many faces")
    parser.add_argument("--finder", default="cascade", choices=("network", "cascade"))
    options = parser.parse_args()
    faces = fer2013.split(fer2013.read(options.data), "Training", options.data)
    rows = np.random.default_rng(1).choice(len(faces), options.count, replace=False)
    model = EmotionModel.load()
    finder = choose_finder(options.finder, model.runtime)
    boxes, crops, direct = [], [], []
    for row in rows:
        scene = scene_with(faces.images[row])
        found = finder.find(scene)
        if len(found) != 1:
            continue
        box = found[0].box
        boxes.append(box)
        direct.append(model.read(faces.images[row]).argmax() == faces.labels[row])
        crops.append(
            [
                model.read(crop_face(scene, box, (48, 48), margin)).argmax() == faces.labels[row]
                for margin in MARGINS
            ]
        )
    x, y, side, _ = np.array(boxes, float).T
    margins = (FACE / side - 1) / 2
    print(f"found {len(boxes)} of {options.count} faces")
    for name, values in (
        ("margin that restores the framing's size", margins),
        ("shift to the right, of the box", (x + side / 2 - AROUND - FACE / 2) / side),
        ("shift down, of the box", (y + side / 2 - AROUND - FACE / 2) / side),
    ):
        low, middle, high = np.percentile(values, (10, 50, 90))
        print(f"{name}: median {middle:+.3f}, 10 % to 90 % {low:+.3f} to {high:+.3f}")
    print(f"accuracy of the direct crop {np.mean(direct):.2%}")
    for margin, right in zip(MARGINS, np.mean(crops, axis=0), strict=True):
        print(f"accuracy at margin {margin:+.2f}: {right:.2%}")


def scene_with(face: np.ndarray) -> np.ndarray:
    """A grey picture with the face in its middle, on a soft continuation of its own edges."""
    large = cv2.resize(face, (FACE, FACE), interpolation=cv2.INTER_CUBIC)
    wide = cv2.copyMakeBorder(large, AROUND, AROUND, AROUND, AROUND, cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(wide, (0, 0), 12)
    soft[AROUND : AROUND + FACE, AROUND : AROUND + FACE] = large
    return soft


if __name__ == "__main__":
    main()
