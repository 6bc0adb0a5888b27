"""The proof that a converted model may be shipped: what is asked of it, and what was measured."""

import dataclasses
import importlib.util

import numpy as np

from convert import probe
from convert.errors import ConversionError
from device.vision.runtime import RUNTIMES
from training import evaluation
from training.fer2013 import Faces
from training.metrics import Scores

LARGEST_DROP = 0.003
LEAST_AGREEMENT = 0.98


@dataclasses.dataclass(frozen=True)
class Proof:
    """What was measured on one split.

    scores_float, scores_int8: by label set. agreement: the share of pictures of which both say
    the same emotion. latency_ms: the median of one face on one thread, by runtime.
    """

    scores_float: dict[str, Scores]
    scores_int8: dict[str, Scores]
    agreement: float
    latency_ms: dict[str, float]


def prove(predict_float: evaluation.Predict, model: bytes, faces: Faces) -> Proof:
    """Measures a converted model; ConversionError when it must not be shipped."""
    by_runtime = in_every_runtime(model, faces.images)
    first = next(iter(by_runtime.values()))
    if first.float_tensors:
        raise ConversionError(
            f"{len(first.float_tensors)} tensors are float, so operations would fall back to "
            f"float: {', '.join(first.float_tensors[:5])}; nothing was written"
        )
    by_float = predict_float(faces.images)
    proof = Proof(
        scores_float=evaluation.scores(by_float, faces),
        scores_int8=evaluation.scores(first.probabilities, faces),
        agreement=float((by_float.argmax(1) == first.probabilities.argmax(1)).mean()),
        latency_ms={runtime: probed.latency_ms for runtime, probed in by_runtime.items()},
    )
    for name, scores in proof.scores_float.items():
        drop = scores.accuracy - proof.scores_int8[name].accuracy
        if drop > LARGEST_DROP:
            raise ConversionError(
                f"INT8 loses {drop:.2%} accuracy ({evaluation.LABEL_SETS[name]}: "
                f"{scores.accuracy:.2%} to {proof.scores_int8[name].accuracy:.2%}), more than "
                f"{LARGEST_DROP:.1%}; nothing was written"
            )
    if proof.agreement < LEAST_AGREEMENT:
        raise ConversionError(
            f"float and INT8 name the same emotion for only {proof.agreement:.2%} of the pictures, "
            f"fewer than {LEAST_AGREEMENT:.0%}; nothing was written"
        )
    return proof


def in_every_runtime(model: bytes, images: np.ndarray) -> dict[str, probe.Probed]:
    """Runs the model in every TFLite runtime that is installed, each in a process of its own.

    Two runtimes in one process share C++ symbols and break each other. A runtime for which this
    Python has no wheel cannot be asked; one that is there and fails means that some kiosk could
    not load the model, which is a ConversionError.
    """
    return {
        runtime: probe.in_own_process(runtime, model, images) for runtime in installed_runtimes()
    }


def installed_runtimes() -> list[str]:
    """The TFLite runtimes of this Python; ConversionError when there is none."""
    installed = [
        runtime
        for runtime, module in RUNTIMES.items()
        if importlib.util.find_spec(module.partition(".")[0])
    ]
    if not installed:
        raise ConversionError(f"none of {', '.join(RUNTIMES)} is installed; nothing was written")
    return installed
