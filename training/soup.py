"""The mean of several networks' weights: one network, about as good as all of them asked together.

It takes networks that were trained on from the same weights, for these lie in one valley of the
loss ("Model soups", Wortsman et al., ICML 2022). One that learnt more of FER-2013's labels and one
that learnt more of the votes meet at any point between.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from training import evaluation, trainer
from training.errors import TrainingError


def mean_of(paths: Sequence[Path]) -> keras.Model:
    """A network with the mean of the weights, and of batch normalization's statistics, in float32.

    paths: .keras files, or run folders, whose best networks are taken; one that is named twice
    counts twice. Raises TrainingError where one cannot be read or is another kind of network than
    the first.
    """
    model, total = None, []
    for path, times in Counter(paths).items():
        network = evaluation.load_keras(path)
        weights = network.get_weights()
        if model is None:
            # In float64, so that a network's mean with itself is that network.
            model, total = network, [np.zeros(each.shape) for each in weights]
        if [each.shape for each in weights] != [each.shape for each in total]:
            raise TrainingError(
                f"{path}: {_kind(network)} cannot be averaged with {paths[0]}, {_kind(model)}"
            )
        for summed, each in zip(total, weights, strict=True):
            np.add(summed, times * each.astype(np.float64), out=summed)
    model.set_weights([summed / len(paths) for summed in total])
    return model


def _kind(network: keras.Model) -> str:
    return f"{network.name} with {network.count_params():,} parameters"


def make(paths: Sequence[Path], folder: Path) -> Path:
    """Writes the mean, and of what it is one, to a run folder; returns the network's path.

    Its share of FER-2013's labels is the mean of the runs' own, for the conversion's correction.
    Raises TrainingError as ``mean_of`` does, and where the folder holds a run or cannot be written.
    """
    if (folder / trainer.OPTIONS).exists():
        raise TrainingError(f"{folder}: holds a run already; name another with --run")
    model = mean_of(paths)
    shares = [_fer_share(path if path.is_dir() else path.parent) for path in paths]
    options = {"average_of": [str(each.resolve()) for each in paths]}
    options["fer_share"] = round(float(np.mean(shares)), 4)
    record = {"options": options, "made_with": trainer.made_with()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        model.save(folder / trainer.BEST)
        (folder / trainer.OPTIONS).write_text(json.dumps(record, indent=1))
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be written: {error.strerror}") from None
    return folder / trainer.BEST


def _fer_share(folder: Path) -> float:
    """That of the run in the folder; the usual one where there is none."""
    try:
        return json.loads((folder / trainer.OPTIONS).read_text())["options"]["fer_share"]
    except FileNotFoundError:
        return trainer.Options.fer_share
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{folder / trainer.OPTIONS}: cannot be read ({error!r})") from None
