"""The networks that can be trained, by name.

Every network takes float32 (N, 48, 48, 1) grey faces scaled to 0..1 and gives float32 (N, 7)
probabilities in the order of ``data.emotions.EMOTIONS``.
"""

from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers

from data.emotions import EMOTIONS
from training import dlib
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
            *_wide_head(),
        ],
        name="seed",
    )


def classic() -> keras.Model:
    """The seed network without valid padding's shrinking, as many publish it: 112 M multiply-adds.

    The yardstick of latency for networks that shall replace it.
    """
    return keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Conv2D(128, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            *_wide_head(),
        ],
        name="classic",
    )


def _wide_head() -> list[layers.Layer]:
    """What `seed` and `classic` end with, from features to probabilities."""
    return [
        layers.Flatten(),
        layers.Dense(1024, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(len(EMOTIONS)),
        # Probabilities stay float32 where the rest is trained in bfloat16.
        layers.Softmax(dtype="float32"),
    ]


def mood() -> keras.Model:
    """The kiosk's own: 1.9 M parameters, 139 M multiply-adds.

    Plain 3 x 3 convolutions in the manner of VGG (Simonyan and Zisserman, ICLR 2015), each with
    batch normalization, which folds into the convolution in TFLite; the wide, costly picture is
    pooled after one layer only, and a global average takes the place of large dense layers.
    """
    faces = x = layers.Input((SIDE, SIDE, 1))
    for filters, depth in ((32, 1), (64, 2), (128, 3), (256, 3)):
        for _ in range(depth):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        if filters < 256:
            x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(len(EMOTIONS))(x)
    return keras.Model(faces, layers.Softmax(dtype="float32")(x), name="mood")


def mobilenet_v2() -> keras.Model:
    """MobileNetV2 (Sandler et al., CVPR 2018) on the face at 96 x 96: 2.3 M parameters.

    Meant for transfer: give it ImageNet weights without top from a local file.
    """
    faces = layers.Input((SIDE, SIDE, 1))
    x = layers.UpSampling2D(2, interpolation="bilinear")(faces)
    x = layers.Rescaling(2.0, -1.0)(layers.Concatenate()([x, x, x]))
    body = keras.applications.MobileNetV2((2 * SIDE, 2 * SIDE, 3), include_top=False, weights=None)
    x = layers.GlobalAveragePooling2D()(body(x))
    x = layers.Dense(len(EMOTIONS))(layers.Dropout(0.2)(x))
    return keras.Model(faces, layers.Softmax(dtype="float32")(x), name="mobilenet_v2")


def resnet() -> keras.Model:
    """dlib's face-recognition ResNet on the grey face at 96 x 96: 4.4 M parameters.

    Layer for layer that network up to the last block of 256 filters, so that ``--weights dlib`` can
    give it what three million faces taught (``training.dlib``); 95 M multiply-adds. Where a side
    is even, a halving convolution looks one row further than dlib's, so that its output is as large
    as the shortcut's.
    """
    faces = layers.Input((SIDE, SIDE, 1))
    x = layers.UpSampling2D(2, interpolation="bilinear")(faces)
    x = layers.ReLU()(_normalized(x, 32, 7, 2, "valid"))
    x = layers.MaxPooling2D(3, 2)(x)
    for block, filters in enumerate(dlib.BLOCKS[: dlib.HALVING[-1]]):
        skip, stride, padding = x, 1, "same"
        if block in dlib.HALVING:
            stride, padding = 2, "valid" if x.shape[1] % 2 else "same"
            skip = layers.AveragePooling2D(2)(x)
            # dlib adds zeros where one side has fewer channels.
            more = filters - skip.shape[-1]
            skip = keras.ops.pad(skip, ((0, 0), (0, 0), (0, 0), (0, more)))
        x = layers.ReLU()(_normalized(x, filters, 3, stride, padding))
        x = layers.Add()([_normalized(x, filters, 3, 1, "same"), skip])
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(len(EMOTIONS))(x)
    return keras.Model(faces, layers.Softmax(dtype="float32")(x), name="resnet")


def _normalized(x, filters: int, side: int, stride: int, padding: str):
    """A convolution and its batch normalization."""
    x = layers.Conv2D(filters, side, stride, padding=padding, use_bias=False)(x)
    return layers.BatchNormalization()(x)


MODELS: dict[str, Callable[[], keras.Model]] = {
    "mood": mood,
    "resnet": resnet,
    "mobilenet_v2": mobilenet_v2,
    "seed": seed,
    "classic": classic,
}


def build(name: str, weights: Path | None = None) -> keras.Model:
    """A new network; TrainingError for a name that is not in the registry.

    weights: a file of pretrained weights (.weights.h5, .h5) for the Keras application inside the
    network, or, where there is none, for the network itself.
    """
    if name not in MODELS:
        raise TrainingError(f"--model {name}: no such network; there are {', '.join(MODELS)}")
    model = MODELS[name]()
    if weights is not None:
        inner = [layer for layer in model.layers if isinstance(layer, keras.Model)]
        try:
            (inner[0] if inner else model).load_weights(weights)
        except Exception as error:  # Keras raises whatever its readers threw
            reason = str(error).strip().splitlines()[0]
            raise TrainingError(f"--weights {weights}: do not fit {name}: {reason}") from None
    return model
