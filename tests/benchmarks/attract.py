"""How much of one core the first screen takes while nobody is there: camera, vision and drawing.

    python tests/benchmarks/attract.py [--seconds 30] [--size 800x480]

Runs the whole kiosk, headless, on an empty room with a camera's noise, and begins to count when the
models are loaded. Ends with 1 at LIMIT or more.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from device import config
from device.display.window import Window
from device.kiosk import Kiosk
from tests.benchmarks.memory import Door

LIMIT = 0.05
LOADED_S = 10.0


def share_of_a_core(seconds: float, size: tuple[int, int]) -> float:
    """CPU seconds a second of the kiosk in an empty room."""
    door = Door()
    kiosk = Kiosk(config.load(None, []), Window(size), seconds=LOADED_S + seconds + 5)
    kiosk._opener = lambda source: lambda: door
    shares = []

    def count() -> None:
        time.sleep(LOADED_S)
        began, used = time.monotonic(), time.process_time()
        time.sleep(seconds)
        shares.append((time.process_time() - used) / (time.monotonic() - began))
        kiosk._leave()

    counting = threading.Thread(target=count)
    counting.start()
    kiosk.run()
    counting.join()
    return shares[0]


def main() -> int:
    """Prints the share."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--size", default="800x480", metavar="WxH")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
        os.environ["STATE_DIRECTORY"] = folder
        share = share_of_a_core(options.seconds, (width, height))
    print(f"the first screen at {options.size}: {share:.1%} of a core")
    return int(share >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
