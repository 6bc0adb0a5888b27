"""An INT8 TFLite file opened up: its weights, and its last layer before and after a change.

What is changed are numbers in place, so the file keeps its size and layout. The format is the
FlatBuffers schema that comes with TensorFlow.
"""

import dataclasses

import numpy as np

from training.errors import TrainingError
from training.prior import softmax


@dataclasses.dataclass(frozen=True, eq=False)
class Head:
    """The last dense layer of a model, as real numbers: logits = features @ kernel.T + bias.

    kernel: float64 (7, F). bias: float64 (7,).
    """

    kernel: np.ndarray
    bias: np.ndarray


class Int8Model:
    """The bytes of a classifier that ends in a dense layer and softmax; TrainingError otherwise."""

    def __init__(self, content: bytes):
        from tensorflow.lite.python import schema_py_generated as schema

        self._content = bytearray(content)  # writable, and so are the arrays below
        try:
            self._model = schema.Model.GetRootAs(self._content, 0)
            self._graph = self._model.Subgraphs(0)
            codes = {
                number: name
                for name, number in vars(schema.BuiltinOperator).items()
                if name[0] != "_"
            }
            operations = [self._graph.Operators(at) for at in range(self._graph.OperatorsLength())]
            self._operations = [
                (codes[self._model.OperatorCodes(each.OpcodeIndex()).BuiltinCode()], each)
                for each in operations
            ]
            kinds = [kind for kind, _ in self._operations[-2:]]
        except Exception as error:  # struct, numpy or the schema, by where the damage lies
            raise TrainingError(f"not a TFLite model ({error!r})") from None
        if kinds != ["FULLY_CONNECTED", "SOFTMAX"]:
            raise TrainingError(
                f"one that ends in {' and '.join(kinds)}, not in a dense layer and a softmax"
            )
        dense = self._operations[-2][1]
        self._features, self._kernel, self._bias = dense.InputsAsNumpy()
        self._logits = dense.Outputs(0)
        if self._bias < 0:
            raise TrainingError("without a bias in its last layer")
        if len(self._quantization(self._logits)[0]) != 1:
            raise TrainingError("not INT8 in its last layer")

    def weights(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Kernels and biases of convolutions and dense layers in order, float32, as in Keras."""
        found = []
        for kind, operation in self._operations:
            if kind in ("CONV_2D", "FULLY_CONNECTED"):
                _, kernel, bias = operation.InputsAsNumpy()
                kernel = np.moveaxis(self._real(kernel, np.int8), 0, -1)
                # The converter leaves out a bias of zeros.
                bias = np.zeros(kernel.shape[-1]) if bias < 0 else self._real(bias, np.int32)
                found.append((kernel.astype(np.float32), bias.astype(np.float32)))
        return found

    def head(self) -> Head:
        """The last layer as it is."""
        return Head(self._real(self._kernel, np.int8), self._real(self._bias, np.int32))

    def up_to_features(self) -> bytes:
        """A model for measuring, whose output is what goes into the last layer, int8 (1, F).

        From it the logits can be had without the rounding and clipping of an INT8 output.
        """
        other = Int8Model(bytes(self._content))
        other._graph.OutputsAsNumpy()[0] = self._features
        return bytes(other._content)

    def with_head(self, factor: float, shift: np.ndarray, logits: np.ndarray) -> bytes:
        """The model whose logits are ``factor`` times the old ones plus ``shift``, float (7,).

        logits: float (N, 7), new ones that occur, for which the INT8 logits shall serve.
        The factor goes into the scales and is exact; the shift goes into the int32 bias, whose
        steps are about a ten-thousandth.
        """
        other = Int8Model(bytes(self._content))
        other._quantization(self._kernel)[0][:] *= factor
        scales = other._quantization(self._bias)[0]
        scales[:] *= factor
        other._levels(self._bias, np.int32)[:] += np.round(shift / scales).astype(np.int32)
        lowest, highest = _range(logits)
        scale, zero_point = other._quantization(self._logits)
        scale[0] = (highest - lowest) / 255
        zero_point[0] = round(-128 - lowest / scale[0])
        return bytes(other._content)

    def _quantization(self, tensor: int) -> tuple[np.ndarray, np.ndarray]:
        found = self._graph.Tensors(tensor).Quantization()
        return found.ScaleAsNumpy(), found.ZeroPointAsNumpy()

    def _levels(self, tensor: int, kind: type) -> np.ndarray:
        found = self._graph.Tensors(tensor)
        return (
            self._model.Buffers(found.Buffer())
            .DataAsNumpy()
            .view(kind)
            .reshape(found.ShapeAsNumpy())
        )

    def _real(self, tensor: int, kind: type) -> np.ndarray:
        levels = self._levels(tensor, kind)
        scales = self._quantization(tensor)[0].astype(np.float64)
        return levels * scales.reshape((-1,) + (1,) * (levels.ndim - 1))


def _range(logits: np.ndarray) -> tuple[float, float]:
    """What INT8 logits should reach from and to, for the least squared error of the answers.

    logits: float (N, 7). From the lowest to the highest that occurs, steps would be so coarse that
    of every hundred pictures one has two emotions in first place; but a logit far below the others
    of its picture may as well be nearer, and one far above them lower.
    """
    exact = softmax(logits)
    low, high = min(logits.min(), 0.0), max(logits.max(), 0.0)

    def error(lowest: float, highest: float) -> float:
        step = (highest - lowest) / 255
        rounded = np.round(np.clip(logits, lowest, highest) / step) * step
        return float(np.square(softmax(rounded) - exact).mean())

    parts = np.linspace(0, 0.75, 16)
    ranges = [(low * (1 - below), high * (1 - above)) for below in parts for above in parts]
    return min((each for each in ranges if each[0] < each[1]), key=lambda each: error(*each))
