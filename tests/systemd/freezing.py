"""The kiosk, whose vision stands still as soon as there is a file; runs in the test's machine only.

A thread cannot be frozen from outside without a debugger: SIGSTOP stops the whole process.
"""

import sys
import time
from pathlib import Path

from device.__main__ import main
from device.vision.watch import Watch

# In the service's own folder, which goes when the service does.
FREEZE = Path("/run/mood-kiosk/freeze")
look = Watch.look


def look_or_freeze(*arguments, **named):
    while FREEZE.exists():
        time.sleep(0.1)
    return look(*arguments, **named)


Watch.look = look_or_freeze
sys.exit(main(["run"]))
