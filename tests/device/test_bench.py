import json

import pytest

from device.__main__ import main
from device.bench import SCREENS


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_measured(screen, capsys):
    assert (
        main(["bench", "--screen", screen, "--size", "480x800", "--seconds", "0.3", "--json"]) == 0
    )
    result = json.loads(capsys.readouterr().out)
    assert (result["screen"], result["size"]) == (screen, "480x800")
    assert result["frames"] >= 10
    for times in (result["wall_ms"], result["cpu_ms"]):
        assert 0 < times["median"] <= times["p95"] <= times["max"]
    if screen == "reveal":
        assert result["cpu_ms"]["median"] <= result["costliest_ms"] <= result["cpu_ms"]["max"]


def test_the_table_tells_the_same(capsys):
    assert main(["bench", "--screen", "goodbye", "--seconds", "0.2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("goodbye at 800x480")
    assert told.count("median") == 2


def test_everything_from_light_to_screen_is_measured(capsys):
    assert main(["bench", "--seconds", "7", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {"search", "follow", "lost", "empty"} == set(result["modes"])
    assert 0 < result["modes"]["empty"] < result["modes"]["search"]
    for name in ("capture", "gate", "detect", "draw", "capture-to-flip"):
        times = result["stages"][name]
        assert 0 < times["p50"] <= times["p95"] <= times["max"]
    for name in ("capture", "draw"):
        assert result["stages_cpu"][name]["p50"] > 0
    assert result["fps"] > 1 and result["peak_rss_mb"] > 50 and result["cpu_share"] > 0
    assert result["dropped"] >= 0
    assert result["finder"] in ("network", "cascade") and result["runtime"]
