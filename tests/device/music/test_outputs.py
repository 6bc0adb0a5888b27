"""Which sound device is opened, with SDL's disk driver, which has one and writes what it plays."""

import json
import subprocess
import sys

import pytest

FILE = "sdlaudio.raw"
SCRIPT = """
import json, sys
from device.music import outputs
from device.music.player import Player
player = Player(sys.argv[1])
player.open()
told = player.status().silent_because
player.close()
print(json.dumps([told, outputs.names()]))
"""


@pytest.fixture
def opened(root, tmp_path):
    def run(output):
        environment = {"SDL_AUDIODRIVER": "disk", "PYTHONPATH": str(root), "PATH": "/usr/bin"}
        # What is played goes to a file in the current folder.
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, output],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_a_part_of_its_name_opens_the_device_that_is_meant(opened, tmp_path):
    because, (name,) = opened("system AUDIO")
    assert because is None and name == "System audio output device"
    assert (tmp_path / FILE).exists()


def test_a_name_that_no_device_has_is_told_with_those_that_there_are(opened, tmp_path):
    because, (name,) = opened("HDMI")
    assert f"none is called “HDMI”; there are: {name}" in because
    assert not (tmp_path / FILE).exists()
