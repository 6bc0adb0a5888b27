"""The running average of a network's weights, which reads better than the weights of any one step.

Each step the average moves by a small part towards the weights (Polyak and Juditsky, 1992; as an
exponential average in Tarvainen and Valpola, NeurIPS 2017). Keras keeps it in the optimizer, so it
is saved and resumed with it.
"""

import contextlib
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Within it the model has the averages in its weights' place, if its optimizer keeps any."""
    if not model.optimizer.use_ema:
        yield
        return
    kept = [keras.ops.convert_to_numpy(variable) for variable in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, kept, strict=True):
            variable.assign(value)


class JudgeAverages(keras.callbacks.Callback):
    """Has the validation in ``fit`` judge the averages, since they are what is kept."""

    def __init__(self):
        super().__init__()
        self._inside = contextlib.ExitStack()

    def on_test_begin(self, logs: dict | None = None) -> None:
        """Puts the averages in."""
        self._inside.enter_context(averaged(self.model))

    def on_test_end(self, logs: dict | None = None) -> None:
        """Puts the weights back."""
        self._inside.close()
