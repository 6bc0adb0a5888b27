"""Post-training quantization to full INT8 (Jacob et al., CVPR 2018) by TensorFlow's converter."""

import tempfile

import keras
import numpy as np

from convert.errors import ConversionError
from data.emotions import EMOTIONS
from device.vision.crop import unit_range

PICTURES_PER_EMOTION = 60


def representative(images: np.ndarray, labels: np.ndarray, seed: int = 1) -> np.ndarray:
    """Pictures that show the converter what values occur, as many of each emotion.

    images: uint8 (N, H, W); labels: int (N,). Returns uint8 (M, H, W), the same for a seed.
    Balanced, since otherwise a rare emotion's activations would hardly count for the ranges.
    """
    random = np.random.default_rng(seed)
    rows = []
    for label, emotion in enumerate(EMOTIONS):
        of_emotion = np.flatnonzero(labels == label)
        if not len(of_emotion):
            raise ConversionError(f"the Training rows hold no {emotion} picture to quantize with")
        count = min(PICTURES_PER_EMOTION, len(of_emotion))
        rows.append(random.choice(of_emotion, count, replace=False))
    return images[np.concatenate(rows)]


def to_int8(model: keras.Model, pictures: np.ndarray) -> bytes:
    """The network as a TFLite flatbuffer whose weights, activations, input and output are int8.

    model: float32 (N, H, W, 1) in 0..1 to float32 (N, 7). pictures: uint8 (M, H, W), see
    ``representative``. Raises ConversionError when an operation has no int8 kernel.
    """
    return convert(model, pictures, "int8")


# Full INT8 is what ships; the others are there to be compared with.
KINDS = ("float32", "float16", "dynamic-range", "int8")


def convert(model: keras.Model, pictures: np.ndarray, kind: str) -> bytes:
    """The network as TFLite flatbuffer of one of ``KINDS``; otherwise as ``to_int8``."""
    import tensorflow as tf  # takes seconds

    # A batch of one, fixed: with an open one the model would compute its shapes at run time, in
    # operations that the runtimes cannot hand to their fast kernels.
    one_face = keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype="float32")
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False, input_signature=[one_face])
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if kind != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if kind == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if kind == "int8":
            converter.representative_dataset = lambda: (
                [face[None]] for face in unit_range(pictures)
            )
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = converter.inference_output_type = tf.int8
        try:
            return converter.convert()
        except Exception as error:  # the converter raises whatever MLIR threw
            raise ConversionError(f"the network cannot be made {kind}: {error}") from None


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of one face through the convolutions and dense layers of a network."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            total += multiply_adds(layer)
        elif isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            height, width, _ = layer.output.shape[1:]
            total += height * width * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
    return total
