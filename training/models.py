"""The networks that can be trained, by name.

Every network takes float32 (N, 48, 48, 1) grey faces scaled to 0..1 and gives float32 (N, 7)
probabilities in the order of ``data.emotions.EMOTIONS``.
"""

from collections.abc import Callable

import keras
from keras import layers

from data.emotions import EMOTIONS
from training.errors import TrainingError
from training.fer2013 import SIDE


def seed() -> keras.Model:
    """The plain network of countless FER-2013 projects: 2.2 M parameters, 15 M multiply-adds.

    Convolutions of 32, 64 and 128 filters with ReLU, each followed by max pooling, dropout, a
    dense layer of 1024 and a softmax over the seven emotions.
    """
    return keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Conv2D(128, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(len(EMOTIONS)),
            # Probabilities stay float32 where the rest is trained in bfloat16.
            layers.Softmax(dtype="float32"),
        ],
        name="seed",
    )


MODELS: dict[str, Callable[[], keras.Model]] = {"seed": seed}


def build(name: str) -> keras.Model:
    """A new, untrained network; TrainingError for a name that is not in the registry."""
    if name not in MODELS:
        raise TrainingError(f"--model {name}: no such network; there are {', '.join(MODELS)}")
    return MODELS[name]()


def augmentation(seed_value: int) -> keras.Sequential:
    """Random flips, turns, shifts and zooms, as Keras' ImageDataGenerator made them.

    They work only while training; ``seed_value`` is of the first layer, the others follow it.
    """
    edges = {"fill_mode": "nearest", "interpolation": "bilinear"}
    return keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 1)),
            layers.RandomFlip("horizontal", seed=seed_value),
            layers.RandomRotation(10 / 360, seed=seed_value + 1, **edges),
            layers.RandomTranslation(0.1, 0.1, seed=seed_value + 2, **edges),
            layers.RandomZoom((-0.1, 0.1), seed=seed_value + 3, **edges),
        ],
        name="augmentation",
    )
