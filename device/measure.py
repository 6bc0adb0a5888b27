"""How long the way from light to screen takes on this machine, stage by stage and in its modes."""

import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from device.cameras.base import Camera
from device.cameras.reader import FrameReader
from device.cameras.sources import choose_source, open_source
from device.cameras.visitor.actor import Actor
from device.contracts import NOTHING_SEEN, Frame, Mood, Playback
from device.errors import VisionError
from device.options import Config
from device.states import Screen, State
from device.vision.cascade import cascade_path
from device.vision.emotion import MODEL
from device.vision.mood import SteadyMood
from device.vision.runtime import start_interpreter
from device.vision.sight import Sight
from device.vision.watch import Seen, Watch

STAGES = ("capture", "gate", "detect", "follow", "crop", "classify", "mood", "draw")
ROUNDS = 25
# When the built-in visitor stands in front of the camera.
STANDS_S = 6.0
BAR = 30

# What a simple kiosk does with every frame.
BASELINE_CASCADE = "haarcascade_frontalface_default.xml"


def measure(
    config: Config, seconds: float, size: tuple[int, int], baseline: bool, as_json: bool
) -> int:
    """Measures the modes on the built-in visitor, then ``seconds`` of the whole; prints it.

    Raises VisionError where there is nothing to look with. Returns the exit code.
    """
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    cv2.setNumThreads(config.vision.threads)
    sight = Sight.of(config.vision)
    modes, note = _modes(sight, baseline)
    result = {
        "runtime": sight.model.runtime,
        "finder": sight.finder.name,
        "model": f"{MODEL.name} {sight.model.card.sha256[:12]}",
        "modes": modes,
        **_live(config, sight, seconds, size),
    }
    if note:
        result["note"] = note
    print(json.dumps(result) if as_json else _text(result))
    return 0


def _both() -> np.ndarray:
    """Wall clock and this thread's CPU time, in seconds; differences of two are such a pair."""
    return np.array((time.perf_counter(), time.thread_time()))


def _modes(sight: Sight, baseline: bool) -> tuple[dict[str, float], str]:
    """Median CPU milliseconds of a frame in each mode, measured in turns; and what is missing."""
    classic, note = _classic(sight.model.runtime) if baseline else (None, "")
    image = Actor().render(STANDS_S)
    took: dict[str, list[float]] = {name: [] for name in ("search", "follow", "lost", "empty")}
    for seen in looks(sight, ROUNDS, time.thread_time):
        took[seen.mode].append(seen.timings.total)
        if classic and seen.mode == "lost":
            begin = time.thread_time()
            classic(image)
            took.setdefault("baseline", []).append((time.thread_time() - begin) * 1e3)
    return {name: round(float(np.median(times)), 3) for name, times in took.items() if times}, note


def looks(sight: Sight, rounds: int, clock: Callable[[], float]) -> Iterator[Seen]:
    """What the built-in visitor's frames show in each mode, in turns: search, follow, lost, empty.

    clock: what the timings are taken with; they are its differences times 1000.
    """
    actor = Actor()
    there = [actor.render(STANDS_S + number / 15) for number in range(2)]
    empty = actor.render(0.0)
    waiting = Watch(sight, clock)
    for number in range(60):
        waiting.look(empty, number / 10)
    for number in range(rounds):
        watch = Watch(sight, clock)
        frames = [("search", watch, there[0], 0.0), ("follow", watch, there[1], 0.2)]
        frames += [("lost", watch, empty, 0.3)]
        frames += [("empty", waiting, empty, 10 + number / 2 + later / 10) for later in range(4)]
        for mode, by, image, at in frames:
            seen = by.look(image, at)
            if seen.mode == mode:
                yield seen


def _classic(runtime: str):
    """What looks at a frame in the classic way, and what is missing of it.

    ``haarcascade_frontalface_default`` at a scale step of 1.1, 5 neighbours, faces from 40 pixels
    in the whole frame; then a plain convolutional network of 112 million multiply-adds in float32,
    which takes TensorFlow to make (its weights do not matter here).
    """
    cascade = cv2.CascadeClassifier(str(cascade_path().with_name(BASELINE_CASCADE)))
    network, note = None, ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classic.tflite"
        program = (
            "import sys, pathlib, tensorflow as tf; from training import models; "
            "made = tf.lite.TFLiteConverter.from_keras_model(models.build('classic')).convert(); "
            "pathlib.Path(sys.argv[1]).write_bytes(made)"
        )
        root = Path(__file__).resolve().parents[1]
        made = subprocess.run(
            [sys.executable, "-c", program, path], cwd=root, capture_output=True, check=False
        )
        if made.returncode == 0:
            network = start_interpreter(path.read_bytes(), runtime)
        else:
            note = "the baseline lacks its network, which needs TensorFlow: it is the cascade alone"

    def look(image: np.ndarray) -> None:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        cascade.detectMultiScale(grey, 1.1, 5, minSize=(40, 40))
        if network is not None:
            network.invoke()

    return look, note


