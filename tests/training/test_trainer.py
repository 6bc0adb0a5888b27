import csv
import dataclasses

import numpy as np
import pytest

from training import evaluation, precision, trainer
from training.__main__ import main
from training.averages import averaged
from training.errors import TrainingError

TINY = trainer.Options(
    precision="float32", model="seed", epochs=3, batch_size=14, learning_rate=0.02, seed=3
)


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
    options = dataclasses.replace(TINY, epochs=20)
    trainer.train(small_fer2013, tmp_path / "run", options)
    # One in seven would be chance.
    assert max(float(line["val_accuracy"]) for line in log_of(tmp_path / "run")) > 0.5


# Where a network has batch normalization, its statistics must come back; averages of weights too.
@pytest.mark.parametrize(
    "options",
    [TINY, dataclasses.replace(TINY, model="mood", epochs=2, average=0.7)],
    ids=lambda options: options.model,
)
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    options, small_fer2013, tmp_path, monkeypatch
):
    unbroken, folder = tmp_path / "unbroken", tmp_path / "broken"
    trainer.train(small_fer2013, unbroken, options)
    write = trainer.Checkpoint.on_epoch_end

    def power_cut(self, epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt
        write(self, epoch, logs)

    monkeypatch.setattr(trainer.Checkpoint, "on_epoch_end", power_cut)
    with pytest.raises(KeyboardInterrupt):
        trainer.train(small_fer2013, folder, options)
    monkeypatch.undo()
    assert len(log_of(folder)) == 1

    trainer.train(small_fer2013, folder, options, resume=True)
    for whole, resumed in zip(log_of(unbroken), log_of(folder), strict=True):
        assert float(resumed["loss"]) == pytest.approx(float(whole["loss"]), abs=1e-4)
    faces = trainer.fer2013.read(small_fer2013)["PublicTest"].images
    np.testing.assert_allclose(
        evaluation.predictor(folder / trainer.LAST)(faces),
        evaluation.predictor(unbroken / trainer.LAST)(faces),
        atol=1e-4,
    )
    states = [
        [np.asarray(each) for each in trainer.keras.models.load_model(run).optimizer.variables]
        for run in (folder / trainer.LAST, unbroken / trainer.LAST)
    ]
    for resumed, whole in zip(*states, strict=True):
        np.testing.assert_allclose(resumed, whole, atol=1e-4)


def test_the_average_of_the_weights_is_what_is_judged_and_saved(small_fer2013, tmp_path):
    options = dataclasses.replace(TINY, epochs=1, average=0.9)
    trainer.train(small_fer2013, tmp_path / "run", options)
    log = log_of(tmp_path / "run")
    last = trainer.keras.models.load_model(tmp_path / "run" / trainer.LAST)
    raw = last.get_weights()
    with averaged(last):
        mean = last.get_weights()
    for back, before in zip(last.get_weights(), raw, strict=True):
        np.testing.assert_array_equal(back, before)
    assert any(np.abs(one - other).max() > 1e-4 for one, other in zip(mean, raw, strict=True))
    best = trainer.keras.models.load_model(tmp_path / "run" / trainer.BEST, compile=False)
    for kept, average in zip(best.get_weights(), mean, strict=True):
        np.testing.assert_array_equal(kept, average)
    public = trainer.fer2013.read(small_fer2013)["PublicTest"]
    with averaged(last):
        loss = last.evaluate(
            trainer.unit_range(public.images), np.eye(7)[public.labels], verbose=0
        )[0]
    assert loss == pytest.approx(float(log[-1]["val_loss"]), abs=1e-4)


def test_averages_of_weights_get_statistics_of_their_own():
    keras = trainer.keras
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((4, 4, 1)),
            layers.Conv2D(2, 3),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(7, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9), "mse")
    random = np.random.default_rng(1)
    batches = [random.normal(2, 1, (16, 4, 4, 1)).astype(np.float32) for _ in range(3)]
    for batch in batches:
        model.train_on_batch(batch, np.eye(7, dtype=np.float32)[random.integers(0, 7, 16)])
    before = model.get_weights()
    with averaged(model, batches):
        features = [np.asarray(model.layers[0](batch)) for batch in batches]
        expected = np.mean([each.mean(axis=(0, 1, 2)) for each in features], axis=0)
        spread = np.mean([each.var(axis=(0, 1, 2)) for each in features], axis=0)
        np.testing.assert_allclose(model.layers[1].moving_mean, expected, rtol=1e-4)
        np.testing.assert_allclose(model.layers[1].moving_variance, spread, rtol=1e-4)
    assert model.layers[1].momentum == 0.99
    for back, was in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(back, was)


def test_a_folder_that_holds_a_run_is_never_overwritten(unbroken, small_fer2013):
    with pytest.raises(TrainingError, match="holds a run already; go on with --resume"):
        trainer.train(small_fer2013, unbroken, TINY)


def test_what_cannot_be_resumed_is_told(small_fer2013, tmp_path, capsys):
    command = ["train", "--data", str(small_fer2013), "--run", str(tmp_path / "none"), "--resume"]
    assert main(command) == 1
    assert "no run to resume here" in capsys.readouterr().err
    unknown = ["train", "--data", str(small_fer2013), "--model", "sead"]
    assert main(unknown) == 1
    assert (
        "no such network; there are mood, resnet, mobilenet_v2, seed, classic"
        in capsys.readouterr().err
    )


