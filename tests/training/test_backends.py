"""Keras's other backends: a short training and its evaluation, where they are installed."""

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_run_on_another_backend_can_be_evaluated(backend, root, small_fer2013, tmp_path):
    # Asked in a process of its own: it may be there and not go with this numpy.
    asked = subprocess.run(
        [sys.executable, "-c", f"import {backend}"], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        pytest.skip(f"pip install {backend}: {asked.stderr.strip().splitlines()[-1]}")

    def training(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "training", *arguments, "--data", str(small_fer2013)],
            cwd=root,
            env=os.environ | {"KERAS_BACKEND": backend},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run = tmp_path / "run"
    options = ("--epochs", "2", "--batch-size", "14", "--precision", "float32", "--average", "0.5")
    training("train", "--model", "mood", "--run", str(run), *options)
    made_with = json.loads((run / "options.json").read_text())["made_with"]
    assert made_with["backend"] == backend
    found = json.loads(training("evaluate", "--model", str(run), "--json"))
    log = (run / "log.csv").read_text().splitlines()
    best = max(float(line.split(",")[-1]) for line in log[1:])
    assert found["fer"]["accuracy"] == pytest.approx(best, abs=1e-4)
