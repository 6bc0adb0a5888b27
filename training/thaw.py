"""Folded weights as the start of a training: of a shipped INT8 model, or of dlib's network.

Both have their batch normalization folded into the convolution before it. Here a normalization that
changes nothing, on the pictures at hand, is put in again, so training can go on.
"""

from pathlib import Path

import keras
import numpy as np

from training import dlib
from training.errors import TrainingError
from training.int8 import Int8Model

DLIB = "dlib"
# The layers of dlib's network that stay as they are: edges and textures are the same for all tasks,
# and no gradient need go through the widest pictures.
FROZEN_CONVOLUTIONS = 7


def thaw(model: keras.Model, path: Path, faces: np.ndarray) -> None:
    """Gives a network of convolutions with batch normalization the weights of a .tflite file.

    model: such as `mood`, just built. faces: see ``fill``. Raises TrainingError where the file is
    not a model of this shape.
    """
    try:
        stored = Int8Model(path.read_bytes()).weights()
    except TrainingError as error:
        raise TrainingError(f"--weights {path}: {error}") from None
    if _shapes(model) != [kernel.shape for kernel, _ in stored]:
        raise TrainingError(f"--weights {path}: is not the network {model.name} in INT8")
    _dense(model).set_weights(stored[-1])
    fill(model, stored[:-1], faces)


def transfer(model: keras.Model, faces: np.ndarray) -> None:
    """Gives `resnet` the weights of dlib's network, and freezes its first layers.

    faces: see ``fill``. Raises TrainingError where the weights are not installed, or the network
    is another.
    """
    convolutions, _ = dlib.read(dlib.find())
    stored = [dlib.grey(*convolutions[0]), *convolutions[1:]]
    wanted = _shapes(model)[:-1]
    if wanted != [kernel.shape for kernel, _ in stored[: len(wanted)]]:
        raise TrainingError(f"--weights {DLIB}: are those of resnet, not of {model.name}")
    fill(model, stored[: len(wanted)], faces)
    for layer in _convolutions(model)[:FROZEN_CONVOLUTIONS]:
        layer.trainable = _next(layer).trainable = False


def fill(
    model: keras.Model, stored: list[tuple[np.ndarray, np.ndarray]], faces: np.ndarray
) -> None:
    """Gives each convolution, and the normalization that follows it, a kernel and a bias.

    faces: float32 (N, 48, 48, 1) in 0..1, like those to be trained on; on them each normalization
    has mean 0 and variance 1. Filters come out with a norm of 1, so that the learning rate means
    the same for all.
    """
    outputs = []
    for layer, (kernel, bias) in zip(_convolutions(model), stored, strict=True):
        norm = np.maximum(np.sqrt((kernel**2).sum(axis=(0, 1, 2))), 1e-6)
        layer.set_weights([kernel / norm])
        # For now it only gives back what the norm and the folding took.
        still = np.full_like(bias, 1 - _next(layer).epsilon)
        _next(layer).set_weights([norm, bias, np.zeros_like(bias), still])
        outputs.append((_next(layer), layer.output))
    seen = keras.Model(model.input, [output for _, output in outputs]).predict(
        faces, batch_size=len(faces), verbose=0
    )
    for (normalization, _), values in zip(outputs, seen, strict=True):
        mean = values.mean(axis=(0, 1, 2), dtype=np.float64)
        variance = values.var(axis=(0, 1, 2), dtype=np.float64)
        gamma, beta, *_ = normalization.get_weights()
        beta = beta + gamma * mean
        gamma = gamma * np.sqrt(variance + normalization.epsilon)
        normalization.set_weights([gamma, beta, mean, variance])


def _convolutions(model: keras.Model) -> list[keras.layers.Conv2D]:
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]


def _dense(model: keras.Model) -> keras.layers.Dense:
    return next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))


def _shapes(model: keras.Model) -> list[tuple[int, ...]]:
    """The kernels' shapes, of the convolutions and then of the dense layer."""
    return [tuple(layer.kernel.shape) for layer in (*_convolutions(model), _dense(model))]


def _next(layer: keras.layers.Layer) -> keras.layers.BatchNormalization:
    (follower,) = (node.operation for node in layer._outbound_nodes)
    return follower
