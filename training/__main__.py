"""``python -m training``: train the emotion model."""

import argparse
import os
import sys
from pathlib import Path

from training.errors import TrainingError

# TensorFlow greets with pages of C++ notices; warnings and errors still come through.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser(
        "train",
        help="train a network on FER-2013",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    train.add_argument("--data", type=Path, required=True, help="fer2013.csv or fer2013.csv.gz")
    train.add_argument("--model", default="seed", help="which network")
    train.add_argument("--run", type=Path, help="run folder (default: one in the state folder)")
    train.add_argument("--resume", action="store_true", help="go on with the run in the folder")
    train.add_argument("--epochs", type=int, default=40)
    train.add_argument("--batch-size", type=int, default=128)
    train.add_argument("--learning-rate", type=float, default=1e-3, help="Adam's, at its highest")
    train.add_argument("--seed", type=int, default=1, help="of all random numbers")
    train.add_argument(
        "--precision",
        choices=("auto", "float32", "mixed_bfloat16"),
        default="auto",
        help="auto takes bfloat16 where the processor multiplies it itself",
    )
    options = parser.parse_args(arguments)
    try:
        return _train(options)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; go on with --resume.", file=sys.stderr)
        return 130


def _train(options: argparse.Namespace) -> int:
    from training import trainer  # imports Keras, which takes seconds

    folder = options.run or trainer.default_run_folder(options.model)
    best = trainer.train(
        options.data,
        folder,
        trainer.Options(
            model=options.model,
            epochs=options.epochs,
            batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            seed=options.seed,
            precision=options.precision,
        ),
        resume=options.resume,
    )
    print(f"Best network: {best}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