def test_bfloat16_is_taken_only_where_the_processor_has_it(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags\t: fpu avx2 avx512f\n")
    assert not precision.cpu_has_bfloat16(cpuinfo)
    cpuinfo.write_text("flags\t: fpu avx512_bf16 amx_bf16\n")
    assert precision.cpu_has_bfloat16(cpuinfo)
    assert not precision.cpu_has_bfloat16(tmp_path / "none")


def test_a_run_in_bfloat16_gives_a_network_that_computes_in_float32(small_fer2013, tmp_path):
    keras = trainer.keras
    before = keras.config.dtype_policy()
    options = dataclasses.replace(TINY, epochs=1, precision="mixed_bfloat16")
    trainer.train(small_fer2013, tmp_path / "run", options)
    assert keras.config.dtype_policy() == before
    network = evaluation.load_keras(tmp_path / "run")
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    faces = trainer.fer2013.read(small_fer2013)["PublicTest"].images
    trained = keras.models.load_model(tmp_path / "run" / trainer.BEST)
    np.testing.assert_allclose(
        evaluation.keras_predictor(network)(faces),
        evaluation.keras_predictor(trained)(faces),
        atol=0.02,
    )


def test_targets_mix_the_label_with_the_votes():
    faces = trainer.fer2013.Faces(
        images=np.zeros((2, 48, 48), np.uint8),
        labels=np.array([0, 4]),
        majority=np.array([6, -1]),
        votes=np.array([[2, 0, 0, 0, 0, 0, 6], [0] * 7], np.float32),
    )
    found = trainer.targets(faces, fer_share=0.2)
    assert found[0] == pytest.approx([0.2 + 0.8 * 0.25, 0, 0, 0, 0, 0, 0.8 * 0.75])
    assert found[1] == pytest.approx([0, 0, 0, 0, 1, 0, 0])  # nobody voted for an emotion


def test_with_votes_the_best_is_judged_by_the_majority(small_fer2013, tmp_path):
    header = ("Usage", "Image name", *trainer.fer2013.VOTE_COLUMNS)
    rows = [f"x,{n}.png,0,10,0,0,0,0,0,0,0,0" for n in range(56)]  # everybody is happy
    votes = tmp_path / "votes.csv"
    votes.write_text("\n".join([",".join(header), *rows]) + "\n")
    options = dataclasses.replace(TINY, fer_share=0.0)
    trainer.train(small_fer2013, tmp_path / "run", options, votes=votes)
    assert float(log_of(tmp_path / "run")[-1]["val_accuracy"]) == 1


@pytest.mark.parametrize("name", sorted(set(trainer.models.MODELS) - {"seed"}))
def test_every_network_of_the_registry_gives_seven_probabilities(name):
    faces = np.random.default_rng(1).random((2, 48, 48, 1), np.float32)
    probabilities = np.asarray(trainer.models.build(name)(faces))
    assert probabilities.shape == (2, 7)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_smoothing_gives_its_part_to_all_alike():
    faces = trainer.fer2013.Faces(np.zeros((1, 48, 48), np.uint8), np.array([3]))
    (found,) = trainer.targets(faces, fer_share=0.2, label_smoothing=0.7)
    assert found == pytest.approx([0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1])


def test_balance_makes_rare_emotions_count_as_much_as_common_ones():
    wanted = np.eye(7, dtype=np.float32)[[3] * 9 + [1]]
    assert trainer.balance(wanted, 0) == pytest.approx(1)
    found = trainer.balance(wanted, 1)
    assert found[:9].sum() == pytest.approx(found[9])
    assert found.mean() == pytest.approx(1)


def test_a_run_ends_early_when_nothing_gets_better(small_fer2013, tmp_path, capsys):
    options = dataclasses.replace(TINY, epochs=30, learning_rate=1e-9, patience=2)
    trainer.train(small_fer2013, tmp_path / "run", options)
    assert len(log_of(tmp_path / "run")) == 3
    assert "No better network for 2 epochs" in capsys.readouterr().out


def test_a_run_can_be_watched_in_tensorboard(unbroken):
    assert list((unbroken / trainer.TENSORBOARD).rglob("events.out.tfevents.*"))


def test_transfer_begins_with_the_weights_of_the_file(tmp_path):
    models = trainer.models
    file = tmp_path / "body.weights.h5"
    donor = next(
        layer
        for layer in models.build("mobilenet_v2").layers
        if isinstance(layer, trainer.keras.Model)
    )
    donor.save_weights(file)
    heir = models.build("mobilenet_v2", file)
    (body,) = (layer for layer in heir.layers if isinstance(layer, trainer.keras.Model))
    np.testing.assert_array_equal(body.get_weights()[0], donor.get_weights()[0])
    (tmp_path / "other.weights.h5").write_bytes(b"no weights")
    with pytest.raises(TrainingError, match=r"--weights .*other\.weights\.h5: do not fit"):
        models.build("mobilenet_v2", tmp_path / "other.weights.h5")
