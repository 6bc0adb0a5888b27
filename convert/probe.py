"""One TFLite model in one runtime, in a process of its own: what it says, and how fast."""

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from convert.errors import ConversionError
from device.errors import VisionError
from device.vision.crop import unit_range
from device.vision.runtime import dequantize, quantize, start_interpreter

LATENCY_RUNS = 300
ROOT = Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True, eq=False)
class Probed:
    """What a runtime made of a model.

    probabilities: float32 (N, 7). latency_ms: the median of one face on one thread.
    float_tensors: names of the tensors that are not integers.
    """

    probabilities: np.ndarray
    latency_ms: float
    float_tensors: tuple[str, ...]


def in_own_process(runtime: str, model: bytes, images: np.ndarray) -> Probed:
    """Runs ``model`` on uint8 (N, H, W) faces; ConversionError when the runtime cannot."""
    with tempfile.TemporaryDirectory() as folder:
        model_file, faces, result = (
            Path(folder) / name for name in ("model.tflite", "faces.npy", "result.npy")
        )
        model_file.write_bytes(model)
        np.save(faces, images)
        child = subprocess.run(
            [sys.executable, "-m", "convert.probe", runtime, model_file, faces, result],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if child.returncode != 0:
            last = (child.stderr.strip().splitlines() or [f"exit code {child.returncode}"])[-1]
            raise ConversionError(f"cannot be loaded by {last}; nothing was written")
        found = json.loads(child.stdout)
        return Probed(np.load(result), found["latency_ms"], tuple(found["float_tensors"]))


def _main(runtime: str, model_file: str, faces: str, result: str) -> None:
    try:
        interpreter = start_interpreter(Path(model_file).read_bytes(), runtime, threads=1)
    except VisionError as error:
        sys.exit(str(error))
    entry, out = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    images = np.load(faces)
    probabilities = np.empty((len(images), out["shape"][-1]), np.float32)
    for row, face in enumerate(images):
        interpreter.set_tensor(entry["index"], quantize(unit_range(face[None]), entry))
        interpreter.invoke()
        probabilities[row] = dequantize(interpreter.get_tensor(out["index"]), out)[0]
    np.save(result, probabilities)
    times = []
    for _ in range(LATENCY_RUNS):
        start = time.perf_counter()
        interpreter.invoke()
        times.append(time.perf_counter() - start)
    floats = [
        tensor["name"]
        for tensor in interpreter.get_tensor_details()
        if np.issubdtype(tensor["dtype"], np.floating)
    ]
    print(json.dumps({"latency_ms": float(np.median(times) * 1e3), "float_tensors": floats}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
