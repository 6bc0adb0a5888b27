import json

import pytest

from device.__main__ import main
from device.states import Screen


@pytest.mark.parametrize("screen", [screen.value for screen in Screen])
def test_a_screen_is_measured(screen, capsys):
    assert (
        main(["bench", "--screen", screen, "--size", "480x800", "--seconds", "0.3", "--json"]) == 0
    )
    result = json.loads(capsys.readouterr().out)
    assert (result["screen"], result["size"]) == (screen, "480x800")
    assert result["frames"] >= 10
    for times in (result["wall_ms"], result["cpu_ms"]):
        assert 0 < times["median"] <= times["p95"] <= times["max"]


def test_the_table_tells_the_same(capsys):
    assert main(["bench", "--screen", "goodbye", "--seconds", "0.2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("goodbye at 800x480")
    assert told.count("median") == 2
