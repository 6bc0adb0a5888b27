"""One training shared by two devices: two halves of a processor, as if they were GPUs."""

import csv
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from training import evaluation, fer2013, trainer

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the strategies are TensorFlow's"
)

TWO_DEVICES = """
import json, sys
from pathlib import Path
import tensorflow as tf
processor = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
from training import trainer
data, run, options = sys.argv[1:]
trainer.train(Path(data), Path(run), trainer.Options(**json.loads(options)))
"""


def test_two_devices_reach_what_one_does(root, small_fer2013, tmp_path):
    # Without dropout, whose random numbers each device draws for itself.
    single = {
        "model": "plain",
        "epochs": 2,
        "batch_size": 10,  # the last batch of 42 pictures is one of two
        "learning_rate": 0.02,
        "average": 0.5,
        "precision": "float32",
    }
    plain = """
import keras
from training import models
layers = keras.layers
models.MODELS["plain"] = lambda: keras.Sequential(
    [
        layers.Input((48, 48, 1)),
        layers.Conv2D(8, 5, strides=3, activation="relu"),
        layers.Flatten(),
        layers.Dense(7),
        layers.Softmax(),
    ],
    name="plain",
)
"""
    logs, read = [], []
    for options in (single, single | {"strategy": "mirrored"}):
        run = tmp_path / options.get("strategy", "single")
        script = TWO_DEVICES.replace("data, run", plain + "data, run", 1)
        done = subprocess.run(
            [sys.executable, "-c", script, str(small_fer2013), str(run), json.dumps(options)],
            cwd=root,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert ("2 devices share each step" in done.stdout) == ("strategy" in options)
        with (run / trainer.LOG).open(newline="") as file:
            logs.append([float(line["loss"]) for line in csv.DictReader(file)])
        faces = fer2013.read(small_fer2013)["PublicTest"].images
        read.append(evaluation.predictor(run)(faces))
    assert logs[1] == pytest.approx(logs[0], abs=1e-4)
    assert logs[0][1] < logs[0][0]
    np.testing.assert_allclose(read[1], read[0], atol=1e-4)
