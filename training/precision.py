"""The precision in which Keras computes while it trains."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import keras


def cpu_has_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """True where the processor multiplies bfloat16 itself (AVX-512 BF16, AMX, Armv8.6 BF16)."""
    try:
        text = cpuinfo.read_text()
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "")
    return bool({"avx512_bf16", "amx_bf16", "bf16"} & set(flags.split()))


@contextlib.contextmanager
def computing_in(wanted: str) -> Iterator[str]:
    """Within it Keras computes in the precision that is wanted, and which ``auto`` chooses."""
    before = keras.config.dtype_policy()
    if wanted == "auto":
        wanted = "mixed_bfloat16" if cpu_has_bfloat16() else "float32"
    keras.config.set_dtype_policy(wanted)
    try:
        yield wanted
    finally:
        keras.config.set_dtype_policy(before)
