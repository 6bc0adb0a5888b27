"""Confidence that means something: one temperature for all logits (Guo et al., ICML 2017)."""

import keras
import numpy as np
from scipy.optimize import minimize_scalar

from convert.errors import ConversionError

BOUNDS = (0.2, 5.0)


def temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature by which the logits must be divided for the least negative log-likelihood.

    probabilities: float (N, 7). labels: int (N,), 0 to 6; rows below 0 are left out. Above 1 the
    network was too sure of itself, below 1 not sure enough; never beyond 0.2 to 5.
    """
    known = labels >= 0
    logits = np.log(np.maximum(probabilities[known], 1e-9))
    right = (np.arange(known.sum()), labels[known])

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        peak = scaled.max(axis=1)
        return float((np.log(np.exp(scaled - peak[:, None]).sum(1)) + peak - scaled[right]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=np.log(BOUNDS), method="bounded").x))


def divide_logits(model: keras.Model, by: float) -> None:
    """Puts the temperature into the weights of the last dense layer, whose outputs are the logits.

    The emotions it names stay the same; only how sure it is changes.
    """
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    if not dense:
        raise ConversionError(f"{model.name} has no dense layer whose logits could be calibrated")
    dense[-1].set_weights([weight / by for weight in dense[-1].get_weights()])
