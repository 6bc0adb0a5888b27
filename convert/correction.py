"""The last step of a conversion: the model's answers freed from the training set's shares.

The correction and the temperature go into the last layer of the INT8 file itself, so a model
converted long ago can get them too, and neither costs anything at run time.
"""

import dataclasses

import numpy as np

from convert import calibration, probe, proof
from convert.errors import ConversionError
from training import prior
from training.errors import TrainingError
from training.fer2013 import Faces
from training.int8 import Int8Model


@dataclasses.dataclass(frozen=True, eq=False)
class Corrected:
    """A corrected model.

    content: the file. correction: what is in force in it. logits: float (N, 7), of the pictures it
    was chosen on, without any correction. curve: see ``prior.curve``.
    """

    content: bytes
    correction: prior.Correction
    logits: np.ndarray
    curve: list[prior.Point]

    def meant(self) -> np.ndarray:
        """What the model should say of those pictures if INT8 cost nothing: float (N, 7)."""
        return prior.softmax(self.correction.apply(self.logits))


def correct(
    content: bytes, in_force: prior.Correction, shares: tuple[float, ...], faces: Faces
) -> Corrected:
    """Chooses strength and temperature on ``faces`` and writes them into the model.

    content: an INT8 model. in_force: the correction that is in it already, which is taken back
    first. shares: of the emotions in the training targets. Raises ConversionError where the model
    does not end in a dense layer and a softmax.
    """
    try:
        model = Int8Model(content)
    except TrainingError as error:
        raise ConversionError(f"the model cannot be corrected: it is {error}") from None
    head = model.head()
    runtime = proof.installed_runtimes()[0]
    features = probe.in_own_process(runtime, model.up_to_features(), faces.images).probabilities
    present = features @ head.kernel.T + head.bias
    logits = in_force.undo(present)
    curve = prior.curve(logits, shares, faces)
    strength = prior.choose(curve).strength
    warm = prior.Correction(strength, 1.0, shares)
    temperature = calibration.temperature(prior.softmax(warm.apply(logits)), prior.judged_by(faces))
    new = prior.Correction(strength, round(temperature, 4), shares)
    if new == in_force:
        return Corrected(content, new, logits, curve)
    # new = (present * T_before - shift_before + shift) / T
    content = model.with_head(
        factor=in_force.temperature / new.temperature,
        shift=(new.shift - in_force.shift) / new.temperature,
        logits=new.apply(logits),
    )
    return Corrected(content, new, logits, curve)
