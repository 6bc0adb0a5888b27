"""How a command of ours ends on a terminal or in a pipe: never with a traceback for its output."""

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def run(command: Callable[[], int]) -> int:
    """Runs ``command`` and writes out all it has printed; returns its exit code.

    Whoever reads our output may stop when it has read enough (``| head``): that is no fault. Where
    it cannot be written, a full disk, one sentence says so, and the exit code is 1.
    """
    try:
        code = command()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _forget_output()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _forget_output()
        print(f"The output cannot be written: {error.strerror}", file=sys.stderr)
        return 1


@contextlib.contextmanager
def interrupts_announced(sentence: str) -> Iterator[threading.Event]:
    """Has the first Ctrl-C in the block print ``sentence`` and set the event, for a good end soon.

    The second one raises KeyboardInterrupt. Belongs to the main thread.
    """
    asked = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        print(f"\n{sentence}", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _forget_output() -> None:
    """Has Python, which writes out the rest when it ends, write it to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
