"""CPU-seconds of a training step, with Keras's batch normalization and with ours.

    python tests/benchmarks/training_step.py [--model mood] [--steps 20]
    python tests/benchmarks/training_step.py --model resnet --weights dlib

The time is the processor's, not the wall's, so that other work on the machine counts little.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

WARM_UP = 3


def main() -> None:
    """Prints the median of the steps for each way of computing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mood")
    parser.add_argument("--weights", choices=("dlib",), help="then its first layers are frozen")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    for precision, fused in (
        ("float32", False),
        ("mixed_bfloat16", False),
        ("mixed_bfloat16", True),
    ):
        seconds = step_seconds(options, precision, fused)
        name = precision + (", fused batch normalization" if fused else "")
        print(f"{options.model}, {name:<44}{np.median(seconds):7.2f} CPU-seconds a step")


def step_seconds(options: argparse.Namespace, precision: str, fused: bool) -> list[float]:
    """The processor's seconds of each step on random pictures."""
    import keras

    from training import models, trainer
    from training.fused import fuse
    from training.thaw import transfer

    trainer._keep_freed_memory()
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    faces = random.random((options.batch_size, 48, 48, 1), np.float32)
    wanted = np.eye(7, dtype=np.float32)[random.integers(0, 7, options.batch_size)]
    model = models.build(options.model)
    if options.weights:
        transfer(model, faces)
    if fused:
        fuse(model)
    model.compile(
        keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True, weight_decay=5e-3),
        "categorical_crossentropy",
        jit_compile=False,
    )
    seconds = []
    for _ in range(WARM_UP + options.steps):
        start = time.process_time()
        model.train_on_batch(faces, wanted)
        seconds.append(time.process_time() - start)
    return seconds[WARM_UP:]


if __name__ == "__main__":
    main()
