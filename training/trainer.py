"""One training run: a folder that holds everything, and can be taken up again.

A run folder holds ``options.json`` (what was asked for), ``log.csv`` (one line an epoch),
``best.keras`` (the network with the best PublicTest accuracy so far), ``last.keras`` (network,
augmentation and optimizer after the last whole epoch), ``progress.json`` (how far it came),
``tensorboard`` (a log for it) and ``curves.png``.
"""

import contextlib
import csv
import ctypes
import dataclasses
import hashlib
import json
import math
import os
import platform
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from device.vision.crop import unit_range
from training import augmentation, dataset, dlib, fer2013, models, plots
from training.averages import JudgeAverages, averaged
from training.errors import TrainingError
from training.fused import fuse
from training.precision import computing_in
from training.targets import balance, targets
from training.teachers import Teachers
from training.thaw import DLIB, thaw, transfer

OPTIONS, LOG, BEST, LAST, PROGRESS, CURVES, TENSORBOARD = (
    "options.json",
    "log.csv",
    "best.keras",
    "last.keras",
    "progress.json",
    "curves.png",
    "tensorboard",
)
# From so many batches the averages of the weights take the statistics of their activations.
STATISTICS_BATCHES = 16
LOG_COLUMNS = ("epoch", "learning_rate", "loss", "accuracy", "val_loss", "val_accuracy")


@dataclasses.dataclass(frozen=True)
class Options:
    """What makes a run what it is; a resumed run keeps the ones it began with.

    learning_rate: the highest. fer_share, label_smoothing: see ``targets``. class_balance: see
    ``balance``. augmentation: see ``augmentation.augment``. average: how much of the running
    average of the weights stays at each step; 0 keeps none. patience: epochs without a better
    network after which the run ends. weights: file of pretrained weights. teachers: files of
    networks that teach, see ``Teachers``; teacher_share: the part of the target that is theirs.
    precision: auto takes
    bfloat16 where the processor multiplies it itself. strategy: mirrored shares each step among
    all GPUs of the machine.
    """

    model: str = "mood"
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 0.1
    fer_share: float = 0.2
    label_smoothing: float = 0.0
    class_balance: float = 0.0
    augmentation: float = 1.0
    average: float = 0.0
    patience: int | None = None
    weights: str | None = None
    teachers: tuple[str, ...] = ()
    teacher_share: float = 0.7
    seed: int = 1
    precision: str = "auto"
    strategy: str = "single"


def default_run_folder(model: str) -> Path:
    """Where a run goes when nobody says: the user's state folder, never the project's."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "mood-kiosk" / "runs" / model


class Batches(keras.utils.PyDataset):
    """Training rows, changed at random, in an order; both hang on seed and epoch alone.

    So a resumed run sees what an unbroken one would have seen. Yields float32 (B, 48, 48, 1) in
    0..1, float32 (B, 7) targets and float32 (B,) weights. teachers: say their part of the targets.
    """

    def __init__(self, faces: fer2013.Faces, options: Options, epoch: int):
        super().__init__(workers=1)
        self.teachers: Callable[[np.ndarray], np.ndarray] | None = None
        self._teacher_share = options.teacher_share
        self._images = faces.images
        self._targets = targets(faces, options.fer_share, options.label_smoothing)
        self._weights = balance(self._targets, options.class_balance)
        self._batch_size = options.batch_size
        self._strength = options.augmentation
        self._seed = options.seed
        self._epoch = epoch
        self._shuffle()

    def _shuffle(self) -> None:
        order = np.random.default_rng((self._seed, self._epoch))
        self._order = order.permutation(len(self._images))

    def __len__(self) -> int:
        return math.ceil(len(self._images) / self._batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows, faces = self._rows(index), self.faces(index)
        wanted = self._targets[rows]
        if self.teachers:
            share = self._teacher_share
            wanted = (1 - share) * wanted + share * self.teachers(faces)
        return faces, wanted, self._weights[rows]

    def faces(self, index: int) -> np.ndarray:
        """The faces alone of one batch."""
        random = np.random.default_rng((self._seed, self._epoch, index, 2))
        rows = self._rows(index)
        return unit_range(augmentation.augment(self._images[rows], random, self._strength))

    def _rows(self, index: int) -> np.ndarray:
        return self._order[index * self._batch_size : (index + 1) * self._batch_size]

    def on_epoch_end(self) -> None:
        """Shuffles for the next epoch."""
        self._epoch += 1
        self._shuffle()


class FreshRandomness(keras.callbacks.Callback):
    """Draws each epoch's dropout and augmentation from seed and epoch alone.

    Keras does not save the state of its random generators, so a resumed run would otherwise go on
    with other numbers than an unbroken one.
    """

    def __init__(self, seed: int):
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Sets every generator of the model anew."""
        random = np.random.default_rng((self._seed, epoch, 1))
        for variable in self.model.variables:
            if variable.path.endswith("seed_generator_state"):
                variable.assign(random.integers(2**32, size=2, dtype=np.uint32))