def _live(config: Config, sight: Sight, seconds: float, size: tuple[int, int]) -> dict:
    """The whole way in one thread for so long, with the camera in its own."""
    from device.display.view import View
    from device.display.window import Window

    source = choose_source(config.camera.source).source
    window = Window(size)
    window.open()
    taking: list[float] = []
    reader = FrameReader(lambda: _timed(open_source(source, config.camera), taking))
    watch, steady, mood = Watch(sight, _both), SteadyMood(), None
    pairs: dict[str, list] = {name: [] for name in STAGES}
    ages, visitor, last = [], 0, None
    began, began_cpu = time.monotonic(), time.process_time()
    try:
        while time.monotonic() - began < seconds:
            frame = reader.newest(last, 0.5)
            if frame is None:
                if reader.trouble:
                    raise VisionError(f"{source}: {reader.trouble.text}")
                continue
            last = frame.captured_at
            pairs["capture"].append(np.array((time.monotonic() - last, 0.0)) * 1e3)
            seen = watch.look(frame.image, last)
            for name in ("gate", "detect", "follow", "crop", "classify"):
                if np.any(getattr(seen.timings, name)):
                    pairs[name].append(getattr(seen.timings, name))
            if seen.visitor != visitor:
                visitor, mood = seen.visitor, None
                steady.reset()
            if seen.reading is not None:
                begin = _both()
                mood = steady.update(seen.reading.probabilities, last)
                pairs["mood"].append((_both() - begin) * 1e3)
            begin = _both()
            window.draw(_view(View, frame, seen, mood, began))
            pairs["draw"].append((_both() - begin) * 1e3)
            ages.append((time.monotonic() - last) * 1e3)
    finally:
        reader.stop()
        window.close()
    passed = time.monotonic() - began
    stages = {name: _summary([pair[0] for pair in kept]) for name, kept in pairs.items() if kept}
    stages["capture-to-flip"] = _summary(ages)
    stages_cpu = {
        name: _summary([pair[1] for pair in kept]) for name, kept in pairs.items() if kept
    }
    stages_cpu["capture"] = _summary(taking)  # which the camera's own thread pays
    return {
        "stages": stages,
        "stages_cpu": stages_cpu,
        "fps": round(len(ages) / passed, 1),
        "cpu_share": round((time.process_time() - began_cpu) / passed, 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "dropped": reader.dropped,
    }


def _timed(camera: Camera, took: list[float]) -> Camera:
    """The same camera, which notes the CPU milliseconds that it takes to read a frame."""
    read = camera.read

    def timed(timeout_s: float) -> Frame:
        begin = time.thread_time()
        frame = read(timeout_s)
        took.append((time.thread_time() - begin) * 1e3)
        return frame

    camera.read = timed
    return camera


def _view(view, frame: Frame, seen, mood: Mood | None, began: float):
    screen = Screen.ATTRACT if seen.face is None else Screen.LOOKING
    snapshot = dataclasses.replace(
        NOTHING_SEEN, frame=frame, face=seen.face, others=seen.others, mood=mood
    )
    return view(State(screen, began), snapshot, Playback(), time.monotonic())


def _summary(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    p50, p95 = np.percentile(times, (50, 95))
    return {
        name: round(float(v), 3) for name, v in (("p50", p50), ("p95", p95), ("max", max(times)))
    }


def _text(result: dict) -> str:
    lines = [f"{result['model']} on {result['runtime']}, faces found by the {result['finder']}", ""]
    modes = result["modes"]
    longest = max(modes.values())
    lines.append("CPU time of looking at one frame, median:")
    for name, took in modes.items():
        ratio = f"  1/{modes['baseline'] / took:.1f} of baseline" if "baseline" in modes else ""
        bar = "█" * max(1, round(BAR * took / longest))
        lines.append(f"  {name:<9} {took:8.2f} ms{ratio:<22} {bar}")
    lines += ["", f"{'stage, in ms':<17} {'p50':>8} {'p95':>8} {'max':>8}   {'CPU p50':>8}"]
    for name, times in result["stages"].items():
        if not times:
            continue
        cpu = result["stages_cpu"].get(name)
        told = f"{cpu['p50']:8.2f}" if cpu else ""
        lines.append(
            f"  {name:<15} {times['p50']:8.2f} {times['p95']:8.2f} {times['max']:8.2f}   {told}"
        )
    lines += [
        "",
        f"{result['fps']:.1f} frames a second, {result['cpu_share']:.0%} of a core, "
        f"{result['peak_rss_mb']:.0f} MB at most, {result['dropped']} frames dropped",
    ]
    return "\n".join([*lines, *([result["note"]] if "note" in result else [])])
