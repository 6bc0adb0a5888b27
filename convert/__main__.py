"""Quantize a trained network to INT8 TFLite, prove it, and write it with its card."""

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while imports take their time, just end


import argparse
import json
import os
import sys
from pathlib import Path

from convert.errors import ConversionError
from device.vision.emotion import MODEL
from training.__main__ import DATA_HELP
from training.errors import TrainingError

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main(arguments: list[str] | None = None) -> int:
    """Converts; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m convert",
        description=__doc__,
        epilog="Refuses to write a model that has a float operation left, that an installed "
        "TFLite runtime cannot load, that loses more than 0.3 points of accuracy, or that agrees "
        "with the network on fewer than 98 % of the pictures.",
    )
    parser.add_argument(
        "model",
        type=Path,
        help="run folder of a training, .keras file, or a .tflite file with its card, whose "
        "correction for the emotions' shares is then chosen anew",
    )
    parser.add_argument("--data", type=Path, required=True, help=DATA_HELP)
    parser.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    parser.add_argument(
        "--output",
        type=Path,
        help="where to write (default: the shipped model, or the .tflite file itself)",
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="write nothing, but print float32, float16, dynamic-range and INT8 side by side",
    )
    options = parser.parse_args(arguments)
    converted = options.model.suffix == ".tflite"
    if converted and options.compare:
        parser.error(f"--compare: wants a network, not {options.model}, which is converted already")
    options.output = options.output or (options.model if converted else MODEL)
    if options.output.suffix != ".tflite":
        parser.error(f"--output {options.output}: must end in .tflite; the card goes beside it")
    try:
        return _correct(options) if converted else _convert(options)
    except (ConversionError, TrainingError) as error:
        print(error, file=sys.stderr)
        return 1


def _convert(options: argparse.Namespace) -> int:
    from convert import card, correction, proof, quantize
    from training import evaluation, prior

    model = evaluation.load_keras(options.model)
    run = card.options_of(options.model)
    training, public = _read(options)
    pictures = quantize.representative(training.images, training.labels)
    if options.compare:
        _compare(model, pictures, public)
        return 0
    print("Quantizing …")
    content = quantize.to_int8(model, pictures)
    shares = prior.shares(training, _fer_share(run))
    corrected = correction.correct(content, prior.Correction(0.0, 1.0, shares), shares, public)
    print(f"Comparing float and INT8 on {len(public)} PublicTest pictures …")
    plain = evaluation.keras_predictor(model)(public.images)
    exact = prior.softmax(corrected.correction.apply(prior.logarithms(plain)))
    found = proof.prove(lambda _: exact, corrected.content, public)
    source = "RUN" if options.model.is_dir() else f"RUN/{options.model.name}"
    text = card.make(model, run, corrected, found, plain, public, len(training), source)
    _report(options.output, corrected, found, text, "float")
    return 0


def _correct(options: argparse.Namespace) -> int:
    """Chooses the correction of a model that is converted already."""
    from convert import card, correction, proof
    from training import prior

    text = card.read(options.model)
    training, public = _read(options)
    shares = prior.shares(training, _fer_share(text["training"]["options"]))
    in_force = prior.Correction.of_card(text)
    corrected = correction.correct(options.model.read_bytes(), in_force, shares, public)
    # The network is not at hand: the model must say what its own features mean by exact arithmetic.
    found = proof.prove(lambda _: corrected.meant(), corrected.content, public)
    text = card.renew(text, corrected, found, public, options.output.name)
    _report(options.output, corrected, found, text, "exact last layer")
    return 0


def _fer_share(run: dict | None) -> float:
    """The part of the training's targets that was FER-2013's label."""
    from training.trainer import Options

    return (run or {}).get("options", {}).get("fer_share", Options.fer_share)


def _read(options: argparse.Namespace) -> tuple:
    from training import dataset, fer2013

    print(f"Reading {options.data} …")
    splits = dataset.read(options.data, options.votes)
    return tuple(fer2013.split(splits, name, options.data) for name in ("Training", "PublicTest"))


def _report(output: Path, corrected, found, card: dict, exact: str) -> None:
    """Writes model and card, and says what they are worth."""
    from training import evaluation, prior

    content, correction = corrected.content, corrected.correction
    _write_both(output, content, json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(
        "Correction for the emotions' shares, before the outputs are rounded:\n"
        + prior.as_text(corrected.curve, correction.strength)
    )
    print(f"Strength {correction.strength:.2f}, temperature {correction.temperature:.3f}")
    for name, scores in found.scores_float.items():
        int8 = found.scores_int8[name]
        print(
            f"{evaluation.LABEL_SETS[name] + ':':<18}{exact} {scores.accuracy:.2%}, "
            f"INT8 {int8.accuracy:.2%}; macro recall {scores.macro_recall:.2%}, "
            f"INT8 {int8.macro_recall:.2%}"
        )
    print(f"{'Agreement:':<18}{found.agreement:.2%}")
    print(f"{'Size:':<18}{len(content) / 1e6:.2f} MB")
    for runtime, latency in found.latency_ms.items():
        print(f"{'Latency:':<18}{latency:.2f} ms a face on one thread, {runtime}")
    print(f"Wrote {output} and {output.with_suffix('.json').name}")


def _compare(model, pictures, public) -> None:
    from convert import proof, quantize
    from training import evaluation

    exact = evaluation.keras_predictor(model)(public.images).argmax(1)
    for kind in quantize.KINDS:
        content = quantize.convert(model, pictures, kind)
        print(f"{kind}: {len(content) / 1e6:.2f} MB")
        for runtime in proof.installed_runtimes():
            try:
                probed = proof.probe.in_own_process(runtime, content, public.images)
            except ConversionError:
                # tflite-runtime ended before some of the converter's newer operations.
                print(f"  {runtime:<16}cannot load it")
                continue
            accuracy = ", ".join(
                f"{evaluation.LABEL_SETS[name]} {scores.accuracy:.2%}"
                for name, scores in evaluation.scores(probed.probabilities, public).items()
            )
            agrees = (probed.probabilities.argmax(1) == exact).mean()
            print(
                f"  {runtime:<16}{probed.latency_ms:6.2f} ms a face on one thread, "
                f"agrees on {agrees:.2%}, {accuracy}"
            )


def _write_both(path: Path, content: bytes, card: str) -> None:
    """Model and card belong together: both are complete on disk before either is replaced."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = [path.with_suffix(".tflite.part"), path.with_suffix(".json.part")]
        parts[0].write_bytes(content)
        parts[1].write_text(card, encoding="utf-8")
        for part in parts:
            part.replace(part.with_suffix(""))
    except OSError as error:
        raise ConversionError(f"{path}: cannot be written ({error.strerror})") from None


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