class Checkpoint(keras.callbacks.Callback):
    """After each epoch: the log's line, the best network, and all that a resume needs."""

    def __init__(self, folder: Path, best: float, patience: int | None, pictures: list[np.ndarray]):
        super().__init__()
        self._folder, self._best, self._patience = folder, best, patience
        self._pictures = pictures

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Writes all of it; a kill in between loses at most this epoch."""
        # The optimizer's rate is that of the step to come; good enough for a log.
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        line = {"epoch": epoch + 1, "learning_rate": f"{rate:.3g}"}
        line |= {name: f"{logs[name]:.5f}" for name in LOG_COLUMNS[2:]}
        new = not (self._folder / LOG).exists()
        with (self._folder / LOG).open("a", newline="") as file:
            writer = csv.DictWriter(file, LOG_COLUMNS)
            if new:
                writer.writeheader()
            writer.writerow(line)
        if logs["val_accuracy"] > self._best:
            self._best = logs["val_accuracy"]
            with averaged(self.model, self._pictures):
                _save(self.model, self._folder / BEST)
        _save(self.model, self._folder / LAST)
        # Last of all: the progress file says which epoch the two models above belong to.
        progress = {"epochs_done": epoch + 1, "best_val_accuracy": self._best}
        _write(self._folder / PROGRESS, json.dumps(progress))
        if self._patience and epochs_since_best(self._folder / LOG) >= self._patience:
            print(f"\nNo better network for {self._patience} epochs: the run ends here.")
            self.model.stop_training = True


def epochs_since_best(log: Path) -> int:
    """How many epochs ago the log saw its highest accuracy on PublicTest."""
    with log.open(newline="") as file:
        accuracies = [float(line["val_accuracy"]) for line in csv.DictReader(file)]
    return len(accuracies) - 1 - accuracies.index(max(accuracies))


def train(
    data: Path, folder: Path, options: Options, votes: Path | None = None, resume: bool = False
) -> Path:
    """Trains a network on FER-2013's Training rows and returns the path of the best one.

    The best is the one with the highest accuracy on the PublicTest rows: FER+ majority where there
    are votes, else FER labels.
    Raises TrainingError when the data is bad, the folder holds another run, or there is nothing
    to resume.
    """
    epochs_done, best, options = _prepare(folder, options, resume)
    splits = dataset.read(data, votes)
    training = fer2013.split(splits, "Training", data)
    public = fer2013.split(splits, "PublicTest", data)
    truth = public.labels if public.majority is None else public.majority
    known = truth >= 0
    print(f"{len(training)} Training and {len(public)} PublicTest pictures; run folder {folder}")
    if epochs_done >= options.epochs:
        print(f"All {options.epochs} epochs are done already.")
        return folder / BEST

    with computing_in(options.precision) as precision:
        keras.utils.set_random_seed(options.seed)
        _keep_freed_memory()
        batches = Batches(training, options, epoch=epochs_done)
        with _devices(options.strategy):
            last = folder / LAST
            model = keras.models.load_model(last) if epochs_done else _compiled(options, batches)
        fuse(model)
        print(f"{model.name}: {model.count_params():,} parameters, {precision}")
        first = Batches(training, options, epoch=0)  # the same for a resumed run
        pictures = [first.faces(index) for index in range(min(len(first), STATISTICS_BATCHES))]
        if options.teachers:
            teaching = [Path(teacher) for teacher in options.teachers]
            batches.teachers = Teachers(teaching, np.concatenate(pictures[:4]))
        model.fit(
            batches,
            # Keras would shuffle the batches too, by a state that no resume restores.
            shuffle=False,
            validation_data=(
                unit_range(public.images[known]),
                keras.utils.to_categorical(truth[known], len(models.EMOTIONS)),
            ),
            validation_batch_size=256,
            initial_epoch=epochs_done,
            epochs=options.epochs,
            callbacks=[
                FreshRandomness(options.seed),
                JudgeAverages(pictures),
                *_tensorboard(folder),
                Checkpoint(folder, best, options.patience, pictures),
            ],
        )
    plots.curves(folder / LOG, folder / CURVES)
    return folder / BEST


def _devices(strategy: str) -> contextlib.AbstractContextManager:
    """Within it a model's variables are made for one device, or mirrored on all GPUs."""
    if strategy == "single":
        return contextlib.nullcontext()
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(f"--strategy {strategy}: is TensorFlow's; set KERAS_BACKEND=tensorflow")
    import tensorflow as tf

    mirrored = tf.distribute.MirroredStrategy()
    print(f"{mirrored.num_replicas_in_sync} devices share each step")
    return mirrored.scope()


