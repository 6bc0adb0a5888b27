"""The mean of several networks' weights."""

import json

import keras
import numpy as np
import pytest

from training import evaluation, fer2013, models, soup, trainer
from training.__main__ import main
from training.errors import TrainingError


@pytest.fixture(scope="module")
def runs(small_fer2013, tmp_path_factory):
    """A run and two that went on from its network, one of them with more of the labels."""
    folder = tmp_path_factory.mktemp("soup")
    first = trainer.Options(
        precision="float32", model="seed", epochs=1, batch_size=14, learning_rate=0.02
    )
    trainer.train(small_fer2013, folder / "first", first)
    begin = ["--weights", str(folder / "first" / trainer.BEST), "--model", "seed"]
    begin += ["--learning-rate", "0.1", "--batch-size", "14", "--precision", "float32"]
    for name, share, seed in (("one", "0.2", "1"), ("other", "0.8", "2")):
        arguments = [*begin, "--fer-share", share, "--seed", seed, "--epochs", "2"]
        arguments += ["--run", str(folder / name)]
        assert main(["train", "--data", str(small_fer2013), *arguments]) == 0
    return folder


def test_one_that_is_named_twice_counts_twice(runs, capsys):
    last = runs / "other" / trainer.LAST
    given = [str(runs / "one"), str(runs / "one"), str(last)]
    assert main(["average", *given, "--run", str(runs / "mean")]) == 0
    assert "evaluate --model" in capsys.readouterr().out
    found = evaluation.load_keras(runs / "mean").get_weights()
    one = evaluation.load_keras(runs / "one").get_weights()
    other = evaluation.load_keras(last).get_weights()
    assert np.abs(one[0] - other[0]).max() > 1e-4
    for mean, a, b in zip(found, one, other, strict=True):
        np.testing.assert_allclose(mean, (2 * a + b) / 3, atol=1e-6)
    record = json.loads((runs / "mean" / trainer.OPTIONS).read_text())["options"]
    assert record == {"average_of": given, "fer_share": 0.4}  # (0.2 + 0.2 + 0.8) / 3


def test_the_mean_of_a_network_with_itself_is_that_network(runs, small_fer2013):
    faces = fer2013.read(small_fer2013)["PublicTest"].images
    path = runs / "one" / trainer.BEST
    told = [
        evaluation.keras_predictor(each)(faces)
        for each in (evaluation.load_keras(path), soup.mean_of([path] * 3))
    ]
    assert np.array_equal(*told)


def test_batch_normalizations_statistics_are_averaged_too(tmp_path):
    paths = []
    for mean in 1.0, 4.0:
        network = models.build("mood")
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.moving_mean.assign(np.full(layer.moving_mean.shape, mean))
        paths.append(tmp_path / f"{mean}.keras")
        network.save(paths[-1])
    found = soup.mean_of([*paths, paths[1]])
    statistics = [
        keras.ops.convert_to_numpy(layer.moving_mean)
        for layer in found.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert len(statistics) == 9 and all((each == 3).all() for each in statistics)


def test_what_cannot_be_averaged_is_named(runs, tmp_path, capsys):
    models.build("mood").save(tmp_path / "mood.keras")
    one = str(runs / "one")
    for given, said in (
        ([one, str(tmp_path / "mood.keras")], "mood.keras: mood with 1,"),
        ([one, str(tmp_path / "none.keras")], "none.keras: there is no such model"),
    ):
        assert main(["average", *given, "--run", str(tmp_path / "mean")]) == 1
        assert said in capsys.readouterr().err
        assert not (tmp_path / "mean").exists()
    assert main(["average", one, "--run", str(runs / "other")]) == 1
    assert "holds a run already" in capsys.readouterr().err
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="file: cannot be written: File exists"):
        soup.make([runs / "one"], tmp_path / "file")


def test_a_training_goes_on_from_a_mean_in_a_run_of_its_own(runs, small_fer2013, tmp_path, capsys):
    soup.make([runs / "one", runs / "other"], tmp_path / "mean")
    train = ["train", "--data", str(small_fer2013), "--model", "seed", "--epochs", "1"]
    assert main([*train, "--resume", "--run", str(tmp_path / "mean")]) == 1
    said = capsys.readouterr().err.strip()
    assert "holds an average of networks" in said
    weights = said.split()[-2:]
    assert main([*train, *weights, "--run", str(tmp_path / "on")]) == 0
