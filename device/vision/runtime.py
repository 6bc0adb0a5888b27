"""The TFLite runtime: whichever of the two really runs a model, and the step in and out of INT8."""

import importlib
from typing import Any

import numpy as np

from device.errors import VisionError

# In the order of preference: ai-edge-litert runs INT8 several times faster on x86-64.
RUNTIMES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}


def start_anywhere(model: bytes, threads: int = 1) -> tuple[Any, str]:
    """An interpreter in the first runtime that can really invoke the model, and that runtime.

    Raises VisionError with each runtime's reason when none can.
    """
    reasons = []
    for runtime in RUNTIMES:
        try:
            return start_interpreter(model, runtime, threads), runtime
        except VisionError as error:
            reasons.append(str(error))
    raise VisionError(
        f"no TFLite runtime can run it: {'; '.join(reasons)}. "
        "Install one with: pip install -r device/requirements.txt"
    )


def start_interpreter(model: bytes, runtime: str, threads: int = 1) -> Any:
    """An interpreter that has run once; VisionError with the reason when the runtime cannot.

    Importing proves nothing: tflite-runtime imports with numpy 2 and fails at the first model.
    Two runtimes in one process share C++ symbols and break each other, so all models of a process
    have to be started in the same one.
    """
    try:
        module = importlib.import_module(RUNTIMES[runtime])
        interpreter = module.Interpreter(model_content=model, num_threads=threads)
        interpreter.allocate_tensors()
        entry = interpreter.get_input_details()[0]
        interpreter.set_tensor(entry["index"], np.zeros(entry["shape"], entry["dtype"]))
        interpreter.invoke()
    except Exception as error:  # the runtimes raise whatever their C++ threw
        raise VisionError(f"{runtime}: {error or type(error).__name__}") from error
    return interpreter


def quantize(values: np.ndarray, tensor: dict[str, Any]) -> np.ndarray:
    """Real values as the tensor wants them (``tensor``: one of the interpreter's details)."""
    if np.issubdtype(tensor["dtype"], np.floating):
        return values.astype(tensor["dtype"])
    scale, zero_point = tensor["quantization"]
    limits = np.iinfo(tensor["dtype"])
    levels = np.round(values / scale) + zero_point
    return np.clip(levels, limits.min, limits.max).astype(tensor["dtype"])


def dequantize(values: np.ndarray, tensor: dict[str, Any]) -> np.ndarray:
    """A tensor's content as float32 real values."""
    if np.issubdtype(tensor["dtype"], np.floating):
        return values.astype(np.float32)
    scale, zero_point = tensor["quantization"]
    return (values.astype(np.float32) - zero_point) * np.float32(scale)
