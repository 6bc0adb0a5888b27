"""How often the model reads the built-in visitor's moods right, with each strength of correction.

    python tests/benchmarks/visitor_moods.py

Films several visitors, finds their faces as the kiosk does, and counts frames in the middle of each
pose. Where the model's card has no shares of the emotions, FER-2013's Training rows give them:
``--data fer2013.csv.gz --votes fer2013new.csv``.
"""

import argparse
import collections
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.emotions import EMOTIONS
from device.cameras.visitor.actor import Actor
from device.vision.crop import crop_face
from device.vision.emotion import MODEL, EmotionModel
from device.vision.finders import choose_finder
from training import dataset, evaluation, prior

STRENGTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
# Out of step with the blinks, one every 3.7 s.
STEP_S = 0.43


def main() -> None:
    """Prints the part read right by emotion and strength, and what else it was taken for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--votes", type=Path)
    parser.add_argument("--visitors", type=int, default=16)
    options = parser.parse_args()
    crops, shown = film(EmotionModel.load(options.model), options.visitors)
    logits, in_force = evaluation.uncorrected(options.model, crops)
    if in_force is None or not in_force.strength:
        if options.data is None:
            parser.error("the model's card has no shares of the emotions: give --data")
        training = dataset.read(options.data, options.votes)["Training"]
        shares = prior.shares(training, 0.2)
    else:
        shares = in_force.shares
    print(f"{len(crops)} faces; in force: {in_force}")
    print("strength " + "".join(f"{emotion:>10}" for emotion in EMOTIONS) + "       all")
    strengths = {*STRENGTHS, *([in_force.strength] if in_force else [])}
    for strength in sorted(strengths):
        read = prior.Correction(strength, 1.0, shares).apply(logits).argmax(1)
        parts = [(read[shown == label] == label).mean() for label in range(len(EMOTIONS))]
        print(f"{strength:<9.2f}" + "".join(f"{part:10.0%}" for part in [*parts, np.mean(parts)]))
        if in_force and strength == in_force.strength:
            now = read
    if in_force:
        for label, emotion in enumerate(EMOTIONS):
            seen = collections.Counter(EMOTIONS[each] for each in now[shown == label])
            print(
                f"  {emotion:<9} read as " + ", ".join(f"{n} {k}" for k, n in seen.most_common(4))
            )


def film(model: EmotionModel, visitors: int) -> tuple[np.ndarray, np.ndarray]:
    """Cropped faces, uint8 (N, H, W), and which emotion each shows, int (N,)."""
    finder = choose_finder("auto", model.runtime)
    size = (model.card.width, model.card.height)
    crops, shown = [], []
    for seed in range(1, visitors + 1):
        actor = Actor(seed=seed)
        for at in np.arange(0, actor.visit_s, STEP_S):
            # Not while one pose goes over into the next.
            acts = [actor.act_at(t) for t in (at - 0.6, at, at + 0.6)]
            if len({act.emotion for act in acts}) > 1 or acts[1].emotion is None:
                continue
            grey = cv2.cvtColor(actor.render(at), cv2.COLOR_BGR2GRAY)
            faces = finder.find(grey)
            if faces:
                face = max(faces, key=lambda each: each.box[2])
                crops.append(crop_face(grey, face.box, size, model.card.margin, face.tilt))
                shown.append(EMOTIONS.index(acts[1].emotion))
    return np.stack(crops), np.array(shown)


if __name__ == "__main__":
    main()
