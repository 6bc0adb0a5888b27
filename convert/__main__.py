"""Quantize a trained network to INT8 TFLite, prove it, and write it with its card."""

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
    parser.add_argument("model", type=Path, help="run folder of a training, or .keras file")
    parser.add_argument("--data", type=Path, required=True, help=DATA_HELP)
    parser.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    parser.add_argument(
        "--output", type=Path, default=MODEL, help="where to write (default: the shipped model)"
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="write nothing, but print float32, float16, dynamic-range and INT8 side by side",
    )
    options = parser.parse_args(arguments)
    if options.output.suffix != ".tflite":
        parser.error(f"--output {options.output}: must end in .tflite; the card goes beside it")
    try:
        return _convert(options)
    except (ConversionError, TrainingError) as error:
        print(error, file=sys.stderr)
        return 1


def _convert(options: argparse.Namespace) -> int:
    from convert import calibration, card, proof, quantize
    from training import dataset, evaluation, fer2013

    model = evaluation.load_keras(options.model)
    print(f"Reading {options.data} …")
    splits = dataset.read(options.data, options.votes)
    training = fer2013.split(splits, "Training", options.data)
    public = fer2013.split(splits, "PublicTest", options.data)
    truth = public.labels if public.majority is None else public.majority
    temperature = calibration.temperature(evaluation.keras_predictor(model)(public.images), truth)
    calibration.divide_logits(model, temperature)
    print(f"Calibrated with a temperature of {temperature:.3f}")
    pictures = quantize.representative(training.images, training.labels)
    if options.compare:
        _compare(model, pictures, public)
        return 0
    print("Quantizing …")
    content = quantize.to_int8(model, pictures)
    print(f"Comparing float and INT8 on {len(public)} PublicTest pictures …")
    found = proof.prove(evaluation.keras_predictor(model), content, public)

    text = card.make(options.model, model, content, found, len(training), temperature)
    _write_both(options.output, content, json.dumps(text, indent=1, ensure_ascii=False) + "\n")
    for name, scores in found.scores_float.items():
        print(
            f"{evaluation.LABEL_SETS[name] + ':':<18}float {scores.accuracy:.2%}, "
            f"INT8 {found.scores_int8[name].accuracy:.2%}"
        )
    print(f"{'Agreement:':<18}{found.agreement:.2%}")
    print(f"{'Size:':<18}{len(content) / 1e6:.2f} MB")
    for runtime, latency in found.latency_ms.items():
        print(f"{'Latency:':<18}{latency:.2f} ms a face on one thread, {runtime}")
    print(f"Wrote {options.output} and {options.output.with_suffix('.json').name}")
    return 0


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
    sys.exit(main())
