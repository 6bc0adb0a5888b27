"""A shipped INT8 model as the start of a new training, where its float network is gone.

Conversion folds batch normalization into the convolution before it. Here a normalization that
changes nothing, on the pictures at hand, is put in again, so training can go on.
"""

from pathlib import Path

import keras
import numpy as np

from training.errors import TrainingError
from training.int8 import Int8Model


def thaw(model: keras.Model, path: Path, faces: np.ndarray) -> None:
    """Gives a network of convolutions with batch normalization the weights of a .tflite file.

    model: such as `mood`, just built. faces: float32 (N, 48, 48, 1) in 0..1, like those to be
    trained on; on them each normalization has mean 0 and variance 1. Filters come out with a norm
    of 1, so that the learning rate means the same for all. Raises TrainingError where the file is
    not a model of this shape.
    """
    try:
        stored = Int8Model(path.read_bytes()).weights()
    except TrainingError as error:
        raise TrainingError(f"--weights {path}: {error}") from None
    layers = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)
    ]
    shapes = [tuple(layer.kernel.shape) for layer in layers]
    if shapes != [kernel.shape for kernel, _ in stored]:
        raise TrainingError(f"--weights {path}: is not the network {model.name} in INT8")
    outputs = []
    for layer, (kernel, bias) in zip(layers, stored, strict=True):
        if layer.use_bias:
            layer.set_weights([kernel, bias])
            continue
        norm = np.sqrt((kernel**2).sum(axis=(0, 1, 2)))
        layer.set_weights([kernel / np.maximum(norm, 1e-6)])
        normalization = _next(layer)
        # For now it only gives back what the norm and the folding took.
        still = np.full_like(bias, 1 - normalization.epsilon)
        normalization.set_weights([norm, bias, np.zeros_like(bias), still])
        outputs.append((normalization, layer.output))
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


def _next(layer: keras.layers.Layer) -> keras.layers.BatchNormalization:
    (follower,) = (node.operation for node in layer._outbound_nodes)
    return follower
