import dataclasses
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

import data
from data import places
from device.doctor import parts, report, system
from device.doctor.finding import Level, fault, ok, warning
from device.options import Config
from device.vision import emotion

PARTS = {
    "system",
    "packages",
    "access",
    "camera",
    "cascade",
    "model",
    "network",
    "latency",
    "screen",
    "sound",
    "songs",
    "disk",
    "heat",
    "clock",
    "service",
}


def run(root, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "device", "doctor", *map(str, arguments)],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def with_camera(source):
    camera = dataclasses.replace(Config().camera, source=str(source))
    return dataclasses.replace(Config(), camera=camera)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a program of that name, which prints ``says``, before all others."""

    def put(name, says):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    return put


@pytest.fixture
def headless(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")


def test_a_machine_without_faults_ends_with_0_and_a_line_for_each_part(root):
    done = run(root, "--headless", "--silent", "--set", "camera.source=actor")
    assert done.returncode == 0, done.stdout
    told = {line.split()[1] for line in done.stdout.splitlines() if line[:1] not in ("", " ")}
    assert told >= PARTS
    assert "Traceback" not in done.stderr


def test_json_is_one_object_with_the_worst_of_all(root):
    done = run(root, "--headless", "--json", "--silent", "--set", "camera.source=webcam:99")
    answer = json.loads(done.stdout)
    assert {finding["part"] for finding in answer["findings"]} == PARTS
    assert answer["worst"] == "fault"
    [camera] = [finding for finding in answer["findings"] if finding["part"] == "camera"]
    assert camera["level"] == "fault" and camera["hardware"] and camera["remedy"]
    assert done.returncode == 3


def test_a_wrong_config_is_bad_usage(root):
    done = run(root, "--set", "camera.width=many")
    assert done.returncode == 2
    assert "camera.width" in done.stderr


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([ok("a", ""), warning("b", "", "")], 0),
        ([fault("a", "", ""), fault("b", "", "", hardware=True)], 1),
        ([warning("a", "", ""), fault("b", "", "", hardware=True)], 3),
    ],
)
def test_the_exit_code_follows_from_the_worst(findings, code):
    assert report.exit_code(findings) == code


def test_a_check_that_fails_itself_is_a_fault_and_not_the_end(monkeypatch, capsys):
    def heat(config):
        raise OSError("a sensor of smoke")

    monkeypatch.setattr(report, "checks", lambda tone: [heat, lambda config: ok("last", "seen")])
    assert report.doctor(Config(), as_json=False, tone=False) == 1
    told = capsys.readouterr().out
    assert "a sensor of smoke" in told and "seen" in told


def test_a_dark_picture_and_a_white_one_are_told(tmp_path):
    import cv2

    for grey, word in ((5, "shutter"), (250, "sun")):
        path = tmp_path / f"{grey}.png"
        cv2.imwrite(str(path), np.full((240, 320, 3), grey, np.uint8))
        found = parts.camera(with_camera(path))
        assert found.level is Level.WARNING and word in found.remedy


def test_a_good_picture_is_told_with_size_rate_and_brightness(astronaut_file):
    found = parts.camera(with_camera(astronaut_file))
    assert found.level is Level.OK
    assert "512 × 512" in found.text and "frames a second" in found.text


def test_a_damaged_model_is_a_fault(tmp_path, monkeypatch):
    for suffix in (".tflite", ".json"):
        shutil.copy(emotion.MODEL.with_suffix(suffix), tmp_path)
    copy = tmp_path / emotion.MODEL.name
    copy.write_bytes(copy.read_bytes()[:-1])
    load = emotion.EmotionModel.load
    monkeypatch.setattr(parts.EmotionModel, "load", lambda threads: load(copy, threads))
    for check in (parts.model, parts.latency):
        found = check(Config())
        assert found.level is Level.FAULT and not found.hardware and "damaged" in found.text


def test_the_model_and_the_way_through_vision_are_well():
    assert parts.model(Config()).level is Level.OK
    assert "ms" in parts.latency(Config()).text


def test_a_missing_network_is_a_warning_and_a_fault_only_where_it_is_asked_for(monkeypatch):
    monkeypatch.setattr("device.vision.blazeface.PACKAGE", "no_such_package")
    for finder, level in (("auto", Level.WARNING), ("network", Level.FAULT), ("cascade", Level.OK)):
        vision = dataclasses.replace(Config().vision, finder=finder)
        found = parts.network(dataclasses.replace(Config(), vision=vision))
        assert found.level is level
        assert level is Level.OK or "--no-deps" in found.remedy


@pytest.mark.parametrize(
    ("vector", "level"), [([0.1] * 6 + [0.4], Level.FAULT), (None, Level.WARNING)]
)
def test_a_model_that_computes_wrong_is_told(tmp_path, monkeypatch, vector, level):
    for suffix in (".tflite", ".json"):
        shutil.copy(emotion.MODEL.with_suffix(suffix), tmp_path)
    copy = tmp_path / emotion.MODEL.name
    card = json.loads(copy.with_suffix(".json").read_text())
    card.pop("test_vector")
    if vector is not None:
        card["test_vector"] = {"probabilities": vector}
    copy.with_suffix(".json").write_text(json.dumps(card))
    load = emotion.EmotionModel.load
    monkeypatch.setattr(parts.EmotionModel, "load", lambda threads: load(copy, threads))
    found = parts.model(Config())
    assert found.level is level and "test vector" in found.text


def test_too_few_songs_are_a_fault_and_a_bad_row_a_warning(tmp_path, monkeypatch):
    songs = tmp_path / "songs"
    shutil.copytree(data.FOLDER / "songs", songs)
    shutil.copytree(data.FOLDER / "previews", tmp_path / "previews")
    monkeypatch.setattr(places, "song_folders", lambda: (tmp_path,))
    lines = (songs / "happy.csv").read_text().splitlines()
    (songs / "happy.csv").write_text("\n".join([*lines, lines[1]]) + "\n")
    assert parts.songs(Config()).level is Level.WARNING
    (songs / "happy.csv").write_text("\n".join(lines[:4]) + "\n")
    found = parts.songs(Config())
    assert found.level is Level.FAULT and "happy" in found.text


def test_a_sound_device_that_opens_plays_its_tone(headless):
    assert "tone" in parts.sound(Config()).text
    assert "nothing was played" in parts.sound(Config(), tone=False).text


def test_no_tone_where_the_config_allows_none(headless):
    music = dataclasses.replace(Config().music, volume_cap=0.0)
    assert "nothing" in parts.sound(dataclasses.replace(Config(), music=music)).text


def test_no_sound_device_is_a_warning_since_the_kiosk_goes_on(monkeypatch):
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    assert parts.sound(Config()).level is Level.WARNING


def test_a_screen_that_shows_nothing_is_missing_hardware(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(parts.pygame.display, "get_driver", lambda: "offscreen")
    found = parts.screen(Config())
    assert found.level is Level.FAULT and found.hardware


def test_a_file_in_the_place_of_the_state_folder_is_told(tmp_path, monkeypatch):
    (tmp_path / "state").write_text("")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    found = system.disk(Config())
    assert found.level is Level.WARNING and "likes" in found.remedy


def test_a_missing_stick_for_the_state_is_told(tmp_path, monkeypatch, program):
    told = "LoadState=loaded\nActiveState={}\nSubState=x\nNRestarts=0\nMainPID=0"
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    program("systemctl", told.format("active"))
    assert "label" not in system.disk(Config()).text
    program("systemctl", told.format("failed"))
    found = system.disk(Config())
    assert found.level is Level.WARNING and "label kiosk" in found.text and "likes" in found.remedy


def test_a_damaged_database_is_told(tmp_path, monkeypatch):
    (tmp_path / "state.db").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    found = system.disk(Config())
    assert found.level is Level.WARNING and "state.db" in found.text


@pytest.mark.parametrize(
    ("bits", "level", "word"),
    [
        ("0x0", Level.OK, ""),
        ("0x50005", Level.WARNING, "power supply"),
        ("0x40004", Level.WARNING, "heat sink"),
    ],
)
def test_what_the_firmware_of_a_pi_tells(program, bits, level, word):
    program("vcgencmd", f"throttled={bits}")
    found = system.heat(Config())
    assert found.level is level and word in found.remedy


@pytest.mark.parametrize(
    ("active", "restarts", "level"),
    [
        ("active", "0", Level.OK),
        ("active", "7", Level.WARNING),
        ("failed", "5", Level.FAULT),
    ],
)
def test_what_systemd_tells_of_the_unit(program, active, restarts, level):
    told = f"LoadState=loaded\nActiveState={active}\nSubState=x\nNRestarts={restarts}\nMainPID=1"
    program("systemctl", told)
    assert system.service(Config()).level is level


def test_a_kiosk_that_runs_holds_the_camera_and_that_is_well(program):
    program("systemctl", "LoadState=loaded\nActiveState=active\nSubState=x\nNRestarts=0\nMainPID=1")
    found = parts.camera(with_camera("webcam:99"))
    assert found.level is Level.OK and "runs" in found.text


def test_quiet_hours_want_a_clock(monkeypatch):
    monkeypatch.setattr(system, "clocks", list)
    music = dataclasses.replace(Config().music, quiet_hours="22:00-07:00")
    assert system.clock(dataclasses.replace(Config(), music=music)).level is Level.WARNING
    assert system.clock(Config()).level is Level.OK
