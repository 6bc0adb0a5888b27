"""Confidence that means something: one temperature for all logits (Guo et al., ICML 2017)."""

import numpy as np
from scipy.optimize import minimize_scalar

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