def _tensorboard(folder: Path) -> list[keras.callbacks.Callback]:
    """A log for TensorBoard, which only TensorFlow can write."""
    if keras.backend.backend() != "tensorflow":
        return []
    return [keras.callbacks.TensorBoard(folder / TENSORBOARD, write_graph=False)]


def _keep_freed_memory() -> None:
    """Has glibc keep what TensorFlow frees, since it asks for as much at the very next step.

    By default such large blocks go back to the kernel and come anew, page by page: that took as
    much time as the arithmetic on a 2-core machine. Other C libraries lack the call.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        m_trim_threshold, m_mmap_threshold, largest = -1, -3, 2**31 - 1
        mallopt(m_trim_threshold, largest)
        mallopt(m_mmap_threshold, largest)


def _compiled(options: Options, batches: Batches) -> keras.Model:
    weights = options.weights
    if weights and (weights == DLIB or weights.endswith(".tflite")):
        model = models.build(options.model)
        some = np.concatenate([batches.faces(index) for index in range(min(len(batches), 4))])
        transfer(model, some) if weights == DLIB else thaw(model, Path(weights), some)
    else:
        model = models.build(options.model, weights and Path(weights))
    steps = len(batches) * options.epochs
    # Keras counts the decay from the end of the warm-up on.
    warm_up = steps // 10
    rate = keras.optimizers.schedules.CosineDecay(
        options.learning_rate / 100,
        steps - warm_up,
        warmup_target=options.learning_rate,
        warmup_steps=warm_up,
    )
    # Keras takes the decay from the weights beside the gradient, so that momentum does not
    # amplify it: ten times the usual 5e-4 is the same with a momentum of 0.9.
    optimizer = keras.optimizers.SGD(
        rate,
        momentum=0.9,
        nesterov=True,
        weight_decay=5e-3,
        use_ema=options.average > 0,
        ema_momentum=options.average,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer,
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        # XLA's convolutions on a CPU are slower than oneDNN's; on a GPU it hardly matters here.
        jit_compile=False,
    )
    return model


def _prepare(folder: Path, options: Options, resume: bool) -> tuple[int, float, Options]:
    """Makes or checks the run folder; returns epochs done, best accuracy and the options."""
    if options.model not in models.MODELS:
        models.build(options.model)
    if resume:
        try:
            found = json.loads((folder / OPTIONS).read_text())["options"]
            if "average_of" in found:
                raise TrainingError(
                    f"{folder}: holds an average of networks, not a training to resume; begin a "
                    f"new run with --weights {folder / BEST}"
                )
            saved = Options(**found | {"teachers": tuple(found.get("teachers", ()))})
        except FileNotFoundError:
            raise TrainingError(f"{folder}: no run to resume here; leave out --resume") from None
        except (ValueError, TypeError, KeyError) as error:
            raise TrainingError(f"{folder / OPTIONS}: damaged ({error}); start anew") from None
        if not (folder / PROGRESS).exists():
            return 0, 0.0, saved  # ended before its first epoch did
        progress = json.loads((folder / PROGRESS).read_text())
        # An unfinished last epoch may have left its line in the log.
        _keep_lines(folder / LOG, 1 + progress["epochs_done"])
        return progress["epochs_done"], progress["best_val_accuracy"], saved
    if (folder / OPTIONS).exists():
        raise TrainingError(
            f"{folder}: holds a run already; go on with --resume, or name another with --run"
        )
    if options.weights:
        try:
            file = dlib.find() if options.weights == DLIB else Path(options.weights)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise TrainingError(
                f"--weights {options.weights}: cannot be read ({error.strerror})"
            ) from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = made_with() | ({"weights_sha256": digest} if options.weights else {})
        text = json.dumps({"options": dataclasses.asdict(options), "made_with": made}, indent=1)
        _write(folder / OPTIONS, text)
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be written: {error.strerror}") from None
    return 0, 0.0, options


def made_with() -> dict[str, str]:
    """What a run is made with, for its folder and the model's card."""
    return {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _keep_lines(path: Path, count: int) -> None:
    lines = path.read_text().splitlines(keepends=True)
    if len(lines) > count:
        _write(path, "".join(lines[:count]))


def _save(model: keras.Model, path: Path) -> None:
    part = path.with_name("part-" + path.name)  # Keras wants the ending .keras
    model.save(part)
    part.replace(path)


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)
