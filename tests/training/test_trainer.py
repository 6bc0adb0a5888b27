import csv

import numpy as np
import pytest

from training import evaluation, trainer
from training.__main__ import main
from training.errors import TrainingError

TINY = trainer.Options(epochs=3, batch_size=14, seed=3)


def log_of(folder):
    with (folder / trainer.LOG).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def unbroken(small_fer2013, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "unbroken"
    trainer.train(small_fer2013, folder, TINY)
    return folder


def test_a_run_leaves_a_log_and_the_network_that_was_best(unbroken, small_fer2013):
    log = log_of(unbroken)
    assert [int(line["epoch"]) for line in log] == [1, 2, 3]
    assert (unbroken / trainer.CURVES).read_bytes().startswith(b"\x89PNG")
    best = max(float(line["val_accuracy"]) for line in log)
    public = trainer.fer2013.read(small_fer2013)["PublicTest"]
    predict = evaluation.predictor(unbroken)
    accuracy = (predict(public.images).argmax(1) == public.labels).mean()
    assert accuracy == pytest.approx(best, abs=1e-4)


def test_a_network_learns_something(small_fer2013, tmp_path):
    options = trainer.Options(epochs=12, batch_size=14, seed=3)
    trainer.train(small_fer2013, tmp_path / "run", options)
    # One in seven would be chance.
    assert max(float(line["val_accuracy"]) for line in log_of(tmp_path / "run")) > 0.5


def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    unbroken, small_fer2013, tmp_path, monkeypatch
):
    folder = tmp_path / "broken"
    write = trainer.Checkpoint.on_epoch_end

    def power_cut(self, epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt
        write(self, epoch, logs)

    monkeypatch.setattr(trainer.Checkpoint, "on_epoch_end", power_cut)
    with pytest.raises(KeyboardInterrupt):
        trainer.train(small_fer2013, folder, TINY)
    monkeypatch.undo()
    assert len(log_of(folder)) == 1

    trainer.train(small_fer2013, folder, TINY, resume=True)
    for whole, resumed in zip(log_of(unbroken), log_of(folder), strict=True):
        assert float(resumed["loss"]) == pytest.approx(float(whole["loss"]), abs=1e-4)
    faces = trainer.fer2013.read(small_fer2013)["PublicTest"].images
    np.testing.assert_allclose(
        evaluation.predictor(folder / trainer.LAST)(faces),
        evaluation.predictor(unbroken / trainer.LAST)(faces),
        atol=1e-4,
    )


def test_a_folder_that_holds_a_run_is_never_overwritten(unbroken, small_fer2013):
    with pytest.raises(TrainingError, match="holds a run already; go on with --resume"):
        trainer.train(small_fer2013, unbroken, TINY)


def test_what_cannot_be_resumed_is_told(small_fer2013, tmp_path, capsys):
    command = ["train", "--data", str(small_fer2013), "--run", str(tmp_path / "none"), "--resume"]
    assert main(command) == 1
    assert "no run to resume here" in capsys.readouterr().err
    unknown = ["train", "--data", str(small_fer2013), "--model", "sead"]
    assert main(unknown) == 1
    assert "no such network; there are seed" in capsys.readouterr().err


def test_bfloat16_is_taken_only_where_the_processor_has_it(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags\t: fpu avx2 avx512f\n")
    assert not trainer.cpu_has_bfloat16(cpuinfo)
    cpuinfo.write_text("flags\t: fpu avx512_bf16 amx_bf16\n")
    assert trainer.cpu_has_bfloat16(cpuinfo)
    assert not trainer.cpu_has_bfloat16(tmp_path / "none")


def test_a_run_in_bfloat16_gives_a_network_that_computes_in_float32(small_fer2013, tmp_path):
    keras = trainer.keras
    before = keras.config.dtype_policy()
    options = trainer.Options(epochs=1, batch_size=14, seed=3, precision="mixed_bfloat16")
    try:
        trainer.train(small_fer2013, tmp_path / "run", options)
    finally:
        keras.config.set_dtype_policy(before)
    network = evaluation.load_keras(tmp_path / "run")
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    faces = trainer.fer2013.read(small_fer2013)["PublicTest"].images
    trained = keras.models.load_model(tmp_path / "run" / trainer.BEST)
    np.testing.assert_allclose(
        evaluation.keras_predictor(network)(faces),
        evaluation.keras_predictor(trained)(faces),
        atol=0.02,
    )
