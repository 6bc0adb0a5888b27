"""Batch normalization in bfloat16 in one operation, where Keras takes a dozen in float32.

Keras 3 widens bfloat16 to float32 for batch normalization and computes it piece by piece: more
than half of a training step on a processor that multiplies bfloat16 itself.
``tests/benchmarks/training_step.py`` measures what this saves.
"""

import functools

import keras


def fuse(model: keras.Model) -> keras.Model:
    """Has every bfloat16 batch normalization of a model call TensorFlow's fused operation.

    The layers, their weights and what ``save`` writes stay plain Keras: only the arithmetic of
    this model in memory changes, so call it again on a model that was loaded. Statistics are
    float32 in both; outputs differ by bfloat16's rounding. On other backends nothing happens.
    """
    if keras.backend.backend() == "tensorflow":
        for layer in model.layers:
            if isinstance(layer, keras.Model):
                fuse(layer)
            elif isinstance(layer, keras.layers.BatchNormalization) and _fusible(layer):
                layer.call = functools.partial(_call, layer)
    return model


def _fusible(layer: keras.layers.BatchNormalization) -> bool:
    """Whether the operation knows it: bfloat16 pictures with the channels last."""
    return (
        layer.compute_dtype == "bfloat16"
        and layer.input_spec.ndim == 4
        and layer.axis in (-1, 3)
        and layer.scale
        and layer.center
    )


def _call(layer: keras.layers.BatchNormalization, inputs, training=None, mask=None):
    """Stands in for the layer's own ``call``; masks are for sequences and do not occur here."""
    import tensorflow as tf

    learning = bool(training and layer.trainable)
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=inputs,
        scale=layer.gamma,
        offset=layer.beta,
        mean=layer.moving_mean,
        variance=layer.moving_variance,
        epsilon=layer.epsilon,
        is_training=learning,
    )
    if learning:
        # The operation gives the unbiased variance, Keras keeps the biased one.
        count = tf.cast(tf.reduce_prod(tf.shape(inputs)[:3]), tf.float32)
        variance = variance * (count - 1) / count
        for kept, seen in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
            kept.assign(kept * layer.momentum + seen * (1 - layer.momentum))
    return outputs
