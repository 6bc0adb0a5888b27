"""How many faces each finder finds, how many it makes up, and how well the model reads them then.

Sets FER-2013's PublicTest faces of 80 to 300 pixels, leaning by up to 25 degrees, into plain and
cluttered rooms (``scenes.py``). A face is found where a box overlaps it by more than 0.3; every
other box is false. Empty rooms are looked at too, scikit-image's photographs, and the built-in
visitor. Times are of this thread's CPU.

    python tests/benchmarks/finding.py [--data fer2013.csv.gz] [--count 500] [--empty 200]

Ends with 1 where a finder finds less, or makes up more, than is asked of it.
"""

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from device.cameras.visitor.actor import Actor
from device.errors import VisionError
from device.vision.boxes import overlap
from device.vision.crop import crop_face
from device.vision.emotion import EmotionModel
from device.vision.finder import Effort, Finder
from device.vision.finders import choose_finder
from tests.benchmarks import scenes
from training import fer2013

FER2013 = Path(__file__).resolve().parents[3] / "shared" / "fer2013" / "fer2013.csv.gz"
FOUND = 0.3

# Of each finder: the least recall, and the most false faces a frame.
ASKED = {"network": (0.95, 0.015), "cascade": (0.70, 0.05)}

# Where scikit-image's photographs show faces, as (x, y, side); the others show none.
PHOTOGRAPHS = {"astronaut": (175, 65, 100), "camera": (176, 114, 92), "chelsea": None}
PHOTOGRAPHS |= dict.fromkeys(("coffee", "rocket", "moon", "brick", "grass", "gravel", "page"))


def main() -> int:
    """Prints one line for each finder and effort, and the photographs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FER2013)
    parser.add_argument("--count", type=int, default=500, help="pictures with a face")
    parser.add_argument("--empty", type=int, default=200, help="pictures without one")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if not options.data.is_file():
        print(f"skipped: {options.data} is not there; --data names FER-2013's file")
        return 0
    faces = fer2013.split(fer2013.read(options.data), "PublicTest", options.data)
    random = np.random.default_rng(options.seed)
    rows = random.choice(len(faces), options.count, replace=False)
    pictures = [
        scenes.with_face(faces.images[row], row, bool(number % 2), random)
        for number, row in enumerate(rows)
    ]
    pictures += [scenes.empty(bool(number % 2), random) for number in range(options.empty)]
    model, failed = EmotionModel.load(), False
    for name, asked in ASKED.items():
        try:
            finder = choose_finder(name, model.runtime)
        except VisionError as error:
            print(f"{name}: skipped, {error}")
            continue
        for effort in (Effort.QUICK, Effort.THOROUGH):
            recall, false = measure(finder, effort, pictures, model, faces)
        failed |= recall < asked[0] or false > asked[1]
        failed |= not photographs(finder)
    return int(failed)


def measure(
    finder: Finder,
    effort: Effort,
    pictures: list[scenes.Scene],
    model: EmotionModel,
    faces: fer2013.Faces,
) -> tuple[float, float]:
    """Prints what the finder does; returns its recall and its false faces a picture."""
    hits, large, milliseconds, right, direct = [], [], [], [], []
    false = 0
    size = model.card.width, model.card.height
    for scene in pictures:
        start = time.thread_time()
        found = finder.find(scene.image, effort)
        milliseconds.append((time.thread_time() - start) * 1e3)
        true = [face for face in found if scene.box and overlap(face.box, scene.box) > FOUND]
        false += len(found) - len(true)
        if not scene.box:
            continue
        hits.append(bool(true))
        large.append(scene.box[2] >= 100)
        if true:
            crop = crop_face(scene.image, true[0].box, size, model.card.margin, true[0].tilt)
            label = faces.labels[scene.row]
            right.append(model.read(crop).argmax() == label)
            direct.append(model.read(faces.images[scene.row]).argmax() == label)
    hits, large = np.array(hits), np.array(large)
    alone = np.median(milliseconds[len(hits) :])
    print(
        f"{finder.name}, {effort.value}: recall {hits.mean():.3f} ({hits[large].mean():.3f} from "
        f"100 px), {false / len(pictures):.4f} false a picture; median "
        f"{np.median(milliseconds[: len(hits)]):.1f} ms with a face, {alone:.1f} ms without; "
        f"FER-2013's label read {np.mean(right):.3f}, straight from the data {np.mean(direct):.3f}",
        flush=True,
    )
    return float(hits.mean()), false / len(pictures)


def photographs(finder: Finder) -> bool:
    """Prints what the finder makes of pictures that are no collages; whether it is all right."""
    from skimage import data

    wrong = []
    for name, place in PHOTOGRAPHS.items():
        image = getattr(data, name)()
        grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        found = finder.find(np.ascontiguousarray(grey))
        box = place and (*place, place[2])
        if len(found) != bool(place) or (found and overlap(found[0].box, box) < 0.5):
            wrong.append(f"{name} {[face.box for face in found]}")
    actor, seen, made_up = Actor(), [], 0
    for number in range(150):
        act = actor.act_at(number / 3)
        boxes = [face.box for face in finder.find(grey_of(actor, number / 3), Effort.QUICK)]
        if act.face_box:
            seen.append(any(overlap(box, act.face_box) > FOUND for box in boxes))
        elif not act.present:
            made_up += len(boxes)
    # A man in profile is beyond the cascade, which learned frontal faces.
    wrong = [each for each in wrong if finder.name == "network" or not each.startswith("camera")]
    print(
        f"{finder.name}, photographs: {len(PHOTOGRAPHS) - len(wrong)} of {len(PHOTOGRAPHS)} right "
        f"{'; '.join(wrong)}; built-in visitor: found in {np.mean(seen):.3f} of {len(seen)} "
        f"frames, {made_up} false in the empty room"
    )
    return not wrong and np.mean(seen) > 0.95 and not made_up


def grey_of(actor: Actor, at: float) -> np.ndarray:
    """The visitor's picture at so many seconds, grey."""
    return cv2.cvtColor(actor.render(at), cv2.COLOR_BGR2GRAY)


if __name__ == "__main__":
    sys.exit(main())
