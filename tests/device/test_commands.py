"""How the commands end, whatever they are given and whoever reads what they print."""

import json
import os
import signal
import subprocess
import sys

import pytest


@pytest.fixture
def run(root):
    def run(*arguments, module="device", **more):
        command = [sys.executable, "-m", module, *map(os.fspath, arguments)]
        usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120}
        return subprocess.run(command, cwd=root, check=False, **usual | more)

    return run


def test_a_reader_that_has_read_enough_is_no_fault(run, astronaut_file):
    reading, writing = os.pipe()
    os.close(reading)
    for command in (("look", astronaut_file, astronaut_file), ("config", "--sample")):
        done = run(*command, stdout=writing)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr and b"fault" not in done.stderr
    os.close(writing)


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("device", ["config", "--sample"]),
        ("device", ["look"]),
        ("data", ["check", "--shallow"]),
    ],
)
def test_a_full_disk_is_one_sentence(run, astronaut_file, module, command):
    photos = [astronaut_file] if command == ["look"] else []
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = run(*command, *photos, module=module, stdout=full)
    assert done.returncode == 1
    assert b"cannot be written: No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("seconds", ["nan", "-1", "0", "inf", "soon"])
def test_seconds_are_a_number_above_nothing(run, seconds):
    done = run("simulate", "--headless", f"--seconds={seconds}")
    assert done.returncode == 2
    assert f"{seconds} is not a number of seconds above 0".encode() in done.stderr


def test_screenshots_into_a_place_without_rights_are_a_sentence(run):
    done = run("simulate", "--headless", "--seconds", "1", "--screenshots", "/proc/pictures")
    assert done.returncode == 2
    assert b"--screenshots /proc/pictures: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_devices_and_pipes_are_no_pictures(run, tmp_path):
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    done = run("look", "/dev/zero", pipe)
    assert done.returncode == 1
    assert done.stderr.count(b"is no file") == 2


def test_any_file_name_makes_valid_json(run, astronaut_file, tmp_path):
    odd = os.fsencode(tmp_path) + b'/\xff "odd"\n.png'
    with open(odd, "wb") as file:  # noqa: PTH123 - a Path holds no bytes
        file.write(astronaut_file.read_bytes())
    done = run("look", "--json", odd, os.fsencode(tmp_path) + b"/\xfe.png")
    found, missing = map(json.loads, done.stdout.decode().splitlines())
    assert found["emotion"] == "happy"
    assert "error" in missing
    assert run("look", odd).returncode == 0


@pytest.mark.parametrize("loaded", ["data.console", "pygame", "device.kiosk"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_a_signal_at_any_moment_of_the_start_brings_no_traceback(root, tmp_path, loaded, number):
    # Whatever started the tests may have signals ignored, as a shell does in the background.
    command = ["env", "--default-signal=INT,QUIT,HUP", sys.executable, "-X", "importtime"]
    command += ["-m", "device", "simulate", "--headless"]
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True
    ) as child:
        assert any(line.split("|")[-1].strip() == loaded for line in child.stderr)
        child.send_signal(number)
        rest = child.stderr.read()
    # 0: the kiosk was up, and left. Python remembers an interrupt within exec(), which dataclasses
    # call, and in the end dies of SIGINT instead of exiting with 130; a shell sees 130 for both.
    assert child.returncode in (0, 130, -number, -signal.SIGINT)
    assert "Traceback" not in rest and "Fatal" not in rest
